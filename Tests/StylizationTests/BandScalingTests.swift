import Compute
import Foundation
import Optimization
import Pictures
import TestSupport
import Testing

@testable import Stylization

@Suite struct BandScalingTests {
  let pool = ThreadPool(threads: 2)

  func buffer(_ values: [Float]) -> Buffer<Float> {
    var buffer = Buffer<Float>(zeros: values.count)
    var span = buffer.mutableSpan
    for index in values.indices { span[index] = values[index] }
    return buffer
  }

  func noise(_ size: Size, seed: UInt64) -> [Float] {
    Picture.noise(size.width, size.height, seed: seed).pixels.map { $0 - 0.5 }
  }

  func apply(_ scaling: inout BandScaling, to values: [Float]) -> [Float] {
    var vector = buffer(values)
    scaling.apply(to: &vector)
    let span = vector.span
    return values.indices.map { span[$0] }
  }

  func learned(_ size: Size) -> BandScaling {
    var scaling = BandScaling(size: size, on: pool)
    // Steps with much at coarse scales and in blue; changes the other way about.
    let smooth = Picture.noise(3, 3, seed: 1).resized(to: size).pixels.enumerated().map { index, value in
      (value - 0.5) * (index % 3 == 2 ? 3 : 1)
    }
    scaling.learn(step: buffer(smooth), change: buffer(noise(size, seed: 2).map { 40 * $0 }), product: 1)
    scaling.learn(step: buffer(noise(size, seed: 3)), change: buffer(noise(size, seed: 4)), product: 1)
    return scaling
  }

  static let sizes = [Size(width: 16, height: 16), Size(width: 37, height: 21), Size(width: 1, height: 5)]

  @Test(arguments: sizes)
  func knowsNothingAtFirst(size: Size) {
    var scaling = BandScaling(size: size, on: pool)
    let values = noise(size, seed: 5)
    #expect(apply(&scaling, to: values) == values)
    scaling = learned(size)
    scaling.forget()
    #expect(apply(&scaling, to: values) == values)
  }

  @Test(arguments: sizes)
  func isSymmetricAndPositiveDefinite(size: Size) {
    var scaling = learned(size)
    func product(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    for seed in 10..<15 as Range<UInt64> {
      let (u, v) = (noise(size, seed: seed), noise(size, seed: seed + 100))
      let (hu, hv) = (apply(&scaling, to: u), apply(&scaling, to: v))
      let lengths = (product(hu, hu) * product(v, v)).squareRoot()
      #expect(abs(product(hu, v) - product(u, hv)) < 1e-5 * lengths)
      #expect(product(u, hu) > 0)
    }
    // One pixel and one colour, the finest and the coarsest there is.
    var pixel = [Float](repeating: 0, count: size.area * 3)
    pixel[size.area / 2 * 3] = 1
    let flat = [Float](repeating: 1, count: size.area * 3)
    #expect(product(pixel, apply(&scaling, to: pixel)) > 0)
    #expect(product(flat, apply(&scaling, to: flat)) > 0)
  }

  @Test func aUniformRatioIsOneFactor() {
    let size = Size(width: 37, height: 21)
    var scaling = BandScaling(size: size, on: pool)
    let change = noise(size, seed: 6)
    scaling.learn(step: buffer(change.map { 0.25 * $0 }), change: buffer(change), product: 1)
    let values = noise(size, seed: 7)
    #expect(relativeDistance(apply(&scaling, to: values), values.map { 0.25 * $0 }) < 1e-5)
  }

  @Test func learnsThatCoarseIsSofter() {
    let size = Size(width: 64, height: 64)
    var scaling = BandScaling(size: size, on: pool)
    let coarse = Picture.noise(4, 4, seed: 8).resized(to: size).pixels.map { $0 - 0.5 }
    let fine = noise(size, seed: 9)
    scaling.learn(
      step: buffer(zip(coarse, fine).map { $0 + $1 }), change: buffer(zip(coarse, fine).map { 0.1 * $0 + 10 * $1 }),
      product: 1)
    func length(_ values: [Float]) -> Float { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    func gain(_ values: [Float]) -> Float { length(apply(&scaling, to: values)) / length(values) }
    #expect(gain(fine) < 0.2 && gain(coarse) > 5 * gain(fine))
  }

  @Test func solvesASmoothProblemFasterThanAMultipleOfTheIdentity() {
    // sum (Laplacian x)^2 + 1e-3 x^2 - b.x: stiff where it is fine.
    let size = Size(width: 32, height: 32)
    let goal = noise(size, seed: 11)
    let function: LossFunction = { point, gradient in
      let row = size.width * 3
      var value = 0.0
      for i in 0..<point.count {
        gradient[i] = 1e-3 * point[i] - 1e-2 * goal[i]
        value += Double(5e-4 * point[i] * point[i] - 1e-2 * goal[i] * point[i])
      }
      for i in 0..<point.count - row {
        for j in [i + 3, i + row] {
          let difference = point[i] - point[j]
          value += Double(difference * difference)
          gradient[i] += 2 * difference
          gradient[j] -= 2 * difference
        }
      }
      return value
    }
    let start = goal
    var plain = LBFGS(
      at: start.span, of: function, rule: .safeguarded(first: 0.01), guess: ScaledIdentity(on: pool), on: pool)
    var banded = LBFGS(
      at: start.span, of: function, rule: .safeguarded(first: 0.01), guess: BandScaling(size: size, on: pool), on: pool)
    for _ in 0..<15 {
      _ = plain.step(function)
      _ = banded.step(function)
    }
    #expect(banded.loss < plain.loss)
  }

  @Test func givesTheSameBytesForAnyNumberOfThreads() {
    let size = Size(width: 90, height: 70)
    let values = noise(size, seed: 12)
    let results = [1, 2, 3].map { threads in
      var scaling = BandScaling(size: size, on: ThreadPool(threads: threads))
      scaling.learn(step: buffer(noise(size, seed: 13)), change: buffer(values), product: 1)
      return apply(&scaling, to: values)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }
}
