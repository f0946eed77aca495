internal import Network
internal import Pictures

/// How much of a picture each position of a layer sees, from its alpha: 0 is nothing, 1 is all.
///
/// Statistics weigh positions by it, so that transparent pixels count for nothing.
struct Coverage: Sendable {
  /// One for each position of the whole picture, row by row.
  let values: [Float]
  let width: Int

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

  /// How many positions there are in effect in some of those of the whole picture; not quite zero where nothing is
  /// seen, to divide by.
  func total(in part: Part) -> Double {
    let sum = part.rows.reduce(0) { sum, row in
      part.columns.reduce(sum) { $0 + Double(value(row: row, column: $1, of: part)) }
    }
    return max(sum, 1e-6)
  }

  /// In all of them.
  func total() -> Double { max(values.reduce(0) { $0 + Double($1) }, 1e-6) }

  /// Of a position of a tile's map.
  func value(row: Int, column: Int, of part: Part) -> Float {
    values[part.place(row: row, column: column, pictureWidth: width)]
  }
}
