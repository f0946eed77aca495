import Compute
import TestSupport
import Testing

@Suite struct HalfVectorTests {
  let pool = ThreadPool(threads: 2)

  func vector(_ values: [Float]) -> Buffer<Float> {
    var buffer = Buffer<Float>(zeros: values.count)
    var span = buffer.mutableSpan
    for index in values.indices { span[index] = values[index] }
    return buffer
  }

  func noise(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float.random(in: -2...2, using: &generator) }
  }

  @Test func roundsToTheNearestOfSevenBits() {
    for (value, expected) in [
      (1, 1), (0, 0), (-3.5, -3.5), (1 + 0x1p-9, 1), (1 + 0x1p-8, 1), (1 + 3 * 0x1p-8, 1 + 0x1p-6), (257, 256),
      (1e30, 1.0011e30),
    ] as [(Float, Float)] {
      #expect(abs(HalfVector.rounded(value) - expected) <= 1e-3 * abs(expected))
    }
    for value in noise(1000, seed: 1) {
      #expect(abs(HalfVector.rounded(value) - value) <= 0x1p-8 * abs(value))
      #expect(HalfVector.value(HalfVector.half(value)) == HalfVector.rounded(value))
    }
  }

  @Test(arguments: [1, 100, 8192, 200_001])
  func isTheVectorRounded(count: Int) {
    let (a, b) = (noise(count, seed: 2), noise(count, seed: 3))
    var half = HalfVector(zeros: count)
    half.set(to: vector(a), on: pool)
    let expected = zip(a, b).reduce(0.0) { $0 + Double(HalfVector.rounded($1.0)) * Double($1.1) }
    #expect(abs(dot(half, vector(b), on: pool) - expected) < 1e-4 * Double(count).squareRoot() + 1e-6)
    var sum = vector(b)
    add(0.5, times: half, to: &sum, on: pool)
    let entries = sum.span
    #expect((0..<count).allSatisfy { abs(entries[$0] - (b[$0] + 0.5 * HalfVector.rounded(a[$0]))) < 1e-6 })
  }
}
