import Testing

@testable import Network

@Suite struct WeightsArchitectureTests {
  @Test func layersAreReadAndWrittenAlike() {
    for layer in Architecture.vgg19.layers { #expect(LayerName(layer.description) == layer) }
    #expect(LayerName("conv4_2") == LayerName(block: 4, convolution: 2))
    for name in [
      "", "conv", "conv4", "conv4_", "conv4_0", "conv0_1", "conv4_22", "conv44_2", "Conv4_2", "conv4-2", "conv4_2 ",
      "conv４_2", "block4_conv2",
    ] {
      #expect(LayerName(name) == nil, "\(name)")
    }
  }

  @Test func layersCompareInTheOrderOfComputation() throws {
    for architecture in Architecture.allCases {
      #expect(architecture.layers == architecture.layers.sorted())
      #expect(Set(architecture.layers).count == architecture.layers.count)
    }
    #expect(Architecture.vgg16.layers.count == 13)
    #expect(Architecture.vgg19.layers.count == 16)
  }

  @Test func aNetworkStopsAtTheDeepestLayerWanted() {
    let deepest = LayerName(block: 2, convolution: 1)
    #expect(Architecture.vgg19.layers(through: deepest).map(\.description) == ["conv1_1", "conv1_2", "conv2_1"])
    #expect(Architecture.vgg16.layers(through: LayerName(block: 3, convolution: 4)) == [])
    #expect(Architecture.vgg19.layers(through: LayerName(block: 6, convolution: 1)) == [])
  }

  @Test func channelsFollowOnFromOneAnother() {
    for architecture in Architecture.allCases {
      var channels = 3
      for layer in architecture.layers {
        #expect(architecture.inputChannels(of: layer) == channels)
        channels = architecture.outputChannels(of: layer)
      }
      #expect(channels == 512)
    }
  }

  @Test func channelsAreReversedForBGRAlone() {
    #expect((0..<3).map(Preprocessing.caffe.pixelChannel) == [2, 1, 0])
    #expect((0..<3).map(Preprocessing.torchvision.pixelChannel) == [0, 1, 2])
  }
}
