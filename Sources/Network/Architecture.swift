/// Which of the two networks of Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
/// Recognition" (2014), table 1, columns D and E: 3x3 convolutions in five blocks, a 2x2 pooling after each.
///
/// The classifier behind the last block is left out: the objectives read convolutions only.
package enum Architecture: String, Sendable, CaseIterable {
  case vgg16, vgg19

  /// How many convolutions each block has, first block first.
  package var convolutionsPerBlock: [Int] {
    switch self {
    case .vgg16: [2, 2, 3, 3, 3]
    case .vgg19: [2, 2, 4, 4, 4]
    }
  }

  /// How many channels every convolution of each block puts out, first block first.
  package var channelsPerBlock: [Int] { [64, 128, 256, 512, 512] }

  /// Every convolution, in the order of computation.
  package var layers: [LayerName] {
    zip(1..., convolutionsPerBlock).flatMap { block, count in
      (1...count).map { LayerName(block: block, convolution: $0) }
    }
  }

  /// The convolutions that must be computed to have `deepest`, that one included, in the order of computation;
  /// empty when the network has no such layer.
  package func layers(through deepest: LayerName) -> [LayerName] {
    has(deepest) ? layers.filter { $0 <= deepest } : []
  }

  /// Whether the network has this layer.
  package func has(_ layer: LayerName) -> Bool {
    convolutionsPerBlock.indices.contains(layer.block - 1)
      && layer.convolution <= convolutionsPerBlock[layer.block - 1]
  }

  /// Channels that go into `layer`, one of `layers`: 3 into the first of all, else those of the layer before.
  package func inputChannels(of layer: LayerName) -> Int {
    if layer.convolution > 1 { return channelsPerBlock[layer.block - 1] }
    return layer.block == 1 ? 3 : channelsPerBlock[layer.block - 2]
  }

  /// Channels that come out of `layer`, one of `layers`.
  package func outputChannels(of layer: LayerName) -> Int { channelsPerBlock[layer.block - 1] }

  /// Floating-point operations of some of `layers` by direct convolution, forward and the gradient with respect to the
  /// input, for a picture of `side` x `side` pixels.
  package func operations(of layers: [LayerName], side: Int) -> Double {
    layers.reduce(0) { sum, layer in
      let layerSide = Double(side >> (layer.block - 1))
      let channels = Double(inputChannels(of: layer) * outputChannels(of: layer))
      return sum + 2 * 2 * 9 * channels * layerSide * layerSide
    }
  }
}
