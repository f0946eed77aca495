import TestSupport
import Testing

@testable import Pictures

@Suite struct ResamplingTests {
  static let sizes = [
    (13, 7, 5, 3), (13, 7, 31, 20), (16, 16, 16, 40), (40, 3, 16, 16), (1, 1, 9, 4), (200, 1, 3, 5), (64, 48, 1, 1),
  ]

  @Test(arguments: sizes)
  func `a constant stays a constant`(width: Int, height: Int, newWidth: Int, newHeight: Int) {
    let resized = Picture.constant(width, height, [0.2, 0.5, 0.9], alpha: 0.6)
      .resized(to: Size(width: newWidth, height: newHeight))
    #expect(resized.size == Size(width: newWidth, height: newHeight))
    #expect(resized.largestDifference(to: .constant(newWidth, newHeight, [0.2, 0.5, 0.9], alpha: 0.6)) < 1e-5)
  }

  @Test func `its own size gives the picture itself`() {
    let picture = Picture.noise(9, 5, seed: 1)
    #expect(picture.resized(to: Size(width: 9, height: 5)) == picture)
  }

  @Test(arguments: [(96, 24), (24, 96), (50, 50)])
  func `a ramp stays the same ramp away from the border`(width: Int, height: Int) {
    let resized = Picture.ramp(48, 48).resized(to: Size(width: width, height: height))
    for y in height / 4..<height * 3 / 4 {
      for x in width / 4..<width * 3 / 4 {
        let expected = ((Float(x) + 0.5) / Float(width), (Float(y) + 0.5) / Float(height))
        let first = (y * width + x) * 3
        #expect(abs(resized.pixels[first] - expected.0) < 4e-3)
        #expect(abs(resized.pixels[first + 1] - expected.1) < 4e-3)
      }
    }
  }

  @Test(arguments: [(32, 20), (90, 77), (1, 1)])
  func `the mean is kept`(width: Int, height: Int) {
    let picture = Picture.noise(64, 50, seed: 2, in: 0.3...0.7)
    let resized = picture.resized(to: Size(width: width, height: height))
    let change = ColorStatistics(of: resized).mean - ColorStatistics(of: picture).mean
    #expect((change * change).sum().squareRoot() < 0.01)
  }

  @Test func `twice up and down again is nearly the same`() {
    let picture = Picture.noise(30, 22, seed: 3).resized(to: Size(width: 60, height: 44))
    let back = picture.resized(to: Size(width: 120, height: 88)).resized(to: Size(width: 60, height: 44))
    #expect(picture.largestDifference(to: back) < 0.05)
  }

  @Test func `reducing removes what is too fine to show`() {
    let stripes = Picture(width: 64, height: 64, pixels: (0..<64 * 64 * 3).map { ($0 / 3) % 2 == 0 ? 0 : 1 })
    let resized = stripes.resized(to: Size(width: 16, height: 16))
    #expect(resized.largestDifference(to: .constant(16, 16, [0.5, 0.5, 0.5])) < 0.05)
  }

  @Test(arguments: [(7, 5), (16, 16), (40, 33)])
  func `the colour under transparent pixels does not bleed`(width: Int, height: Int) {
    let left = (0..<16 * 16).map { $0 % 16 < 8 }
    let picture = Picture(
      width: 16, height: 16, pixels: left.flatMap { $0 ? [1, 0, 0] : [0, 1, 0] as [Float] },
      alpha: left.map { $0 ? 1 : 0 })
    let resized = picture.resized(to: Size(width: width, height: height))
    for (index, coverage) in (resized.alpha ?? []).enumerated() where coverage > 0.01 {
      #expect(abs(resized.pixels[index * 3] - 1) < 1e-3)
      #expect(resized.pixels[index * 3 + 1] < 1e-3)
    }
    #expect(abs((resized.alpha ?? []).reduce(0, +) / Float(width * height) - 0.5) < 0.08)
  }

  @Test func `a wholly transparent picture keeps its colours`() {
    let hidden = Picture.constant(20, 20, [0.1, 0.5, 0.7], alpha: 0)
    #expect(
      hidden.resized(to: Size(width: 9, height: 50)).largestDifference(to: .constant(9, 50, [0.1, 0.5, 0.7], alpha: 0))
        < 1e-5)
  }

  @Test(arguments: [(20_000, 3), (3, 20_000)])
  func `a sliver becomes a working picture and comes back`(width: Int, height: Int) {
    let sliver = Picture.ramp(width, height)
    let working = sliver.resized(to: sliver.size.fitted(longSide: 64))
    #expect(working.size.shortSide == 16)
    #expect(working.size.longSide == 64)
    let change = ColorStatistics(of: working.resized(to: sliver.size)).mean - Vector3(repeating: 0.5)
    #expect((change * change).sum().squareRoot() < 0.01)
  }

  @Test func `the weights are those of Lanczos' filter with three lobes`() {
    let filter = Filter(from: 8, to: 16)
    var response = [Float](repeating: 0, count: 16)
    for index in 0..<16 {
      for tap in 0..<filter.taps where filter.starts[index] + tap == 3 {
        response[index] += filter.weights[index * filter.taps + tap]
      }
    }
    for (value, expected) in zip(response, pillowImpulse) { #expect(abs(value - expected) < 1e-5) }
  }
}

/// What `Image.resize((16, 1), Image.LANCZOS)` of Pillow makes of eight float pixels that are 0 but for a 1 at index 3.
private let pillowImpulse: [Float] = [
  0, 0.006688291, 0.028391236, -0.070108384, -0.134265274, 0.271010578, 0.892770767, 0.892770767, 0.271010578,
  -0.133274630, -0.067997262, 0.030336114, 0.007607345, 0, 0, 0,
]
