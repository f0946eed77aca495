import CImpasto
import Foundation
import Synchronization
import TestSupport
import Testing

/// Calls as no caller means them: any values, in any order, from several threads at once.
@Suite(.serialized) struct WildCallTests {
  /// Every call answers with one of its results and, unless it was OK, with a sentence; nothing crashes or hangs.
  @Test func anyCallsInAnyOrderAreAnswered() throws {
    // A byte for the call, a byte for the job, then what the call takes: see `Caller`.
    let good: [UInt8] =
      [0, 0] + [UInt8](repeating: 0, count: 20) + [1, 0, 2, 0, 0, 3, 0, 0, 5, 0, 1, 4, 0, 1, 6, 0, 0, 7, 0]
    var fuzzer = try Fuzzer("calls", seeds: [good, good + good.map { $0 == 0 ? 1 : $0 }], longest: 400)
    try fuzzer.run(rounds: 10) { bytes in
      let share = (bytes.count + 2) / 3
      let programs = (0..<3).map { Array(bytes.dropFirst($0 * share).prefix(share)) }
      // Half of the programs are one thread's, half three threads'.
      let callers = (bytes.first ?? 0) & 0x80 == 0 ? [Caller(bytes)] : programs.map(Caller.init)
      let jobs = Jobs()
      DispatchQueue.concurrentPerform(iterations: callers.count) { callers[$0].run(on: jobs) }
      for job in jobs.all { library.jobFree(job) }
      return Set(callers.flatMap(\.seen)).sorted().joined(separator: " ")
    }
  }
}

/// The jobs that several callers share, in four places.
private final class Jobs: Sendable {
  private let names = Mutex([Int](repeating: 0, count: 4))
  private let made = Mutex<[Int]>([])

  var all: [OpaquePointer] { made.withLock { $0 }.compactMap { OpaquePointer(bitPattern: $0) } }

  subscript(place: UInt8) -> OpaquePointer? {
    get { OpaquePointer(bitPattern: names.withLock { $0[Int(place & 3)] }) }
    set {
      let name = Int(bitPattern: newValue)
      names.withLock { $0[Int(place & 3)] = name }
      if name > 0 { made.withLock { $0.append(name) } }
    }
  }
}

/// Reads calls from bytes and makes them.
private final class Caller: @unchecked Sendable {  // each is used by one thread at a time
  private var bytes: ArraySlice<UInt8>
  private(set) var seen: Set<String> = []
  /// Room for the largest picture there is here, and to stand one to three bytes off.
  private let room = UnsafeMutableRawPointer.allocate(
    byteCount: 4 * (Caller.longestSide * Caller.longestSide * 3 + 1), alignment: 16)
  private let picturesRoom = UnsafeMutableRawPointer.allocate(
    byteCount: 4 * MemoryLayout<impasto_picture>.stride + 3, alignment: 16)

