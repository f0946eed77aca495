internal import Compute
internal import Pictures

/// How far an image's light and colour at large are from the photograph's: the term that keeps sky light and shade
/// dark, as `Recipe.Tone` defines it.
///
/// W_c(p) is the share of pixel p in cell c, a tent in both directions times the pixel's alpha, and B_c the mean by
/// these shares. The value is kappa sum_c (B_c x - B_c P)^2, its gradient 2 kappa sum_c (B_c x - B_c P) W_c / sum W_c.
/// Tents leave no edges between cells.
struct ToneLoss: Sendable {
  /// Three channels and, last, the sum of the shares.
  private typealias Cell = SIMD4<Float>
  /// The two cells that a row or column of pixels lies between, and the part of the second.
  private typealias Place = (cell: Int, part: Float)

  private let columns: [Place]
  private let rows: [Place]
  /// Cells in a row of them.
  private let across: Int
  private let down: Int
  private let alpha: [Float]?
  private let range: Float
  private let pool: ThreadPool
  /// B P
  private var target: [Cell] = []
  private var kappa = 0.0

  /// For images of the content picture's size in [0, `range`].
  init(_ tone: Recipe.Tone, content: Picture, range: Float = 1, on pool: ThreadPool) {
    let side = max(Double(content.size.longSide) / Double(tone.cells), 1)
    across = max(2, Int((Double(content.width) / side).rounded()))
    down = max(2, Int((Double(content.height) / side).rounded()))
    columns = Self.places(content.width, among: across)
    rows = Self.places(content.height, among: down)
    alpha = content.alpha
    self.range = range
    self.pool = pool
    target = sums(of: content.pixels.span, range: 1).map(Self.mean)
    let seen = target.filter { $0.w > 0 }
    kappa = tone.weight / Double(3 * max(seen.count, 1)) / max(Self.variance(of: seen), 0.002)
  }

  private static func places(_ pixels: Int, among cells: Int) -> [Place] {
    (0..<pixels).map { pixel in
      let center = (Double(pixel) + 0.5) * Double(cells) / Double(pixels) - 0.5
      let place = min(max(center, 0), Double(cells - 1))
      let cell = min(Int(place), cells - 2)
      return (cell, Float(place - Double(cell)))
    }
  }

  /// Of a cell that sees next to nothing, nothing.
  private static func mean(_ sum: Cell) -> Cell { sum.w > 1e-3 ? sum / sum.w : .zero }

  /// Over cells; the mean of the channels'.
  private static func variance(of cells: [Cell]) -> Double {
    let count = Float(max(cells.count, 1))
    let mean = cells.reduce(.zero, +) / count
    let squares = cells.reduce(Cell.zero) { $0 + ($1 - mean) * ($1 - mean) } / count
    return Double(squares.x + squares.y + squares.z) / 3
  }

  /// sum_p W_c(p) (x_p, 1), x an image in [0, `range`] brought to [0, 1]: of each row of pixels by itself first, and
  /// then of the rows in their order. So it is the same to the last bit with any number of threads.
  private func sums(of image: Span<Float>, range: Float) -> [Cell] {
    let (width, alpha) = (columns.count, alpha)
    var lines = [Cell](repeating: .zero, count: rows.count * across)
    lines.withUnsafeMutableBufferPointer { lines in
      image.withUnsafeBufferPointer { image in
        guard let lines = lines.baseAddress, let image = image.baseAddress else { return }
        pool.forEach(rows.count) { row, _ in
          let line = lines + row * across
          for (column, place) in columns.enumerated() {
            let pixel = row * width + column
            let color = Cell(image[3 * pixel], image[3 * pixel + 1], image[3 * pixel + 2], range)
            let seen = color * ((alpha?[pixel] ?? 1) / range)
            line[place.cell] += (1 - place.part) * seen
            line[place.cell + 1] += place.part * seen
          }
        }
      }
    }
    var result = [Cell](repeating: .zero, count: down * across)
    for (row, place) in rows.enumerated() {
      for column in 0..<across {
        let sum = lines[row * across + column]
        result[place.cell * across + column] += (1 - place.part) * sum
        result[(place.cell + 1) * across + column] += place.part * sum
      }
    }
    return result
  }

  /// The term's value for an image, [height][width][3]; gradient += d value / d image.
  func addGradient(of image: Span<Float>, to gradient: inout MutableSpan<Float>) -> Double {
    let (width, alpha) = (columns.count, alpha)
    precondition(image.count == 3 * width * rows.count && gradient.count == image.count, "an image of another size")
    var total = 0.0
    let scale = Float(2 * kappa) / range
    let slopes = zip(sums(of: image, range: range), target).map { sum, target -> Cell in
      let difference = Self.mean(sum) - target
      total += Double((difference * difference).sum())
      return target.w > 0 ? scale / sum.w * difference : .zero
    }
    gradient.withUnsafeMutableBufferPointer { gradient in
      guard let gradient = gradient.baseAddress else { return }
      pool.forEach(rows.count) { row, _ in
        let (above, part) = (rows[row].cell * across, rows[row].part)
        let line = (above..<above + across).map { (1 - part) * slopes[$0] + part * slopes[$0 + across] }
        for (column, place) in columns.enumerated() {
          let pixel = row * width + column
          let slope = (1 - place.part) * line[place.cell] + place.part * line[place.cell + 1]
          let seen = (alpha?[pixel] ?? 1) * slope
          for channel in 0..<3 { gradient[3 * pixel + channel] += seen[channel] }
        }
      }
    }
    return kappa * total
  }
}
