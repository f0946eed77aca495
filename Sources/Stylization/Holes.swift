internal import Pictures

extension Picture {
  /// The picture with colours under its transparent pixels that continue those around them, so that the network, which
  /// sees colours alone, finds no edge there. Alpha stays.
  ///
  /// What is missing is taken from the picture at half its size, filled in the same way.
  var withoutHoles: Picture {
    guard let alpha, alpha.contains(where: { $0 < 1 }), alpha.contains(where: { $0 > 0 }) else { return self }
    guard size.shortSide > 1 else { return self }
    let half = Size(width: max(width / 2, 1), height: max(height / 2, 1))
    let around = resized(to: half).withoutHoles.with(alpha: nil).resized(to: size)
    var filled = pixels
    for (pixel, coverage) in alpha.enumerated() where coverage < 1 {
      for index in 3 * pixel..<3 * pixel + 3 {
        filled[index] = coverage * pixels[index] + (1 - coverage) * around.pixels[index]
      }
    }
    return Picture(width: width, height: height, pixels: filled, alpha: alpha)
  }
}
