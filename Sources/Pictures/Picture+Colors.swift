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
    return Picture(width: width, height: height, pixels: consume result, alpha: alpha)
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

  /// This picture with its colours moved to where they have the mean and covariance of another picture's, by
  /// `ColorMap`: where the other is all but flat some of this one's lightness stays, as its strokes are to be seen.
  package func matchingColors(of other: Picture) -> Picture {
    moved(by: ColorMap(from: ColorStatistics(of: self), to: ColorStatistics(of: other)))
  }
}
