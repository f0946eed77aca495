import Glibc

/// A file's bytes, mapped read-only for as long as the value lives.
struct SafetensorsMapping: ~Copyable {
  let bytes: UnsafeRawBufferPointer

  /// Maps the regular file at `path`, which must not be empty.
  init(path: String) throws(WeightsError) {
    bytes = try Self.map(path)
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }

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

  private static func refusal(_ path: String, _ code: CInt) -> WeightsError {
    let missing = code == ENOENT || code == ENOTDIR
    return WeightsError(
      missing ? .missing : .unreadable, path,
      "cannot be opened: \(String(cString: strerror(code))) (expected a safetensors file)")
  }
}
