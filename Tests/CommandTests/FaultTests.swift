import CPictureFiles
import Foundation
import TestSupport
import Testing

/// What happens to a machine while it paints, and machines that are unlike the one this was written on.
@Suite struct FaultTests {
  private let photograph = ExamplePicture.file("rgb.png")
  private let style = ExamplePicture.file("gray.png")
  private let quick = ["--size", "32", "--iterations", "2"]

  private func isWhole(_ path: String) -> Bool { PictureFile.load(path).answer.result == PICTURE_FILES_OK }

  /// The painting that these arguments and this environment give.
  private func painted(
    in folder: String, _ more: [String] = [], environment: [String: String] = [:]
  ) throws -> PictureFile {
    let outcome = try Command.run(
      [photograph, "--style", style, "--output", "out.png"] + quick + more, in: folder, environment: environment)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return PictureFile.load(folder + "/out.png").picture
  }

  /// IMPASTO_KILLS says how many: ten unless it does, as each takes a second; a hundred by hand.
  @Test func `killed at any moment, it leaves the old file or a new one, whole, and nothing else`() throws {
    let kills = ProcessInfo.processInfo.environment["IMPASTO_KILLS"].flatMap(Int.init) ?? 10
    var generator = SeededGenerator(seed: UInt64(kills))
    try withFolder { folder in
      let output = folder + "/out.png"
      func start() throws -> Command {
        let command = try Command(
          [
            photograph, "--style", style, "--output", "out.png", "--size", "16", "--iterations", "40", "--progress",
            "json",
          ], in: folder)
        try #require(getpgid(command.identifier) == command.identifier)
        return command
      }
      // How many lines of progress there are, and how long it is from the last of them to the end: the save.
      let lines = try start().wait().output.count { $0 == "\n" }
      let last = try start()
      last.waitForOutput(lines: lines)
      let save = try ContinuousClock().measure { _ = try last.wait() }
      var (whileItPainted, whileItSaved) = (0, 0)
      for round in 0..<kills {
        // Half of the paintings find a picture there; half are killed while they save; half together with their encoder.
        let (isThere, isSaving, isAlone) = (round & 1 == 0, round & 2 != 0, round & 4 == 0)
        try? FileManager.default.removeItem(atPath: output)
        if isThere { try FileManager.default.copyItem(atPath: style, toPath: output) }
        let command = try start()
        command.waitForOutput(lines: isSaving ? lines : .random(in: 1..<lines, using: &generator))
        // Spread over the save, the later rounds later.
        let moment = (Double(round) + .random(in: 0..<1, using: &generator)) / Double(kills)
        if isSaving { usleep(UInt32(moment * (save / .microseconds(1)))) }
        // The one beside it is its encoder.
        let count = processes(in: folder).count
        whileItPainted += count == 1 ? 1 : 0
        whileItSaved += count == 2 ? 1 : 0
        kill(isAlone ? command.identifier : -command.identifier, [SIGKILL, SIGTERM, SIGINT][round % 3])
        _ = try command.wait()
        // An encoder whose painting was killed finishes its file.
        for _ in 0..<200 where !processes(in: folder).isEmpty { usleep(50_000) }
        #expect(contents(of: folder) == ["out.png"] || (!isThere && contents(of: folder).isEmpty))
        #expect(!FileManager.default.fileExists(atPath: output) || isWhole(output))
      }
      #expect(whileItPainted > 0 && whileItSaved > 0, "\(whileItPainted) and \(whileItSaved) of \(kills)")
    }
  }

