/// What a photograph shows that a painting of it cannot, being smaller: it enlarges paintings of one size, one after the
/// other, to the photograph's.
package struct FineDetail: Sendable {
  /// How much stronger than the photograph's own the edges may be made.
  private static let gains = 1.0...2.5

  private let size: Size
  /// The difference of the photograph's luma to the same brought down to the painting's size and up again; nil where
  /// nothing is to be enlarged.
  private let luma: [Float]?
  /// Of the finest octave that the photograph and the painting both have, the mean square.
  private let energy: Double

  package init(of photograph: Picture, beyond paintingSize: Size) {
    size = photograph.size
    guard size.area > paintingSize.area else {
      (luma, energy) = (nil, 0)
      return
    }
    let seen = photograph.with(alpha: nil)
    let reduced = seen.resized(to: paintingSize)
    energy = reduced.finestOctave.energy
    luma = seen.lumaDetail(over: reduced.resized(to: size))
  }

  /// A painting brought to the size of the photograph it was painted from, with edges that follow the photograph's.
  ///
  /// Enlarging alone leaves the painting blurred: there is nothing in it finer than its own pixels. What the photograph
  /// has there is added to all three channels, as much stronger as the painting is than the photograph in the finest
  /// octave that both have. Where nothing is enlarged this is `resized`. Alpha is the painting's.
  package func added(to painting: Picture) -> Picture {
    let plain = painting.resized(to: size)
    guard let luma else { return plain }
    let ratio = (painting.finestOctave.energy / max(energy, 1e-9)).squareRoot()
    let gain = Float(min(max(ratio, Self.gains.lowerBound), Self.gains.upperBound))
    return plain.adding(gain, times: luma)
  }
}

extension Picture {
  /// What of the luma is lost at half the size.
  fileprivate var finestOctave: [Float] {
    let opaque = with(alpha: nil)
    return opaque.lumaDetail(over: opaque.resized(to: size.scaled(by: 0.5)).resized(to: size))
  }

  /// The difference of the lumas, pixel by pixel, of two pictures of one size.
  fileprivate func lumaDetail(over other: Picture) -> [Float] {
    precondition(size == other.size, "a difference of pictures of one size")
    return (0..<size.area).map { index in
      Float((Self.luma * (color(at: index) - other.color(at: index))).sum())
    }
  }

  /// The picture with `gain` times a value for each pixel added to its three channels.
  fileprivate func adding(_ gain: Float, times values: [Float]) -> Picture {
    var result = pixels
    for index in values.indices {
      for channel in 0..<3 { result[index * 3 + channel] += gain * values[index] }
    }
    return Picture(width: width, height: height, pixels: result, alpha: alpha)
  }
}

extension [Float] {
  /// The mean square.
  fileprivate var energy: Double { reduce(0.0) { $0 + Double($1) * Double($1) } / Double(Swift.max(count, 1)) }
}
