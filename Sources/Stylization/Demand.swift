internal import Compute
internal import Network
internal import Pictures

/// What looking at pictures with a recipe allocates, in bytes, for any way to cut them into tiles.
struct Demand: Sendable {
  let recipe: Recipe
  let architecture: Architecture
  let threads: Int
  /// Whether parts of the content picture are transparent.
  var isTransparent = false
  /// Whether points are pictures in [0, 1].
  var isUnitRange = true

  /// There is room for so many threads in every plan: tiles, and with them the last bits of a picture, are not to
  /// depend on how many there are.
  private static let plannedThreads = 8

  /// The network's weights in the form it computes with.
  var network: Int { recipe.layers.max().map { VGG.bytes(architecture, through: $0) } ?? 0 }

  /// An `Objective` of a picture, its targets kept whole or in bytes.
  func objective(_ tiling: Tiling, isCompact: Bool = false) -> Int {
    let content = recipe.content.reduce(0) { $0 + (isCompact ? 1 : 4) * values(of: $1.layer, tiling.size) }
    let coverage = recipe.layers.reduce(0) { $0 + 4 * tiling.size.positions(of: $1) }
    return extractor(tiling, layers: recipe.layers, isCopied: !isUnitRange)
      + statistics(tiling, isGathered: isTransparent || !tiling.isWhole || recipe.styleMargin > 0)
      + content + (isTransparent ? coverage : 0)
  }

  /// `StyleTarget.all` of a style picture that is there already.
  func styleTargets(_ tiling: Tiling) -> Int {
    extractor(tiling, layers: Set(recipe.style.map(\.layer)), isCopied: false) + statistics(tiling, isGathered: true)
  }

  private func extractor(_ tiling: Tiling, layers: Set<LayerName>, isCopied: Bool) -> Int {
    let tile = tiling.tileSize
    return FeatureExtractor.bytes(
      architecture, layers: layers, height: tile.height, width: tile.width, pooling: recipe.pooling,
      padding: recipe.padding, threads: max(threads, Self.plannedThreads))
      + (isCopied || !tiling.isWhole ? 24 * tile.area : 0)
  }

  /// The Gram matrices with their workspace and targets.
  private func statistics(_ tiling: Tiling, isGathered: Bool) -> Int {
    recipe.style.reduce(0) { sum, term in
      let channels = architecture.outputChannels(of: term.layer)
      let (tile, stride) = (tiling.tileSize, term.layer.stride)
      return sum + 8 * channels * channels
        + GramSum.bytes(
          channels: channels, height: tile.height / stride, width: tile.width / stride, isGathered: isGathered)
        + FeatureSum.bytes(channels: channels, height: tile.height / stride)
    }
  }

  private func values(of layer: LayerName, _ size: Size) -> Int {
    size.positions(of: layer) * architecture.outputChannels(of: layer)
  }
}

extension Demand {
  /// The cheapest tiling of a picture for which `fits` answers yes; nil if there is none. What fits is asked of ever
  /// smaller tiles.
  func tiling(of size: Size, fits: (Tiling) -> Bool) -> Tiling? {
    guard let deepest = recipe.layers.max() else { return nil }
    func tiling(_ down: Int, _ across: Int) -> Tiling? {
      Tiling(size, down: down, across: across, deepest: deepest, in: architecture)
    }
    var best: Tiling?
    var across = 1
    while tiling(1, across + 1) != nil { across += 1 }
    // More tiles down let as many or fewer across fit.
    for down in 1... {
      guard tiling(down, 1) != nil else { break }
      var fitting: Tiling?
      while across >= 1, let tried = tiling(down, across), fits(tried) {
        fitting = tried
        across -= 1
      }
      guard let fitting else { continue }
      across += 1
      if fitting.work < best?.work ?? .infinity { best = fitting }
      if across == 1 { break }
    }
    return best
  }
}
