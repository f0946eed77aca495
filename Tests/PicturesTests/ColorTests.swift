import TestSupport
import Testing

@testable import Pictures

@Suite struct ColorTests {
  // MARK: - Statistics

  @Test func `mean and covariance of four known pixels`() {
    let picture = Picture(width: 2, height: 2, pixels: [0, 0, 0.5, 1, 0, 0.5, 0, 1, 0.5, 1, 1, 0.5])
    let statistics = ColorStatistics(of: picture)
    #expect(statistics.mean == Vector3(0.5, 0.5, 0.5))
    #expect(statistics.covariance.rows.0 == Vector3(0.25, 0, 0))
    #expect(statistics.covariance.rows.1 == Vector3(0, 0.25, 0))
    #expect(statistics.covariance.rows.2 == .zero)
  }

  @Test func `transparent pixels do not count`() {
    let pixels: [Float] = [0.2, 0.4, 0.6, 1, 1, 1, 0.4, 0.8, 0.6]
    let statistics = ColorStatistics(of: Picture(width: 3, height: 1, pixels: pixels, alpha: [1, 0, 1]))
    #expect(close(statistics.mean, Vector3(0.3, 0.6, 0.6)))
    #expect(close(statistics.covariance.rows.0, Vector3(0.01, 0.02, 0)))
  }

  @Test func `half transparent pixels count half`() {
    let picture = Picture(width: 2, height: 1, pixels: [0, 0, 0, 1, 1, 1], alpha: [1, 0.5])
    #expect(close(ColorStatistics(of: picture).mean, Vector3(repeating: 1.0 / 3)))
  }

  @Test func `without a visible pixel all count alike`() {
    let picture = Picture(width: 2, height: 1, pixels: [0, 0, 0, 1, 1, 1], alpha: [0, 0])
    #expect(close(ColorStatistics(of: picture).mean, Vector3(repeating: 0.5)))
  }

  @Test func `of two pictures together, counted by their weights`() {
    let (one, other) = (Picture.constant(2, 2, [0, 0.2, 1]), Picture.constant(3, 1, [1, 0.2, 0]))
    let statistics = ColorStatistics(of: [(one, 3), (other, 1)])
    #expect(close(statistics.mean, Vector3(0.25, 0.2, 0.75)))
    #expect(close(statistics.covariance.rows.0, Vector3(0.1875, 0, -0.1875)))
    #expect(close(statistics.covariance.rows.1, .zero))
    let single = ColorStatistics(of: [(correlated(seed: 3), 7)])
    #expect(close(single.mean, ColorStatistics(of: correlated(seed: 3)).mean))
    #expect(close(single.covariance.rows.2, ColorStatistics(of: correlated(seed: 3)).covariance.rows.2))
  }

  // MARK: - Matching

  @Test func `a map stretches no direction more than it may`() {
    let faint = Picture.noise(40, 30, seed: 4, in: 0.48...0.52)
    let (from, to) = (ColorStatistics(of: faint), ColorStatistics(of: Picture.noise(40, 30, seed: 5)))
    let stretched = ColorStatistics(of: faint.moved(by: ColorMap(from: from, to: to, stretch: 2)))
    #expect(close(stretched.mean, to.mean))
    // By 2 in each direction, so by 4 in variance.
    #expect(close(stretched.covariance.rows.0, 4 * from.covariance.rows.0))
    #expect(close(stretched.covariance.rows.1, 4 * from.covariance.rows.1))
  }

  @Test func `colours go as far as they are told`() {
    let picture = correlated(seed: 6)
    let map = ColorMap(from: ColorStatistics(of: picture), to: ColorStatistics(of: correlated(seed: 7)))
    #expect(picture.moved(by: map, share: 0) == picture)
    let (half, whole) = (picture.moved(by: map, share: 0.5), picture.moved(by: map))
    for index in 0..<picture.size.area {
      #expect(close(2 * half.color(at: index), picture.color(at: index) + whole.color(at: index)))
    }
  }

  @Test func `after matching, mean and covariance are the other's`() {
    let target = ColorStatistics(of: correlated(seed: 5))
    let matched = Picture.noise(40, 30, seed: 4, in: 0.3...0.7).matchingColors(of: correlated(seed: 5))
    let statistics = ColorStatistics(of: matched)
    #expect(close(statistics.mean, target.mean))
    #expect(close(statistics.covariance.rows.0, target.covariance.rows.0))
    #expect(close(statistics.covariance.rows.1, target.covariance.rows.1))
    #expect(close(statistics.covariance.rows.2, target.covariance.rows.2))
  }

  @Test func `matching to itself changes nothing`() {
    let picture = correlated(seed: 6)
    #expect(picture.matchingColors(of: picture).largestDifference(to: picture) < 1e-4)
  }

  @Test func `matching there and back gives the picture again`() {
    let picture = Picture.noise(30, 20, seed: 7, in: 0.35...0.65)
    let back = picture.matchingColors(of: correlated(seed: 8)).matchingColors(of: picture)
    #expect(back.largestDifference(to: picture) < 1e-3)
  }

