import Compute
import Network
import Pictures
import TestSupport
import Testing

@testable import Stylization

/// Gradients against finite differences of the loss itself.
@Suite struct GradientTests {
  let pool = ThreadPool(threads: 2)

  func objective(
    _ recipe: Recipe, content: Picture, styles: [Style], range: Float = 1
  ) throws -> Objective {
    let network = try recipe.network(from: Shipped.weights)
    return Objective(
      recipe: recipe, content: content,
      targets: StyleTarget.all(recipe: recipe, styles: styles, network: network, on: pool),
      network: network, range: range, on: pool)
  }

  /// The slope along the gradient by a central difference, over |g|^2: 1 for a right gradient.
  func agreement(_ objective: inout Objective, at image: [Float], length: Float) -> Double {
    var gradient = [Float](repeating: 0, count: image.count)
    var unused = gradient
    func value(_ point: [Float], _ gradient: inout [Float]) -> Double {
      var slope = gradient.mutableSpan
      return objective.value(of: point.span, gradient: &slope)
    }
    _ = value(image, &gradient)
    let norm = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    let step = length / Float(norm)
    let ahead = value(zip(image, gradient).map { $0 + step * $1 }, &unused)
    let behind = value(zip(image, gradient).map { $0 - step * $1 }, &unused)
    return (ahead - behind) / (2 * Double(length) * norm)
  }

  @Test(arguments: Recipe.all.map(\.name))
  func alongTheGradient(recipe: String) throws {
    let recipe = try #require(Recipe.named(recipe))
    let content = Picture.photograph(33, 27)
    var objective = try objective(recipe, content: content, styles: [Style(.painting(33, 27))])
    let image = Picture.noise(33, 27, seed: 3, in: 0.2...0.8).pixels
    #expect(abs(agreement(&objective, at: image, length: 3e-3) - 1) < 1e-2)
  }

  @Test func withTransparencyAndTwoStyles() throws {
    let alpha = (0..<33 * 27).map { Float($0 % 33) / 32 }
    let content = Picture.photograph(33, 27).with(alpha: alpha)
    let style = Picture.painting(30, 20).with(alpha: (0..<600).map { $0 < 300 ? 1 : 0 })
    var objective = try objective(
      .impasto, content: content, styles: [Style(style, weight: 3), Style(.ramp(20, 30), weight: 1)])
    let image = Picture.noise(33, 27, seed: 4, in: 0.2...0.8).pixels
    #expect(abs(agreement(&objective, at: image, length: 3e-3) - 1) < 1e-2)
  }

  @Test func ofALayerThatContentAndStyleShare() throws {
    var recipe = Recipe.impasto
    recipe.content = recipe.content.map {
      .init(layer: .init(block: 2, convolution: 1), weight: 1, normalization: $0.normalization)
    }
    let alpha = (0..<48 * 40).map { Float($0 % 48) / 47 }
    for content in [Picture.photograph(48, 40), .photograph(48, 40).with(alpha: alpha)] {
      var objective = try objective(recipe, content: content, styles: [Style(.painting(40, 48))])
      let image = Picture.noise(48, 40, seed: 6, in: 0.2...0.8).pixels
      #expect(abs(agreement(&objective, at: image, length: 3e-3) - 1) < 1e-2)
    }
  }

  @Test func aPointInAnotherRangeHasTheSameLossAndAScaledGradient() throws {
    let content = Picture.photograph(24, 20)
    let image = Picture.noise(24, 20, seed: 5)
    var unit = try objective(.gatys, content: content, styles: [Style(.painting())])
    var wide = try objective(.gatys, content: content, styles: [Style(.painting())], range: 255)
    var (slopes, wideSlopes) = (image.pixels, image.pixels)
    let point = image.pixels.map { $0 * 255 }
    let loss = value(&unit, image.pixels, &slopes)
    #expect(abs(value(&wide, point, &wideSlopes) - loss) < 1e-5 * loss)
    #expect(relativeDistance(wideSlopes.map { $0 * 255 }, slopes) < 1e-4)
  }

  @Test func whatIsTransparentDoesNotCount() throws {
    // Two photographs that differ only where both are transparent, far from what is seen: the same style terms.
    let (width, height) = (96, 16)
    let alpha = (0..<width * height).map { Float($0 % width < 16 ? 1 : 0) }
    let left = Picture.photograph(width, height)
    let other = left.pixels.enumerated().map { ($0.offset / 3) % width >= 80 ? 1 - $0.element : $0.element }
    var recipe = Recipe.impasto
    recipe.style = recipe.style.filter { $0.layer.block <= 2 }
    recipe.content = recipe.content.map {
      .init(layer: .init(block: 2, convolution: 1), weight: 1, normalization: $0.normalization)
    }
    recipe.variation = nil
    var objective = try objective(recipe, content: left.with(alpha: alpha), styles: [Style(.painting())])
    var (slopes, otherSlopes) = (left.pixels, left.pixels)
    let loss = value(&objective, left.pixels, &slopes)
    #expect(value(&objective, other, &otherSlopes) == loss)
    #expect(slopes == otherSlopes)
    #expect(loss > 0)
  }

