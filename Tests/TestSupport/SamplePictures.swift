package import Pictures

extension Picture {
  /// One colour everywhere.
  package static func constant(_ width: Int, _ height: Int, _ color: [Float], alpha: Float? = nil) -> Picture {
    Picture(
      width: width, height: height, pixels: (0..<width * height).flatMap { _ in color },
      alpha: alpha.map { [Float](repeating: $0, count: width * height) })
  }

  /// Red rising from left to right, green from top to bottom, blue at half.
  package static func ramp(_ width: Int, _ height: Int) -> Picture {
    var pixels: [Float] = []
    for y in 0..<height {
      for x in 0..<width {
        pixels += [(Float(x) + 0.5) / Float(width), (Float(y) + 0.5) / Float(height), 0.5]
      }
    }
    return Picture(width: width, height: height, pixels: pixels)
  }

  /// Independent values, evenly spread over a range.
  package static func noise(
    _ width: Int, _ height: Int, seed: UInt64, in range: ClosedRange<Float> = 0...1
  ) -> Picture {
    var generator = SeededGenerator(seed: seed)
    let pixels = (0..<width * height * 3).map { _ in Float.random(in: range, using: &generator) }
    return Picture(width: width, height: height, pixels: pixels)
  }

  /// The largest difference of any value, colour or alpha, to another picture of the same size.
  package func largestDifference(to other: Picture) -> Float {
    guard size == other.size, (alpha == nil) == (other.alpha == nil) else { return .infinity }
    let colors = zip(pixels, other.pixels).map { abs($0 - $1) }
    let alphas = zip(alpha ?? [], other.alpha ?? []).map { abs($0 - $1) }
    return max(colors.max() ?? 0, alphas.max() ?? 0)
  }
}
