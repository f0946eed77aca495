internal import Compute
internal import Network

/// How far an image's features at one layer are from the photograph's: kappa sum W (F - P)^2, W the coverage of each
/// position. The gradient by F is 2 kappa W (F - P).
final class ContentLoss {
  let layer: LayerName
  private let term: Recipe.ContentTerm
  private let channels: Int
  /// Positions of the picture's map from one row to the next.
  private let width: Int
  private let pool: ThreadPool
  /// P, [position][channel].
  private var target: Buffer<Float>
  /// sum W P^2
  private var power = 0.0
  /// sum W, over channels too.
  private let entries: Double
  private var sum = 0.0

  /// For images whose map has that many positions at the term's layer; then all tiles of the photograph are to be learnt.
  init(
    _ term: Recipe.ContentTerm, channels: Int, height: Int, width: Int, coverage: Coverage?, on pool: ThreadPool
  ) {
    layer = term.layer
    self.term = term
    self.channels = channels
    self.width = width
    self.pool = pool
    target = Buffer(zeros: height * width * channels)
    entries = (coverage?.total ?? Double(height * width)) * Double(channels)
  }

  private var kappa: Double {
    switch term.normalization {
    case .sum: term.weight
    case .mean: term.weight / entries
    case .relative: term.weight / max(power, 1e-20)
    }
  }

  /// Takes a tile of the photograph for the target.
  func learn(_ features: Span<Float>, _ part: Part, _ coverage: Coverage?) {
    let (target, channels, width) = (target.pointer, channels, width)
    features.withUnsafeBufferPointer { features in
      guard let features = features.baseAddress else { return }
      for row in part.rows {
        let place = part.place(row: row, column: part.columns.lowerBound, pictureWidth: width)
        (target + place * channels).update(
          from: features + (row * part.width + part.columns.lowerBound) * channels,
          count: part.columns.count * channels)
      }
    }
    power += total(of: features, part, coverage) { feature, _ in feature * feature }
  }

  /// An image is going to be seen.
  func begin() { sum = 0 }

  /// A tile of it is seen.
  func see(_ features: Span<Float>, _ part: Part, _ coverage: Coverage?) {
    sum += total(of: features, part, coverage) { feature, target in (feature - target) * (feature - target) }
  }

  /// The term's value, when all of the image has been seen.
  func value() -> Double { kappa * sum }

  /// gradient += d value / d features before the coverage comes on top, for the rows of a part.
  func addGradient(of features: Span<Float>, _ part: Part, to gradient: inout MutableSpan<Float>) {
    let (target, channels, width, scale) = (target.constantPointer, channels, width, Float(2 * kappa))
    gradient.withUnsafeMutableBufferPointer { gradient in
      features.withUnsafeBufferPointer { features in
        guard let slope = gradient.baseAddress, let features = features.baseAddress else { return }
        pool.forEach(part.rows.count) { index, _ in
          let row = part.rows.lowerBound + index
          let from = (row * part.width + part.columns.lowerBound) * channels
          let to = part.place(row: row, column: part.columns.lowerBound, pictureWidth: width) * channels
          for value in 0..<part.columns.count * channels {
            slope[from + value] += scale * (features[from + value] - target[to + value])
          }
        }
      }
    }
  }

  /// The sum of W `term(feature, target)` over a part: in float along a position, in double from there on.
  @inline(__always)
  private func total(
    of features: Span<Float>, _ part: Part, _ coverage: Coverage?, _ term: (_ feature: Float, _ target: Float) -> Float
  ) -> Double {
    let (target, channels, width) = (target.constantPointer, channels, width)
    return features.withUnsafeBufferPointer { features in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: part.rows.count) { sums in
        pool.forEach(part.rows.count) { index, _ in
          let row = part.rows.lowerBound + index
          var sum = 0.0
          for column in part.columns {
            let from = (row * part.width + column) * channels
            let to = part.place(row: row, column: column, pictureWidth: width) * channels
            var inner: Float = 0
            for channel in 0..<channels { inner += term(features[from + channel], target[to + channel]) }
            sum += Double(inner * (coverage?.value(row: row, column: column, of: part) ?? 1))
          }
          sums.initializeElement(at: index, to: sum)
        }
        return sums.reduce(0, +)
      }
    }
  }
}
