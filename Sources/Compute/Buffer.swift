/// A fixed number of plain values in 64-byte-aligned memory, owned by one place at a time.
///
/// The alignment is that of a cache line and of the widest vector register, so that kernels may load whole vectors.
/// A negative count is the caller's bug and traps.
package struct Buffer<Element: BitwiseCopyable>: ~Copyable {
  private let storage: UnsafeMutableBufferPointer<Element>

  /// A buffer of `count` elements, each `value`.
  package init(count: Int, repeating value: Element) {
    precondition(count >= 0, "a buffer has at least no elements")
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: Swift.max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
    storage = UnsafeMutableBufferPointer(
      start: raw.bindMemory(to: Element.self, capacity: Swift.max(count, 1)), count: count)
    storage.initialize(repeating: value)
  }

  deinit { UnsafeMutableRawPointer(storage.baseAddress)?.deallocate() }

  package var count: Int { storage.count }

  package var span: Span<Element> {
    @_lifetime(borrow self) get { _overrideLifetime(Span(_unsafeElements: UnsafeBufferPointer(storage)), borrowing: self) }
  }

  package var mutableSpan: MutableSpan<Element> {
    @_lifetime(&self) mutating get { _overrideLifetime(MutableSpan(_unsafeElements: storage), mutating: &self) }
  }
}

extension Buffer where Element == Float {
  /// A buffer of `count` zeros.
  package init(zeros count: Int) { self.init(count: count, repeating: 0) }
}
