import Foundation
import TestSupport
import Testing

@testable import Network

/// Files that are not what they should be: each is refused in a sentence that names the file and what was expected.
@Suite struct WeightsDamageTests {
  struct Damage: CustomTestStringConvertible, Sendable {
    let name: String
    let sentence: String
    let bytes: @Sendable () -> [UInt8]
    var testDescription: String { name }

    init(_ name: String, _ sentence: String, _ bytes: @escaping @Sendable () -> [UInt8]) {
      (self.name, self.sentence, self.bytes) = (name, sentence, bytes)
    }

    /// A good file of plain numbers, conv1_1 and conv1_2, changed.
    static func plain(
      _ name: String, _ sentence: String, _ change: @escaping @Sendable (inout WeightsFixture) -> Void
    ) -> Self {
      Self(name, sentence) {
        var fixture = WeightsFixture.plain(outputs: [64, 64])
        change(&fixture)
        return fixture.bytes()
      }
    }

    /// A good file of codebooks, conv1_1 and conv1_2, changed.
    static func codebook(
      _ name: String, _ sentence: String, _ change: @escaping @Sendable (inout WeightsFixture) -> Void
    ) -> Self {
      Self(name, sentence) {
        var fixture = WeightsFixture.codebooks()
        change(&fixture)
        return fixture.bytes()
      }
    }

    /// A good file under another header.
    static func header(_ name: String, _ sentence: String, _ header: String) -> Self {
      Self(name, sentence) { WeightsFixture.plain(outputs: [64]).bytes(header: header) }
    }
  }

  static let noise: [UInt8] = {
    var generator = SeededGenerator(seed: 1)
    return (0..<4096).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }()

