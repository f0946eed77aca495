package import Pictures

extension Picture {
  /// Below this alpha the colour of a pixel means nothing.
  private static let leastAlpha: Float = 2e-3

  /// Whether there is nothing in it to see.
  package var isWhollyTransparent: Bool { alpha?.allSatisfy { $0 <= Self.leastAlpha } ?? false }

  /// The picture with colours under its transparent pixels that continue those around them, so that the network, which
  /// sees colours alone, finds no edge there. Alpha stays.
  ///
  /// What is missing is taken from the picture at half its size, filled in the same way. A picture with nothing to see
  /// is taken for an opaque one.
  var withoutHoles: Picture {
    guard let alpha else { return self }
    guard !isWhollyTransparent else { return with(alpha: nil) }
    let visible = alpha.map { $0 > Self.leastAlpha ? $0 : 0 }
    guard visible.contains(where: { $0 < 1 }), size.longSide > 1 else { return self }
    let half = Size(width: max(width / 2, 1), height: max(height / 2, 1))
    let around = with(alpha: visible).resized(to: half).withoutHoles.with(alpha: nil).resized(to: size)
    var filled = pixels
    for (pixel, share) in visible.enumerated() where share < 1 {
      for index in 3 * pixel..<3 * pixel + 3 {
        filled[index] = share * pixels[index] + (1 - share) * around.pixels[index]
      }
    }
    return Picture(width: width, height: height, pixels: filled, alpha: alpha)
  }
}
