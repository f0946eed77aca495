internal import Compute
internal import Network
internal import Pictures

/// The network looking at pictures of one size tile by tile, with room for one tile.
struct TiledExtractor: ~Copyable {
  let tiling: Tiling
  /// Points are pictures in [0, range].
  let range: Float
  private var extractor: FeatureExtractor
  private let pool: ThreadPool
  /// A tile's pixels in [0, 1] and its gradient, where they are not the picture's own.
  private var image: Buffer<Float>
  private var slope: Buffer<Float>

  init(_ network: VGG, recipe: Recipe, layers: Set<LayerName>, tiling: Tiling, range: Float = 1, on pool: ThreadPool) {
    self.tiling = tiling
    self.range = range
    self.pool = pool
    let size = tiling.tileSize
    extractor = FeatureExtractor(
      vgg: network, layers: layers, height: size.height, width: size.width, pooling: recipe.pooling,
      padding: recipe.padding, pool: pool)
    let copied = tiling.isWhole && range == 1 ? 0 : 3 * size.area
    image = Buffer(zeros: copied)
    slope = Buffer(zeros: copied)
  }

  /// Computes the features of a tile of a picture in [0, 1].
  mutating func forward(_ tile: Tiling.Tile, ofPicture picture: Span<Float>) { forward(tile, of: picture, times: 1) }

  /// Computes the features of a tile of a point.
  mutating func forward(_ tile: Tiling.Tile, of point: Span<Float>) { forward(tile, of: point, times: 1 / range) }

  private mutating func forward(_ tile: Tiling.Tile, of picture: Span<Float>, times factor: Float) {
    if image.count == 0 { return extractor.forward(picture) }
    let (target, width) = (image.pointer, tiling.size.width)
    let columns = tile.seenColumns
    picture.withUnsafeBufferPointer { picture in
      pool.forEach(tile.seenRows.count) { index, _ in
        let from = ((tile.seenRows.lowerBound + index) * width + columns.lowerBound) * 3
        let to = index * columns.count * 3
        for value in 0..<columns.count * 3 { target[to + value] = factor * picture[from + value] }
      }
    }
    Self.forward(image, through: &extractor)
  }

  private static func forward(_ image: borrowing Buffer<Float>, through extractor: inout FeatureExtractor) {
    extractor.forward(image.span)
  }

  /// gradient += the gradient by the point of a loss of the tile that `forward` came to last; the loss is told as to
  /// `FeatureExtractor.backward`. For a picture of one tile, gradient := that.
  mutating func backward(
    _ tile: Tiling.Tile, to gradient: inout MutableSpan<Float>,
    lossGradient: FeatureExtractor.LossGradient
  ) {
    if slope.count == 0 { return extractor.backward(into: &gradient, lossGradient: lossGradient) }
    Self.backward(through: &extractor, to: &slope, lossGradient: lossGradient)
    let (source, factor, width) = (slope.constantPointer, 1 / range, tiling.size.width)
    let (columns, adds) = (tile.seenColumns, !tiling.isWhole)
    gradient.withUnsafeMutableBufferPointer { gradient in
      guard let gradient = gradient.baseAddress else { return }
      pool.forEach(tile.seenRows.count) { index, _ in
        let to = gradient + ((tile.seenRows.lowerBound + index) * width + columns.lowerBound) * 3
        let from = source + index * columns.count * 3
        for value in 0..<columns.count * 3 { to[value] = (adds ? to[value] : 0) + factor * from[value] }
      }
    }
  }

  private static func backward(
    through extractor: inout FeatureExtractor, to slope: inout Buffer<Float>,
    lossGradient: FeatureExtractor.LossGradient
  ) {
    var gradient = slope.mutableSpan
    extractor.backward(into: &gradient, lossGradient: lossGradient)
  }

  /// Of the tile that `forward` came to last.
  @_lifetime(borrow self)
  func features(of layer: LayerName) -> Span<Float> {
    _overrideLifetime(extractor.features(of: layer), borrowing: self)
  }
  var times: [LayerName: PassTimes] { extractor.times }
  /// Of one tile.
  func operations(of layer: LayerName) -> Double { extractor.operations(of: layer) }
}