  static let files: [Damage] = [
    Damage("empty", "is empty (expected a safetensors file)") { [] },
    Damage("seven bytes", "is 7 bytes long (expected a safetensors file, which begins") { [0, 0, 0, 0, 0, 0, 0] },
    Damage("noise", "announces a header of") { noise },
    Damage("text", "announces a header of") { Array("this is no weight file, but a letter\n".utf8) },
    Damage("no header", "has a header that is not JSON (expected a value at its byte 0)") {
      [UInt8](repeating: 0, count: 64)
    },
    Damage("a huge header", "announces a header of 18446744073709551615 bytes") {
      WeightsFixture.plain(outputs: [64]).bytes(length: .max)
    },
    Damage("a header just too long", "announces a header of") {
      let file = WeightsFixture.plain(outputs: [64]).bytes()
      return WeightsFixture.plain(outputs: [64]).bytes(length: UInt64(file.count - 7))
    },
    Damage("a header longer than any", "announces a header of 16777217 bytes") {
      WeightsFixture.plain(outputs: [64]).bytes(header: String(repeating: " ", count: (16 << 20) + 1))
    },
    Damage("cut in the header", "announces a header of") {
      Array(WeightsFixture.plain(outputs: [64, 64]).bytes().prefix(100))
    },
    Damage("cut in the tensors", "(expected them within the") {
      Array(WeightsFixture.plain(outputs: [64, 64]).bytes().dropLast(1))
    },
    Damage("too long", "bytes of tensors (expected the") { WeightsFixture.plain(outputs: [64]).bytes() + [0] },

    .header("a header that is no object", "has a header that is no JSON object", "[]"),
    .header(
      "a header with a comma too many", "has a header that is not JSON (expected a string at its byte", "{\"a\":1,}"),
    .header("a header that goes on", "has a header that is not JSON (expected nothing more at its byte 3)", "{} {}"),
    .header("a name twice", "expected each name once, not \"a\" again", "{\"a\":1,\"a\":2}"),
    .header("deep nesting", "expected less nesting", String(repeating: "[", count: 100_000)),
    .header(
      "metadata that is no text", "has metadata \"scale\" that is not text", "{\"__metadata__\":{\"scale\":255}}"),
    .header("metadata that is no object", "has __metadata__ that is no JSON object", "{\"__metadata__\":\"vgg19\"}"),
    .header(
      "a tensor without offsets", "describes a badly (expected its dtype, shape and two data_offsets)",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}"),
    .header(
      "a negative offset", "describes a badly",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}"),
    .header(
      "an offset beyond counting", "describes a badly",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}}"),
    .header(
      "offsets the wrong way round", "places a at bytes 4 to 0",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}"),
    .header(
      "an offset beyond the file", "places a at bytes 0 to 4000000000000000000 (expected them within the 7168 bytes",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[1000000000000000000],\"data_offsets\":[0,4000000000000000000]}}"),
    .header(
      "a shape beyond counting", "gives a 4 bytes (expected far more for F32",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4294967296],\"data_offsets\":[0,4]}}"),
    .header(
      "a shape of other bytes", "gives a 4 bytes (expected 8 for F32 [2])",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}"),
    .header(
      "tensors that overlap", "places b at byte 4 (expected it at 8, where the last ended)",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
        + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}"),
    .header(
      "a gap between tensors", "places b at byte 8 (expected it at 4, where the last ended)",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}"),

    .plain("no layer of VGG", "names no convolution of VGG (expected conv1_1.weight") {
      for i in $0.tensors.indices { $0.tensors[i].name = "layer \(i)" }
    },
    .plain("a missing first layer", "lacks conv1_1 (expected every convolution of vgg16 up to the last one it has)") {
      $0.remove("conv1_1.weight")
    },
    .plain("a missing bias", "lacks conv1_2.bias (expected F32 or F16 [64])") { $0.remove("conv1_2.bias") },
    .plain("a wrong shape", "has conv1_1.weight as F32 [3, 64, 3, 3] (expected F32 or F16 [64, 3, 3, 3])") {
      $0["conv1_1.weight"].shape = [3, 64, 3, 3]
    },
    .plain("a shape of other dimensions", "has conv1_1.weight as F32 [64, 27] (expected") {
      $0["conv1_1.weight"].shape = [64, 27]
    },
    .plain("a wrong type", "has conv1_1.weight as I32 [64, 3, 3, 3] (expected F32 or F16 [64, 3, 3, 3])") {
      $0["conv1_1.weight"].type = "I32"
    },
    .plain("a weight that is no number", "holds a value in conv1_2.weight that is not a number or infinite") {
      $0["conv1_2.weight"].bytes.replaceSubrange(400..<404, with: WeightsFixture.floats([.nan]))
    },
    .plain("an infinite bias", "holds a value in conv1_2.bias that is not a number or infinite") {
      $0["conv1_2.bias"].bytes.replaceSubrange(252..<256, with: WeightsFixture.floats([-.infinity]))
    },
    Damage("a half that is no number", "holds a value in conv1_1.weight that is not a number or infinite") {
      var fixture = WeightsFixture.plain(outputs: [64], type: "F16")
      fixture["conv1_1.weight"].bytes.replaceSubrange(0..<2, with: WeightsFixture.halves([.infinity]))
      return fixture.bytes()
    },
    .plain("layers of another network", "names convolutions that vgg16 does not have (expected plain VGG-16") {
      $0.metadata = [("architecture", "vgg16")]
      for (name, like) in [("conv1_3", "conv1_2")] {
        let (weight, bias) = ($0["\(like).weight"], $0["\(like).bias"])
        $0.add("\(name).weight", weight.type, weight.shape, weight.bytes)
        $0.add("\(name).bias", bias.type, bias.shape, bias.bytes)
      }
    },
    Damage("batch normalization", "names convolutions that vgg19 does not have (expected plain VGG-16 or VGG-19") {
      var fixture = WeightsFixture.plain(outputs: [64, 64], names: ["features.0", "features.3"])
      fixture.add("features.1.weight", "F32", [64], [UInt8](repeating: 0, count: 256))
      return fixture.bytes()
    },
    .plain("an unknown architecture", "says its architecture is \"resnet50\" (expected vgg16 or vgg19)") {
      $0.metadata = [("architecture", "resnet50")]
    },
    .plain("half a preprocessing", "states channels, mean (expected channels, scale and mean, or none of them)") {
      $0.metadata = [("channels", "BGR"), ("mean", "1,2,3")]
    },
    .plain("unknown channels", "states channels \"YUV\" (expected RGB or BGR)") {
      $0.metadata = [("channels", "YUV"), ("scale", "1"), ("mean", "1,2,3")]
    },
    .plain("a mean of two", "states mean \"1,2\" (expected 3 numbers, with commas between)") {
      $0.metadata = [("channels", "RGB"), ("scale", "1"), ("mean", "1,2")]
    },
    .plain("a mean that is no number", "states mean \"1,nan,2\" (expected 3 numbers") {
      $0.metadata = [("channels", "RGB"), ("scale", "1"), ("mean", "1,nan,2")]
    },
    .plain("a scale of nothing", "states scale \"0\" (expected 1 positive number, with commas between)") {
      $0.metadata = [("channels", "RGB"), ("scale", "0"), ("mean", "1,2,3")]
    },
    .plain("a deviation of nothing", "states deviation \"1,0,1\" (expected 3 positive numbers") {
      $0.metadata = [("channels", "RGB"), ("scale", "1"), ("mean", "1,2,3"), ("deviation", "1,0,1")]
    },
    .plain("a checksum that is no number", "states crc32 \"no number\" (expected 8 hexadecimal digits)") {
      $0.metadata = [("crc32", "no number")]
    },
    .plain("a checksum of other tensors", "is damaged: the checksum of its tensors is ") {
      $0.metadata = [("crc32", "00000000")]
    },

    .codebook("a missing table", "lacks conv1_1.weight.table (expected F32 [256])") {
      $0.remove("conv1_1.weight.table")
    },
    .codebook("a short table", "has conv1_1.weight.table as F32 [255] (expected F32 [256])") {
      $0["conv1_1.weight.table"].shape = [255]
      $0["conv1_1.weight.table"].bytes.removeLast(4)
    },
    .codebook("a table that is no number", "holds a value in conv1_2.weight.table that is not a number or infinite") {
      $0["conv1_2.weight.table"].bytes.replaceSubrange(1020..<1024, with: WeightsFixture.floats([.nan]))
    },
    .codebook("an index of another type", "has conv1_1.weight.index as I8 [64, 3, 3, 3] (expected U8 [64, 3, 3, 3])") {
      $0["conv1_1.weight.index"].type = "I8"
    },
    .codebook("both forms", "has both conv1_1.weight and conv1_1.weight.index (expected one of them)") {
      $0.add("conv1_1.weight", "F32", [64, 3, 3, 3], [UInt8](repeating: 0, count: 64 * 27 * 4))
    },
  ]

  @Test(arguments: files)
  func isRefusedByName(damage: Damage) throws {
    let folder = try ScratchFolder()
    let path = try folder.write(damage.bytes(), as: "damaged weights.safetensors")
    let error = #expect(throws: WeightsError.self) { try Weights(contentsOf: path) }
    let description = error?.description ?? ""
    #expect(error?.kind == .damaged)
    #expect(description.hasPrefix("\(path): "))
    #expect(description.contains(damage.sentence), "\(description)")
    #expect(!description.contains("\n"))
  }

  @Test func whatIsNoFileIsRefused() throws {
    let folder = try ScratchFolder()
    let loop = "\(folder.path)/loop"
    try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
    let pipe = "\(folder.path)/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    let text = try folder.write(Array("text".utf8), as: "text")
    let cases: [(String, WeightsError.Kind, String)] = [
      ("\(folder.path)/none", .missing, "cannot be opened: No such file or directory (expected a safetensors file)"),
      ("\(text)/none", .missing, "cannot be opened: Not a directory (expected a safetensors file)"),
      ("", .missing, "cannot be opened: No such file or directory (expected a safetensors file)"),
      ("\(text)\0", .missing, "no file has a zero byte in its name"),
      (folder.path, .unreadable, "is a folder (expected a safetensors file)"),
      (pipe, .unreadable, "is not a regular file (expected a safetensors file)"),
      (loop, .unreadable, "cannot be opened: Too many levels of symbolic links (expected a safetensors file)"),
    ]
    for (path, kind, reason) in cases {
      #expect(throws: WeightsError(kind, path, reason)) { try Weights(contentsOf: path) }
    }
  }

  /// One bit anywhere in the numbers of the shipped file, which as an index is as good as any other.
  @Test func aBitOfTheShippedNumbersIsMissed() throws {
    let folder = try ScratchFolder()
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(checkout)/weights/vgg19.safetensors")))
    for place in [whole.count - 1, whole.count / 2, whole.count * 3 / 4] {
      var damaged = whole
      damaged[place] ^= 1
      let path = try folder.write(damaged)
      let error = #expect(throws: WeightsError.self) { try Weights(contentsOf: path) }
      #expect(error?.kind == .damaged)
      #expect(error?.reason.hasPrefix("is damaged: the checksum of its tensors is ") == true)
    }
  }

  /// Seeded damage anywhere: whatever is not refused is whole, and nothing crashes.
  @Test func mutationsAreRefusedOrHarmless() throws {
    let folder = try ScratchFolder()
    var fuzzer = try Fuzzer(
      "weights",
      seeds: [
        WeightsFixture.codebooks().bytes(), WeightsFixture.plain(outputs: [64]).bytes(),
        WeightsFixture.plain(outputs: [64], type: "F16", names: ["features.0"]).bytes(),
      ],
      tokens: [
        "\"__metadata__\":{\"scale\":\"1\"},", "\"mean\":\"1,2,3\",", "\"dtype\":\"F16\"", "\"shape\":[]", "\\ud800",
        "\\u0000", "18446744073709551616", "1e999", "-0", "[[[[[[[[", "{\"\":", "null", "true",
      ], longest: 60_000)
    var refused = 0
    let tried = try fuzzer.run(rounds: 1000) { bytes in
      let path = try folder.write(bytes)
      do throws(WeightsError) {
        let weights = try Weights(contentsOf: path)
        for layer in weights.layers {
          let kernel = weights.kernel(of: layer)
          let shape = [
            weights.architecture.outputChannels(of: layer), weights.architecture.inputChannels(of: layer), 9,
          ]
          #expect(kernel.count == shape.reduce(1, *))
          let sum = kernel.reduce(0, +)
          #expect(!sum.isNaN)
          #expect(weights.bias(of: layer).count == shape[0])
        }
        return "\(weights.layers.count) layers, \(weights.metadata.count) remarks, \(weights.preprocessing)"
      } catch {
        #expect(error.path == path)
        refused += 1
        // Sentences differ in the names and numbers of the file; what was expected is for the most part their kind.
        return error.reason.firstRange(of: " (expected").map { String(error.reason[$0.lowerBound...]) }?
          .filter { !$0.isNumber } ?? error.reason
      }
    }
    // Were nearly all refused, or nearly none, the mutations would not reach what they are to test.
    #expect((tried / 20...tried * 99 / 100).contains(refused), "\(refused) of \(tried) refused")
  }
}
