import Foundation
import TestSupport
import Testing

/// The README's ways to paint a folder of pictures, as they stand there but for the size of the paintings.
@Suite struct ManyPicturesTests {
  private let names = ["a", "it's \"b\"", "c d", "text"]

  /// The indented lines of the README from the one that begins with `first`.
  private func readme(from first: String) throws -> String {
    let lines = try String(contentsOfFile: RepositoryFile.root + "/README.md", encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    let block = lines.drop { !$0.hasPrefix("    " + first) }.prefix { $0.hasPrefix("    ") }
    try #require(!block.isEmpty)
    return block.map { $0.dropFirst(4) }.joined(separator: "\n")
      .replacing("impasto {}", with: "\"$impasto\" {} --size 64 --iterations 2")
      .replacing("\nimpasto ", with: "\n\"$impasto\" --size 64 --iterations 2 ")
  }

  /// Photographs, the last of them only by its name, and the style.
  private func prepare(_ folder: String) throws {
    let files = FileManager.default
    try files.createDirectory(atPath: folder + "/photos", withIntermediateDirectories: true)
    for name in names {
      try files.copyItem(
        atPath: ExamplePicture.file(name == "text" ? "text.png" : "rgb.jpg"), toPath: "\(folder)/photos/\(name).jpg")
    }
    try files.copyItem(atPath: ExamplePicture.file("gray.png"), toPath: folder + "/great-wave.png")
  }

  private func paintings(in folder: String) -> [String] { contents(of: folder + "/painted") }

  @Test func `parallel paints all that can be painted, and goes on where it was`() throws {
    try withFolder { folder in
      try prepare(folder)
      let line = try readme(from: "mkdir -p painted")
      let good = names.dropLast().map { $0 + ".png" }.sorted()
      let first = try Command.shell(line, in: folder)
      #expect(first.status == 1)
      #expect(first.errors.contains("photos/text.jpg is not a picture"))
      #expect(paintings(in: folder) == good)
      let log = try String(contentsOfFile: folder + "/painted.log", encoding: .utf8).split(separator: "\n").dropFirst()
      let codes = log.compactMap { $0.split(separator: "\t").dropFirst(6).first }
      #expect(codes.sorted() == ["0", "0", "0", "65"])

      // Nothing is done twice: what is taken away does not come back.
      try FileManager.default.removeItem(atPath: folder + "/painted/a.png")
      _ = try Command.shell(line, in: folder)
      #expect(paintings(in: folder) == good.filter { $0 != "a.png" })

      // The one that failed is tried again when that is asked for.
      try Data(contentsOf: URL(filePath: ExamplePicture.file("rgb.jpg"))).write(
        to: URL(filePath: folder + "/photos/text.jpg"))
      #expect(try Command.shell(line.replacing("--resume", with: "--resume-failed"), in: folder).status == 0)
      #expect(paintings(in: folder).contains("text.png"))
    }
  }

  /// The machines are folders here: what stands in for ssh goes to the one that is named, as to a home, and runs there what
  /// it is told to, in the shell that sshd would name in SHELL. That it is this machine's `impasto` and its rsync on both
  /// sides is all that it takes from the truth.
  @Test func `parallel paints on other machines and brings back the paintings`() throws {
    try withFolder { folder in
      try prepare(folder)
      let machines = ["anna", "bert"].map { "\(folder)/machines/\($0)" }
      for machine in machines {
        try FileManager.default.createDirectory(atPath: machine, withIntermediateDirectories: true)
      }
      try Data(
        """
        #!/bin/sh
        cd "\(folder)/machines/$1" || exit 255
        shift
        [ "$1" != -- ] || shift
        export SHELL=/bin/sh
        exec "$SHELL" -c "$*"
        """.utf8
      ).write(to: URL(filePath: folder + "/ssh"))
      let line = try readme(from: "RSYNC_OLD_ARGS=1 parallel --sshlogin")
      let outcome = try Command.shell(
        "chmod +x ssh; export HOME='\(folder)' PARALLEL_SSH='\(folder)/ssh'; \(line)", in: folder)
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("photos/text.jpg is not a picture"))
      let good = names.dropLast().map { $0 + ".png" }.sorted()
      #expect(paintings(in: folder) == good, "\(outcome.errors)")
      // Painted over there, some on each.
      let shares = machines.map { paintings(in: $0) }
      #expect((shares[0] + shares[1]).sorted() == good)
      #expect(!shares[0].isEmpty && !shares[1].isEmpty)
    }
  }

  @Test func `a task of a Slurm array paints the picture of its line, once`() throws {
    try withFolder { folder in
      try prepare(folder)
      let script = try readme(from: "#!/bin/bash")
      try Data(script.utf8).write(to: URL(filePath: folder + "/job"))
      try Data(names.map { "photos/\($0).jpg\n" }.joined().utf8).write(to: URL(filePath: folder + "/photos.txt"))
      func task(_ number: Int) throws -> Command.Outcome {
        try Command.shell("SLURM_ARRAY_TASK_ID=\(number) SLURM_CPUS_PER_TASK=1 bash job", in: folder)
      }
      #expect(try task(2).status == 0)
      #expect(paintings(in: folder) == ["\(names[1]).png"])
      #expect(try task(4).status == 65)
      // More tasks than photographs do no harm.
      #expect(try task(5).status == 0)
      // A task that is stopped has not painted its picture.
      let slow = script.replacing("--iterations 2", with: "--iterations 1000000 --recipe gatys --schedule original")
      try Data(slow.utf8).write(to: URL(filePath: folder + "/slow"))
      _ = try Command.shell("SLURM_ARRAY_TASK_ID=3 SLURM_CPUS_PER_TASK=1 timeout 3 bash slow", in: folder)
      #expect(Set(paintings(in: folder)).subtracting([".c d.png"]) == ["\(names[1]).png"])
      #expect(try task(3).status == 0)
      #expect(paintings(in: folder) == ["c d.png", "\(names[1]).png"].sorted())
      // Painted already, so that not even a photograph is needed.
      try FileManager.default.removeItem(atPath: folder + "/photos/\(names[1]).jpg")
      #expect(try task(2).status == 0)
      #expect(paintings(in: folder) == ["c d.png", "\(names[1]).png"].sorted())
    }
  }
}
