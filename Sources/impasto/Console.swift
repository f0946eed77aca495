import Glibc

/// Writes a line of diagnostics to stderr, under the program's name. Names of files, and what stands in them, may hold
/// what a terminal would obey: that is not passed on.
func tell(_ sentence: String) {
  var line = "impasto: ".unicodeScalars
  for scalar in sentence.unicodeScalars {
    line.append(scalar.properties.generalCategory == .control && scalar != "\n" ? "\u{fffd}" : scalar)
  }
  writeAll("\(line)\n", to: STDERR_FILENO)
}

/// Writes a line of data to stdout, at once.
func output(_ line: String) throws(Failure) {
  guard writeAll("\(line)\n", to: STDOUT_FILENO) else { throw .stdout(errno) }
}

extension Failure {
  /// Stdout does not take what it is given, for the reason of that number.
  static func stdout(_ error: Int32) -> Failure {
    Failure(.cannotWrite, "stdout cannot be written to: \(String(cString: strerror(error))).")
  }
}

/// Writes text whole; false with errno set when that cannot be.
@discardableResult
func writeAll(_ text: String, to descriptor: Int32) -> Bool {
  writeAll(Array(text.utf8), to: descriptor)
}

/// Writes bytes whole; false with errno set when that cannot be.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count >= 0 {
      rest = rest.dropFirst(count)
    } else if errno != EINTR {
      return false
    }
  }
  return true
}
