internal import Compute
internal import Network
internal import Pictures

/// A recipe's loss for images of one size, with its gradient: of the whole image, however it is cut into tiles.
///
/// An image is looked at twice. First every tile is seen by every loss; then all is known that the gradient by features
/// depends on, the Gram matrices of the whole, and the gradient by the pixels is summed over the tiles. The last tile
/// of the first round is the first of the second, so that an image that is one tile passes through the network once.
struct Objective: ~Copyable {
  let size: Size
  /// Points are images in [0, range]: 1, or 255 for methods that were published so.
  let range: Float
  private var extractor: TiledExtractor
  private let content: [ContentLoss]
  private let style: [StyleLoss]
  /// What style statistics leave out.
  private let margins: [LayerName: Int]
  private let variation: VariationLoss?
  private let tone: ToneLoss?
  /// By layer; none of an opaque picture.
  private let coverages: [LayerName: Coverage]
  private(set) var terms: [Evaluation.Term] = []
  /// What the losses of each layer took in the last evaluation: their values, then their gradients.
  private var lossTimes: [LayerName: PassTimes] = [:]

  /// For images of the content picture's size.
  ///
  /// - Parameters:
  ///   - content: at least 16 pixels a side.
  ///   - targets: those of the recipe's style terms, in their order.
  ///   - tiling: of the content's size; nil to look at it as a whole.
  ///   - isCompact: whether the content's features are kept in a quarter of the memory, as `ByteCode` rounds them.
  init(
    recipe: Recipe, content picture: Picture, targets: [StyleTarget], network: VGG, tiling: Tiling? = nil,
    isCompact: Bool = false, range: Float = 1, on pool: ThreadPool
  ) {
    let tiling = tiling ?? Tiling(whole: picture.size)
    precondition(tiling.size == picture.size, "tiles of another picture")
    precondition(targets.count == recipe.style.count, "the targets of another recipe")
    size = picture.size
    self.range = range
    coverages = recipe.layers.reduce(into: [:]) { $0[$1] = Coverage(of: picture, at: $1) }
    variation = recipe.variation.map { VariationLoss($0, content: picture, range: range) }
    tone = recipe.tone.map { ToneLoss($0, content: picture, range: range, on: pool) }
    let leastPowers = Self.powersOfBlack(recipe, network, on: pool)
    content = recipe.content.map { [size, coverages] term in
      ContentLoss(
        term, channels: network.architecture.outputChannels(of: term.layer), height: size.height / term.layer.stride,
        width: size.width / term.layer.stride, leastPower: leastPowers[term.layer] ?? 0, isCompact: isCompact,
        coverage: coverages[term.layer], on: pool)
    }
    margins = recipe.style.reduce(into: [:]) { [size, coverages] in
      $0[$1.layer] = recipe.margin(at: $1.layer, of: size, coverages[$1.layer])
    }
    style = zip(recipe.style, targets).map { [size, coverages, margins] term, target in
      let part = Tiling.part(of: term.layer, ofWhole: size, margin: margins[term.layer] ?? 0)
      return StyleLoss(
        term, target: target, positions: part.positions(seen: coverages[term.layer]), size: size, on: pool)
    }
    extractor = TiledExtractor(
      network, recipe: recipe, layers: recipe.layers, tiling: tiling, range: range, on: pool)
    for tile in tiling.tiles where !content.isEmpty {
      extractor.forward(tile, ofPicture: picture.pixels.span)
      for loss in content {
        loss.learn(extractor.features(of: loss.layer), tile.part(of: loss.layer), coverages[loss.layer])
      }
    }
  }

  /// The mean squares of a black picture's features at the content layers. The network takes off a mean colour near
  /// gray: of a photograph that is gray in gray, of fog, features are next to nothing, and differences relative to them
  /// would outweigh any style. Pictures with contrast have more than black has.
  private static func powersOfBlack(_ recipe: Recipe, _ network: VGG, on pool: ThreadPool) -> [LayerName: Double] {
    let layers = Set(recipe.content.map(\.layer))
    if layers.isEmpty { return [:] }
    let tiling = Tiling(whole: Size(width: Size.shortestSide, height: Size.shortestSide))
    var extractor = TiledExtractor(network, recipe: recipe, layers: layers, tiling: tiling, on: pool)
    let black = [Float](repeating: 0, count: 3 * tiling.size.area)
    for tile in tiling.tiles { extractor.forward(tile, ofPicture: black.span) }
    return layers.reduce(into: [:]) { powers, layer in
      let features = extractor.features(of: layer)
      let sum = features.indices.reduce(0.0) { $0 + Double(features[$1] * features[$1]) }
      powers[layer] = sum / Double(features.count)
    }
  }

