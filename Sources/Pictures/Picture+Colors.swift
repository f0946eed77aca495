// Two ways to keep a photograph's colours, after Gatys, Bethge, Hertzmann and Shechtman, "Preserving Color in Neural
// Artistic Style Transfer" (2016): section 3, match the style's colours to the photograph before painting; section 4,
// take only the lightness from the painting.

extension Picture {
  /// Rec. 709 luma, the lightness of gamma-encoded sRGB.
  static let luma = Vector3(0.2126, 0.7152, 0.0722)

  /// This picture's lightness with the photograph's colours: each pixel of the photograph made lighter or darker by the
  /// same amount in all three channels, so that its luma is this picture's. A colour that would leave the range is
  /// grayed until it fits; luma is exact always. Alpha is this picture's. The photograph has this picture's size.
  package func takingColors(from photograph: Picture) -> Picture {
    precondition(photograph.size == size, "colours are taken from a picture of the same size")
    var result = pixels
    for index in 0..<size.area {
      let lightness = (Self.luma * color(at: index)).sum()
      let source = photograph.color(at: index)
      let chroma = source - (Self.luma * source).sum()
      let color = lightness + Self.roomForChroma(chroma, at: lightness) * chroma
      for channel in 0..<3 { result[index * 3 + channel] = Float(color[channel]) }
    }
    return Picture(width: width, height: height, pixels: result, alpha: alpha)
  }

  /// The largest factor up to 1 with which `chroma` fits into [0, 1] around `lightness`.
  private static func roomForChroma(_ chroma: Vector3, at lightness: Double) -> Double {
    var factor = 1.0
    for channel in 0..<3 {
      let room = chroma[channel] > 0 ? 1 - lightness : lightness
      if abs(chroma[channel]) * factor > room { factor = room / abs(chroma[channel]) }
    }
    return factor
  }

  /// Of luma, where strokes can well be seen: a deviation of 10 of 255 levels.
  private static let visibleVariance = 0.0015

  /// This picture with its colours moved, by one linear map, to where they have the mean and covariance of another
  /// picture's: c -> T (c - mean) + mean', with T = S^-1/2 (S^1/2 S' S^1/2)^1/2 S^-1/2, the map that moves them least
  /// (Pitié and Kokaram, "The Linear Monge-Kantorovitch Linear Colour Mapping", 2007).
  ///
  /// Colours that leave the range are cut off at its ends. Along directions in which this picture varies no more than
  /// a gray one that was rounded to 8 bits there is nothing to stretch but noise: a flat picture takes on the mean alone.
  /// Where the other picture is all but flat, a sky or fog, some of this one's lightness stays: its strokes are to be
  /// seen.
  package func matchingColors(of other: Picture) -> Picture {
    let from = ColorStatistics(of: self)
    let to = ColorStatistics(of: other).withLuma(variance: min(from.lumaVariance, Self.visibleVariance))
    let flat = 2e-6  // a variance a little above that of rounding to 8 bits, 1.3e-6
    let root = from.covariance.mapEigenvalues { max($0, 0).squareRoot() }
    let inverseRoot = from.covariance.mapEigenvalues { $0 > flat ? 1 / $0.squareRoot() : 0 }
    let between = root.sandwiching(to.covariance).mapEigenvalues { max($0, 0).squareRoot() }
    let map = inverseRoot.sandwiching(between)
    var result = pixels
    for index in 0..<size.area {
      let color = map * (color(at: index) - from.mean) + to.mean
      for channel in 0..<3 { result[index * 3 + channel] = Float(color[channel]) }
    }
    return Picture(width: width, height: height, pixels: result, alpha: alpha)
  }
}
