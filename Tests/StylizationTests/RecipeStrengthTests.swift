import Foundation
import Network
import Testing

@testable import Stylization

@Suite struct RecipeStrengthTests {
  @Test(arguments: Recipe.all.map(\.name)) func atFiftyARecipeIsItself(name: String) throws {
    let recipe = try #require(Recipe.named(name))
    #expect(recipe.at(strength: 50) == recipe)
  }

  @Test func theStrongerTheLessThePhotographWeighs() throws {
    func weights(_ strength: Double) -> [Double] { Recipe.impasto.at(strength: strength).content.map(\.weight) }
    #expect(zip(weights(0), weights(50)).allSatisfy { abs($0 - 8 * $1) < 1e-12 })
    #expect(zip(weights(100), weights(50)).allSatisfy { abs($0 - $1 / 32) < 1e-12 })
    let falling = stride(from: 0.0, through: 100, by: 10).map { weights($0)[0] }
    #expect(zip(falling, falling.dropFirst()).allSatisfy { $0 > $1 })
    let tone = try #require(Recipe.impasto.tone).weight
    for (strength, weight) in [(0.0, 4.0), (50, 1), (100, 0.25)] {
      #expect(abs((Recipe.impasto.at(strength: strength).tone?.weight ?? .nan) - weight * tone) < 1e-12)
    }
  }

  @Test(arguments: [(100.0, 2.0, 1.0), (0, 0.5, 0.25)])
  func theStrongerTheMoreTheDeepStyleLayersWeigh(strength: Double, blocks: Double, first: Double) {
    let style = Recipe.impasto.at(strength: strength).style
    for (index, (term, usual)) in zip(style, Recipe.impasto.style).enumerated() {
      #expect(abs(term.weight - usual.weight * first * pow(blocks, Double(index) / 3)) < 1e-9)
    }
  }
}
