internal import Compute
internal import Glibc
internal import Network
internal import Pictures

/// How far the Gram matrix of an image's features at one layer is from the painting's: kappa sum D^2, D = alpha G - T.
///
/// G = F^T W F for features F, M positions x N channels, and the coverage W of each position. The gradient by F is
/// 4 kappa alpha W F D. First all tiles of the image are seen, then D is known, and the gradient can be told for each
/// tile.
///
/// Centered, features are taken less the painting's mean features m: with d = alpha F^T W 1 - m the terms in m m^T
/// cancel, D = alpha G - T - d m^T - m d^T, and the gradient is 4 kappa alpha W (F D - 1 (D m)^T). For that alpha is
/// one over the sum of W, and the weights of the pictures in T and m add up to 1.
final class StyleLoss {
  let layer: LayerName
  private let target: StyleTarget
  private let isCentered: Bool
  private let kappa: Double
  private let alpha: Double
  private let pool: ThreadPool
  private let gram: GramSum
  private let sum: FeatureSum
  /// D.
  private var difference: Buffer<Float>
  /// 4 kappa alpha D m.
  private var shift: [Float]

  /// For images of a size, of which `positions` are seen at the term's layer.
  init(_ term: Recipe.StyleTerm, target: StyleTarget, positions: Double, size: Size, on pool: ThreadPool) {
    layer = term.layer
    self.target = target
    self.pool = pool
    let channels = target.channels
    isCentered = term.normalization == .centered
    alpha = 1 / term.normalization.divisor(positions: positions, channels: channels)
    kappa =
      switch term.normalization {
      case .imageArea:
        term.weight * pow(Double(size.positions(of: term.layer)) / Double(size.area), 2) / 36
      case .positions, .positionsAndChannels: term.weight / Double(channels * channels)
      // A picture of which nothing is seen at the layer says nothing.
      case .centered: target.centeredSquaredNorm > 0 ? term.weight / target.centeredSquaredNorm : 0
      }
    gram = GramSum(channels: channels)
    sum = FeatureSum(channels: channels)
    difference = Buffer(zeros: channels * channels)
    shift = Array(repeating: 0, count: channels)
  }

  /// An image is going to be seen.
  func begin() {
    gram.reset()
    sum.reset()
  }

  /// A tile of it is seen.
  func see(_ features: Span<Float>, _ part: Part, _ coverage: Coverage?) {
    gram.add(features, part, coverage, on: pool)
    if isCentered { sum.add(features, part, coverage, on: pool) }
  }

  /// The term's value, when all of the image has been seen.
  func value() -> Double {
    let squares = target.subtract(from: gram, times: alpha, into: &difference, on: pool)
    return kappa * (isCentered ? center() : squares)
  }

  /// Makes D and the shift those of centered features; answers the sum of D^2.
  private func center() -> Double {
    let (channels, difference, scale) = (target.channels, difference.pointer, 4 * kappa * alpha)
    let means = target.means
    let distances = zip(sum.values, means).map { alpha * $0 - $1 }
    return shift.withUnsafeMutableBufferPointer { shift in
      guard let shift = shift.baseAddress else { return 0 }
      return pool.sum(over: channels) { row in
        var (squares, product) = (0.0, 0.0)
        for column in 0..<channels {
          let index = row * channels + column
          let entry = Double(difference[index]) - distances[row] * means[column] - means[row] * distances[column]
          difference[index] = Float(entry)
          squares += entry * entry
          product += entry * means[column]
        }
        shift[row] = Float(scale * product)
        return squares
      }
    }
  }

  /// gradient += d value / d features before the coverage comes on top, for the rows of a part.
  func addGradient(of features: Span<Float>, _ part: Part, to gradient: inout MutableSpan<Float>) {
    addRows(part.rows, of: features, part.width, times: difference, to: &gradient)
    if isCentered { subtractShift(part.rows, part.width, from: &gradient) }
  }

  private func addRows(
    _ rows: Range<Int>, of features: Span<Float>, _ width: Int, times difference: borrowing Buffer<Float>,
    to gradient: inout MutableSpan<Float>
  ) {
    let channels = target.channels
    let values = rows.lowerBound * width * channels..<rows.upperBound * width * channels
    var slope = gradient._mutatingExtracting(values)
    addProduct(
      of: features.extracting(values), positions: rows.count * width, channels: channels, with: difference.span,
      scale: Float(4 * kappa * alpha), to: &slope, on: pool)
  }

  private func subtractShift(_ rows: Range<Int>, _ width: Int, from gradient: inout MutableSpan<Float>) {
    let channels = target.channels
    gradient.withUnsafeMutableBufferPointer { gradient in
      shift.withUnsafeBufferPointer { shift in
        guard let gradient = gradient.baseAddress, let shift = shift.baseAddress else { return }
        pool.forEach(rows.count) { index, _ in
          let row = gradient + (rows.lowerBound + index) * width * channels
          for position in 0..<width {
            for channel in 0..<channels { row[position * channels + channel] -= shift[channel] }
          }
        }
      }
    }
  }
}
