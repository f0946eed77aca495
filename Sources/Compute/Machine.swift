import CKernels
import Glibc

/// What Linux tells of the machine and of this process.
package enum Machine {
  /// The number of processors this process may run on.
  package static var processors: Int { max(Int(ck_processors()), 1) }

  /// The processor's name, "unknown" where there is none.
  package static var processorName: String { value(of: "model name", in: "/proc/cpuinfo") ?? "unknown" }

  /// Bytes that could be given out without swapping: the machine's, or less where a control group allows less; nil where
  /// the system does not say.
  package static var freeBytes: Int? {
    let machine = bytes(of: "MemAvailable", in: "/proc/meminfo")
    let limit = firstLine(of: "/sys/fs/cgroup/memory.max").flatMap { Int($0) }
    let used = firstLine(of: "/sys/fs/cgroup/memory.current").flatMap { Int($0) }
    guard let limit, let used else { return machine }
    return min(machine ?? .max, max(limit - used, 0))
  }

  /// The resident size of this process, in bytes.
  package static var residentBytes: Int { bytes(of: "VmRSS", in: "/proc/self/status") ?? 0 }

  /// The largest resident size this process has had so far, in bytes.
  package static var peakResidentBytes: Int { bytes(of: "VmHWM", in: "/proc/self/status") ?? 0 }

  /// The number behind a name in a table of kilobytes.
  private static func bytes(of name: String, in path: String) -> Int? {
    value(of: name, in: path)?.split(separator: " ").first.flatMap { Int($0) }.map { $0 * 1024 }
  }

  /// What follows "name:" in a table.
  private static func value(of name: String, in path: String) -> String? {
    lines(of: path) { line in
      guard line.hasPrefix(name), let colon = line.firstIndex(of: ":") else { return nil }
      return String(line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
    }
  }

  private static func firstLine(of path: String) -> String? { lines(of: path) { $0 } }

  /// The first answer that is not nil, line by line.
  private static func lines(of path: String, _ answer: (String) -> String?) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, file) > 0 {
      guard let line else { return nil }
      let text = String(cString: line)
      if let found = answer(text.last == "\n" ? String(text.dropLast()) : text) { return found }
    }
    return nil
  }
}
