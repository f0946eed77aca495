import Compute
import TestSupport
import Testing

@Suite struct SymmetricProductsTests {
  static let shapes = [(1, 32), (7, 64), (513, 64), (4100, 64), (1500, 256), (300, 512), (1033, 96)]

  struct Example {
    let f: [Float], s: [Float]
    init(_ positions: Int, _ channels: Int) {
      var generator = SeededGenerator(seed: UInt64(positions * 1000 + channels))
      f = (0..<positions * channels).map { _ in Float.random(in: -1...1, using: &generator) }
      var s = [Float](repeating: 0, count: channels * channels)
      for i in 0..<channels {
        for j in 0...i {
          s[i * channels + j] = Float.random(in: -1...1, using: &generator)
          s[j * channels + i] = s[i * channels + j]
        }
      }
      self.s = s
    }
  }

  @Test(arguments: shapes)
  func gramMatrixIsTheSumOfProducts(positions: Int, channels: Int) {
    let example = Example(positions, channels)
    var gram = [Float](repeating: .nan, count: channels * channels)
    var span = gram.mutableSpan
    var workspace = Buffer<Float>(
      count: gramWorkspace(positions: positions, channels: channels), repeating: .nan)
    gramMatrix(
      of: example.f.span, positions: positions, channels: channels, workspace: &workspace, into: &span,
      on: ThreadPool(threads: 2))
    for i in stride(from: 0, to: channels, by: 7) {
      for j in stride(from: 0, to: channels, by: 5) {
        var sum = 0.0
        for p in 0..<positions { sum += Double(example.f[p * channels + i]) * Double(example.f[p * channels + j]) }
        #expect(abs(Double(gram[i * channels + j]) - sum) < 1e-4 * max(1, Double(positions)).squareRoot())
        #expect(gram[i * channels + j] == gram[j * channels + i])
      }
    }
  }

  @Test(arguments: shapes)
  func productIsAddedScaled(positions: Int, channels: Int) {
    let example = Example(positions, channels)
    var gradient = [Float](repeating: 1, count: positions * channels)
    var span = gradient.mutableSpan
    addProduct(
      of: example.f.span, positions: positions, channels: channels, with: example.s.span, scale: 0.5, to: &span,
      on: ThreadPool(threads: 2))
    for p in stride(from: 0, to: positions, by: 41) {
      for j in stride(from: 0, to: channels, by: 5) {
        var sum = 0.0
        for k in 0..<channels { sum += Double(example.f[p * channels + k]) * Double(example.s[k * channels + j]) }
        #expect(abs(Double(gradient[p * channels + j]) - (1 + 0.5 * sum)) < 1e-4)
      }
    }
  }

  @Test(arguments: shapes)
  func anyNumberOfThreadsGivesTheSameBytes(positions: Int, channels: Int) {
    let example = Example(positions, channels)
    let results = [1, 2, 3].map { threads in
      let pool = ThreadPool(threads: threads)
      var gram = [Float](repeating: 0, count: channels * channels)
      var gradient = [Float](repeating: 0, count: positions * channels)
      var span = gram.mutableSpan
      var workspace = Buffer<Float>(zeros: gramWorkspace(positions: positions, channels: channels))
      gramMatrix(
        of: example.f.span, positions: positions, channels: channels, workspace: &workspace, into: &span, on: pool)
      var other = gradient.mutableSpan
      addProduct(
        of: example.f.span, positions: positions, channels: channels, with: example.s.span, scale: 2, to: &other,
        on: pool)
      return (gram + gradient).map(\.bitPattern)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }
}
