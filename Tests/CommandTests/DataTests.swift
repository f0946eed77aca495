import CPictureFiles
import Foundation
import TestSupport
import Testing

/// The subcommands that print data.
@Suite struct DataTests {
  private let images = RepositoryFile.root + "/Tests/Images/"

  private func evaluate(_ recipe: String, in folder: String, _ more: [String] = []) throws -> Command.Outcome {
    let file = ExamplePicture.file
    return try Command.run(
      [
        "evaluate", "--recipe", recipe, "--content", file("rgb.png"), "--style", file("gray.png"), "--image",
        file("wide.png"),
      ] + more, in: folder)
  }

  @Test(arguments: [
    ("gatys", "conv4_2", false), ("eager", "conv5_2", false), ("keras", "conv5_2", true),
    ("johnson", "conv4_2", true),
  ])
  func `evaluate prints the terms that add up to the loss`(recipe: String, content: String, varies: Bool) throws {
    let outcome = try evaluate(recipe, in: "/")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let object = try json(outcome.output)
    let terms = object["terms"] as? [String: Double] ?? [:]
    let styles = (1...5).map { "style conv\($0)_1" }
    #expect(Set(terms.keys) == Set(["content \(content)"] + styles + (varies ? ["variation"] : [])))
    let loss = object["loss"] as? Double ?? .nan
    #expect(abs(terms.values.reduce(0, +) - loss) <= 1e-9 * loss)
    #expect(loss > 0)
  }

  @Test func `evaluate takes the numbers in a file, not the colours`() throws {
    let file = ExamplePicture.file
    let losses = try ["rgb.png", "wide.png"].map { image in
      try Command.run([
        "evaluate", "--recipe", "gatys", "--content", file("rgb.png"), "--style", file("gray.png"), "--image",
        file(image),
      ]).output
    }
    #expect(losses[0] == losses[1])
  }

  @Test func `evaluate takes another pooling`() throws {
    let (most, mean) = try (
      json(evaluate("gatys", in: "/", ["--pool", "max"]).output),
      json(evaluate("gatys", in: "/", ["--pool", "average"]).output)
    )
    #expect(most["loss"] as? Double != mean["loss"] as? Double)
  }

  @Test func `evaluate gives the same numbers in little memory, and names the least`() throws {
    try withFolder { folder in
      for name in ["cat.png", "great-wave.png"] {
        let corner = PictureFile.load(images + name).picture.corner(width: 300, height: 220)
        try #require(corner.save(to: folder + "/" + name).result == PICTURE_FILES_OK)
      }
      func evaluate(memory: String) throws -> Command.Outcome {
        try Command.run(
          [
            "evaluate", "--recipe", "impasto", "--memory", memory, "--content", "cat.png", "--style", "great-wave.png",
            "--image", "cat.png",
          ], in: folder)
      }
      let refusal = try evaluate(memory: "100M")
      #expect(refusal.status == 64)
      let least = try #require(refusal.errors.firstMatch(of: /needs at least (\d+) MB of memory/)).output.1
      let (tiled, whole) = try (json(evaluate(memory: "\(least)M").output), json(evaluate(memory: "4G").output))
      let terms = tiled["terms"] as? [String: Double] ?? [:]
      // Three of content, five of style, variation and tone.
      #expect(terms.count == 10)
      // Worked out in tiles it is rounded otherwise; a smaller picture would need none.
      #expect(tiled["loss"] as? Double != whole["loss"] as? Double)
      for (name, value) in whole["terms"] as? [String: Double] ?? [:] {
        #expect(abs((terms[name] ?? .nan) - value) <= 1e-4 * value, "\(name)")
      }
    }
  }

  @Test func `evaluate writes the gradient for NumPy`() throws {
    try withFolder { folder in
      #expect(try evaluate("gatys", in: folder, ["--gradient", "g.npy"]).status == 0)
      #expect(contents(of: folder) == ["g.npy"])
      let file = try Data(contentsOf: URL(filePath: folder + "/g.npy"))
      #expect(file.prefix(8) == Data([0x93] + "NUMPY".utf8 + [1, 0]))
      let length = Int(file[8]) + 256 * Int(file[9])
      #expect((10 + length) % 64 == 0)
      let header = String(decoding: file[10..<10 + length], as: UTF8.self)
      #expect(header.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (16, 24, 3), }"))
      #expect(header.hasSuffix("\n"))
      let values = file.dropFirst(10 + length)
      #expect(values.count == 16 * 24 * 3 * 4)
      #expect(values.contains { $0 != 0 })
    }
  }

