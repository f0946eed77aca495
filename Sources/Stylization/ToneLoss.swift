internal import Compute
internal import Pictures

/// How far an image's light and colour at large are from the photograph's: the term that keeps sky light and shade
/// dark, as `Recipe.Tone` defines it.
///
/// W_c(p) is the share of pixel p in cell c, a tent in both directions times the pixel's alpha, and B_c the mean by these
/// shares. The value is kappa sum_c (B_c x - B_c P)^2, its gradient 2 kappa sum_c (B_c x - B_c P) W_c(p) / sum W_c. Tents
/// leave no edges between cells.
struct ToneLoss: Sendable {
  /// The cells that a row or column of pixels lies between, and the part of the second.
  private struct Place {
    let cell: Int
    let part: Float
  }

  private let columns: [Place]
  private let rows: [Place]
  private let cells: (across: Int, down: Int)
  private let alpha: [Float]?
  /// One over sum_p of what each cell sees; zero where it sees nothing.
  private let inverseShares: [Float]
  /// B P, [cell][channel].
  private let target: [Float]
  private let kappa: Double
  private let range: Float
  private let pool: ThreadPool

  /// For images of the content picture's size in [0, `range`].
  init(_ tone: Recipe.Tone, content: Picture, range: Float = 1, on pool: ThreadPool) {
    let side = max(Double(content.size.longSide) / Double(tone.cells), 1)
    let counts = (across: Self.count(content.width, side), down: Self.count(content.height, side))
    columns = Self.places(content.width, among: counts.across)
    rows = Self.places(content.height, among: counts.down)
    cells = counts
    alpha = content.alpha
    self.range = range
    self.pool = pool
    let ones = [Float](repeating: 1, count: content.pixels.count)
    let shares = Self.sums(ones.span, columns, rows, counts, content.alpha, on: pool)
    let inverse = (0..<counts.across * counts.down).map { shares[3 * $0] > 1e-3 ? 1 / shares[3 * $0] : 0 }
    let sums = Self.sums(content.pixels.span, columns, rows, counts, content.alpha, on: pool)
    let means = sums.indices.map { sums[$0] * inverse[$0 / 3] }
    inverseShares = inverse
    target = means
    let seen = 3 * Double(max(inverse.count { $0 > 0 }, 1))
    kappa = tone.weight / seen / max(Self.variance(of: means, where: inverse), 0.002)
  }

  private static func count(_ side: Int, _ cell: Double) -> Int { max(2, Int((Double(side) / cell).rounded())) }

  private static func places(_ pixels: Int, among cells: Int) -> [Place] {
    (0..<pixels).map { pixel in
      let center = (Double(pixel) + 0.5) * Double(cells) / Double(pixels) - 0.5
      let place = min(max(center, 0), Double(cells - 1))
      let cell = min(Int(place), cells - 2)
      return Place(cell: cell, part: Float(place - Double(cell)))
    }
  }

  /// The mean over channels of the variance over the cells that see something.
  private static func variance(of means: [Float], where shares: [Float]) -> Double {
    let seen = shares.indices.filter { shares[$0] > 0 }
    let count = Double(max(seen.count, 1))
    return (0..<3).reduce(0.0) { sum, channel in
      let values = seen.map { Double(means[3 * $0 + channel]) }
      let mean = values.reduce(0, +) / count
      return sum + values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count / 3
    }
  }

  /// sum_p W_c(p) x_p by cell and channel. Each row of pixels is first summed by columns of cells, on its own, and then
  /// the rows are added up in their order: the same bits with any number of threads.
  private static func sums(
    _ image: Span<Float>, _ columns: [Place], _ rows: [Place], _ cells: (across: Int, down: Int), _ alpha: [Float]?,
    on pool: ThreadPool
  ) -> [Float] {
    let (width, line) = (columns.count, 3 * cells.across)
    var lines = [Float](repeating: 0, count: rows.count * line)
    lines.withUnsafeMutableBufferPointer { lines in
      image.withUnsafeBufferPointer { image in
        guard let lines = lines.baseAddress, let image = image.baseAddress else { return }
        pool.forEach(rows.count) { row, _ in
          let sums = lines + row * line
          for column in 0..<width {
            let pixel = row * width + column
            let weight = alpha?[pixel] ?? 1
            let (place, source) = (columns[column], image + 3 * pixel)
            let (far, near) = (weight * place.part, weight * (1 - place.part))
            let left = sums + 3 * place.cell
            for channel in 0..<3 {
              left[channel] += near * source[channel]
              left[channel + 3] += far * source[channel]
            }
          }
        }
      }
    }
    var result = [Float](repeating: 0, count: cells.down * line)
    for (row, place) in rows.enumerated() {
      for index in 0..<line {
        let value = lines[row * line + index]
        result[place.cell * line + index] += (1 - place.part) * value
        result[(place.cell + 1) * line + index] += place.part * value
      }
    }
    return result
  }

  /// The term's value for an image, [height][width][3]; gradient += d value / d image.
  func addGradient(of image: Span<Float>, to gradient: inout MutableSpan<Float>) -> Double {
    let (width, line) = (columns.count, 3 * cells.across)
    precondition(image.count == 3 * width * rows.count && gradient.count == image.count, "an image of another size")
    var slopes = Self.sums(image, columns, rows, cells, alpha, on: pool)
    var sum = 0.0
    let scale = Float(2 * kappa) / range
    for index in slopes.indices {
      let share = inverseShares[index / 3]
      let difference = share > 0 ? slopes[index] * share / range - target[index] : 0
      sum += Double(difference) * Double(difference)
      slopes[index] = scale * difference * share
    }
    gradient.withUnsafeMutableBufferPointer { gradient in
      guard let gradient = gradient.baseAddress else { return }
      pool.forEach(rows.count) { row, _ in
        // The row's slopes by columns of cells, then across.
        let (above, part) = (rows[row].cell * line, rows[row].part)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: line) { between in
          for index in 0..<line {
            between[index] = (1 - part) * slopes[above + index] + part * slopes[above + line + index]
          }
          for column in 0..<width {
            let pixel = row * width + column
            let (place, weight) = (columns[column], alpha?[pixel] ?? 1)
            for channel in 0..<3 {
              let (left, right) = (between[3 * place.cell + channel], between[3 * place.cell + 3 + channel])
              gradient[3 * pixel + channel] += weight * ((1 - place.part) * left + place.part * right)
            }
          }
        }
      }
    }
    return kappa * sum
  }
}
