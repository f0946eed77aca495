import CPictureFiles
import Foundation
import TestSupport
import Testing

/// Small pictures painted for real.
@Suite struct PaintingTests {
  private let style = RepositoryFile.root + "/Tests/Images/great-wave.png"
  private let quick = ["--size", "64", "--iterations", "2"]

  private func paint(
    _ content: String, to output: String, in folder: String, _ more: [String] = []
  ) throws -> Command.Outcome {
    try Command.run([content, "--style", style, "--output", output] + quick + more, in: folder)
  }

  @Test(arguments: [
    ("rgb.png", "out.png"), ("rgba.png", "out.png"), ("rgba16.png", "out.png"), ("rgba16.tif", "out.tif"),
    ("wide.png", "out.png"), ("wide.tif", "out.tif"), ("wide.webp", "out.webp"), ("wide.jpg", "out.jpg"),
    ("rgba.webp", "out.webp"), ("gray.png", "out.png"),
  ])
  func `size, bits, alpha and profile are kept`(name: String, output: String) throws {
    try withFolder { folder in
      let content = PictureFile.load(ExamplePicture.file(name)).picture
      let outcome = try paint(ExamplePicture.file(name), to: output, in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.errors.isEmpty)
      #expect(outcome.output.isEmpty)
      let (answer, painting) = PictureFile.load("\(folder)/\(output)")
      #expect(answer.result == PICTURE_FILES_OK)
      #expect(painting.width == content.width && painting.height == content.height)
      #expect(painting.bits == content.bits)
      #expect((painting.alpha == nil) == (content.alpha == nil))
      #expect(largestDifference(painting.alpha ?? [], content.alpha ?? []) < 1e-4)
      if content.profile != nil { #expect(painting.profile == content.profile) }
      #expect(largestDifference(painting.pixels, content.pixels) > 0.02)
      #expect(contents(of: folder) == [output])
    }
  }

  @Test(arguments: [(1, 1), (20_000, 3), (3, 700), (15, 17)])
  func `a picture smaller than the network sees is painted all the same`(width: Int, height: Int) throws {
    try withFolder { folder in
      let pixels = (0..<width * height * 3).map { Float($0 % 97) / 97 }
      _ = PictureFile(width: width, height: height, pixels: pixels).save(to: folder + "/in.png")
      let outcome = try paint("in.png", to: "out.png", in: folder)
      #expect(outcome.status == 0)
      let painting = PictureFile.load(folder + "/out.png").picture
      #expect(painting.width == width && painting.height == height)
    }
  }

  /// Looked at again and again while it runs, with the file that it ends with.
  @Test(arguments: [[], ["--keep-colors"]])
  func `a large picture takes no more memory than was said`(options: [String]) throws {
    try withFolder { folder in
      let (width, height) = (3000, 2000)
      var pixels = [Float](repeating: 0, count: width * height * 3)
      for index in pixels.indices { pixels[index] = Float(index / 3 % 997) / 997 }
      _ = PictureFile(width: width, height: height, pixels: pixels).save(to: folder + "/in.png")
      let estimate = try json(Command.run(["estimate", "in.png"] + quick + options, in: folder).output)
      let said = try #require(estimate["bytes"] as? Int)
      let command = try Command(["in.png", "--style", style, "--output", "out.png"] + quick + options, in: folder)
      var peak = 0
      while command.isRunning {
        peak = max(peak, command.peakBytes ?? 0)
        usleep(2000)
      }
      #expect(try command.wait().status == 0)
      // What the process holds before it begins differs from run to run; a picture of this size takes 72 MB.
      #expect(peak > 12 * width * height && peak <= said + (16 << 20))
    }
  }

  @Test func `a style that is the photograph is allowed, with a remark`() throws {
    try withFolder { folder in
      let photograph = ExamplePicture.file("rgb.png")
      let outcome = try Command.run([photograph, "--style", photograph, "--output", "out.png"] + quick, in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.errors == "impasto: \(photograph) is the photograph itself: the painting will look like it.\n")
      #expect(contents(of: folder) == ["out.png"])
    }
  }

  @Test func `a start of another size is brought to the photograph's`() throws {
    try withFolder { folder in
      let outcome = try paint(ExamplePicture.file("rgb.png"), to: "out.png", in: folder, ["--init", style])
      #expect(outcome.status == 0)
      #expect(outcome.errors.contains("great-wave.png is 659x444: it is brought to the photograph's 24x16."))
    }
  }

  @Test func `a colon may be part of a name`() throws {
    try withFolder { folder in
      for name in ["a:2", "b"] {
        try FileManager.default.copyItem(atPath: ExamplePicture.file("rgb.tif"), toPath: "\(folder)/\(name)")
      }
      for style in ["a:2", "a:2:0.5", "b:3"] {
        let outcome = try Command.run(
          [ExamplePicture.file("rgb.png"), "--style", style, "--output", "out.png"] + quick, in: folder)
        #expect(outcome.status == 0, "\(style): \(outcome.errors)")
      }
    }
  }

  @Test func `weights of styles and the seed do as they say`() throws {
    try withFolder { folder in
      func painted(_ more: [String]) throws -> PictureFile {
        let outcome = try paint(ExamplePicture.file("rgb.png"), to: "out.png", in: folder, more)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return PictureFile.load(folder + "/out.png").picture
      }
      let second = ["--style", ExamplePicture.file("gray.png")]
      let alone = try painted([])
      #expect(try painted([]) == alone)
      #expect(try painted(["--seed", "7", "--threads", "1", "--memory", "1GiB"]) == alone)
      let half = try painted(second)
      #expect(half != alone)
      let hardly = try painted([second[0], second[1] + ":1e-6"])
      #expect(largestDifference(hardly.pixels, alone.pixels) < 0.1 * largestDifference(half.pixels, alone.pixels))
      #expect(try painted(["--strength", "90"]) != alone)
      #expect(try painted(["--keep-colors"]) != alone)
      #expect(try painted(["--recipe", "johnson", "--schedule", "original"]) != alone)
    }
  }

  @Test func `progress in JSON is a line for each iteration`() throws {
    try withFolder { folder in
      let outcome = try paint(ExamplePicture.file("rgb.png"), to: "out.png", in: folder, ["--progress", "json"])
      let lines = try outcome.output.split(separator: "\n").map(json)
      #expect(lines.count >= 2)
      let fractions = lines.compactMap { $0["fraction"] as? Double }
      #expect(fractions.count == lines.count)
      #expect(fractions == fractions.sorted())
      #expect(fractions.last == 1)
      let names = ["fraction", "height", "iteration", "iterations", "loss", "scale", "scales", "secondsLeft", "width"]
      for line in lines { #expect(line.keys.sorted() == names) }
      #expect(lines.last?["width"] as? Int == 24)
      #expect(lines.last?["height"] as? Int == 16)
      #expect(outcome.errors.isEmpty)
    }
  }

  @Test func `without a terminal there is no bar`() throws {
    try withFolder { folder in
      let outcome = try paint(ExamplePicture.file("rgb.png"), to: "out.png", in: folder, ["--progress", "bar"])
      #expect(outcome.status == 0)
      #expect(outcome.errors.isEmpty && outcome.output.isEmpty)
    }
  }
}
