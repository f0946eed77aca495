import CPictureFiles
import Glibc

/// Files other than pictures that are written whole or not at all.
enum WholeFile {
  /// Asks, before a long run, whether a file could be made there.
  static func checkCanWrite(_ path: String) throws(Failure) {
    var file = whole_file_begin(path)
    defer { whole_file_end(&file) }
    let descriptor = whole_file_open(&file)
    guard descriptor >= 0 else { throw failure(path) }
    close(descriptor)
  }

  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    var file = whole_file_begin(path)
    defer { whole_file_end(&file) }
    let descriptor = whole_file_open(&file)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    guard writeAll(bytes, to: descriptor), fsync(descriptor) == 0, whole_file_publish(&file) else {
      throw failure(path)
    }
  }

  /// By errno.
  private static func failure(_ path: String) -> Failure {
    Failure(.cannotWrite, "\(path) cannot be written: \(String(cString: strerror(errno))).")
  }
}