  @Test func `a flat picture takes on the mean alone`() {
    let flat = Picture.constant(8, 8, [0.1, 0.2, 0.3])
    let noise = Picture.noise(20, 20, seed: 9)
    let mean = ColorStatistics(of: noise).mean
    let expected = Picture.constant(8, 8, [Float(mean.x), Float(mean.y), Float(mean.z)])
    #expect(flat.matchingColors(of: noise).largestDifference(to: expected) < 1e-6)
  }

  @Test func `of a flat target's colour only the lightness varies, so much that it is seen`() {
    let matched = Picture.noise(20, 20, seed: 9).matchingColors(of: .constant(8, 8, [0.3, 0.4, 0.5]))
    let statistics = ColorStatistics(of: matched)
    #expect(close(statistics.mean, Vector3(0.3, 0.4, 0.5)))
    for row in [statistics.covariance.rows.0, statistics.covariance.rows.1, statistics.covariance.rows.2] {
      #expect(close(row, Vector3(repeating: 0.0015)))
    }
    #expect(
      Picture.constant(4, 4, [1, 0, 0]).matchingColors(of: .constant(8, 8, [0, 0, 1])) == .constant(4, 4, [0, 0, 1]))
  }

  /// A tinted gray, rounded to 8 bits: across the tint there is only rounding.
  @Test func `noise of rounding is not stretched`() {
    let exact = (0..<400).flatMap { index in [1, 0.8, 0.6].map { Float(index) / 400 * $0 } }
    let tinted = Picture(width: 20, height: 20, pixels: exact)
    let rounded = Picture(width: 20, height: 20, pixels: exact.map { ($0 * 255).rounded() / 255 })
    let target = correlated(seed: 13)
    let difference = rounded.matchingColors(of: target).largestDifference(to: tinted.matchingColors(of: target))
    #expect(difference < 0.02)
  }

  @Test func `gray matched to colour is a line through the colours' mean`() {
    let gray = Picture(width: 3, height: 1, pixels: [0.4, 0.4, 0.4, 0.5, 0.5, 0.5, 0.6, 0.6, 0.6])
    let matched = gray.matchingColors(of: correlated(seed: 10))
    #expect(close(matched.color(at: 1), ColorStatistics(of: correlated(seed: 10)).mean))
    #expect(close(matched.color(at: 0) + matched.color(at: 2), 2 * matched.color(at: 1)))
  }

  // MARK: - Lightness

  @Test func `lightness comes from the painting, colour from the photograph`() {
    let painting = Picture.noise(12, 10, seed: 11)
    let photograph = Picture.noise(12, 10, seed: 12)
    let result = painting.takingColors(from: photograph)
    for index in 0..<120 {
      #expect(abs(luma(result, index) - luma(painting, index)) < 1e-5)
    }
  }

  @Test func `a colour that fits keeps its differences exactly`() {
    let painting = Picture.constant(1, 1, [0.5, 0.5, 0.5])
    let photograph = Picture.constant(1, 1, [0.4, 0.3, 0.2])
    let result = painting.takingColors(from: photograph)
    let lift = Float(0.5 - (0.2126 * 0.4 + 0.7152 * 0.3 + 0.0722 * 0.2))
    #expect(result.largestDifference(to: .constant(1, 1, [0.4 + lift, 0.3 + lift, 0.2 + lift])) < 1e-6)
  }

  @Test func `a colour that does not fit is grayed, not shifted`() {
    let white = Picture.constant(1, 1, [1, 1, 1]).takingColors(from: .constant(1, 1, [1, 0, 0]))
    #expect(white.largestDifference(to: .constant(1, 1, [1, 1, 1])) < 1e-6)
    let black = Picture.constant(1, 1, [0, 0, 0]).takingColors(from: .constant(1, 1, [0.2, 0.9, 0]))
    #expect(black.largestDifference(to: .constant(1, 1, [0, 0, 0])) < 1e-6)
  }

  @Test func `a picture takes its own colours unchanged`() {
    let picture = Picture.noise(9, 9, seed: 13)
    #expect(picture.takingColors(from: picture).largestDifference(to: picture) < 1e-6)
  }
}

/// A picture whose three channels vary together and by different amounts.
private func correlated(seed: UInt64) -> Picture {
  let noise = Picture.noise(40, 30, seed: seed)
  var pixels: [Float] = []
  for index in 0..<noise.size.area {
    let (a, b, c) = (noise.pixels[index * 3], noise.pixels[index * 3 + 1], noise.pixels[index * 3 + 2])
    pixels += [0.3 + 0.2 * a, 0.3 + 0.15 * a + 0.05 * b, 0.4 + 0.1 * b + 0.02 * c]
  }
  return Picture(width: 40, height: 30, pixels: pixels)
}

private func luma(_ picture: Picture, _ index: Int) -> Double {
  (Vector3(0.2126, 0.7152, 0.0722) * picture.color(at: index)).sum()
}

private func close(_ a: Vector3, _ b: Vector3) -> Bool {
  let difference = a - b
  return (difference * difference).sum().squareRoot() < 1e-5
}
