extension Picture {
  /// How much stronger than the photograph's own the edges may be made.
  private static let gains = 1.0...2.5

  /// This painting brought to the size of the photograph it was painted from, with edges that follow the photograph's.
  ///
  /// Enlarging alone leaves the painting blurred: there is nothing in it finer than its own pixels. What the photograph
  /// has there, the difference of its luma to the same brought down to the painting's size and up again, is added to
  /// all three channels, as much stronger as the painting is than the photograph in the finest octave that both have.
  /// Where nothing is enlarged this is `resized`. Alpha is this picture's.
  package func enlarged(following photograph: Picture) -> Picture {
    let plain = resized(to: photograph.size)
    guard photograph.size.area > size.area else { return plain }
    let seen = photograph.with(alpha: nil)
    let reduced = seen.resized(to: size)
    let (own, theirs) = (finestOctave.energy, reduced.finestOctave.energy)
    let gain = Float(min(max((own / max(theirs, 1e-9)).squareRoot(), Self.gains.lowerBound), Self.gains.upperBound))
    let detail = seen.lumaDetail(over: reduced.resized(to: photograph.size))
    var result = plain.pixels
    for index in 0..<photograph.size.area {
      for channel in 0..<3 { result[index * 3 + channel] += gain * detail[index] }
    }
    return Picture(width: plain.width, height: plain.height, pixels: result, alpha: plain.alpha)
  }

  /// What of the luma is lost at half the size.
  private var finestOctave: [Float] {
    let opaque = with(alpha: nil)
    return opaque.lumaDetail(over: opaque.resized(to: size.scaled(by: 0.5)).resized(to: size))
  }

  /// The difference of the lumas, pixel by pixel, of two pictures of one size.
  private func lumaDetail(over other: Picture) -> [Float] {
    precondition(size == other.size, "a difference of pictures of one size")
    return (0..<size.area).map { index in
      Float((Self.luma * (color(at: index) - other.color(at: index))).sum())
    }
  }
}

extension [Float] {
  /// The mean square.
  fileprivate var energy: Double { reduce(0.0) { $0 + Double($1) * Double($1) } / Double(Swift.max(count, 1)) }
}
