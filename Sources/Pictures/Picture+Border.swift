extension Picture {
  /// The picture with `margin` more pixels on each side, the mirror image of those within; the outermost row and column
  /// are not repeated. The margin must be less than either side.
  package func mirrored(by margin: Int) -> Picture {
    precondition(margin >= 0 && margin < size.shortSide, "a margin wider than there is to mirror")
    if margin == 0 { return self }
    let (rows, columns) = (Self.places(height, margin), Self.places(width, margin))
    var pixels: [Float] = []
    pixels.reserveCapacity(3 * rows.count * columns.count)
    for row in rows {
      for column in columns {
        let first = 3 * (row * width + column)
        for index in first..<first + 3 { pixels.append(self.pixels[index]) }
      }
    }
    let alpha = alpha.map { alpha in rows.flatMap { row in columns.map { alpha[row * width + $0] } } }
    return Picture(width: columns.count, height: rows.count, pixels: pixels, alpha: alpha)
  }

  /// Where each place of a side with margins comes from.
  private static func places(_ side: Int, _ margin: Int) -> [Int] {
    (-margin..<side + margin).map { place in
      let within = abs(place)
      return within < side ? within : 2 * (side - 1) - within
    }
  }
}
