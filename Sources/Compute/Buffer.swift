import Glibc

private let hugePage = 2 << 20

/// A fixed number of plain values in 64-byte-aligned memory, owned by one place at a time.
///
/// The alignment is that of a cache line and of the widest vector register, so that kernels may load whole vectors.
/// A negative count is the caller's bug and traps.
package struct Buffer<Element: BitwiseCopyable>: ~Copyable {
  private let start: UnsafeMutablePointer<Element>
  package let count: Int

  /// A buffer of `count` elements, each `value`.
  package init(count: Int, repeating value: Element) {
    precondition(count >= 0, "a buffer has at least no elements")
    let bytes = Swift.max(count, 1) * MemoryLayout<Element>.stride
    let isLarge = bytes >= 8 * hugePage
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? hugePage : 64)
    // Walking through megabytes in strides is slow by pages of 4 KiB; where the system has larger ones it may use them.
    if isLarge { madvise(raw, bytes, MADV_HUGEPAGE) }
    start = raw.bindMemory(to: Element.self, capacity: Swift.max(count, 1))
    start.initialize(repeating: value, count: count)
    self.count = count
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }

  package var span: Span<Element> {
    @_lifetime(borrow self) get {
      _overrideLifetime(Span(_unsafeStart: UnsafePointer(start), count: count), borrowing: self)
    }
  }

  package var mutableSpan: MutableSpan<Element> {
    @_lifetime(&self) mutating get {
      _overrideLifetime(MutableSpan(_unsafeStart: start, count: count), mutating: &self)
    }
  }

  /// Where the elements lie, for the function that hands them to a kernel; valid while the buffer lives.
  package var pointer: UnsafeMutablePointer<Element> {
    mutating get { start }
  }

  /// The same for reading.
  package var constantPointer: UnsafePointer<Element> { UnsafePointer(start) }
}

extension Buffer where Element == Float {
  /// A buffer of `count` zeros.
  package init(zeros count: Int) { self.init(count: count, repeating: 0) }
}