  private static let longestSide = 48
  /// No side that is allowed is longer than `longestSide`: the size is what the library has to believe.
  private static let sizes: [(Int32, Int32)] = [
    (40, 32), (1, 1), (48, 1), (1, 48), (16, 17), (48, 48), (0, 5), (5, -1), (.max, .max), (.min, 3), (524_289, 1),
    (524_288, 524_288),
  ]
  private static let doubles: [Double] = [
    50, 100, 0, 25, 400, -1, 100.5, .nan, .infinity, -.infinity, 1e308, .leastNonzeroMagnitude, -0.0,
  ]
  private static let integers: [Int32] = [0, 1, 2, 3, 16, 32, 48, 15, -1, 64, 32_768, 32_769, .min, .max]
  private static let memories: [Int64] = [0, 1 << 30, 64 << 20, 1, -1, .max, .min]
  private static let names: [[CChar]?] = [
    nil, text("impasto"), text("gatys"), text("johnson"), [0], text("oils"), [-1, -2, 0],
    text(String(repeating: "é", count: 3000)),
  ]
  private static let weights: [[CChar]?] = [
    text(RepositoryFile.weights), text("/"), [0], [-61, 40, 0], text("/nowhere"),
    text(RepositoryFile.root + "/Package.swift"),
  ]
  private static func text(_ string: String) -> [CChar] { string.utf8CString.map { $0 } }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes[...]
    let values: [Float] = [.nan, .infinity, -.infinity, 1e30, -5, 0.5, 0.25, 1, 0]
    let pattern = bytes.reduce(0) { $0 &+ Int($1) }
    for index in 0..<Self.longestSide * Self.longestSide * 3 + 1 {
      room.storeBytes(of: values[(index &* 7 &+ pattern) % values.count], toByteOffset: 4 * index, as: Float.self)
    }
  }

  deinit {
    room.deallocate()
    picturesRoom.deallocate()
  }

  func run(on jobs: Jobs) {
    while let code = bytes.popFirst() {
      let place = byte()
      let job = place < 0xf0 ? jobs[place] : OpaquePointer(bitPattern: -1 - Int(byte()))
      switch code % 9 {
      case 0: make(jobs, at: place)
      case 1: note("start") { library.jobStart(job, $0) }
      case 2: ask(job)
      case 3: note("preview") { library.jobPreview(job, somewhere(), $0) }
      case 4: note("stop") { library.jobStop(job, pick(Self.integers), $0) }
      case 5: note("wait") { library.jobWait(job, pick([0, 0.02, .nan, -0.0, 1e-300, 0.1]), $0) }
      case 6: note("result") { library.jobResult(job, somewhere(), $0) }
      case 7: library.jobFree(job)
      default: estimate()
      }
    }
  }

  private func byte() -> UInt8 { bytes.popFirst() ?? 0 }

  private func pick<Value>(_ values: [Value]) -> Value { values[Int(byte()) % values.count] }

  /// Makes a call, with room for its message or without, and looks at what it answers.
  private func note(_ name: String, _ call: (UnsafeMutablePointer<CChar>?) -> impasto_result) {
    guard byte() & 7 != 7 else {
      #expect((IMPASTO_OK...IMPASTO_FAILED).contains(call(nil)))
      return
    }
    var message = [CChar](repeating: 0x7f, count: Int(IMPASTO_MESSAGE_SIZE))
    let result = message.withUnsafeMutableBufferPointer { call($0.baseAddress) }
    #expect((IMPASTO_OK...IMPASTO_FAILED).contains(result))
    let sentence = String(validating: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    #expect(message.contains(0))
    #expect(result == IMPASTO_OK || sentence?.hasSuffix(".") == true || sentence?.hasSuffix("…") == true)
    seen.insert("\(name)\(result)")
  }

  /// Room for a picture, for the most part, at any address.
  private func somewhere() -> UnsafeMutablePointer<Float>? {
    let offset = byte()
    return offset == 0xff ? nil : (room + Int(offset & 3)).assumingMemoryBound(to: Float.self)
  }

  private func picture() -> impasto_picture {
    let (width, height) = pick(Self.sizes)
    let pixels = UnsafePointer(somewhere())
    let alpha = byte() & 3 == 3 ? UnsafePointer(somewhere()) : nil
    return impasto_picture(
      width: width, height: height, pixels: pixels, alpha: alpha, weight: pick([1, 2, 0, -1, .nan]))
  }

  /// Pictures at an address of any alignment.
  private func pictures(_ count: Int) -> UnsafePointer<impasto_picture>? {
    let start = picturesRoom + Int(byte() & 3)
    for index in 0..<count {
      withUnsafeBytes(of: picture()) {
        (start + index * MemoryLayout<impasto_picture>.stride).copyMemory(
          from: $0.baseAddress ?? UnsafeRawPointer(start), byteCount: $0.count)
      }
    }
    return byte() == 0xff ? nil : UnsafePointer(start.assumingMemoryBound(to: impasto_picture.self))
  }

  private func withOptions(_ body: (UnsafePointer<impasto_options>?) -> Void) {
    var options = impasto_options()
    library.optionsDefault(&options)
    // Short: what is not cut off by `stop` is to end soon all the same.
    options.iterations = pick([2, 1, 3, -5, .max])
    (options.strength, options.brush_size) = (pick(Self.doubles), pick([100] + Self.doubles))
    (options.working_size, options.seed) = (pick([32] + Self.integers), pick(Self.integers))
    (options.threads, options.memory) = (pick([1, 2, 0, 3, -1, .max]), pick(Self.memories))
    let flags = byte()
    (options.keep_colors, options.original_schedule) = (Int32(flags & 3), Int32(flags >> 2 & 3))
    let (name, path) = (pick(Self.names), pick(Self.weights))
    withText(name) { name in
      withText(path) { path in
        (options.recipe, options.weights) = (name, path)
        if flags == 0xff { body(nil) } else { body(&options) }
      }
    }
  }

  private func withText(_ text: [CChar]?, _ body: (UnsafePointer<CChar>?) -> Void) {
    if let text { text.withUnsafeBufferPointer { body($0.baseAddress) } } else { body(nil) }
  }

  private func make(_ jobs: Jobs, at place: UInt8) {
    withOptions { options in
      let count = pick([1, 2, 0, -1, 65, .max, .min] as [Int32])
      let pictures = pictures(4)
      let initial = byte() & 7 == 7 ? pictures.map { $0 + 3 } : nil
      var job: OpaquePointer?
      note("new") { library.jobNew(options, pictures, pictures.map { $0 + 1 }, count, initial, &job, $0) }
      if job != nil { jobs[place] = job }
    }
  }

  private func ask(_ job: OpaquePointer?) {
    var status = impasto_status()
    let isNull = byte() == 0xff
    note("status") { isNull ? library.jobStatus(job, nil, $0) : library.jobStatus(job, &status, $0) }
    #expect((IMPASTO_NEW...IMPASTO_BROKEN).contains(status.state) && (0...1).contains(status.fraction))
    seen.insert("state\(status.state)")
  }

  private func estimate() {
    withOptions { options in
      let (width, height) = pick(Self.sizes)
      var cost = impasto_cost()
      let (count, isNull) = (pick([1, 2, 0, 65] as [Int32]), byte() == 0xff)
      note("estimate") { message in
        isNull
          ? library.estimate(options, width, height, count, nil, message)
          : library.estimate(options, width, height, count, &cost, message)
      }
    }
  }
}
