internal import Compute
internal import Network

/// How far an image's features at one layer are from the photograph's: kappa sum W (F - P)^2, W the coverage of each
/// position. The gradient by F is 2 kappa W (F - P).
struct ContentLoss: Sendable {
  let layer: LayerName
  /// P, [position][channel].
  private let target: [Float]
  private let channels: Int
  private let kappa: Double
  private let coverage: Coverage?
  private let pool: ThreadPool

  /// For images whose features are to be `features`, [position][channel].
  init(
    _ term: Recipe.ContentTerm, target features: Span<Float>, channels: Int, coverage: Coverage?, on pool: ThreadPool
  ) {
    layer = term.layer
    target = Array(unsafeUninitializedCapacity: features.count) { buffer, count in
      for index in 0..<features.count { buffer.initializeElement(at: index, to: features[index]) }
      count = features.count
    }
    self.channels = channels
    self.coverage = coverage
    self.pool = pool
    let entries = (coverage?.total ?? Double(features.count / channels)) * Double(channels)
    let power = Self.sum(features, channels: channels, coverage, on: pool) { feature, _ in feature * feature }
    kappa =
      switch term.normalization {
      case .sum: term.weight
      case .mean: term.weight / entries
      case .relative: term.weight / max(power, 1e-20)
      }
  }

  /// The term's value.
  func value(of features: Span<Float>) -> Double {
    precondition(features.count == target.count, "features of another shape")
    return target.withUnsafeBufferPointer { target in
      kappa
        * Self.sum(features, channels: channels, coverage, on: pool) { f, index in
          let difference = f - target[index]
          return difference * difference
        }
    }
  }

  /// gradient += d value / d features
  func addGradient(of features: Span<Float>, to gradient: inout MutableSpan<Float>) {
    precondition(features.count == target.count && gradient.count == target.count, "features of another shape")
    let target = target.span
    let scale = Float(2 * kappa)
    for position in 0..<features.count / channels {
      let weight = scale * (coverage?.values[position] ?? 1)
      for index in position * channels..<(position + 1) * channels {
        gradient[index] += weight * (features[index] - target[index])
      }
    }
  }

  /// The sum of `term(feature, index)` over channels and covered positions: in float along a position, in double from
  /// there on, a row of positions at a time.
  @inline(__always)
  private static func sum(
    _ features: Span<Float>, channels: Int, _ coverage: Coverage?, on pool: ThreadPool,
    of term: (_ feature: Float, _ index: Int) -> Float
  ) -> Double {
    let positions = features.count / channels
    let piece = 64
    let pieces = (positions + piece - 1) / piece
    return features.withUnsafeBufferPointer { features in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: pieces) { sums in
        pool.forEach(pieces) { index, _ in
          var sum = 0.0
          for position in index * piece..<min((index + 1) * piece, positions) {
            var inner: Float = 0
            for entry in position * channels..<(position + 1) * channels { inner += term(features[entry], entry) }
            sum += Double(inner * (coverage?.values[position] ?? 1))
          }
          sums.initializeElement(at: index, to: sum)
        }
        return sums.reduce(0, +)
      }
    }
  }
}
