internal import Compute
internal import Network
internal import Pictures

extension StyleTarget {
  /// The targets of a recipe's style terms, in their order, from style pictures at the size they are to be looked at,
  /// each at least 16 pixels a side. A picture larger than `pieceArea` pixels is looked at piece by piece.
  static func all(
    recipe: Recipe, styles: [Style], pieceArea: Int = .max, network: VGG, on pool: ThreadPool
  ) -> [StyleTarget] {
    let channels = recipe.style.map { network.architecture.outputChannels(of: $0.layer) }
    var targets = channels.map { StyleTarget(channels: $0) }
    let totalWeight = styles.reduce(0) { $0 + $1.weight }
    for style in styles {
      var sums = channels.map { GramSum(channels: $0) }
      for piece in style.picture.pieces(area: pieceArea) {
        var extractor = FeatureExtractor(
          vgg: network, layers: Set(recipe.style.map(\.layer)), height: piece.height, width: piece.width,
          pooling: recipe.pooling, padding: recipe.padding, pool: pool)
        extractor.forward(piece.pixels.span)
        for (index, term) in recipe.style.enumerated() {
          sums[index].add(extractor, term.layer, coverage(of: piece, at: term.layer, in: extractor), on: pool)
        }
      }
      for (index, term) in recipe.style.enumerated() {
        let divisor = term.normalization.divisor(positions: sums[index].positions, channels: channels[index])
        targets[index].add(style.weight / totalWeight / divisor, times: sums[index].gram)
      }
    }
    return targets
  }
}

/// A Gram matrix summed over the pieces of a picture, and over how many positions.
private struct GramSum {
  private(set) var gram: [Double]
  private(set) var positions = 0.0

  init(channels: Int) { gram = Array(repeating: 0, count: channels * channels) }

  mutating func add(
    _ extractor: borrowing FeatureExtractor, _ layer: LayerName, _ coverage: Coverage?, on pool: ThreadPool
  ) {
    let channels = extractor.channels(of: layer)
    let count = extractor.height(of: layer) * extractor.width(of: layer)
    var piece = Buffer<Float>(zeros: channels * channels)
    var workspace = Buffer<Float>(zeros: coverage == nil ? 0 : count * channels)
    var partials = Buffer<Float>(zeros: gramWorkspace(positions: count, channels: channels))
    writeGram(
      of: extractor.features(of: layer), channels: channels, coverage: coverage, workspace: &workspace,
      partials: &partials, into: &piece, on: pool)
    let entries = piece.span
    for index in gram.indices { gram[index] += Double(entries[index]) }
    positions += coverage?.total ?? Double(count)
  }
}
