internal import Compute
internal import Network

/// The Gram matrix to come near to at one layer, and the sum of features: those of the style pictures, each over its
/// normalization's divisor, averaged by the pictures' weights.
struct StyleTarget: Sendable {
  let channels: Int
  /// [channels][channels]
  private(set) var values: [Float]
  /// [channels]; of a normalization that divides by positions the mean features.
  private(set) var means: [Double]

  init(channels: Int) {
    self.channels = channels
    values = Array(repeating: 0, count: channels * channels)
    means = Array(repeating: 0, count: channels)
  }

  /// Adds `share` times a Gram matrix and a sum of features.
  mutating func add(_ share: Double, times gram: GramSum, _ sum: FeatureSum) {
    for index in values.indices { values[index] += Float(share * gram.values[index]) }
    for channel in means.indices { means[channel] += share * sum.values[channel] }
  }

  /// sum (A - m m^T)^2 for the Gram matrix A of mean features m: that of the features less their means. At least a
  /// fiftieth of sum A^2, for pictures with next to no texture: of the gallery's paintings it is more at every layer.
  var centeredSquaredNorm: Double {
    var (sum, plain) = (0.0, 0.0)
    for row in 0..<channels {
      for column in 0..<channels {
        let value = Double(values[row * channels + column])
        let entry = value - means[row] * means[column]
        sum += entry * entry
        plain += value * value
      }
    }
    return max(sum, plain / 50)
  }

  /// difference := alpha gram - target; answers the sum of its squares.
  func subtract(
    from gram: GramSum, times alpha: Double, into difference: inout Buffer<Float>, on pool: ThreadPool
  ) -> Double {
    let (channels, difference) = (channels, difference.pointer)
    return gram.values.withUnsafeBufferPointer { gram in
      values.withUnsafeBufferPointer { target in
        guard let gram = gram.baseAddress, let target = target.baseAddress else { return 0 }
        return pool.sum(over: channels) { row in
          // Lanes of their own: added up one after the other, the squares would wait for each other.
          var squares = SIMD8<Double>.zero
          for first in stride(from: row * channels, to: (row + 1) * channels, by: 8) {
            var entries = SIMD8<Double>.zero
            for lane in 0..<8 { entries[lane] = alpha * gram[first + lane] - Double(target[first + lane]) }
            for lane in 0..<8 { difference[first + lane] = Float(entries[lane]) }
            squares += entries * entries
          }
          return squares.sum()
        }
      }
    }
  }
}

extension Recipe.StyleTerm.Normalization {
  /// What a Gram matrix, summed over positions, is divided by.
  func divisor(positions: Double, channels: Int) -> Double {
    switch self {
    case .imageArea, .positions, .centered: positions
    case .positionsAndChannels: positions * Double(channels)
    }
  }
}
