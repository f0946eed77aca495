import Compute
import Foundation
import Network
import Pictures
import TestSupport
import Testing

@testable import Stylization

/// The centered style term against its definition, written out in double precision.
@Suite struct StyleLossTests {
  let pool = ThreadPool(threads: 2)
  let height = 9
  let width = 7
  let channels = 64
  let layer = LayerName(block: 1, convolution: 1)

  /// [position][channel]; their means are small beside how they vary, as those of a picture with texture.
  func features(seed: UInt64) -> [Float] {
    Picture.noise(width * channels, height, seed: seed).pixels.prefix(count).map { $0 - 0.4 }
  }
  var count: Int { height * width * channels }
  func part(margin: Int) -> Part {
    Tiling.part(of: layer, ofWhole: Size(width: width, height: height), margin: margin)
  }

  /// Mean features and Gram matrix per position of features less `shift`, of the positions of a part.
  func statistics(_ features: [Float], _ part: Part, less shift: [Double]? = nil) -> (means: [Double], gram: [Double]) {
    var (means, gram) = ([Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels * channels))
    for row in part.rows {
      for column in part.columns {
        let position = (0..<channels).map { channel in
          Double(features[(row * width + column) * channels + channel]) - (shift?[channel] ?? 0)
        }
        for i in 0..<channels {
          means[i] += position[i] / Double(part.positions)
          for j in 0..<channels { gram[i * channels + j] += position[i] * position[j] / Double(part.positions) }
        }
      }
    }
    return (means, gram)
  }

  @Test(arguments: [(margin: 0, positions: 63), (1, 35), (2, 15)])
  func isWhatItIsDefinedAs(margin: Int, positions: Int) {
    let (image, painting) = (features(seed: 1), features(seed: 2))
    let part = part(margin: margin)
    let sums = (gram: GramSum(channels: channels), features: FeatureSum(channels: channels))
    sums.gram.add(painting.span, part, nil, on: pool)
    sums.features.add(painting.span, part, nil, on: pool)
    var target = StyleTarget(channels: channels)
    target.add(1 / Double(part.positions), times: sums.gram, sums.features)
    let loss = StyleLoss(
      .init(layer: layer, weight: 3, normalization: .centered), target: target, positions: Double(part.positions),
      size: Size(width: width, height: height), on: pool)
    loss.begin()
    loss.see(image.span, part, nil)

    let means = statistics(painting, part).means
    let (wanted, found) = (statistics(painting, part, less: means).gram, statistics(image, part, less: means).gram)
    let norm = wanted.reduce(0) { $0 + $1 * $1 }
    let expected = 3 * zip(found, wanted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / norm
    #expect(abs(loss.value() - expected) < 1e-4 * expected)
    #expect(part.positions == positions)
  }

  /// As published where the painting has the image's size; a larger one counts as what it is like at that size.
  @Test(arguments: [1, 3]) func aSumOverPositionsIsBroughtToTheImages(_ copies: Int) {
    let (image, painting) = (features(seed: 1), features(seed: 2))
    let layer = LayerName(block: 2, convolution: 1)
    let all = Tiling.part(of: layer, ofWhole: Size(width: 2 * width, height: 2 * copies * height), margin: 0)
    let sums = (gram: GramSum(channels: channels), features: FeatureSum(channels: channels))
    let copied = (0..<copies).flatMap { _ in painting }
    sums.gram.add(copied.span, all, nil, on: pool)
    sums.features.add(copied.span, all, nil, on: pool)
    let term = Recipe.StyleTerm(layer: layer, weight: 3, normalization: .imageArea)
    var target = StyleTarget(channels: channels)
    let divisor = term.normalization.divisor(positions: Double(all.positions), channels: channels)
    target.add(1 / divisor, times: sums.gram, sums.features)
    let loss = StyleLoss(
      term, target: target, positions: Double(height * width), size: Size(width: 2 * width, height: 2 * height),
      on: pool)
    loss.begin()
    loss.see(image.span, part(margin: 0), nil)

    let part = part(margin: 0)
    let squares = zip(statistics(image, part).gram, statistics(painting, part).gram).reduce(0) {
      $0 + pow(Double(part.positions) * ($1.0 - $1.1), 2)
    }
    let expected = 3 * squares / (36 * pow(Double(4 * height * width), 2))
    #expect(abs(loss.value() - expected) < 1e-4 * expected)
  }

  @Test func aPictureWithoutTextureWeighsNoMoreThanFiftyTimes() {
    let flat = [Float](repeating: 0.5, count: count)
    let sums = (gram: GramSum(channels: channels), features: FeatureSum(channels: channels))
    sums.gram.add(flat.span, part(margin: 0), nil, on: pool)
    sums.features.add(flat.span, part(margin: 0), nil, on: pool)
    var target = StyleTarget(channels: channels)
    target.add(1 / Double(height * width), times: sums.gram, sums.features)
    let plain = Double(channels * channels) * 0.25 * 0.25
    #expect(abs(target.centeredSquaredNorm - plain / 50) < 1e-6)
  }
}
