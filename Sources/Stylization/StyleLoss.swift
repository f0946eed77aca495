internal import Compute
internal import Network

/// How far the Gram matrix of an image's features at one layer is from the painting's: kappa sum (alpha G - T)^2.
///
/// G = F^T W F for features F, M positions x N channels, and the coverage W of each position. With D = alpha G - T the
/// gradient by F is 4 kappa alpha W F D. First all tiles of the image are seen, then D is known, and the gradient can
/// be told for each tile.
final class StyleLoss {
  let layer: LayerName
  private let target: StyleTarget
  private let kappa: Double
  private let alpha: Double
  private let pool: ThreadPool
  private let gram: GramSum
  /// D.
  private var difference: Buffer<Float>

  /// For images of `area` pixels, which have `positions` at the term's layer, covered or not.
  init(_ term: Recipe.StyleTerm, target: StyleTarget, positions: Double, area: Int, on pool: ThreadPool) {
    layer = term.layer
    self.target = target
    self.pool = pool
    let channels = target.channels
    alpha = 1 / term.normalization.divisor(positions: positions, channels: channels)
    kappa =
      switch term.normalization {
      case .imageArea: term.weight / (36 * Double(area) * Double(area))
      case .positions, .positionsAndChannels: term.weight / Double(channels * channels)
      case .relative: term.weight / max(target.squaredNorm, 1e-20)
      }
    gram = GramSum(channels: channels)
    difference = Buffer(zeros: channels * channels)
  }

  /// An image is going to be seen.
  func begin() { gram.reset() }

  /// A tile of it is seen.
  func see(_ features: Span<Float>, _ part: Part, _ coverage: Coverage?) {
    gram.add(features, part, coverage, on: pool)
  }

  /// The term's value, when all of the image has been seen.
  func value() -> Double { kappa * target.subtract(from: gram, times: alpha, into: &difference, on: pool) }

  /// gradient += d value / d features before the coverage comes on top, for the rows of a part.
  func addGradient(of features: Span<Float>, _ part: Part, to gradient: inout MutableSpan<Float>) {
    addRows(part.rows, of: features, part.width, times: difference, to: &gradient)
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
}
