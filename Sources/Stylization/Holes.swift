package import Pictures

extension Picture {
  /// Below this alpha the colour of a pixel means nothing.
  private static let leastAlpha: Float = 2e-3
  /// From this part of the largest alpha on a pixel's colour is its own alone.
  private static let enough: Float = 1 / 16

  /// Whether there is nothing in it to see.
  package var isWhollyTransparent: Bool { alpha?.allSatisfy { $0 <= Self.leastAlpha } ?? false }

  /// The picture without margins in which there is nothing to see. One with nothing to see at all is left as it is.
  var trimmed: Picture {
    guard let alpha else { return self }
    func isVisible(_ row: Int, _ column: Int) -> Bool { alpha[row * width + column] > Self.leastAlpha }
    let rows = (0..<height).filter { row in (0..<width).contains { isVisible(row, $0) } }
    guard let top = rows.first, let bottom = rows.last else { return self }
    let columns = (0..<width).filter { column in (top...bottom).contains { isVisible($0, column) } }
    guard let left = columns.first, let right = columns.last else { return self }
    guard bottom - top + 1 < height || right - left + 1 < width else { return self }
    let lines = (top...bottom).map { $0 * width + left...$0 * width + right }
    return Picture(
      width: right - left + 1, height: bottom - top + 1,
      pixels: lines.flatMap { pixels[3 * $0.lowerBound..<3 * ($0.upperBound + 1)] }, alpha: lines.flatMap { alpha[$0] })
  }

  /// The picture with colours under its transparent pixels that continue those around them, so that the network, which
  /// sees colours alone, finds no edge there. Alpha stays.
  ///
  /// What is missing is taken from the picture at half its size, filled in the same way, and only where a pixel is far
  /// less visible than the most visible: translucent ones have their own colours. What there is to see is as visible at
  /// every size, so that a single pixel reaches as far as any. A picture with nothing to see is taken for an opaque one,
  /// and one that is opaque loses an alpha that says nothing.
  var withoutHoles: Picture {
    guard let alpha else { return self }
    guard !isWhollyTransparent, alpha.contains(where: { $0 < 1 }) else { return with(alpha: nil) }
    let visible = alpha.map { $0 > Self.leastAlpha ? $0 : 0 }
    let most = visible.max() ?? 1
    let enough = Self.enough * most
    guard visible.contains(where: { $0 < enough }), size.longSide > 1 else { return self }
    let half = Size(width: max(width / 2, 1), height: max(height / 2, 1))
    let around = with(alpha: visible.map { $0 / most }).resized(to: half).withoutHoles.with(alpha: nil)
      .resized(to: size)
    var filled = pixels
    for (pixel, alpha) in visible.enumerated() where alpha < enough {
      let share = alpha / enough
      for index in 3 * pixel..<3 * pixel + 3 {
        filled[index] = share * pixels[index] + (1 - share) * around.pixels[index]
      }
    }
    return Picture(width: width, height: height, pixels: filled, alpha: alpha)
  }

  /// The picture laid over an opaque one of the same size: what it does not cover shows that.
  func over(_ other: Picture) -> Picture {
    precondition(other.size == size, "a picture is laid over another of the same size")
    guard let alpha else { return self }
    var mixed = other.pixels
    for (pixel, share) in alpha.enumerated() where share > Self.leastAlpha {
      for index in 3 * pixel..<3 * pixel + 3 { mixed[index] += share * (pixels[index] - mixed[index]) }
    }
    return Picture(width: width, height: height, pixels: mixed)
  }
}