  @Test func stylesAreBlendedByTheirWeights() throws {
    let network = try Recipe.gatys.network(from: Shipped.weights)
    func targets(_ styles: [Style]) -> [StyleTarget] {
      StyleTarget.all(recipe: .gatys, styles: styles, network: network, on: pool)
    }
    let (a, b) = (Picture.painting(), Picture.ramp(30, 20))
    let blend = targets([Style(a, weight: 3), Style(b, weight: 1)])
    for (blended, (first, second)) in zip(blend, zip(targets([Style(a)]), targets([Style(b)]))) {
      let expected = zip(first.values, second.values).map { 0.75 * $0 + 0.25 * $1 }
      #expect(relativeDistance(blended.values, expected) < 1e-5)
      for (mean, (one, other)) in zip(blended.means, zip(first.means, second.means)) {
        #expect(abs(mean - (0.75 * one + 0.25 * other)) < 1e-9 * (1 + mean))
      }
    }
  }

  private func value(_ objective: inout Objective, _ point: [Float], _ gradient: inout [Float]) -> Double {
    var slope = gradient.mutableSpan
    return objective.value(of: point.span, gradient: &slope)
  }
}

/// The variation term by itself: no ReLU, so finite differences are exact to rounding.
@Suite struct VariationTests {
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

/// The term of light and colour at large by itself.
@Suite struct ToneTests {
  let pool = ThreadPool(threads: 2)

  private func value(_ loss: ToneLoss, _ image: [Float], _ gradient: inout [Float]) -> Double {
    var slope = gradient.mutableSpan
    return loss.addGradient(of: image.span, to: &slope)
  }

  /// A square function: differences are exact to rounding. Cells of one pixel, of some, and more than there are rows.
  @Test(arguments: [2, 5, 48], [1, 255] as [Float]) func gradient(cells: Int, range: Float) {
    let alpha = (0..<70).map { Float($0 % 10) / 9 }
    for content in [Picture.photograph(10, 7), .photograph(10, 7).with(alpha: alpha)] {
      let loss = ToneLoss(.init(weight: 0.7, cells: cells), content: content, range: range, on: pool)
      let image = Picture.noise(10, 7, seed: 9).pixels.map { $0 * range }
      var gradient = [Float](repeating: 0, count: image.count)
      #expect(value(loss, image, &gradient) > 0)
      var unused = gradient
      let steepest = gradient.reduce(0) { max($0, abs($1)) }
      for index in image.indices {
        var (ahead, behind) = (image, image)
        ahead[index] += 0.05 * range
        behind[index] -= 0.05 * range
        let slope = (value(loss, ahead, &unused) - value(loss, behind, &unused)) / Double(0.1 * range)
        #expect(abs(slope - Double(gradient[index])) < 1e-3 * Double(steepest))
      }
    }
  }

  @Test func isZeroAtThePhotographAndTheSquareOfAShiftBesideIt() {
    let content = Picture.photograph(60, 40)
    let loss = ToneLoss(.init(weight: 3, cells: 12), content: content, on: pool)
    var gradient = [Float](repeating: 0, count: content.pixels.count)
    #expect(value(loss, content.pixels, &gradient) < 1e-9)
    let (near, far) = (
      value(loss, content.pixels.map { $0 + 0.1 }, &gradient), value(loss, content.pixels.map { $0 + 0.2 }, &gradient)
    )
    #expect(near > 0)
    #expect(abs(far - 4 * near) < 1e-3 * far)
  }

  @Test func doesNotSeeWhatIsFinerThanItsCells() {
    let content = Picture.constant(64, 64, [0.5, 0.5, 0.5])
    let loss = ToneLoss(.init(weight: 1, cells: 8), content: content, on: pool)
    let checks = content.pixels.indices.map { Float(($0 / 3 % 64 + $0 / 3 / 64) % 2) }
    let halves = content.pixels.indices.map { Float($0 / 3 % 64 / 32) }
    var gradient = [Float](repeating: 0, count: content.pixels.count)
    #expect(value(loss, checks, &gradient) < 1e-5 * value(loss, halves, &gradient))
  }

  @Test func whatIsTransparentDoesNotCount() {
    let alpha = (0..<64 * 32).map { Float($0 % 64 < 32 ? 1 : 0) }
    let content = Picture.photograph(64, 32).with(alpha: alpha)
    let loss = ToneLoss(.init(weight: 1, cells: 16), content: content, on: pool)
    let image = content.pixels.enumerated().map { $0.offset / 3 % 64 < 32 ? $0.element : 1 - $0.element }
    var gradient = [Float](repeating: 0, count: image.count)
    #expect(value(loss, image, &gradient) < 1e-9)
    #expect(gradient.allSatisfy { abs($0) < 1e-6 })
    let none = content.with(alpha: [Float](repeating: 0, count: 64 * 32))
    #expect(value(ToneLoss(.init(weight: 1, cells: 16), content: none, on: pool), image, &gradient) == 0)
  }

  @Test func isTheSameToTheLastBitWithAnyNumberOfThreads() {
    let image = Picture.noise(64, 48, seed: 3).pixels
    let results = [1, 2, 5].map { threads -> [Float] in
      let loss = ToneLoss(
        .init(weight: 1, cells: 16), content: .photograph(64, 48), on: ThreadPool(threads: threads))
      var gradient = [Float](repeating: 0, count: image.count)
      return [Float(value(loss, image, &gradient))] + gradient
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }
}
