internal import Compute
internal import Network

/// The Gram matrix to come near to at one layer: those of the style pictures, each over its normalization's divisor,
/// averaged by the pictures' weights.
struct StyleTarget: Sendable {
  let channels: Int
  /// [channels][channels]
  private(set) var values: [Float]

  init(channels: Int) {
    self.channels = channels
    values = Array(repeating: 0, count: channels * channels)
  }

  /// Adds `share` times a Gram matrix.
  mutating func add(_ share: Double, times gram: GramSum) {
    for index in values.indices { values[index] += Float(share * gram.values[index]) }
  }

  var squaredNorm: Double { values.reduce(0) { $0 + Double($1) * Double($1) } }

  /// difference := alpha gram - target; answers the sum of its squares.
  func subtract(from gram: GramSum, times alpha: Double, into difference: inout Buffer<Float>) -> Double {
    var result = difference.mutableSpan
    var sum = 0.0
    for index in values.indices {
      let entry = alpha * gram.values[index] - Double(values[index])
      result[index] = Float(entry)
      sum += entry * entry
    }
    return sum
  }
}

extension Recipe.StyleTerm.Normalization {
  /// What a Gram matrix, summed over positions, is divided by.
  func divisor(positions: Double, channels: Int) -> Double {
    switch self {
    case .imageArea: 1
    case .positions, .relative: positions
    case .positionsAndChannels: positions * Double(channels)
    }
  }
}
