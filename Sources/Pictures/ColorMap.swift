/// An affine map of colours, c -> M (c - m) + m', that brings one picture's mean and covariance to another's.
package struct ColorMap: Sendable {
  private let matrix: SymmetricMatrix3
  private let from: Vector3
  private let to: Vector3

  /// Of luma, where strokes can well be seen: a deviation of 10 of 255 levels.
  private static let visibleVariance = 0.0015
  /// A variance a little above that of rounding to 8 bits, 1.3e-6.
  private static let flat = 2e-6

  /// The map that moves colours least, M = S^-1/2 (S^1/2 S' S^1/2)^1/2 S^-1/2 (Pitié and Kokaram, "The Linear
  /// Monge-Kantorovitch Linear Colour Mapping", 2007), but no direction is stretched more than `stretch` times.
  ///
  /// Along directions in which colours vary no more than gray ones that were rounded to 8 bits there is nothing to
  /// stretch but noise: a flat picture takes on the mean alone. Where the other picture is all but flat, a sky or fog,
  /// some of this one's lightness stays.
  package init(from: ColorStatistics, to: ColorStatistics, stretch: Double = .infinity) {
    let target = to.withLuma(variance: min(from.lumaVariance, Self.visibleVariance))
    let root = from.covariance.mapEigenvalues { max($0, 0).squareRoot() }
    let inverseRoot = from.covariance.mapEigenvalues { $0 > Self.flat ? 1 / $0.squareRoot() : 0 }
    let between = root.sandwiching(target.covariance).mapEigenvalues { max($0, 0).squareRoot() }
    let whole = inverseRoot.sandwiching(between)
    matrix = stretch < .infinity ? whole.mapEigenvalues { min($0, stretch) } : whole
    self.from = from.mean
    self.to = to.mean
  }

  /// Where the map takes a colour.
  package func callAsFunction(_ color: Vector3) -> Vector3 { matrix * (color - from) + to }
}

extension Picture {
  /// This picture with its colours moved part of the way, `share` of it, that a map takes them. Those that leave the
  /// range are cut off at its ends.
  package func moved(by map: ColorMap, share: Double = 1) -> Picture {
    var result = pixels
    for index in 0..<size.area {
      let color = color(at: index)
      let moved = color + share * (map(color) - color)
      for channel in 0..<3 { result[index * 3 + channel] = Float(moved[channel]) }
    }
    return Picture(width: width, height: height, pixels: consume result, alpha: alpha)
  }
}
