import CKernels
import Compute
import TestSupport
import Testing

@testable import Network

/// The whole network, forward and back, against the same network made of direct convolutions.
@Suite struct FeatureExtractorTests {
  static let weights = try? Weights(contentsOf: RepositoryFile.weights)

  struct Example: Sendable, CustomTestStringConvertible {
    let height: Int, width: Int
    let layers: [String]
    let pooling: Pooling
    let padding: Padding
    var testDescription: String { "\(height)x\(width) \(layers) \(pooling) \(padding)" }
  }

  static let examples = [
    Example(height: 16, width: 16, layers: ["conv1_1", "conv5_1"], pooling: .max, padding: .zero),
    Example(height: 37, width: 23, layers: ["conv1_1", "conv2_1", "conv3_1"], pooling: .max, padding: .replicate),
    Example(
      height: 33, width: 50, layers: ["conv1_2", "conv2_2", "conv3_3", "conv4_1"], pooling: .max, padding: .zero),
    Example(height: 29, width: 18, layers: ["conv1_2", "conv3_4", "conv4_2"], pooling: .average, padding: .replicate),
    Example(height: 31, width: 40, layers: ["conv2_2"], pooling: .average, padding: .zero),
    Example(height: 19, width: 17, layers: ["conv1_1"], pooling: .max, padding: .replicate),
  ]

