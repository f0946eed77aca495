import Foundation
import TestSupport
import Testing

/// What the command reads, runs and makes, as strace sees it, in a folder where a stranger has laid files for it.
@Suite struct SecurityTests {
  private struct Call {
    let name: String
    let arguments: String
    let isDone: Bool
    /// The first string among the arguments.
    let path: String

    /// A line such as `123 openat(AT_FDCWD, "/x", O_RDONLY) = 3`.
    init?(_ line: Substring) {
      guard let match = line.firstMatch(of: /^\d+ +(\w+)\((.*)\) += (-?\d+)/) else { return nil }
      (name, arguments, isDone) = (String(match.1), String(match.2), match.3 != "-1")
      path = arguments.firstMatch(of: /"((?:[^"\\]|\\.)*)"/).map { String($0.1) } ?? ""
    }
  }

  /// What a careless program would pick up from where it is started.
  private let traps = [
    "libopenblas.so.0", "libgegl-0.4.so.0", "libbabl-0.1.so.0", "libswiftCore.so", "libImpasto.so", "libm.so.6",
    "vgg19.safetensors", "gegl-0.4", "babl-0.1", "gdb", "sh", "convert",
  ]

  /// The calls that `impasto` and its children make, without a home, in a folder of traps.
  private func traced(_ arguments: String, in folder: String) throws -> [Call] {
    for name in traps { try Data("a trap".utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
    let outcome = try Command.shell(
      "env -u HOME -u XDG_CACHE_HOME -u XDG_DATA_HOME strace -f -qq -s 4096 -e trace=%file,%network -o '\(folder)/log' "
        + "\"$impasto\" \(arguments)", in: folder)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let lines = try String(contentsOfFile: folder + "/log", encoding: .utf8).split(separator: "\n")
    return lines.compactMap { Call($0) }
  }

  private func isOfTheSystem(_ path: String) -> Bool {
    ["/usr/", "/lib", "/etc/", "/proc/", "/sys/", "/dev/", "/bin/"].contains { path.hasPrefix($0) }
  }

  @Test(arguments: ["HOME=", "HOME=. XDG_DATA_HOME=. XDG_CACHE_HOME=. XDG_CONFIG_HOME=."])
  func `a home in the current folder is none`(environment: String) throws {
    try withFolder { folder in
      // GEGL loads every library in there.
      let plugIns = [".local/share/gegl-0.4/plug-ins", "gegl-0.4/plug-ins"].map { "\(folder)/\($0)" }
      for plugIn in plugIns {
        try FileManager.default.createDirectory(atPath: plugIn, withIntermediateDirectories: true)
        try Data("a trap".utf8).write(to: URL(filePath: plugIn + "/trap.so"))
      }
      let content = ExamplePicture.file("wide.png")
      let outcome = try Command.shell(
        "env \(environment) strace -f -qq -e trace=%file -o log \"$impasto\" '\(content)' --style '\(content)' "
          + "--output out.png --size 16 --iterations 1", in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let log = try String(contentsOfFile: folder + "/log", encoding: .utf8)
      #expect(log.contains("gegl-0.4") && !log.contains("trap.so"))
      #expect(!FileManager.default.fileExists(atPath: folder + "/.cache"))
    }
  }

  @Test(arguments: ["png", "jpg", "tif", "webp"])
  func `only what was named is read and written, nothing is run, nobody is called`(ending: String) throws {
    try withFolder { folder in
      for (name, example) in [("content", "wide"), ("style", "rgb")] {
        try FileManager.default.copyItem(
          atPath: ExamplePicture.file("\(example).\(ending)"), toPath: "\(folder)/\(name)")
      }
      let calls = try traced(
        "content --style ./style --output out.\(ending) --size 16 --iterations 1", in: folder)
      #expect(calls.count > 500)

      // One program, and no way out of the machine.
      #expect(calls.filter { $0.name.hasPrefix("exec") }.count == 1)
      for call in calls where ["socket", "connect", "bind", "sendto"].contains(call.name) {
        #expect(call.arguments.contains("AF_UNIX"), "\(call)")
      }

      // Nothing in the folder but what the arguments name and what becomes the painting; nothing at all, not even
      // looked for, where everybody may write.
      for call in calls where ["open", "openat", "execve", "creat", "rename", "linkat", "mkdir"].contains(call.name) {
        let path = call.path.replacing("\(folder)/", with: "").replacing(/^\.\//, with: "")
        if path.hasPrefix("/") {
          let isPublic = ["/tmp/", "/var/tmp/", "/dev/shm/"].contains { path.hasPrefix($0) }
          #expect(!isPublic || path.hasPrefix(RepositoryFile.root + "/"), "\(call)")
        } else if call.isDone && !path.isEmpty && path != "." {
          let isPainting = path == "out.\(ending)" || path.hasPrefix(".out.\(ending).")
          #expect(["content", "style"].contains(path) || isPainting, "\(call)")
        }
      }

      // Files are made new, without a name or under one that nobody can know beforehand, and then get their own.
      let made = calls.filter { $0.arguments.contains(/O_CREAT|O_TMPFILE/) && $0.isDone && !isOfTheSystem($0.path) }
      #expect(!made.isEmpty)
      for call in made where !call.arguments.contains("O_TMPFILE") {
        #expect(call.arguments.contains("O_EXCL"), "\(call)")
        #expect(call.path.firstMatch(of: /\/\.out\.\w+\.[0-9a-f]{16}$/) != nil, "\(call)")
      }
      let named = calls.filter { $0.isDone && $0.name.contains(/link|rename/) }
      #expect(named.contains { $0.arguments.contains("\"out.\(ending)\"") })
      #expect(contents(of: folder) == (traps + ["content", "style", "log", "out.\(ending)"]).sorted())
    }
  }

  /// A profile with a curve of two thousand million points, for which babl asks more memory than there is, and gives up
  /// by way of a shell, a file in /tmp and a debugger.
  @Test func `a profile that breaks its reader starts no program`() throws {
    try withFolder { folder in
      let picture = RepositoryFile.root + "/Tests/Corpus/pictures/profile-of-a-huge-curve.png"
      let outcome = try Command.shell(
        "strace -f -qq -e trace=execve -o log \"$impasto\" '\(picture)' --style '\(picture)' --output out.png",
        in: folder)
      #expect(outcome.status == 65 && outcome.errors.contains("is damaged; a whole PNG file was expected."))
      let log = try String(contentsOfFile: folder + "/log", encoding: .utf8)
      #expect(log.split(separator: "\n").filter { $0.hasSuffix(" = 0") && $0.contains("execve(") }.count == 1, "\(log)")
    }
  }
}
