import Pictures
import TestSupport
import Testing

@testable import Stylization

/// The variation term by itself: no ReLU, so finite differences are exact to rounding.
@Suite struct VariationLossTests {
  @Test(arguments: [1, 1.25, 1.5], [Recipe.Variation.Normalization.sum, .mean])
  func gradient(exponent: Double, normalization: Recipe.Variation.Normalization) {
    let variation = Recipe.Variation(weight: 0.7, exponent: exponent, range: 3, normalization: normalization)
    let loss = VariationLoss(variation, size: Size(width: 5, height: 4))
    let image = Picture.noise(5, 4, seed: 9).pixels
    func value(_ image: [Float], _ gradient: inout [Float]) -> Double {
      var slope = gradient.mutableSpan
      return loss.addGradient(of: image.span, to: &slope)
    }
    var gradient = [Float](repeating: 0, count: image.count)
    let center = value(image, &gradient)
    #expect(center > 0)
    var unused = gradient
    for index in image.indices {
      var (ahead, behind) = (image, image)
      ahead[index] += 5e-3
      behind[index] -= 5e-3
      let slope = (value(ahead, &unused) - value(behind, &unused)) / 1e-2
      #expect(abs(slope - Double(gradient[index])) < 2e-3 * center)
    }
  }

  @Test func isZeroForOneColour() {
    let loss = VariationLoss(
      .init(weight: 1, exponent: 1.25, range: 255, normalization: .sum), size: Size(width: 6, height: 5))
    let image = Picture.constant(6, 5, [0.3, 0.6, 0.9]).pixels
    var gradient = [Float](repeating: 0, count: image.count)
    var slope = gradient.mutableSpan
    #expect(loss.addGradient(of: image.span, to: &slope) == 0)
    #expect(gradient.allSatisfy { $0 == 0 })
  }
}