  /// The loss at a point, [height][width][3] in [0, range], and its gradient, which is overwritten.
  mutating func value(of point: Span<Float>, gradient: inout MutableSpan<Float>) -> Double {
    var times: [LayerName: PassTimes] = [:]
    let tiles = extractor.tiling.tiles
    for loss in content { loss.begin() }
    for loss in style { loss.begin() }
    for tile in tiles {
      extractor.forward(tile, of: point)
      see(tile, &times)
    }
    terms = content.map { .init(name: "content \($0.layer)", value: $0.value()) }
    for loss in style {
      times[loss.layer, default: PassTimes()].forward += ContinuousClock().measure {
        terms.append(.init(name: "style \(loss.layer)", value: loss.value()))
      }
    }
    if tiles.count > 1 { for index in 0..<gradient.count { gradient[index] = 0 } }
    for (index, tile) in tiles.reversed().enumerated() {
      if index > 0 { extractor.forward(tile, of: point) }
      addGradient(of: tile, to: &gradient, &times)
    }
    if let variation {
      terms.append(.init(name: "variation", value: variation.addGradient(of: point, to: &gradient)))
    }
    if let tone { terms.append(.init(name: "tone", value: tone.addGradient(of: point, to: &gradient))) }
    lossTimes = times
    return terms.reduce(0) { $0 + $1.value }
  }

  /// Shows every loss a tile that the network has come to.
  private func see(_ tile: Tiling.Tile, _ times: inout [LayerName: PassTimes]) {
    for loss in content {
      times[loss.layer, default: PassTimes()].forward += ContinuousClock().measure {
        loss.see(extractor.features(of: loss.layer), tile.part(of: loss.layer), coverages[loss.layer])
      }
    }
    for loss in style {
      let part = extractor.tiling.part(of: loss.layer, in: tile, margin: margins[loss.layer] ?? 0)
      times[loss.layer, default: PassTimes()].forward += ContinuousClock().measure {
        loss.see(extractor.features(of: loss.layer), part, coverages[loss.layer])
      }
    }
  }

  /// Adds what the positions that a tile answers for give to the gradient by the point.
  private mutating func addGradient(
    of tile: Tiling.Tile, to gradient: inout MutableSpan<Float>, _ times: inout [LayerName: PassTimes]
  ) {
    let (content, style, coverages) = (content, style, coverages)
    let (tiling, margins) = (extractor.tiling, margins)
    extractor.backward(tile, to: &gradient) { layer, rows, features, slope in
      let start = ContinuousClock.now
      let part = tile.part(of: layer).cut(to: rows)
      let inner = tiling.part(of: layer, in: tile, margin: margins[layer] ?? 0).cut(to: rows)
      for loss in style where loss.layer == layer { loss.addGradient(of: features, inner, to: &slope) }
      inner.weigh(&slope, by: nil)
      for loss in content where loss.layer == layer { loss.addGradient(of: features, part, to: &slope) }
      part.weigh(&slope, by: coverages[layer])
      times[layer, default: PassTimes()].backward += ContinuousClock.now - start
    }
  }
}

extension Part {
  /// What of the part lies in some rows of the tile's map, in a map of these rows alone.
  func cut(to band: Range<Int>) -> Part {
    let own = rows.clamped(to: band)
    return Part(
      rows: own.lowerBound - band.lowerBound..<own.upperBound - band.lowerBound, columns: columns, height: band.count,
      width: width, top: top + band.lowerBound, left: left)
  }

  /// Multiplies values at the tile's positions, [height][width][channels], by the coverage, and by zero where the tile
  /// does not answer for them.
  func weigh(_ values: inout MutableSpan<Float>, by coverage: Coverage?) {
    if isWhole && coverage == nil { return }
    let channels = values.count / (height * width)
    for row in rows {
      for column in 0..<width {
        let weight = columns.contains(column) ? coverage?.value(row: row, column: column, of: self) ?? 1 : 0
        if weight == 1 { continue }
        let first = (row * width + column) * channels
        for index in first..<first + channels { values[index] *= weight }
      }
    }
  }
}

extension Objective {
  /// What a part of the last evaluation took.
  struct Phase {
    let name: String
    let seconds: Double
    /// Floating-point operations by direct convolution; nil where they are not counted.
    let operations: Double?
  }

  /// The convolutions with what is fused with them and the losses, layer by layer, forward and back.
  var phases: [Phase] {
    let passes = extractor.times.sorted { $0.key < $1.key }.flatMap { layer, times in
      let operations = extractor.operations(of: layer)
      return [
        Phase(name: "\(layer) forward", seconds: times.forward / .seconds(1), operations: operations),
        Phase(name: "\(layer) backward", seconds: times.backward / .seconds(1), operations: operations),
      ]
    }
    let losses = lossTimes.sorted { $0.key < $1.key }.flatMap { layer, times in
      [
        Phase(name: "\(layer) losses", seconds: times.forward / .seconds(1), operations: nil),
        Phase(name: "\(layer) loss gradients", seconds: times.backward / .seconds(1), operations: nil),
      ]
    }
    return passes + losses
  }
}
