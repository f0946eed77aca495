import Glibc

/// A safetensors file, mapped for as long as the value lives: eight bytes with the length of the header, a JSON header
/// that names every tensor, then the tensors' bytes, little-endian.
struct SafetensorsFile: ~Copyable {
  let path: String
  let header: SafetensorsHeader
  private let mapping: UnsafeRawBufferPointer
  private let dataOffset: Int

  /// More than any header there is; a length beyond it is noise, and memory is not asked for on its word.
  static let longestHeader = 16 << 20

  /// Maps the file at `path` and reads its header, all of which is checked against the size of the file.
  init(path: String) throws(WeightsError) {
    self.path = path
    mapping = try Self.map(path)
    do throws(SafetensorsHeader.Damage) {
      let length = try Self.headerLength(in: mapping)
      dataOffset = 8 + length
      header = try SafetensorsHeader(
        parsing: [UInt8](mapping[8..<8 + length]), dataCount: mapping.count - dataOffset)
    } catch {
      Self.unmap(mapping)
      throw WeightsError(.damaged, path, error.reason)
    }
  }

  deinit { Self.unmap(mapping) }

  /// A copy of a tensor's bytes, as `count` elements of `type`; the tensor must have just as many.
  func elements<Element: BitwiseCopyable>(of tensor: SafetensorsHeader.Tensor, as type: Element.Type) -> [Element] {
    let bytes = mapping[(dataOffset + tensor.bytes.lowerBound)..<(dataOffset + tensor.bytes.upperBound)]
    let count = bytes.count / MemoryLayout<Element>.size
    precondition(count * MemoryLayout<Element>.size == bytes.count, "a tensor of another type")
    return [Element](unsafeUninitializedCapacity: count) { elements, initialized in
      UnsafeMutableRawBufferPointer(elements).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes))
      initialized = count
    }
  }

  private static func headerLength(in mapping: UnsafeRawBufferPointer) throws(SafetensorsHeader.Damage) -> Int {
    guard mapping.count >= 8 else {
      throw .init("is \(mapping.count) bytes long (expected a safetensors file, which begins with 8 bytes of length)")
    }
    let length = UInt64(littleEndian: mapping.loadUnaligned(as: UInt64.self))
    let longest = min(longestHeader, mapping.count - 8)
    guard length <= UInt64(longest) else {
      throw .init("announces a header of \(length) bytes (expected a safetensors file, here with at most \(longest))")
    }
    return Int(length)
  }

  private static func map(_ path: String) throws(WeightsError) -> UnsafeRawBufferPointer {
    // A path of Swift may hold a zero byte, which would open the file that its first part names.
    guard !path.utf8.contains(0) else { throw WeightsError(.missing, path, "no file has a zero byte in its name") }
    // Not waiting, so that a pipe is refused below and not waited for.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw refusal(path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw refusal(path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let found = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a regular file"
      throw WeightsError(.unreadable, path, "is \(found) (expected a safetensors file)")
    }
    guard status.st_size > 0 else { throw WeightsError(.damaged, path, "is empty (expected a safetensors file)") }
    let count = Int(status.st_size)
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw refusal(path, errno)
    }
    return UnsafeRawBufferPointer(start: start, count: count)
  }

  private static func unmap(_ mapping: UnsafeRawBufferPointer) {
    munmap(UnsafeMutableRawPointer(mutating: mapping.baseAddress), mapping.count)
  }

  private static func refusal(_ path: String, _ code: CInt) -> WeightsError {
    let missing = code == ENOENT || code == ENOTDIR
    return WeightsError(
      missing ? .missing : .unreadable, path,
      "cannot be opened: \(String(cString: strerror(code))) (expected a safetensors file)")
  }
}
