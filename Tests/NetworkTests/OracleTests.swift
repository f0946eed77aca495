import Compute
import TestSupport
import Testing

@testable import Network

/// The whole network on the shipped weights against PyTorch in double precision: half the mean square of each layer's
/// features, and its gradient by the pixels.
@Suite struct OracleTests {
  static let energies = (try? Oracle.energies()) ?? []

  @Test func thereIsACaseForEveryPoolingAndPadding() {
    let kinds = Set(Self.energies.map { "\($0.pooling) \($0.padding ?? "")" })
    #expect(kinds == ["max zero", "max replicate", "average zero", "average replicate"])
  }

  @Test(arguments: energies.indices)
  func energiesAndTheirGradientsAreThoseOfPyTorch(index: Int) throws {
    let reference = Self.energies[index]
    let image = try Oracle.picture(reference.image)
    let (height, width) = (image.shape[0], image.shape[1])
    let layers = Set(try reference.terms.keys.map { try #require(LayerName($0)) })
    let vgg = VGG(
      weights: try Weights(contentsOf: RepositoryFile.weights), through: try #require(layers.max()))
    var extractor = FeatureExtractor(
      vgg: vgg, layers: layers, height: height, width: width,
      pooling: try #require(Pooling(rawValue: reference.pooling)),
      padding: reference.padding == "replicate" ? .replicate : .zero, pool: ThreadPool(threads: 2))

    extractor.forward(image.elements.span)
    for (name, expected) in reference.terms {
      let features = extractor.features(of: try #require(LayerName(name)))
      let squares = features.indices.reduce(0.0) { $0 + Double(features[$1]) * Double(features[$1]) }
      let energy = squares / Double(2 * features.count)
      #expect(abs(energy - expected) <= 1e-4 * expected, "\(reference.name) \(name): \(energy), not \(expected)")
    }

    var counts: [LayerName: Int] = [:]
    for layer in layers { counts[layer] = extractor.features(of: layer).count }
    var gradient = [Float](repeating: .nan, count: image.elements.count)
    var written = gradient.mutableSpan
    extractor.backward(into: &written) { layer, _, features, lossGradient in
      let count = Float(counts[layer] ?? 0)
      for i in features.indices { lossGradient[i] = features[i] / count }
    }
    let expected = try Oracle.gradient(reference.name)
    let distance = zip(gradient, expected.elements).reduce(0.0) { sum, pair in
      let difference = Double(pair.0) - Double(pair.1)
      return sum + difference * difference
    }
    .squareRoot()
    #expect(distance <= 1e-3 * reference.gradientNorm, "\(reference.name): \(distance / reference.gradientNorm)")
  }
}