  @Test(arguments: examples)
  func equalsTheNetworkOfDirectConvolutions(example: Example) throws {
    let weights = try #require(Self.weights)
    let layers = Set(try example.layers.map { try #require(LayerName($0)) })
    let vgg = VGG(weights: weights, through: try #require(layers.max()))
    var generator = SeededGenerator(seed: 11)
    let image = (0..<example.height * example.width * 3).map { _ in Float.random(in: 0...1, using: &generator) }
    var direct = DirectNetwork(
      vgg: vgg, height: example.height, width: example.width, pooling: example.pooling, padding: example.padding)
    direct.forward(image)

    var extractor = FeatureExtractor(
      vgg: vgg, layers: layers, height: example.height, width: example.width, pooling: example.pooling,
      padding: example.padding, pool: ThreadPool(threads: 2))
    var loss: [LayerName: [Float]] = [:]
    for _ in 0..<2 {  // the second pass finds the memory as the first left it
      extractor.forward(image.span)
      for layer in layers {
        let found = extractor.features(of: layer)
        let expected = try #require(direct.features[layer])
        #expect(relativeError((0..<found.count).map { found[$0] }, expected) < 1e-4, "features of \(layer)")
        // Of one size in every layer, so that none drowns the others.
        let size = (expected.reduce(0) { $0 + $1 * $1 } / Float(expected.count)).squareRoot()
        if loss[layer] == nil {
          loss[layer] = expected.map { _ in Float.random(in: -1...1, using: &generator) / max(size, 1e-3) }
        }
      }
      var gradient = [Float](repeating: .nan, count: image.count)
      var span = gradient.mutableSpan
      var order: [LayerName] = []
      extractor.backward(into: &span) { layer, rows, _, written in
        if order.last != layer { order.append(layer) }
        let first = rows.lowerBound * written.count / rows.count
        for i in 0..<written.count {
          #expect(written[i] == 0)
          written[i] = loss[layer]?[first + i] ?? .nan
        }
      }
      #expect(order == layers.sorted().reversed())
      #expect(relativeError(gradient, direct.backward(loss)) < 1e-3)
    }
  }

  @Test func anyNumberOfThreadsGivesTheSameBytes() throws {
    let weights = try #require(Self.weights)
    let layers = Set([LayerName(block: 1, convolution: 1), LayerName(block: 4, convolution: 2)])
    let vgg = VGG(weights: weights, through: LayerName(block: 4, convolution: 2))
    var generator = SeededGenerator(seed: 12)
    let image = (0..<75 * 58 * 3).map { _ in Float.random(in: 0...1, using: &generator) }
    let gradients = [1, 2, 3].map { threads in
      var extractor = FeatureExtractor(
        vgg: vgg, layers: layers, height: 75, width: 58, padding: .replicate, pool: ThreadPool(threads: threads))
      extractor.forward(image.span)
      var gradient = [Float](repeating: .nan, count: image.count)
      var span = gradient.mutableSpan
      extractor.backward(into: &span) { _, _, features, written in
        for i in 0..<written.count { written[i] = features[i] }
      }
      return gradient.map(\.bitPattern)
    }
    #expect(gradients[0] == gradients[1] && gradients[0] == gradients[2])
  }
}

/// VGG by the definition: direct convolutions with sums in double, pooling value by value.
private struct DirectNetwork {
  let vgg: VGG, pooling: Pooling, padding: Padding
  let stages: [Stage]
  var features: [LayerName: [Float]] = [:]

  init(vgg: VGG, height: Int, width: Int, pooling: Pooling, padding: Padding) {
    (self.vgg, self.pooling, self.padding) = (vgg, pooling, padding)
    stages = Stage.all(of: vgg.architecture, wanted: Set(vgg.layers.suffix(1)), height: height, width: width)
  }

  private var mode: ck_padding { padding == .zero ? CK_ZERO : CK_REPLICATE }

  mutating func forward(_ image: [Float]) {
    var x = image
    let preprocessing = vgg.preprocessing
    for i in stride(from: 0, to: x.count, by: 3) {
      for c in 0..<3 {
        let value = image[i + preprocessing.pixelChannel(of: c)]
        x[i + c] = (preprocessing.scale * value - preprocessing.mean[c]) / preprocessing.deviation[c]
      }
    }
    for (index, stage) in stages.enumerated() {
      let convolution = vgg.convolution(index)
      var y = [Float](repeating: 0, count: stage.wholeCount)
      ck_direct_convolution(
        x, stage.height, stage.width, stage.inputs, convolution.weights, convolution.bias, stage.outputs, mode, &y)
      y = y.map { max($0, 0) }
      features[stage.layer] = y
      x = stage.pooled ? pooled(y, stage) : y
    }
  }

  /// The corners of a window, as places in the whole map.
  private func corners(_ i: Int, _ j: Int, _ c: Int, _ stage: Stage) -> [Int] {
    [(0, 0), (0, 1), (1, 0), (1, 1)].map { ((2 * i + $0) * stage.width + 2 * j + $1) * stage.outputs + c }
  }

  private func windows(_ stage: Stage, _ body: (_ at: Int, _ corners: [Int]) -> Void) {
    for i in 0..<stage.pooledHeight {
      for j in 0..<stage.pooledWidth {
        for c in 0..<stage.outputs { body((i * stage.pooledWidth + j) * stage.outputs + c, corners(i, j, c, stage)) }
      }
    }
  }

  private func pooled(_ y: [Float], _ stage: Stage) -> [Float] {
    var result = [Float](repeating: 0, count: stage.nextCount)
    windows(stage) { at, corners in
      let four = corners.map { y[$0] }
      result[at] = pooling == .max ? four.reduce(four[0], max) : four.reduce(0, +) / 4
    }
    return result
  }

  func backward(_ loss: [LayerName: [Float]]) -> [Float] {
    var above: [Float] = []  // by what the stage above reads
    for (index, stage) in stages.enumerated().reversed() {
      var gradient = loss[stage.layer] ?? [Float](repeating: 0, count: stage.wholeCount)
      let y = features[stage.layer] ?? []
      if !above.isEmpty {
        if stage.pooled {
          windows(stage) { at, corners in
            switch pooling {
            case .max: gradient[corners.reduce(corners[0]) { y[$1] > y[$0] ? $1 : $0 }] += above[at]
            case .average: for corner in corners { gradient[corner] += above[at] / 4 }
            }
          }
        } else {
          for i in gradient.indices { gradient[i] += above[i] }
        }
      }
      for i in gradient.indices where y[i] <= 0 { gradient[i] = 0 }
      above = [Float](repeating: 0, count: stage.height * stage.width * stage.inputs)
      ck_direct_convolution_gradient(
        gradient, stage.height, stage.width, stage.outputs, vgg.convolution(index).weights, stage.inputs, mode, &above)
    }
    var pixels = above
    for i in stride(from: 0, to: above.count, by: 3) {
      for c in 0..<3 {
        pixels[i + vgg.preprocessing.pixelChannel(of: c)] =
          above[i + c] * vgg.preprocessing.scale / vgg.preprocessing.deviation[c]
      }
    }
    return pixels
  }
}
