internal import Compute

/// gram = F^T W F for features F, [position][channel], and the coverage W of each position. `workspace` has the size of
/// the features where there is a coverage, `partials` that of `gramWorkspace`.
func writeGram(
  of features: Span<Float>, channels: Int, coverage: Coverage?, workspace: inout Buffer<Float>,
  partials: inout Buffer<Float>, into gram: inout Buffer<Float>, on pool: ThreadPool
) {
  var entries = gram.mutableSpan
  guard let coverage else {
    gramMatrix(
      of: features, positions: features.count / channels, channels: channels, workspace: &partials, into: &entries,
      on: pool)
    return
  }
  coverage.weigh(features, by: { $0.squareRoot() }, into: &workspace)
  gramMatrix(
    of: workspace.span, positions: features.count / channels, channels: channels, workspace: &partials, into: &entries,
    on: pool)
}

/// gradient += scale W F D, with D symmetric.
func addGramGradient(
  of features: Span<Float>, times difference: borrowing Buffer<Float>, channels: Int, coverage: Coverage?,
  workspace: inout Buffer<Float>, scale: Float, to gradient: inout MutableSpan<Float>, on pool: ThreadPool
) {
  let positions = features.count / channels
  guard let coverage else {
    addProduct(
      of: features, positions: positions, channels: channels, with: difference.span, scale: scale, to: &gradient,
      on: pool)
    return
  }
  coverage.weigh(features, into: &workspace)
  addProduct(
    of: workspace.span, positions: positions, channels: channels, with: difference.span, scale: scale, to: &gradient,
    on: pool)
}
