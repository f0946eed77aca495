internal import Compute
internal import Network
internal import Pictures

extension StyleTarget {
  /// The targets of a recipe's style terms, in their order, from style pictures. `ready` brings one to the size it is
  /// to be looked at, at least 16 pixels a side; `tiling` says how a picture of a size is looked at.
  static func all(
    recipe: Recipe, styles: [Style], network: VGG, on pool: ThreadPool, ready: (Picture) -> Picture = { $0 },
    tiling: (Size) -> Tiling = Tiling.init(whole:)
  ) -> [StyleTarget] {
    let channels = recipe.style.map { network.architecture.outputChannels(of: $0.layer) }
    var targets = channels.map { StyleTarget(channels: $0) }
    let totalWeight = styles.reduce(0) { $0 + $1.weight }
    for style in styles {
      let picture = ready(style.picture)
      var extractor = TiledExtractor(
        network, recipe: recipe, layers: Set(recipe.style.map(\.layer)), tiling: tiling(picture.size), on: pool)
      let coverages = recipe.style.map { Coverage(of: picture, at: $0.layer) }
      let margins = zip(recipe.style, coverages).map { recipe.margin(at: $0.layer, of: picture.size, $1) }
      let grams = channels.map { GramSum(channels: $0) }
      let sums = channels.map { FeatureSum(channels: $0) }
      for tile in extractor.tiling.tiles {
        extractor.forward(tile, ofPicture: picture.pixels.span)
        for (index, term) in recipe.style.enumerated() {
          let part = extractor.tiling.part(of: term.layer, in: tile, margin: margins[index])
          grams[index].add(extractor.features(of: term.layer), part, coverages[index], on: pool)
          sums[index].add(extractor.features(of: term.layer), part, coverages[index], on: pool)
        }
      }
      for (index, term) in recipe.style.enumerated() {
        let part = Tiling.part(of: term.layer, ofWhole: picture.size, margin: margins[index])
        let divisor = term.normalization.divisor(
          positions: part.positions(seen: coverages[index]), channels: channels[index])
        targets[index].add(style.weight / totalWeight / divisor, times: grams[index], sums[index])
      }
    }
    return targets
  }
}

extension Size {
  /// Positions of a layer's map for a picture of this size.
  func positions(of layer: LayerName) -> Int { (height / layer.stride) * (width / layer.stride) }
}
