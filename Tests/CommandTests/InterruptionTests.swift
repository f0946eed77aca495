import CPictureFiles
import Foundation
import TestSupport
import Testing

/// Paintings that are stopped while they run.
@Suite struct InterruptionTests {
  /// Starts a painting that would take for ever, and returns when it has come to paint.
  private func startPainting(in folder: String, size: Int = 48, _ more: [String] = []) throws -> Command {
    let command = try Command(
      [
        RepositoryFile.root + "/Tests/Images/cat.png", "--style", ExamplePicture.file("rgb.png"), "--output", "out.png",
        "--size", "\(size)", "--iterations", "1000000", "--schedule", "original", "--recipe", "gatys",
        "--progress", "json",
      ] + more, in: folder)
    command.waitForOutput()
    return command
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `the first interrupt saves the painting as it stands`(signal: Int32) throws {
    try withFolder { folder in
      let command = try startPainting(in: folder)
      kill(command.identifier, signal)
      let outcome = try command.wait()
      #expect(outcome.status == 130)
      #expect(outcome.errors.contains("interrupted: out.png holds the painting as it stood after"))
      #expect(contents(of: folder) == ["out.png"])
      let (answer, painting) = PictureFile.load(folder + "/out.png")
      #expect(answer.result == PICTURE_FILES_OK)
      #expect(painting.width == 451 && painting.height == 300)
    }
  }

  /// As OpenBLAS does where the system has no threads for it.
  @Test func `what a library raises is nobody's wish`() throws {
    try withFolder { folder in
      typealias Raising = @convention(c) (pid_t, pid_t, CInt) -> CInt
      let tgkill = unsafeBitCast(try #require(dlsym(nil, "tgkill")), to: Raising.self)  // not among Swift's names
      let command = try startPainting(in: folder, size: 16, ["--threads", "1"])
      for _ in 0..<2 {
        #expect(tgkill(command.identifier, command.identifier, SIGINT) == 0)
        #expect(command.waitForOutput(lines: 30))
        #expect(!command.isPending(SIGINT))
      }
      kill(command.identifier, SIGINT)
      #expect(try command.wait().status == 130)
    }
  }

  @Test func `under nohup a terminal may go away`() throws {
    try withFolder { folder in
      let outcome = try Command.shell(
        "trap '' HUP; \"$impasto\" '\(ExamplePicture.file("rgb.png"))' --style '\(ExamplePicture.file("rgb.tif"))' "
          + "--output out.png --size 16 --iterations 40 & sleep 0.1; kill -HUP $!; wait $!", in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(contents(of: folder) == ["out.png"])
    }
  }

  @Test(arguments: [
    (">&-", Int32(0)), ("2>&-", 0), (">&- 2>&-", 0), ("<&- >&- 2>&-", 0), ("--progress json >&-", 73),
    ("--progress json >log", 73),
  ])
  func `a painting does without what it would print to`(streams: String, status: Int32) throws {
    try withFolder { folder in
      // No file may grow larger than this, which is enough for the painting and not for the log.
      let outcome = try Command.shell(
        "ulimit -f 8; \"$impasto\" '\(ExamplePicture.file("rgb.png"))' --style '\(ExamplePicture.file("gray.png"))' "
          + "--output out.png --size 16 --iterations 60 \(streams)", in: folder)
      #expect(outcome.status == status, "\(outcome.errors)")
      #expect(PictureFile.load(folder + "/out.png").answer.result == PICTURE_FILES_OK)
    }
  }

  @Test(arguments: [("| head -n 1; test -e out.png", Int32(0)), ("> /dev/full", 73)])
  func `a painting outlives who reads its progress`(reader: String, status: Int32) throws {
    try withFolder { folder in
      let outcome = try Command.shell(
        "\"$impasto\" '\(ExamplePicture.file("rgb.png"))' --style '\(ExamplePicture.file("gray.png"))' --output out.png "
          + "--size 16 --iterations 40 --progress json \(reader)", in: folder)
      #expect(outcome.status == status)
      #expect(
        outcome.errors.isEmpty || status == 73 && outcome.errors.contains("stdout cannot be written to: No space"))
      #expect(PictureFile.load(folder + "/out.png").answer.result == PICTURE_FILES_OK)
    }
  }

  @Test func `the second interrupt leaves at once`() throws {
    try withFolder { folder in
      // An iteration takes about a second: it is in the midst of one when the second comes.
      let command = try startPainting(in: folder, size: 451, ["--threads", "1"])
      kill(command.identifier, SIGINT)
      while command.isPending(SIGINT) { usleep(1000) }
      kill(command.identifier, SIGINT)
      let outcome = try command.wait()
      #expect(outcome.status == 130)
      #expect(!outcome.errors.contains("holds the painting"), "the second waited for what the first had begun")
      // What the first one began to save is there whole, or not at all.
      if contents(of: folder).contains("out.png") {
        #expect(PictureFile.load(folder + "/out.png").answer.result == PICTURE_FILES_OK)
      }
    }
  }

  @Test func `killed while it reads a picture, it leaves no process behind`() throws {
    try withFolder { folder in
      for delay in stride(from: 50_000, through: 950_000, by: 100_000) {
        let command = try Command(
          [RepositoryFile.root + "/Tests/Images/cat.png", "--style", "absent.png", "--output", "out.png"], in: folder)
        usleep(useconds_t(delay))
        kill(command.identifier, SIGKILL)
        _ = try command.wait()
      }
      var isAlone = false
      for _ in 0..<100 where !isAlone {
        usleep(100_000)
        isAlone = processes(in: folder).isEmpty
      }
      #expect(isAlone)
    }
  }

  @Test func `a snapshot is a whole file at any moment`() throws {
    try withFolder { folder in
      for round in 0..<4 {
        let command = try startPainting(in: folder, ["--save-every", "1"])
        usleep(useconds_t(700_000 + 130_000 * round))
        kill(command.identifier, SIGKILL)
        #expect(try command.wait().status == SIGKILL)
      }
      // An encoder whose painting was killed finishes its file.
      for _ in 0..<200 where !processes(in: folder).isEmpty { usleep(50_000) }
      #expect(contents(of: folder) == ["out.png"])
      #expect(PictureFile.load(folder + "/out.png").answer.result == PICTURE_FILES_OK)
    }
  }
}
