internal import Compute
internal import Network

/// How far the Gram matrix of an image's features at one layer is from the painting's: kappa sum (alpha G - T)^2.
///
/// G = F^T W F for features F, M positions x N channels, and the coverage W of each position. With D = alpha G - T the
/// gradient by F is 4 kappa alpha W F D.
final class StyleLoss {
  let layer: LayerName
  private let target: StyleTarget
  private let kappa: Double
  private let alpha: Double
  private let coverage: Coverage?
  private let pool: ThreadPool
  private var difference: Buffer<Float>
  private var workspace: Buffer<Float>
  private var partials: Buffer<Float>

  /// For images of `area` pixels, which have `positions` positions at the term's layer.
  init(
    _ term: Recipe.StyleTerm, target: StyleTarget, positions: Int, area: Int, coverage: Coverage?, on pool: ThreadPool
  ) {
    layer = term.layer
    self.target = target
    self.coverage = coverage
    self.pool = pool
    let channels = target.channels
    alpha = 1 / term.normalization.divisor(positions: coverage?.total ?? Double(positions), channels: channels)
    kappa =
      switch term.normalization {
      case .imageArea: term.weight / (36 * Double(area) * Double(area))
      case .positions, .positionsAndChannels: term.weight / Double(channels * channels)
      case .relative: term.weight / max(target.squaredNorm, 1e-20)
      }
    difference = Buffer(zeros: channels * channels)
    workspace = Buffer(zeros: coverage == nil ? 0 : positions * channels)
    partials = Buffer(zeros: gramWorkspace(positions: positions, channels: channels))
  }

  /// The term's value.
  func value(of features: Span<Float>) -> Double {
    writeGram(
      of: features, channels: target.channels, coverage: coverage, workspace: &workspace, partials: &partials,
      into: &difference, on: pool)
    return kappa * target.subtract(from: &difference, times: alpha)
  }

  /// gradient += d value / d features, for the features that `value` was asked of last.
  func addGradient(of features: Span<Float>, to gradient: inout MutableSpan<Float>) {
    addGramGradient(
      of: features, times: difference, channels: target.channels, coverage: coverage, workspace: &workspace,
      scale: Float(4 * kappa * alpha), to: &gradient, on: pool)
  }
}
