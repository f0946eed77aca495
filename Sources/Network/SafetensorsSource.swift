import Glibc

/// A regular file, open for as long as the value lives, to be read from any place.
///
/// It is read piece by piece and not mapped: of a mapped file that somebody cuts short meanwhile the process would die.
struct SafetensorsSource: ~Copyable {
  /// The length of the file when it was opened.
  let count: Int
  private let descriptor: CInt

  /// Opens the file at `path`, which must not be empty.
  init(path: String) throws(WeightsError) {
    (descriptor, count) = try Self.open(path)
  }

  deinit { close(descriptor) }

  /// Fills `bytes` with what is in the file from `offset` on; or says why it could not, the file being the subject.
  func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) -> String? {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if count > 0 {
        done += count
      } else if count == 0 {
        return "became shorter than \(self.count) bytes while it was read (expected it to stay as it was)"
      } else if errno != EINTR {
        return "cannot be read: \(String(cString: strerror(errno))) (expected \(self.count) bytes)"
      }
    }
    return nil
  }

  private static func open(_ path: String) throws(WeightsError) -> (descriptor: CInt, count: Int) {
    // A path of Swift may hold a zero byte, which would open the file that its first part names.
    guard !path.utf8.contains(0) else { throw WeightsError(.missing, path, "no file has a zero byte in its name") }
    // Not waiting, so that a pipe is refused below and not waited for.
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw refusal(path, errno) }
    do throws(WeightsError) {
      return (descriptor, try length(of: descriptor, path))
    } catch {
      close(descriptor)
      throw error
    }
  }

  private static func length(of descriptor: CInt, _ path: String) throws(WeightsError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw refusal(path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let found = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a regular file"
      throw WeightsError(.unreadable, path, "is \(found) (expected a safetensors file)")
    }
    guard status.st_size > 0 else { throw WeightsError(.damaged, path, "is empty (expected a safetensors file)") }
    return Int(status.st_size)
  }

  private static func refusal(_ path: String, _ code: CInt) -> WeightsError {
    let missing = code == ENOENT || code == ENOTDIR
    return WeightsError(
      missing ? .missing : .unreadable, path,
      "cannot be opened: \(String(cString: strerror(code))) (expected a safetensors file)")
  }
}
