internal import Network
internal import Pictures

/// How much of a picture each position of a layer sees, from its alpha: 0 is nothing, 1 is all.
///
/// Statistics weigh positions by it, so that transparent pixels count for nothing.
struct Coverage: Sendable {
  /// One for each position of the whole picture, row by row.
  let values: [Float]
  let width: Int

  /// How many positions there are in effect in some of those of the whole picture, or in all of them; not quite zero
  /// where nothing is seen, to divide by.
  func total(in part: Part? = nil) -> Double {
    let sum: Double
    if let part {
      sum = part.rows.reduce(0) { sum, row in
        part.columns.reduce(sum) { $0 + Double(value(row: row, column: $1, of: part)) }
      }
    } else {
      sum = values.reduce(0) { $0 + Double($1) }
    }
    return max(sum, 1e-6)
  }

  /// The mean of alpha under each position of a layer, halvings of the picture's size that drop a last odd row or
  /// column. Nil where it would say nothing, as alpha is 1 everywhere.
  init?(of picture: Picture, at layer: LayerName) {
    guard let alpha = picture.alpha, alpha.contains(where: { $0 < 1 }) else { return nil }
    var values = alpha
    var (rows, columns) = (picture.height, picture.width)
    for _ in 1..<layer.block {
      values = Self.halved(values, rows: rows, columns: columns)
      (rows, columns) = (rows / 2, columns / 2)
    }
    self.values = values
    width = columns
  }

  private static func halved(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    var means: [Float] = []
    means.reserveCapacity(rows / 2 * (columns / 2))
    for i in 0..<rows / 2 {
      for j in 0..<columns / 2 {
        let corner = 2 * i * columns + 2 * j
        means.append(
          (values[corner] + values[corner + 1] + values[corner + columns] + values[corner + columns + 1]) / 4)
      }
    }
    return means
  }

  /// Of a position of a tile's map.
  func value(row: Int, column: Int, of part: Part) -> Float {
    values[part.place(row: row, column: column, pictureWidth: width)]
  }
}

extension Recipe {
  /// How many of the outermost positions of a layer style statistics leave out for a picture of a size: none where they
  /// would leave less than half of a side, or of what is seen.
  func margin(at layer: LayerName, of size: Size, _ coverage: Coverage?) -> Int {
    guard size.shortSide / layer.stride >= 4 * styleMargin else { return 0 }
    guard let coverage else { return styleMargin }
    let inner = coverage.total(in: Tiling.part(of: layer, ofWhole: size, margin: styleMargin))
    return 2 * inner >= coverage.total() ? styleMargin : 0
  }
}
