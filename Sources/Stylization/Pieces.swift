internal import Pictures

extension Picture {
  /// How far the network's deepest layer sees around a position, rounded up to its stride: conv5_2's is 96.
  private static let halo = 96
  /// The stride of the deepest layers: pieces that begin at multiples of it are pooled like the whole.
  private static let stride = 16

  /// The picture cut into a grid of pieces of about `area` pixels or less, each with what the network sees around it.
  /// Alpha is 0 there: over all pieces, every position of every layer counts once, with the features of the whole.
  func pieces(area: Int) -> [Picture] {
    let parts = (Double(size.area) / Double(area)).squareRoot().rounded(.up)
    guard parts > 1 else { return [self] }
    let columns = Self.cuts(of: width, parts: Int(parts))
    let rows = Self.cuts(of: height, parts: Int(parts))
    return rows.flatMap { rows in columns.map { piece(columns: $0, rows: rows) } }
  }

  /// A side in nearly equal parts that begin at multiples of the stride.
  private static func cuts(of side: Int, parts: Int) -> [Range<Int>] {
    let starts = Set((0..<parts).map { $0 * side / parts / stride * stride }).sorted()
    return zip(starts, starts.dropFirst() + [side]).map { $0..<$1 }
  }

  private func piece(columns: Range<Int>, rows: Range<Int>) -> Picture {
    let across = max(columns.lowerBound - Self.halo, 0)..<min(columns.upperBound + Self.halo, width)
    let down = max(rows.lowerBound - Self.halo, 0)..<min(rows.upperBound + Self.halo, height)
    var pixels: [Float] = []
    var alpha: [Float] = []
    for y in down {
      pixels += self.pixels[(y * width + across.lowerBound) * 3..<(y * width + across.upperBound) * 3]
      for x in across {
        let counts = columns.contains(x) && rows.contains(y)
        alpha.append(counts ? self.alpha?[y * width + x] ?? 1 : 0)
      }
    }
    return Picture(width: across.count, height: down.count, pixels: pixels, alpha: alpha)
  }
}
