import Pictures
import TestSupport
import Testing

@testable import Stylization

/// The variation term by itself: no ReLU, so finite differences are exact to rounding.
@Suite struct VariationLossTests {
  private func value(_ loss: VariationLoss, _ image: [Float], _ gradient: inout [Float]) -> Double {
    var slope = gradient.mutableSpan
    return loss.addGradient(of: image.span, to: &slope)
  }

  @Test(arguments: [1, 1.25, 1.5], [Recipe.Variation.Normalization.sum, .mean])
  func gradient(exponent: Double, normalization: Recipe.Variation.Normalization) {
    let variation = Recipe.Variation(weight: 0.7, exponent: exponent, range: 3, normalization: normalization)
    let image = Picture.noise(5, 4, seed: 9).pixels
    for content in [Picture.photograph(5, 4), .photograph(5, 4).with(alpha: (0..<20).map { Float($0 % 5) / 4 })] {
      let loss = VariationLoss(variation, content: content)
      var gradient = [Float](repeating: 0, count: image.count)
      let center = value(loss, image, &gradient)
      #expect(center > 0)
      var unused = gradient
      for index in image.indices {
        var (ahead, behind) = (image, image)
        ahead[index] += 5e-3
        behind[index] -= 5e-3
        let slope = (value(loss, ahead, &unused) - value(loss, behind, &unused)) / 1e-2
        #expect(abs(slope - Double(gradient[index])) < 2e-3 * center)
      }
    }
  }

  @Test func isZeroForOneColour() {
    let content = Picture.constant(6, 5, [0.3, 0.6, 0.9])
    let loss = VariationLoss(
      .init(weight: 1, exponent: 1.25, range: 255, normalization: .sum), content: content)
    var gradient = [Float](repeating: 0, count: content.pixels.count)
    #expect(value(loss, content.pixels, &gradient) == 0)
    #expect(gradient.allSatisfy { $0 == 0 })
  }

  /// A mean over what can be seen: the part that is hidden neither adds to the roughness nor thins it out.
  @Test func whatIsTransparentDoesNotCount() {
    let alpha = (0..<12 * 6).map { Float($0 % 12 < 5 ? 1 : 0) }
    let whole = Picture.noise(12, 6, seed: 2)
    let variation = Recipe.Variation(weight: 1, exponent: 1.25, range: 1, normalization: .mean)
    let loss = VariationLoss(variation, content: whole.with(alpha: alpha))
    let visible = VariationLoss(variation, content: .noise(5, 6, seed: 1))
    let cut = (0..<6).flatMap { whole.pixels[$0 * 36..<$0 * 36 + 15] }
    let hidden = whole.pixels.enumerated().map { $0.offset / 3 % 12 < 5 ? $0.element : 1 - $0.element }
    var (gradient, other, ofCut) = (whole.pixels.map { _ in Float(0) }, whole.pixels.map { _ in Float(0) }, cut)
    let seen = value(loss, whole.pixels, &gradient)
    #expect(abs(seen - value(visible, cut, &ofCut)) < 1e-6 * seen)
    #expect(value(loss, hidden, &other) == seen)
    #expect(gradient == other)
    let none = VariationLoss(variation, content: whole.with(alpha: [Float](repeating: 0, count: 72)))
    #expect(value(none, whole.pixels, &gradient) == 0)
  }
}
