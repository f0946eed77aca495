/// A safetensors file, mapped for as long as the value lives: eight bytes with the length of the header, a JSON header
/// that names every tensor, then the tensors' bytes, little-endian.
struct SafetensorsFile: ~Copyable {
  let header: SafetensorsHeader
  private let mapping: SafetensorsMapping
  private let dataOffset: Int

  /// More than any header there is; a length beyond it is noise, and memory is not asked for on its word.
  static let longestHeader = 16 << 20

  /// Maps the file at `path` and reads its header, all of which is checked against the size of the file.
  init(path: String) throws(WeightsError) {
    let mapping = try SafetensorsMapping(path: path)
    let (header, dataOffset): (SafetensorsHeader, Int)
    do throws(SafetensorsHeader.Damage) {
      dataOffset = 8 + (try Self.headerLength(in: mapping.bytes))
      header = try SafetensorsHeader(
        parsing: [UInt8](mapping.bytes[8..<dataOffset]), dataCount: mapping.bytes.count - dataOffset)
    } catch {
      throw WeightsError(.damaged, path, error.reason)
    }
    self.header = header
    self.mapping = mapping
    self.dataOffset = dataOffset
  }

  /// A copy of a tensor's bytes, as elements of `type`; the tensor must be of that type.
  func elements<Element: BitwiseCopyable>(of tensor: SafetensorsHeader.Tensor, as type: Element.Type) -> [Element] {
    let bytes = mapping.bytes[(dataOffset + tensor.bytes.lowerBound)..<(dataOffset + tensor.bytes.upperBound)]
    let count = bytes.count / MemoryLayout<Element>.size
    precondition(count * MemoryLayout<Element>.size == bytes.count, "a tensor of another type")
    return [Element](unsafeUninitializedCapacity: count) { elements, initialized in
      UnsafeMutableRawBufferPointer(elements).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes))
      initialized = count
    }
  }

  private static func headerLength(in bytes: UnsafeRawBufferPointer) throws(SafetensorsHeader.Damage) -> Int {
    guard bytes.count >= 8 else {
      throw .init("is \(bytes.count) bytes long (expected a safetensors file, which begins with 8 bytes of length)")
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    let longest = min(longestHeader, bytes.count - 8)
    guard length <= UInt64(longest) else {
      throw .init("announces a header of \(length) bytes (expected a safetensors file, here with at most \(longest))")
    }
    return Int(length)
  }
}
