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

  /// How far the gradient is from the slopes by central differences: along itself, over |g|; and along directions that
  /// owe it nothing, and see what it lacks, over |g| / sqrt(n), which such a slope is of the order of.
  func errors(_ objective: inout Objective, at image: [Float], length: Float) -> (along: Double, across: Double) {
    var gradient = [Float](repeating: 0, count: image.count)
    var unused = gradient
    _ = value(&objective, image, &gradient)
    func product(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    func slope(_ direction: [Float], length: Float) -> Double {
      let step = length / Float(product(direction, direction).squareRoot())
      let ahead = value(&objective, zip(image, direction).map { $0 + step * $1 }, &unused)
      let behind = value(&objective, zip(image, direction).map { $0 - step * $1 }, &unused)
      return (ahead - behind) / (2 * Double(length))
    }
    let norm = product(gradient, gradient).squareRoot()
    var generator = SeededGenerator(seed: 8)
    let across = (0..<6).map { _ in
      let direction = image.map { _ in Float.random(in: -1...1, using: &generator) }
      let expected = product(direction, gradient) / product(direction, direction).squareRoot()
      return abs(slope(direction, length: 5 * length) - expected)
    }
    return (
      abs(slope(gradient, length: length) / norm - 1),
      (across.max() ?? .infinity) * Double(image.count).squareRoot() / norm
    )
  }

  private func expectGradient(
    of objective: inout Objective, at image: Picture, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (along, across) = errors(&objective, at: image.pixels, length: 3e-3)
    #expect(along < 1e-2, sourceLocation: sourceLocation)
    #expect(across < 0.2, sourceLocation: sourceLocation)
  }

  @Test(arguments: Recipe.all.map(\.name))
  func alongTheGradient(recipe: String) throws {
    let recipe = try #require(Recipe.named(recipe))
    let content = Picture.photograph(33, 27)
    var objective = try objective(recipe, content: content, styles: [Style(.painting(33, 27))])
    expectGradient(of: &objective, at: .noise(33, 27, seed: 3, in: 0.2...0.8))
  }

  @Test func withTransparencyAndTwoStyles() throws {
    let alpha = (0..<33 * 27).map { Float($0 % 33) / 32 }
    let content = Picture.photograph(33, 27).with(alpha: alpha)
    let style = Picture.painting(30, 20).with(alpha: (0..<600).map { $0 < 300 ? 1 : 0 })
    var objective = try objective(
      .impasto, content: content, styles: [Style(style, weight: 3), Style(.ramp(20, 30), weight: 1)])
    expectGradient(of: &objective, at: .noise(33, 27, seed: 4, in: 0.2...0.8))
  }

  @Test func ofALayerThatContentAndStyleShare() throws {
    var recipe = Recipe.impasto
    recipe.content = recipe.content.map {
      .init(layer: .init(block: 2, convolution: 1), weight: 1, normalization: $0.normalization)
    }
    let alpha = (0..<48 * 40).map { Float($0 % 48) / 47 }
    for content in [Picture.photograph(48, 40), .photograph(48, 40).with(alpha: alpha)] {
      var objective = try objective(recipe, content: content, styles: [Style(.painting(40, 48))])
      expectGradient(of: &objective, at: .noise(48, 40, seed: 6, in: 0.2...0.8))
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