  @Test func `evaluate resizes nothing`() throws {
    try withFolder { folder in
      _ = PictureFile(width: 8, height: 30, pixels: [Float](repeating: 0.5, count: 720)).save(to: folder + "/small.png")
      let file = ExamplePicture.file
      for (content, style, image) in [
        (file("rgb.png"), file("gray.png"), images + "cat.png"), ("small.png", file("gray.png"), "small.png"),
        (file("rgb.png"), "small.png", file("rgb.png")),
      ] {
        let outcome = try Command.run(
          ["evaluate", "--recipe", "gatys", "--content", content, "--style", style, "--image", image], in: folder)
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("but must have"), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
      }
    }
  }

  @Test func `bench prints one object`() throws {
    let outcome = try Command.run(["bench", "--size", "32", "--iterations", "2", "--threads", "1"])
    #expect(outcome.status == 0)
    let object = try json(outcome.output)
    #expect(object["width"] as? Int == 32 && object["height"] as? Int == 32 && object["threads"] as? Int == 1)
    #expect(object["secondsPerIteration"] as? Double ?? 0 > 0)
    #expect(object["effectiveGflops"] as? Double ?? 0 > 0)
    #expect(object["peakResidentBytes"] as? Int ?? 0 > 1 << 20)
    #expect((object["cpu"] as? String)?.isEmpty == false)
    #expect(["avx512", "avx2", "reference"].contains(object["kernels"] as? String))
  }

  @Test func `estimate prints one object`() throws {
    let outcome = try Command.run(["estimate", images + "cat.png", "--size", "64"])
    #expect(outcome.status == 0)
    let object = try json(outcome.output)
    #expect(object["width"] as? Int == 64)
    #expect(object["height"] as? Int == 43)
    #expect(object["seconds"] as? Double ?? 0 > 0)
    #expect(object["bytes"] as? Int ?? 0 > 0)
    #expect(object["tiles"] as? Int == 1 && object["halo"] as? Int == 0 && object["passes"] as? Int == 1)
  }

  @Test func `estimate stands before a whole command line`() throws {
    for styles in [["a.png:2", "b.png", "c.png"], ["a.png"]] {
      let outcome = try Command.run(
        ["estimate", images + "cat.png"] + styles.flatMap { ["--style", $0] }
          + ["--output", "out.png", "--save-every", "5", "--progress", "json", "--size", "64"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try json(outcome.output)["bytes"] as? Double ?? 0 > 0)
    }
  }

  @Test func `evaluate writes beside a long name`() throws {
    try withFolder { folder in
      let name = String(repeating: "é", count: 125) + ".npy"
      let outcome = try evaluate("gatys", in: folder, ["--gradient", name])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(contents(of: folder) == [name])
    }
  }

  @Test func `weights says what is in the file`() throws {
    for arguments in [["weights"], ["weights", RepositoryFile.weights]] {
      let outcome = try Command.run(arguments)
      #expect(outcome.status == 0)
      let object = try json(outcome.output)
      #expect(object["architecture"] as? String == "vgg19")
      #expect((object["layers"] as? [String])?.contains("conv5_2") == true)
      #expect(object["channels"] as? String == "BGR")
    }
  }

  @Test(arguments: [["--help"], ["help", "evaluate"], ["--version"]])
  func `help goes to stdout`(arguments: [String]) throws {
    let outcome = try Command.run(arguments)
    #expect(outcome.status == 0)
    #expect(!outcome.output.isEmpty && outcome.errors.isEmpty)
  }

  @Test func `the version is the changelog's newest`() throws {
    let newest = try #require(try RepositoryFile.newestVersion())
    #expect(try Command.run(["--version"]).output == "\(newest)\n")
  }
}
