import CKernels
import Glibc

/// What Linux tells of the machine and of this process.
package enum Machine {
  /// The number of processors this process may run on.
  package static var processors: Int { max(Int(ck_processors()), 1) }

  /// The processor's name, "unknown" where there is none.
  package static var processorName: String { value(of: "model name", in: "/proc/cpuinfo") ?? "unknown" }

  /// Bytes that could be given out without swapping: the machine's, or less where this process may have less; nil where
  /// the system does not say.
  package static func freeBytes(threads: Int) -> Int? {
    [bytes(of: "MemAvailable", in: "/proc/meminfo"), bytesLeft(threads: threads)].compactMap(\.self).min()
  }

  /// Bytes that this process may have on top of what it has, by its limits and those of its control groups, and of what
  /// so many threads take for themselves; nil where there are no limits.
  package static func bytesLeft(threads: Int) -> Int? {
    var limit = rlimit()
    let hasLimit = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 && limit.rlim_cur < 1 << 62
    let used = (bytes(of: "VmSize", in: "/proc/self/status") ?? 0) + reserved(threads: threads)
    let addresses = hasLimit ? Int(limit.rlim_cur) - used : nil
    return ([addresses] + controlGroups.map(\.bytesLeft)).compactMap(\.self).min().map { max($0, 0) }
  }

  /// Addresses that threads and libraries reserve as they go along, whether they use them or not: each thread its stack
  /// and a workspace of OpenBLAS, which asks for it for ever where there is none.
  private static func reserved(threads: Int) -> Int { (64 + 136 * threads) << 20 }

  /// A control group that limits memory, in one of the two forms that Linux has for them.
  private struct ControlGroup {
    let folder: String
    let limit: String
    let usage: String
    /// In memory.stat: file pages that can be dropped, which do not count as used.
    let droppable: String

    /// Nil where the group has no limit.
    var bytesLeft: Int? {
      guard let limit = Machine.firstLine(of: "\(folder)/\(limit)").flatMap({ Int($0) }),
        let used = Machine.firstLine(of: "\(folder)/\(usage)").flatMap({ Int($0) })
      else { return nil }
      let mark = droppable + " "
      let pages: Int? = Machine.lines(of: "\(folder)/memory.stat") { (line: String) -> Int? in
        line.hasPrefix(mark) ? Int(line.dropFirst(mark.count)) : nil
      }
      return limit - used + (pages ?? 0)
    }
  }

  /// The control groups that this process is in, and those around them.
  private static var controlGroups: [ControlGroup] {
    func folders(_ root: String, _ mark: String) -> [String] {
      let line = lines(of: "/proc/self/cgroup") { $0.contains(mark) ? $0 : nil }
      guard let line, let start = line.firstIndex(of: "/") else { return [root] }
      let names = line[start...].split(separator: "/")
      return (0...names.count).map { count in ([root] + names.prefix(count).map(String.init)).joined(separator: "/") }
    }
    let unified = folders("/sys/fs/cgroup", "0::/").map { folder in
      ControlGroup(folder: folder, limit: "memory.max", usage: "memory.current", droppable: "inactive_file")
    }
    let older = folders("/sys/fs/cgroup/memory", ":memory:/").map { folder in
      ControlGroup(
        folder: folder, limit: "memory.limit_in_bytes", usage: "memory.usage_in_bytes",
        droppable: "total_inactive_file")
    }
    return unified + older
  }

  /// Whether the system has so many bytes to give, all at once.
  package static func canGive(_ bytes: Int) -> Bool {
    guard let start = mmap(nil, max(bytes, 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      start != MAP_FAILED
    else { return false }
    munmap(start, max(bytes, 1))
    return true
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
  private static func lines<Answer>(of path: String, _ answer: (String) -> Answer?) -> Answer? {
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