  /// As by a machine that runs out of memory, or a batch system that ends a job.
  @Test(arguments: [false, true])
  func `killed with its encoder, it leaves what was there and nothing else`(isThere: Bool) throws {
    try withFolder { folder in
      // Noise, so large that it takes half a second to encode.
      var generator = SeededGenerator(seed: 1)
      let noise = (0..<1600 * 1200 * 3).map { _ in Float.random(in: 0...1, using: &generator) }
      _ = PictureFile(width: 1600, height: 1200, pixels: noise).save(to: folder + "/content.png")
      if isThere { try FileManager.default.copyItem(atPath: style, toPath: folder + "/out.png") }
      let before = contents(of: folder)
      let command = try Command(
        ["content.png", "--style", style, "--output", "out.png", "--progress", "json"] + quick, in: folder)
      try #require(getpgid(command.identifier) == command.identifier)
      command.waitForOutput()
      while processes(in: folder).count == 1 { usleep(1000) }
      // The encoder is there. A file beside the output would be seen as soon as it has begun; there is none.
      for _ in 0..<50 where contents(of: folder) == before { usleep(1000) }
      try #require(processes(in: folder).count == 2)
      kill(-command.identifier, SIGKILL)
      #expect(try command.wait().status == SIGKILL)
      while !processes(in: folder).isEmpty { usleep(1000) }
      #expect(contents(of: folder) == before)
      if isThere { #expect(contentsEqual(style, folder + "/out.png")) }
    }
  }

  /// As by a machine that runs out of memory while a picture is decoded, or while its pixels are handed over: that says
  /// nothing against the picture.
  @Test(arguments: [false, true])
  func `a decoder that the system stops does not make a picture a damaged one`(isHalfway: Bool) throws {
    try withFolder { folder in
      let (width, height) = (4000, 3000)
      let flat = [Float](repeating: 0.5, count: width * height * 3)
      _ = PictureFile(width: width, height: height, pixels: flat).save(to: folder + "/content.png")
      // What starts it may have ignored the end of children, as services do.
      let arguments = "content.png --style '\(style)' --output out.png \(quick.joined(separator: " "))"
      let command = try Command(shell: "trap '' CHLD; exec \"$impasto\" \(arguments)", in: folder)
      var decoders: [pid_t] = []
      while decoders.isEmpty && command.isRunning {
        usleep(200)
        decoders = processes(in: folder).compactMap { pid_t($0) }.filter { $0 != command.identifier }
      }
      let before = megabytes(of: command.identifier)
      // A bit at a time, so that on a busy machine, too, it is not done before this is awake again.
      while isHalfway && megabytes(of: command.identifier) < before + 20 && command.isRunning {
        for decoder in decoders { kill(decoder, SIGCONT) }
        usleep(1000)
        for decoder in decoders { kill(decoder, SIGSTOP) }
      }
      for decoder in decoders { kill(decoder, SIGKILL) }
      let outcome = try command.wait()
      #expect(outcome.status == 66)
      #expect(
        outcome.errors.contains("content.png cannot be read: the system stopped its decoder"), "\(outcome.errors)")
      #expect(contents(of: folder) == ["content.png"])
    }
  }

