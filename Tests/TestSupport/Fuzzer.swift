import Foundation

/// Seeded damage to what comes from outside, for a second, or as long as IMPASTO_FUZZ_SECONDS says.
///
/// What led to something new, as the test tells it in words, joins the inputs that are damaged further: so damage piles
/// up where it matters. With IMPASTO_FUZZ_KEEP such inputs are also kept in Tests/Corpus/NAME, where every run begins.
/// IMPASTO_FUZZ_SEED gives other damage. The input in hand lies in the folder of temporary files as impasto-fuzz-NAME
/// and what nobody can guess, while it is tried: after a crash, that is the one.
package struct Fuzzer {
  private let name: String
  private let tokens: [[UInt8]]
  private let longest: Int
  private let corpus: String
  private let isKeeping: Bool
  private var inputs: [[UInt8]]
  private let known: [[UInt8]]
  private var outcomes: Set<String> = []
  private var generator: SeededGenerator

  /// More than one second, if the environment says so.
  package static var seconds: Double {
    ProcessInfo.processInfo.environment["IMPASTO_FUZZ_SECONDS"].flatMap(Double.init) ?? 1
  }

  /// Damages the corpus, which must be there, and `seeds`; `tokens` are words that are put in here and there; nothing
  /// grows beyond `longest` bytes.
  package init(_ name: String, seeds: [[UInt8]], tokens: [String] = [], longest: Int) throws {
    let environment = ProcessInfo.processInfo.environment
    self.name = name
    self.tokens = tokens.map { Array($0.utf8) }
    self.longest = longest
    corpus = RepositoryFile.root + "/Tests/Corpus/" + name
    isKeeping = environment["IMPASTO_FUZZ_KEEP"] != nil
    generator = SeededGenerator(seed: environment["IMPASTO_FUZZ_SEED"].flatMap(UInt64.init) ?? 2014)
    let corpus = corpus
    known = try contents(of: corpus).map { [UInt8](try Data(contentsOf: URL(filePath: "\(corpus)/\($0)"))) }
    inputs = known + seeds
  }

  /// Tries the corpus as it is, then damaged inputs until the time is up, at least `rounds` of them. `attempt` says in
  /// a few words what came of one. How many were tried.
  @discardableResult
  package mutating func run(rounds: Int, _ attempt: ([UInt8]) throws -> String) throws -> Int {
    let inHand = FileManager.default.temporaryDirectory.appending(path: "impasto-fuzz-\(name)-\(UUID())")
    defer { try? FileManager.default.removeItem(at: inHand) }
    for input in known {
      try Data(input).write(to: inHand)
      outcomes.insert(try attempt(input))
    }
    let end = Date(timeIntervalSinceNow: Self.seconds)
    var tried = 0
    while tried < rounds || Date() < end {
      let input = damaged()
      try Data(input).write(to: inHand)
      if outcomes.insert(try attempt(input)).inserted {
        inputs.append(input)
        if isKeeping { try keep(input) }
      }
      tried += 1
    }
    return tried
  }

  private func keep(_ input: [UInt8]) throws {
    try FileManager.default.createDirectory(atPath: corpus, withIntermediateDirectories: true)
    let hash = input.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }  // FNV-1a
    try Data(input).write(to: URL(filePath: "\(corpus)/\(String(hash, radix: 16))"))
  }

  /// One of the inputs, with a few bytes changed, removed, doubled, put in or cut off; for the most part near its
  /// beginning, where files say what they are.
  private mutating func damaged() -> [UInt8] {
    var bytes = inputs.randomElement(using: &generator) ?? []
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let reach = Bool.random(using: &generator) ? min(bytes.count, 700) : bytes.count
      let place = Int.random(in: 0...reach, using: &generator)
      damage(&bytes, at: place)
    }
    return Array(bytes.prefix(longest))
  }

  private mutating func damage(_ bytes: inout [UInt8], at place: Int) {
    let rest = bytes.count - place
    switch Int.random(in: 0..<9, using: &generator) {
    case 0 where rest > 0: bytes[place] = .random(in: 0...255, using: &generator)
    case 1 where rest > 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 2 where rest > 0:
      bytes.removeSubrange(place..<place + min(rest, .random(in: 1...8, using: &generator)))
    case 3: bytes.insert(contentsOf: bytes[place...].prefix(.random(in: 1...32, using: &generator)), at: place)
    case 4 where rest >= 4:
      let number: UInt32 = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff].randomElement(using: &generator) ?? 0
      let order = Bool.random(using: &generator) ? number : number.byteSwapped
      withUnsafeBytes(of: order) { bytes.replaceSubrange(place..<place + 4, with: $0) }
    case 5: bytes.insert(contentsOf: tokens.randomElement(using: &generator) ?? [0], at: place)
    case 6:
      let other = inputs.randomElement(using: &generator) ?? []
      bytes.replaceSubrange(place..., with: other.dropFirst(place))
    case 7 where place > bytes.count / 2: bytes.removeLast(rest)
    case 8 where rest > 0:
      bytes[place] = Array("{}[]:,\"\\0123456789-eu".utf8).randomElement(using: &generator) ?? 0
    default: break
    }
  }
}
