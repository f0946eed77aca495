internal import Compute

/// How much of a picture each position of a layer sees, from its alpha: 0 is nothing, 1 is all.
///
/// Statistics weigh positions by it, so that transparent pixels count for nothing.
struct Coverage: Sendable {
  /// One for each position, row by row.
  let values: [Float]
  /// Their sum: how many positions there are in effect; not quite zero where nothing is seen, to divide by.
  let total: Double

  /// The mean of alpha under each position of a layer of `height` x `width` positions, halvings of the picture's size
  /// that drop a last odd row or column. Nil where it would say nothing, as alpha is 1 everywhere.
  init?(alpha: [Float], pictureHeight: Int, pictureWidth: Int, height: Int, width: Int) {
    guard alpha.contains(where: { $0 < 1 }) else { return nil }
    var values = alpha
    var (rows, columns) = (pictureHeight, pictureWidth)
    while rows > height || columns > width {
      values = Self.halved(values, rows: rows, columns: columns)
      (rows, columns) = (rows / 2, columns / 2)
    }
    precondition(rows == height && columns == width, "not a layer of this picture")
    self.values = values
    total = max(values.reduce(0.0) { $0 + Double($1) }, 1e-6)
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

  /// result = the features, [position][channel], each position times `factor` of its coverage.
  func weigh(_ features: Span<Float>, by factor: (Float) -> Float = { $0 }, into result: inout Buffer<Float>) {
    var weighed = result.mutableSpan
    let channels = features.count / values.count
    for (position, value) in values.enumerated() {
      let weight = factor(value)
      for index in position * channels..<(position + 1) * channels { weighed[index] = weight * features[index] }
    }
  }
}
