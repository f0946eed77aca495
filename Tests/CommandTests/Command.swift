import Foundation
import TestSupport

/// The built executable, run as its users run it.
final class Command {
  struct Outcome: Sendable {
    let status: Int32
    /// What came on stdout.
    let output: String
    /// What came on stderr.
    let errors: String
  }

  /// Beside the tests, where the package builds both.
  static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "impasto").path

  private let process = Process()
  private let output = Pipe()
  private let errorFile: URL

  /// Starts `impasto` with these arguments. The weights are the shipped ones unless `environment` says otherwise.
  convenience init(_ arguments: [String], in folder: String, environment: [String: String] = [:]) throws {
    try self.init(program: Self.executable, arguments, in: folder, environment: environment)
  }

  /// A line of shell in which `$impasto` is the executable.
  convenience init(shell script: String, in folder: String) throws {
    try self.init(program: "/bin/sh", ["-c", script], in: folder, environment: [:])
  }

  private init(program: String, _ arguments: [String], in folder: String, environment: [String: String]) throws {
    errorFile = FileManager.default.temporaryDirectory.appending(path: "impasto-\(UUID().uuidString).stderr")
    try Data().write(to: errorFile)
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder)
    let ours = ["IMPASTO_WEIGHTS": RepositoryFile.weights, "impasto": Self.executable, "LC_ALL": "C.UTF-8"]
    process.environment = ProcessInfo.processInfo.environment.merging(ours) { $1 }.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errorFile)
    try process.run()
  }

  deinit { try? FileManager.default.removeItem(at: errorFile) }

  var identifier: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  /// The most memory that it has held so far; nil when it has ended.
  var peakBytes: Int? { status("VmHWM").flatMap { Int($0) }.map { $0 << 10 } }

  /// Whether a signal was sent to it that it has not taken yet.
  func isPending(_ signal: Int32) -> Bool {
    ["SigPnd", "ShdPnd"].contains { name in
      let signals = status(name).flatMap { UInt64($0, radix: 16) } ?? 0
      return signals >> UInt64(signal - 1) & 1 == 1
    }
  }

  /// The first word of what the system says of it by that name.
  private func status(_ name: String) -> Substring? {
    let status = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    return line?.dropFirst(name.count + 1).split { $0 == " " || $0 == "\t" }.first
  }

  /// Waits until something has come on stdout.
  func waitForOutput() { _ = output.fileHandleForReading.availableData }

  /// Waits until that many lines have come on stdout, or all that do. Whether they have.
  @discardableResult func waitForOutput(lines: Int) -> Bool {
    var count = 0
    while count < lines {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { return false }
      count += data.count { $0 == UInt8(ascii: "\n") }
    }
    return true
  }

  func wait() throws -> Outcome {
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: data, as: UTF8.self),
      errors: try String(contentsOf: errorFile, encoding: .utf8))
  }

  /// Runs `impasto` with these arguments and waits for its end.
  static func run(
    _ arguments: [String], in folder: String = RepositoryFile.root, environment: [String: String] = [:]
  ) throws -> Outcome {
    try Command(arguments, in: folder, environment: environment).wait()
  }

  /// Runs a line of shell in which `$impasto` is the executable.
  static func shell(_ line: String, in folder: String) throws -> Outcome {
    try Command(shell: line, in: folder).wait()
  }
}

/// An object or a list from a line of JSON.
func json(_ text: some StringProtocol) throws -> [String: Any] {
  let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
  return value as? [String: Any] ?? [:]
}
