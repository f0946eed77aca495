import Foundation
import TestSupport
import Testing

/// Everything that must be refused, in one table: the exit status, a sentence that names what was wrong, and nothing
/// written, not even half.
@Suite struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let what: String
    let arguments: [String]
    let status: Int32
    let sentence: String
    var weights: String?

    var testDescription: String { what }
  }

  /// A painting that would do but for `changed`, which come last and so win.
  private static func paint(
    _ what: String, content: String = file("rgb.png"), style: String = file("rgb.tif"), output: String = "out.png",
    with changed: [String] = [], _ status: Int32, _ sentence: String, weights: String? = nil
  ) -> Case {
    Case(
      what: what, arguments: [content, "--style", style, "--output", output, "--iterations", "1"] + changed,
      status: status, sentence: sentence, weights: weights)
  }

  private static func file(_ name: String) -> String { ExamplePicture.file(name) }

  private static func evaluate(
    _ what: String, content: String = "rgb.png", style: String = "rgb.tif", image: String = "rgb.webp",
    with changed: [String] = [], _ status: Int32, _ sentence: String
  ) -> Case {
    Case(
      what: what,
      arguments: [
        "evaluate", "--recipe", "gatys", "--content", file(content), "--style", file(style), "--image", file(image),
      ] + changed, status: status, sentence: sentence)
  }

  static let usage = [
    Case(what: "no arguments", arguments: [], status: 64, sentence: "Missing expected argument"),
    Case(what: "no style", arguments: ["a.png", "--output", "out.png"], status: 64, sentence: "--style"),
    Case(what: "no output", arguments: ["a.png", "--style", "b.png"], status: 64, sentence: "--output"),
    paint("an unknown option", with: ["--strenght", "3"], 64, "--strenght"),
    paint("an unknown recipe", with: ["--recipe", "rembrandt"], 64, "'rembrandt' is invalid for '--recipe"),
    paint("an unknown schedule", with: ["--schedule", "slow"], 64, "'slow' is invalid for '--schedule"),
    paint("an unknown way to show progress", with: ["--progress", "pie"], 64, "'pie' is invalid for '--progress"),
    paint("strength 200", with: ["--strength", "200"], 64, "the strength is 200.0, but must be from 0.0 to 100.0."),
    paint("strength below 0", with: ["--strength=-1"], 64, "the strength is -1.0, but must be from 0.0 to 100.0."),
    paint("strength NaN", with: ["--strength", "nan"], 64, "the strength is nan, but must be from 0.0 to 100.0."),
    paint("brush size 1000", with: ["--brush-size", "1000"], 64, "the brush size is 1000.0, but must be from"),
    paint("size 0", with: ["--size", "0"], 64, "the working size is 0, but must be from 16"),
    paint("size below 0", with: ["--size=-5"], 64, "the working size is -5, but must be from 16"),
    paint("a size in words", with: ["--size", "large"], 64, "'large' is invalid for '--size"),
    paint("no iterations", with: ["--iterations", "0"], 64, "the number of iterations is 0, but must be from 1"),
    paint("no threads", with: ["--threads", "0"], 64, "the number of threads is 0, but must be from 1"),
    paint("hardly any memory", with: ["--memory", "1K"], 64, "the memory is 1024, but must be from"),
    paint("memory in odd units", with: ["--memory", "2X"], 64, "'2X' is invalid for '--memory"),
    paint("a seed below 0", with: ["--seed", "-1"], 64, "a whole number from 0 to 18446744073709551615 was expected."),
    paint("strength -1", with: ["--strength", "-1"], 64, "the strength is -1.0, but must be from 0.0 to 100.0."),
    paint("size -5", with: ["--size", "-5"], 64, "the working size is -5, but must be from 16"),
    paint("threads -1", with: ["--threads", "-1"], 64, "the number of threads is -1, but must be from 1"),
    paint(
      "snapshots every -2 iterations", with: ["--save-every", "-2"], 64, "--save-every is -2, but must be 1 or more."),
    paint("memory in half a unit", with: ["--memory", "2iB"], 64, "'2iB' is invalid for '--memory"),
    paint("hardly any memory, in words", with: ["--memory", "1kib"], 64, "the memory is 1024, but must be from"),
    paint(
      "an original schedule of our own recipe", with: ["--schedule", "original"], 64, "the recipe impasto was not"),
    paint("a photograph without a name", content: "", 64, "the photograph is empty, but must be the path of a file."),
    paint("a style without a name", style: "", 64, "--style is empty, but must be the path of a file."),
    paint("an output without a name", output: "", 64, "--output is empty, but must be the path of a file."),
    paint("a start without a name", with: ["--init", ""], 64, "--init is empty, but must be the path of a file."),
    Case(what: "weights without a name", arguments: ["weights", ""], status: 64, sentence: "the file is empty, but"),
    paint(
      "snapshots every 0 iterations", with: ["--save-every", "0"], 64, "--save-every is 0, but must be 1 or more."),
    paint("a style of no weight", style: file("rgb.tif:0"), 64, "rgb.tif is 0.0, but must be from"),
    Case(
      what: "bench of size 0", arguments: ["bench", "--size", "0"], status: 64, sentence: "--size is 0, but must be"),
    Case(
      what: "an estimate at strength 101", arguments: ["estimate", "a.png", "--strength", "101"], status: 64,
      sentence: "the strength is 101.0"),
    Case(
      what: "an estimate of a style of no weight", arguments: ["estimate", "a.png", "--style", "b.png:0"], status: 64,
      sentence: "b.png is 0.0, but must be from"),
    evaluate("an unknown pooling", with: ["--pool", "median"], 64, "'median' is invalid for '--pool"),
  ]

  static let inputs = [
    paint("a missing photograph", content: "absent.png", 66, "absent.png cannot be opened: No such file or directory."),
    paint("a missing style", style: "absent.png", 66, "absent.png cannot be opened: No such file or directory."),
    paint(
      "a missing start", with: ["--init", "absent.png"], 66, "absent.png cannot be opened: No such file or directory."),
    paint("a folder for a photograph", content: "/", 66, "/ is a folder; a picture file was expected."),
    paint("a style whose name ends like a weight", style: "no:weight", 66, "no:weight cannot be opened"),
    paint("an empty file", content: file("empty.png"), 65, "empty.png is empty;"),
    paint("a text file called .png", content: file("text.png"), 65, "text.png is not a picture;"),
    paint("a text file as the style", style: file("text.png"), 65, "text.png is not a picture;"),
    paint("a truncated PNG", content: file("cut.png"), 65, "cut.png is cut short"),
    paint("a truncated JPEG", content: file("cut.jpg"), 65, "cut.jpg is cut short"),
    paint("a truncated TIFF", content: file("cut.tif"), 65, "cut.tif is cut short"),
    paint("a truncated WebP", content: file("cut.webp"), 65, "cut.webp is cut short"),
    paint("a damaged PNG", content: file("damaged.png"), 65, "damaged.png is damaged;"),
    paint("a JPEG that libjpeg would exit on", content: file("bad-table.jpg"), 65, "bad-table.jpg is damaged;"),
    paint("an animated GIF", content: file("animation.gif"), 65, "animation.gif is a GIF file"),
    paint("an animated PNG", content: file("animation.png"), 65, "animation.png is an animation"),
    paint("an animated WebP", content: file("animation.webp"), 65, "animation.webp is an animation"),
    paint("a CMYK TIFF", content: file("cmyk.tif"), 65, "cmyk.tif is a CMYK picture;"),
    paint("a header of four billion billion pixels", content: file("huge.png"), 65, "huge.png says it is 2147483647x"),
    evaluate("an image that is missing", image: "turned-not-at-all.png", 66, "turned-not-at-all.png cannot be opened"),
    evaluate(
      "an image of another size", image: "../great-wave.png", 65,
      "the image is 659x444, but must have the content picture's size 24x16"),
    Case(
      what: "a picture smaller than the network sees",
      arguments: [
        "evaluate", "--recipe", "gatys", "--content", "small.png", "--style", "small.png", "--image", "small.png",
      ],
      status: 65, sentence: "the content picture is 15x20, but must have at least 16 pixels a side"),
    paint("a truncated PNG as the style", style: file("cut.png"), 65, "cut.png is cut short"),
    paint("a truncated PNG as the start", with: ["--init", file("cut.png")], 65, "cut.png is cut short"),
    paint("a CMYK JPEG", content: file("cmyk.jpg"), 65, "cmyk.jpg is a CMYK picture;"),
  ]

  static let outputs = [
    paint(
      "a folder that does not exist", output: "absent/out.png", 73, "absent/out.png cannot be written: No such file"),
    paint(
      "a file for a folder", output: file("rgb.png") + "/out.png", 73, "/out.png cannot be written: Not a directory."),
    paint("a folder that cannot be written to", output: "/proc/out.png", 73, "/proc/out.png cannot be written"),
    paint("a name of no known kind", output: "out.bmp", 73, "out.bmp cannot be written: a name ending in .png"),
    paint("a device", output: "/dev/full", 73, "/dev/full cannot be written"),
    evaluate(
      "a gradient into no folder", with: ["--gradient", "absent/g.npy"], 73, "absent/g.npy cannot be written: No such"),
  ]

  static let weights = [
    paint("missing weights", 69, "absent.safetensors", weights: "absent.safetensors"),
    paint("empty weights", 65, "empty.safetensors", weights: "empty.safetensors"),
    paint("weights cut short", 65, "short.safetensors", weights: "short.safetensors"),
    paint("noise for weights", 65, "noise.safetensors", weights: "noise.safetensors"),
    paint("weights with a huge header", 65, "header.safetensors", weights: "header.safetensors"),
    Case(
      what: "weights of nothing", arguments: ["weights", "absent.safetensors"], status: 69,
      sentence: "absent.safetensors"),
    Case(what: "weights of a picture", arguments: ["weights", file("rgb.png")], status: 65, sentence: "rgb.png"),
  ]

  @Test(arguments: usage + inputs + outputs + weights)
  func `it is refused by name, and nothing is written`(bad: Case) throws {
    try withFolder { folder in
      if bad.weights != nil { try makeBadWeights(in: folder) }
      if bad.arguments.contains("small.png") {
        let small = PictureFile(width: 15, height: 20, pixels: [Float](repeating: 0.5, count: 900))
        #expect(small.save(to: folder + "/small.png").message.isEmpty)
      }
      let before = contents(of: folder)
      let environment = bad.weights.map { ["IMPASTO_WEIGHTS": "\(folder)/\($0)"] } ?? [:]
      let outcome = try Command.run(bad.arguments, in: folder, environment: environment)
      #expect(outcome.status == bad.status)
      #expect(outcome.errors.contains(bad.sentence), "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
      #expect(contents(of: folder) == before)
    }
  }

  @Test(arguments: ["png", "jpg", "tif", "webp"])
  func `a full disk is told, and leaves what was there`(ending: String) throws {
    try withFolder { folder in
      try Data("old".utf8).write(to: URL(filePath: "\(folder)/out.\(ending)"))
      // A block is 512 bytes: no file may grow beyond it, as no file could on a disk with one block left.
      let outcome = try Command.shell(
        "ulimit -f 1; exec \"$impasto\" '\(RepositoryFile.root)/Tests/Images/cat.png' --style '\(ExamplePicture.file("rgb.png"))' "
          + "--output out.\(ending) --size 16 --iterations 1", in: folder)
      #expect(outcome.status == 73)
      #expect(outcome.errors.contains("out.\(ending) cannot be written: File too large."), "\(outcome.errors)")
      #expect(contents(of: folder) == ["out.\(ending)"])
      #expect(try String(contentsOfFile: "\(folder)/out.\(ending)", encoding: .utf8) == "old")
    }
  }

  @Test func `a name that is not UTF-8 is refused, not repaired`() throws {
    try withFolder { folder in
      let outcome = try Command.shell(
        "\"$impasto\" '\(ExamplePicture.file("rgb.png"))' --style '\(ExamplePicture.file("rgb.tif"))' --size 16 "
          + "--iterations 1 --output \"$(printf 'caf\\351.png')\"", in: folder)
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains("the argument caf\u{fffd}.png is not valid UTF-8"), "\(outcome.errors)")
      let weights = try Command.shell(
        "IMPASTO_WEIGHTS=\"$(printf 'caf\\351')\" \"$impasto\" '\(ExamplePicture.file("rgb.png"))' "
          + "--style '\(ExamplePicture.file("rgb.tif"))' --size 16 --iterations 1 --output out.png", in: folder)
      #expect(weights.status == 64)
      #expect(weights.errors.contains("IMPASTO_WEIGHTS, caf\u{fffd}, is not valid UTF-8"), "\(weights.errors)")
      #expect(contents(of: folder).isEmpty)
    }
  }

  /// From too few for anything to enough; never is a good picture called damaged.
  @Test(arguments: 4...16)
  func `too few open files are told, or enough`(limit: Int) throws {
    try withFolder { folder in
      let outcome = try Command.shell(
        "ulimit -n \(limit); exec \"$impasto\" '\(ExamplePicture.file("rgb.png"))' --style '\(ExamplePicture.file("gray.jpg"))' "
          + "--output out.png --size 16 --iterations 1", in: folder)
      #expect([0, 66, 69, 73].contains(outcome.status), "\(outcome.status)")
      #expect(outcome.status == 0 || outcome.errors.contains("impasto: "), "\(outcome.errors)")
      #expect(!outcome.errors.contains("damaged"), "\(outcome.errors)")
      #expect(contents(of: folder) == (outcome.status == 0 ? ["out.png"] : []))
    }
  }

  /// From what is too little for the program's libraries to what is nearly enough for the picture.
  @Test(arguments: [300, 450, 600, 750, 900])
  func `too little memory is told, and leaves nothing`(megabytes: Int) throws {
    try withFolder { folder in
      try expectRefusal(of: RepositoryFile.root + "/Tests/Images/great-wave.png", in: folder, megabytes: megabytes)
    }
  }

  /// A picture that fits as it is decoded, and not a second time, as it is painted from.
  @Test(arguments: [820, 1000, 1200])
  func `too little memory for a large picture is told`(megabytes: Int) throws {
    try withFolder { folder in
      #expect(try Command.shell("convert -size 8000x6000 xc:gray large.png", in: folder).status == 0)
      try expectRefusal(of: "large.png", in: folder, megabytes: megabytes)
    }
  }

  private func expectRefusal(of photograph: String, in folder: String, megabytes: Int) throws {
    let before = contents(of: folder)
    let outcome = try Command.shell(
      "ulimit -v \(megabytes * 1000); exec \"$impasto\" '\(photograph)' --style '\(ExamplePicture.file("rgb.png"))' "
        + "--output out.png --size full --progress none", in: folder)
    #expect([64, 66, 69].contains(outcome.status), "\(outcome.status)")
    #expect(outcome.errors.contains("memory") || outcome.errors.contains("addresses"), "\(outcome.errors)")
    #expect(contents(of: folder) == before)
  }

  @Test func `names do not reach the terminal as commands to it`() throws {
    try withFolder { folder in
      let outcome = try Command.run(
        ["\u{1b}]0;owned\u{7}.png", "--style", "x.png", "--output", "out.png"], in: folder)
      #expect(outcome.status == 66)
      #expect(outcome.errors.contains("\u{fffd}]0;owned\u{fffd}.png"), "\(outcome.errors)")
    }
  }

  /// Each thread's share is asked for late, and where there is none OpenBLAS asks again for ever.
  @Test(arguments: [900, 1100, 1300, 1500, 1900])
  func `too little memory for many threads is told, or enough`(megabytes: Int) throws {
    try withFolder { folder in
      let outcome = try Command.shell(
        "ulimit -v \(megabytes * 1000); exec timeout -k 1 60 \"$impasto\" '\(ExamplePicture.file("rgb.png"))' "
          + "--style '\(ExamplePicture.file("gray.png"))' --output out.png --iterations 1 --threads 8", in: folder)
      #expect([0, 64].contains(outcome.status), "\(outcome.status)")
      #expect(outcome.status == 0 || outcome.errors.contains("memory"), "\(outcome.errors)")
      #expect(contents(of: folder) == (outcome.status == 0 ? ["out.png"] : []))
    }
  }

  @Test func `kernels that there are not are refused by name`() throws {
    let outcome = try Command.run(["bench"], environment: ["IMPASTO_CPU": "axv2"])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("IMPASTO_CPU is 'axv2', but must be avx512, avx2 or reference"))
    #expect(outcome.output.isEmpty)
  }

  @Test func `a style with nothing in it is refused by name`() throws {
    try withFolder { folder in
      var style = PictureFile(width: 20, height: 20, pixels: [Float](repeating: 0.5, count: 1200))
      style.alpha = [Float](repeating: 0, count: 400)
      _ = style.save(to: folder + "/clear.png")
      let outcome = try Command.run(
        [ExamplePicture.file("rgb.png"), "--style", "clear.png", "--output", "out.png"], in: folder)
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains("clear.png is wholly transparent"), "\(outcome.errors)")
      #expect(contents(of: folder) == ["clear.png"])
    }
  }

  /// Every table of the shipped weights grown beyond what a product of two layers can hold.
  @Test func `weights without a finite loss are refused by name`() throws {
    try withFolder { folder in
      var file = try Data(contentsOf: URL(filePath: RepositoryFile.weights))
      let length = file.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
      let header = try JSONSerialization.jsonObject(with: file[8..<8 + length]) as? [String: Any] ?? [:]
      let huge = withUnsafeBytes(of: Float(1e30).bitPattern.littleEndian) { Data($0) }
      for (name, tensor) in header where name.hasSuffix(".table") {
        let range = try #require((tensor as? [String: Any])?["data_offsets"] as? [Int])
        for entry in 0..<256 {
          let start = 8 + length + range[0] + 4 * entry
          file.replaceSubrange(start..<start + 4, with: huge)
        }
      }
      // The checksum of the numbers that were is not to be looked at.
      let checksum = try #require(file.range(of: Data("\"crc32\"".utf8)))
      file.replaceSubrange(checksum, with: Data("\"other\"".utf8))
      try file.write(to: URL(filePath: folder + "/huge.safetensors"))
      let paint = [ExamplePicture.file("rgb.png"), "--style", ExamplePicture.file("rgb.tif"), "--output", "out.png"]
      for arguments in [["weights", "huge.safetensors"], paint + ["--size", "16"]] {
        let outcome = try Command.run(arguments, in: folder, environment: ["IMPASTO_WEIGHTS": "huge.safetensors"])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("huge.safetensors: its numbers give a picture no finite loss"))
        #expect(outcome.output.isEmpty && contents(of: folder) == ["huge.safetensors"])
      }
    }
  }

  @Test(arguments: ["weights", "--help", "--version", "stylize --help", "--generate-completion-script bash"])
  func `results that cannot be printed are an error`(command: String) throws {
    let outcome = try Command.shell("\"$impasto\" \(command) > /dev/full", in: "/")
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains("stdout cannot be written to: No space left on device."))
  }

  private func makeBadWeights(in folder: String) throws {
    let whole = try Data(contentsOf: URL(filePath: RepositoryFile.weights))
    var generator = SeededGenerator(seed: 1)
    let noise = Data((0..<4096).map { _ in UInt8.random(in: 0...255, using: &generator) })
    for (name, data) in [
      ("empty", Data()), ("short", whole.prefix(whole.count * 3 / 4)), ("noise", noise),
      ("header", Data([255, 255, 255, 255, 255, 255, 255, 127]) + whole.dropFirst(8)),
    ] {
      try data.write(to: URL(filePath: "\(folder)/\(name).safetensors"))
    }
  }
}
