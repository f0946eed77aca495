import Glibc

/// Files that are written whole or not at all: under a temporary name in the same folder, synced, then renamed.
enum WholeFile {
  /// Asks, before a long run, whether a file could be made there.
  static func checkCanWrite(_ path: String) throws(Failure) {
    let temporary = temporaryName(for: path)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path) }
    close(descriptor)
    unlink(temporary)
  }

  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let temporary = temporaryName(for: path)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    let isWritten = writeAll(bytes, to: descriptor) && fsync(descriptor) == 0
    let isWhole = isWritten && rename(temporary, path) == 0
    let failure = failure(path)
    close(descriptor)
    guard isWhole else {
      unlink(temporary)
      throw failure
    }
  }

  private static func temporaryName(for path: String) -> String {
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let random = String(UInt64.random(in: .min ... .max), radix: 16)
    var name = path[slash...]
    while name.utf8.count > 200 { name.removeLast() }  // file systems count bytes, and take 255
    return "\(path[..<slash]).\(name).\(random)"
  }

  /// By errno.
  private static func failure(_ path: String) -> Failure {
    Failure(.cannotWrite, "\(path) cannot be written: \(String(cString: strerror(errno))).")
  }
}
