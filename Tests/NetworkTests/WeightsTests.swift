import Testing

@testable import Network

@Suite struct WeightsTests {
  // MARK: - What is read

  @Test func theShippedFileIsVGG19() throws {
    let weights = try Weights(contentsOf: "\(checkout)/weights/vgg19.safetensors")
    #expect(weights.architecture == .vgg19)
    #expect(weights.layers == Architecture.vgg19.layers)
    #expect(weights.preprocessing == .caffe)
    #expect(weights.metadata["licence"] == "CC BY 4.0")
    try weights.require(Architecture.vgg19.layers)
    // Read by numpy: sums of the kernel, of its absolute values, of the bias; the corners of the kernel.
    try expect(
      weights, "conv1_1", [-3.5411857289727777, 270.4311004348565, 29.940524585545063], 0.34063280, -0.26688090)
    try expect(
      weights, "conv4_2", [-575.5685364234596, 10908.873849070915, 6.360610057701706], -0.00612779, 0.00358397)
    try expect(
      weights, "conv5_4", [-2534.850719277747, 14838.214713716152, 87.87165921639826], -0.00465582, -0.00106914)
  }

  private func expect(_ weights: Weights, _ name: String, _ sums: [Double], _ first: Float, _ last: Float) throws {
    let layer = try #require(LayerName(name))
    let kernel = weights.kernel(of: layer)
    let bias = weights.bias(of: layer)
    let architecture = weights.architecture
    #expect(kernel.count == architecture.outputChannels(of: layer) * architecture.inputChannels(of: layer) * 9)
    #expect(bias.count == architecture.outputChannels(of: layer))
    let found = [
      kernel.reduce(0) { $0 + Double($1) }, kernel.reduce(0) { $0 + Double(abs($1)) },
      bias.reduce(0) { $0 + Double($1) },
    ]
    for (a, b) in zip(found, sums) { #expect(abs(a - b) <= 1e-9 * abs(b)) }
    #expect(abs((kernel.first ?? .nan) - first) < 1e-7)
    #expect(abs((kernel.last ?? .nan) - last) < 1e-7)
  }

  @Test func plainNumbersComeBackAsTheyWere() throws {
    let folder = try ScratchFolder()
    for type in ["F32", "F16"] {
      let fixture = WeightsFixture.plain(outputs: [64, 64, 128], type: type)
      let weights = try Weights(contentsOf: folder.write(fixture.bytes()))
      #expect(weights.layers.map(\.description) == ["conv1_1", "conv1_2", "conv2_1"])
      let expected = WeightsFixture.numbers(64 * 64 * 9, of: 1)
      #expect(weights.kernel(of: LayerName(block: 1, convolution: 2)) == expected)
      #expect(weights.bias(of: LayerName(block: 2, convolution: 1)) == (0..<128).map { Float($0 % 7) / 8 })
    }
  }

  @Test func aBiasMayBeOfHalfPrecision() throws {
    let folder = try ScratchFolder()
    var fixture = WeightsFixture.plain(outputs: [64])
    fixture["conv1_1.bias"].type = "F16"
    fixture["conv1_1.bias"].bytes = WeightsFixture.halves([Float](repeating: 0.25, count: 64))
    let weights = try Weights(contentsOf: folder.write(fixture.bytes()))
    #expect(weights.bias(of: LayerName(block: 1, convolution: 1)) == [Float](repeating: 0.25, count: 64))
  }

  @Test func aCodebookIsLookedUp() throws {
    let folder = try ScratchFolder()
    let weights = try Weights(contentsOf: folder.write(WeightsFixture.codebooks().bytes()))
    let expected = WeightsFixture.indices(64 * 64 * 9).map { WeightsFixture.table[Int($0)] }
    #expect(weights.kernel(of: LayerName(block: 1, convolution: 2)) == expected)
  }

  @Test func headersMayBePaddedAndTensorsNeedNotBeAligned() throws {
    let folder = try ScratchFolder()
    let fixture = WeightsFixture.plain(outputs: [64])
    let expected = try Weights(contentsOf: folder.write(fixture.bytes())).kernel(
      of: LayerName(block: 1, convolution: 1))
    for spaces in 0..<8 {
      let header = fixture.headerText + String(repeating: " ", count: spaces)
      let weights = try Weights(contentsOf: folder.write(fixture.bytes(header: header)))
      #expect(weights.kernel(of: LayerName(block: 1, convolution: 1)) == expected)
    }
  }

  @Test func theFileMayGoOnceItIsRead() throws {
    let folder = try ScratchFolder()
    let path = try folder.write(WeightsFixture.codebooks().bytes())
    let weights = try Weights(contentsOf: path)
    let before = weights.kernel(of: LayerName(block: 1, convolution: 2))
    _ = try folder.write([])
    #expect(weights.kernel(of: LayerName(block: 1, convolution: 2)) == before)
  }

  // MARK: - Names and preprocessing

  @Test func torchvisionNamesAreRead() throws {
    let folder = try ScratchFolder()
    var fixture = WeightsFixture.plain(outputs: [64, 64, 128], names: ["features.0", "features.2", "features.5"])
    fixture.add("classifier.0.weight", "BF16", [2, 2], [UInt8](repeating: 1, count: 8))
    fixture.add("head.fc.weight", "F32", [1], WeightsFixture.floats([.nan]))
    let weights = try Weights(contentsOf: folder.write(fixture.bytes()))
    #expect(weights.layers.map(\.description) == ["conv1_1", "conv1_2", "conv2_1"])
    #expect(weights.preprocessing == .torchvision)
    let expected = WeightsFixture.numbers(64 * 3 * 9, of: 0)
    #expect(weights.kernel(of: LayerName(block: 1, convolution: 1)) == expected)
  }

  @Test(arguments: [
    (Architecture.vgg16, [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]),
    (Architecture.vgg19, [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34]),
  ])
  func torchvisionPositionsTellTheArchitecture(architecture: Architecture, positions: [Int]) throws {
    #expect(architecture.layers.map(architecture.torchvisionPosition) == positions)
    let folder = try ScratchFolder()
    // To conv4_1, behind which the two differ; zeros, as codebooks, to keep the file small.
    for names in [positions.map { "features.\($0)" }, architecture.layers.map(\.description)] {
      var fixture = WeightsFixture()
      for (name, layer) in zip(names, architecture.layers) where layer.block <= 3 {
        let out = architecture.outputChannels(of: layer)
        let shape = [out, architecture.inputChannels(of: layer), 3, 3]
        fixture.add("\(name).weight.index", "U8", shape, [UInt8](repeating: 0, count: shape.reduce(1, *)))
        fixture.add("\(name).weight.table", "F32", [256], [UInt8](repeating: 0, count: 1024))
        fixture.add("\(name).bias", "F32", [out], [UInt8](repeating: 0, count: 4 * out))
      }
      let weights = try Weights(contentsOf: folder.write(fixture.bytes()))
      #expect(weights.architecture == architecture)
      #expect(weights.layers == architecture.layers.filter { $0.block <= 3 })
    }
  }

  @Test func metadataTellsThePreprocessing() throws {
    let folder = try ScratchFolder()
    var fixture = WeightsFixture.plain(outputs: [64], names: ["features.0"])
    fixture.metadata = [("channels", "BGR"), ("scale", "255"), ("mean", "1.5,2,-3e1")]
    var weights = try Weights(contentsOf: folder.write(fixture.bytes()))
    #expect(weights.preprocessing == Preprocessing(channels: .bgr, scale: 255, mean: [1.5, 2, -30]))
    fixture.metadata.append(("deviation", "0.5, 0.25, 2"))
    weights = try Weights(contentsOf: folder.write(fixture.bytes()))
    #expect(weights.preprocessing.deviation == [0.5, 0.25, 2])
    weights = try Weights(contentsOf: folder.write(WeightsFixture.plain(outputs: [64]).bytes()))
    #expect(weights.preprocessing == .caffe)
  }

  // MARK: - Layers that are not there

  @Test func whatIsLackingIsNamed() throws {
    let folder = try ScratchFolder()
    let path = try folder.write(WeightsFixture.codebooks().bytes())
    let weights = try Weights(contentsOf: path)
    try weights.require([LayerName(block: 1, convolution: 1), LayerName(block: 1, convolution: 2)])
    let error = #expect(throws: WeightsError.self) {
      try weights.require(["conv5_1", "conv1_2", "conv4_2"].compactMap { LayerName($0) })
    }
    #expect(error?.description == "\(path): lacks conv4_2, conv5_1 (expected vgg16 to that layer; it stops at conv1_2)")
  }
}