  @Test func `a new file is as the user's mask has it, however little that lets its owner do`() throws {
    try withFolder { folder in
      let outcome = try Command.shell(
        "umask 0477; exec \"$impasto\" '\(photograph)' --style '\(style)' --output out.png \(quick.joined(separator: " "))",
        in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      var status = stat()
      #expect(stat(folder + "/out.png", &status) == 0 && status.st_mode & 0o777 == 0o200)
    }
  }

  /// As on NFS: the folder itself cannot be opened, which is how a file without a name is made.
  @Test(arguments: [false, true])
  func `a file system without files that have no name takes a painting too`(isThere: Bool) throws {
    try withFolder { folder in
      if isThere { try FileManager.default.copyItem(atPath: style, toPath: folder + "/out.png") }
      let outcome = try Command.shell(
        "strace -f -qq -P . -e signal=none -e trace=openat -e inject=openat:error=EOPNOTSUPP -o log \"$impasto\" '\(photograph)' "
          + "--style '\(style)' --output out.png \(quick.joined(separator: " "))", in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let log = try String(contentsOfFile: folder + "/log", encoding: .utf8)
      #expect(log.contains("O_TMPFILE"), "\(log)")
      #expect(log.split(separator: "\n").allSatisfy { $0.hasSuffix("(INJECTED)") }, "\(log)")
      #expect(contents(of: folder) == ["log", "out.png"])
      #expect(isWhole(folder + "/out.png") && !contentsEqual(style, folder + "/out.png"))
    }
  }

  @Test func `weights that are cut short while it paints do no harm`() throws {
    try withFolder { folder in
      let weights = folder + "/w.safetensors"
      try FileManager.default.copyItem(atPath: RepositoryFile.weights, toPath: weights)
      let command = try Command(
        [
          photograph, "--style", style, "--output", "out.png", "--size", "16", "--iterations", "1000000", "--schedule",
          "original", "--recipe", "gatys", "--progress", "json",
        ], in: folder, environment: ["IMPASTO_WEIGHTS": weights])
      command.waitForOutput()
      #expect(truncate(weights, 1000) == 0)
      usleep(200_000)
      kill(command.identifier, SIGTERM)
      #expect(try command.wait().status == 130)
      #expect(isWhole(folder + "/out.png"))
    }
  }

  /// Replaced in place, again and again, so that most readings meet a file that shrinks or grows.
  @Test func `weights that change while they are read are taken or refused`() throws {
    try withFolder { folder in
      let weights = folder + "/w.safetensors"
      let whole = try Data(contentsOf: URL(filePath: RepositoryFile.weights))
      try whole.write(to: URL(filePath: weights))
      let outcome = try Command.shell(
        """
        (while [ -e w.safetensors ]; do cat '\(RepositoryFile.weights)' > w.safetensors; done) & writer=$!
        for i in 1 2 3 4 5 6 7 8; do "$impasto" weights w.safetensors > /dev/null 2> err
          code=$?; echo $code; [ $code -eq 0 ] || grep -c w.safetensors err; done
        kill $writer
        """, in: folder)
      let answers = outcome.output.split(separator: "\n").map(String.init)
      #expect(answers.filter { $0 == "0" || $0 == "65" }.count == 8, "\(answers)")
      #expect(Set(answers).isSubset(of: ["0", "65", "1"]), "\(answers)")
    }
  }

  @Test(arguments: [["a.png", "b.png"], ["a.png", "a.png"]])
  func `two paintings at once do not disturb each other`(outputs: [String]) throws {
    try withFolder { folder in
      let both = try outputs.map {
        try Command(
          [photograph, "--style", style, "--output", $0, "--save-every", "1"] + quick, in: folder)
      }
      for command in both { #expect(try command.wait().status == 0) }
      #expect(contents(of: folder) == Set(outputs).sorted())
      for output in outputs { #expect(isWhole("\(folder)/\(output)")) }
    }
  }

  @Test func `a machine with one core paints the same picture`() throws {
    try withFolder { folder in
      let usual = try painted(in: folder)
      let outcome = try Command.shell(
        "taskset -c 0 \"$impasto\" '\(photograph)' --style '\(style)' --output one.png \(quick.joined(separator: " "))",
        in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(PictureFile.load(folder + "/one.png").picture.pixels == usual.pixels)
    }
  }

  /// The portable kernels, and the OpenBLAS of a processor of 2004: no AVX anywhere.
  @Test func `a machine without AVX paints nearly the same picture`() throws {
    try withFolder { folder in
      let usual = try painted(in: folder)
      let old = try painted(
        in: folder, environment: ["IMPASTO_CPU": "reference", "OPENBLAS_CORETYPE": "Prescott"])
      #expect(largestDifference(old.pixels, usual.pixels) < 0.02)
      let kernels = try Command.run(
        ["bench", "--size", "16", "--iterations", "1"], environment: ["IMPASTO_CPU": "reference"])
      #expect(try json(kernels.output)["kernels"] as? String == "reference")
    }
  }

  @Test func `numbers have points where the language has commas`() throws {
    try withFolder { folder in
      let build = try Command.shell("localedef -i de_DE -f UTF-8 ./de_DE.UTF-8", in: folder)
      let german = ["LC_ALL": "de_DE.UTF-8", "LOCPATH": folder, "LANGUAGE": "de"]
      let comma = try Command.shell("LC_ALL=de_DE.UTF-8 LOCPATH=. /usr/bin/printf %.1f 1,5", in: folder)
      try #require(comma.output == "1,5", "the locale was not made: \(build.errors)")
      let evaluate = [
        "evaluate", "--recipe", "gatys", "--content", photograph, "--style", style, "--image",
        ExamplePicture.file("rgb.tif"),
      ]
      let losses = try [german, [:]].map {
        try json(Command.run(evaluate, environment: $0).output)["loss"] as? Double ?? .nan
      }
      #expect(abs(losses[0] - losses[1]) <= 1e-4 * losses[1])
      let settings = ["--style", style + ":0.5", "--strength", "62.5", "--brush-size", "112.5", "--progress", "json"]
      let paintings = try [german, [:]].map { environment in
        let outcome = try Command.run(
          [photograph, "--output", "out.png"] + quick + settings, in: folder, environment: environment)
        #expect(outcome.status == 0, "\(outcome.errors)")
        for line in outcome.output.split(separator: "\n") { #expect(try json(line)["loss"] is Double) }
        return PictureFile.load(folder + "/out.png").picture
      }
      #expect(largestDifference(paintings[0].pixels, paintings[1].pixels) < 0.02)
      let estimate = try json(Command.run(["estimate", photograph], environment: german).output)
      #expect(estimate["seconds"] is Double, "\(estimate)")
    }
  }

  @Test(arguments: ["it's \"a\" $(touch x);`touch x`", "-n Gemälde – 絵 *?[a] %s%n\\"])
  func `every path may hold anything`(name: String) throws {
    try withFolder { folder in
      let place = "\(folder)/\(name)"
      let files = FileManager.default
      try files.createDirectory(atPath: place, withIntermediateDirectories: true)
      try files.copyItem(atPath: photograph, toPath: "\(place)/\(name).png")
      try files.copyItem(atPath: style, toPath: "\(place)/style \(name).png")
      try files.createSymbolicLink(atPath: "\(place)/\(name).safetensors", withDestinationPath: RepositoryFile.weights)
      let weights = ["IMPASTO_WEIGHTS": "\(place)/\(name).safetensors"]
      let (picture, painting) = ("\(place)/\(name).png", "\(place)/style \(name).png")
      let outcome = try Command.run(
        [picture, "--style", painting, "--output", "\(place)/out \(name).webp", "--init", painting] + quick, in: folder,
        environment: weights)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let evaluation = try Command.run(
        [
          "evaluate", "--recipe", "gatys", "--content", picture, "--style", picture, "--image", painting, "--gradient",
          "\(place)/\(name).npy",
        ], in: folder, environment: weights)
      #expect(evaluation.status == 0, "\(evaluation.errors)")
      #expect(try Command.run(["weights", "\(place)/\(name).safetensors"], in: folder).status == 0)
      #expect(try Command.run(["estimate", picture, "--style", painting], in: folder).status == 0)
      // From within, by relative names; one that begins with a dash follows two of them.
      let within = try Command.run(
        ["--style", "./style \(name).png", "--output", "./in \(name).tif"] + quick + ["--", "\(name).png"], in: place,
        environment: weights)
      #expect(within.status == 0, "\(within.errors)")
      #expect(contents(of: folder) == [name])
      let made = ["\(name).npy", "out \(name).webp", "in \(name).tif"]
      #expect(
        contents(of: place) == (made + ["\(name).png", "style \(name).png", "\(name).safetensors"]).sorted())
    }
  }

  /// /proc takes no files, not even from root.
  @Test func `a home that cannot be written to is no hindrance`() throws {
    try withFolder { folder in
      let home = ["HOME": "/proc", "XDG_CACHE_HOME": "/proc/cache", "XDG_DATA_HOME": "/proc/share"]
      _ = try painted(in: folder, environment: home)
      #expect(contents(of: folder) == ["out.png"])
    }
  }

  @Test func `the weights are found in GIMP's folder, wherever that is`() throws {
    try withFolder { folder in
      let plugin = folder + "/my GIMP/plug-ins/impasto"
      try FileManager.default.createDirectory(atPath: plugin, withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        atPath: plugin + "/vgg19.safetensors", withDestinationPath: RepositoryFile.weights)
      for gimp in [folder + "/my GIMP", "my GIMP"] {
        _ = try painted(in: folder, environment: ["IMPASTO_WEIGHTS": "", "HOME": folder, "GIMP2_DIRECTORY": gimp])
      }
    }
  }
}

private func contentsEqual(_ one: String, _ other: String) -> Bool {
  FileManager.default.contentsEqual(atPath: one, andPath: other)
}

/// The processes that have this folder for their working directory.
/// What a process has in memory; 0 when it is gone.
func megabytes(of process: pid_t) -> Int {
  let counts = try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8).split(separator: " ")
  let pages = counts?.dropFirst().first.flatMap { Int($0) } ?? 0
  return (pages * Int(sysconf(Int32(_SC_PAGESIZE)))) >> 20
}

func processes(in folder: String) -> [String] {
  contents(of: "/proc").filter { name in
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd")) == folder
  }
}
