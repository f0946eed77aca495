/// A safetensors file, open for as long as the value lives: eight bytes with the length of the header, a JSON header
/// that names every tensor, then the tensors' bytes, little-endian.
struct SafetensorsFile: ~Copyable {
  let header: SafetensorsHeader
  private let source: SafetensorsSource
  private let dataOffset: Int

  /// More than any header there is; a length beyond it is noise, and memory is not asked for on its word.
  static let longestHeader = 16 << 20

  /// Opens the file at `path` and reads its header, all of which is checked against the size of the file.
  init(path: String) throws(WeightsError) {
    let source = try SafetensorsSource(path: path)
    let (header, dataOffset): (SafetensorsHeader, Int)
    do throws(SafetensorsHeader.Damage) {
      dataOffset = 8 + (try Self.headerLength(in: source))
      header = try SafetensorsHeader(
        parsing: try source.elements(dataOffset - 8, at: 8), dataCount: source.count - dataOffset)
    } catch {
      throw WeightsError(.damaged, path, error.reason)
    }
    self.header = header
    self.source = source
    self.dataOffset = dataOffset
  }

  /// A tensor's bytes, as elements of `type`; the tensor must be of that type.
  func elements<Element: BitwiseCopyable>(
    of tensor: SafetensorsHeader.Tensor, as type: Element.Type
  ) throws(SafetensorsHeader.Damage) -> [Element] {
    let count = tensor.bytes.count / MemoryLayout<Element>.size
    precondition(count * MemoryLayout<Element>.size == tensor.bytes.count, "a tensor of another type")
    return try source.elements(count, at: dataOffset + tensor.bytes.lowerBound)
  }

  /// Hands out the bytes of all tensors in their order, a megabyte at a time.
  func forEachPiece(_ body: (UnsafeRawBufferPointer) -> Void) throws(SafetensorsHeader.Damage) {
    for offset in stride(from: dataOffset, to: source.count, by: 1 << 20) {
      let piece: [UInt8] = try source.elements(min(1 << 20, source.count - offset), at: offset)
      piece.withUnsafeBytes(body)
    }
  }

  private static func headerLength(in source: borrowing SafetensorsSource) throws(SafetensorsHeader.Damage) -> Int {
    guard source.count >= 8 else {
      throw .init("is \(source.count) bytes long (expected a safetensors file, which begins with 8 bytes of length)")
    }
    let words: [UInt64] = try source.elements(1, at: 0)
    let length = UInt64(littleEndian: words[0])
    let longest = min(longestHeader, source.count - 8)
    guard length <= UInt64(longest) else {
      throw .init("announces a header of \(length) bytes (expected a safetensors file, here with at most \(longest))")
    }
    return Int(length)
  }
}

extension SafetensorsSource {
  /// So many elements from `offset` on.
  fileprivate func elements<Element: BitwiseCopyable>(
    _ count: Int, at offset: Int
  ) throws(SafetensorsHeader.Damage) -> [Element] {
    guard count > 0 else { return [] }  // all empty arrays are one, whose count this would write, on every thread
    var failure: String?
    let elements = [Element](unsafeUninitializedCapacity: count) { elements, initialized in
      failure = read(into: UnsafeMutableRawBufferPointer(elements), at: offset)
      initialized = failure == nil ? count : 0
    }
    if let failure { throw .init(failure) }
    return elements
  }
}
