/// One convolution in a network for one picture size, and what follows it.
struct Stage {
  let layer: LayerName
  /// Size of the convolution's input and output.
  let height: Int
  let width: Int
  let inputs: Int
  let outputs: Int
  /// The features are asked for.
  let wanted: Bool
  /// A pooling follows, and something after it is asked for.
  let pooled: Bool

  var pooledHeight: Int { height / 2 }
  var pooledWidth: Int { width / 2 }
  /// Values of the whole output.
  var wholeCount: Int { height * width * outputs }
  /// Values of what the next convolution reads.
  var nextCount: Int { pooled ? pooledHeight * pooledWidth * outputs : wholeCount }

  /// The stages from the pixels to the deepest of `wanted`.
  static func all(of architecture: Architecture, wanted: Set<LayerName>, height: Int, width: Int) -> [Stage] {
    guard let deepest = wanted.max() else { return [] }
    let layers = architecture.layers(through: deepest)
    var (height, width) = (height, width)
    return layers.indices.map { index in
      let layer = layers[index]
      let pooled = index + 1 < layers.count && layers[index + 1].block > layer.block
      defer { if pooled { (height, width) = (height / 2, width / 2) } }
      return Stage(
        layer: layer, height: height, width: width, inputs: architecture.inputChannels(of: layer),
        outputs: architecture.outputChannels(of: layer), wanted: wanted.contains(layer), pooled: pooled)
    }
  }
}
