import Compute
import Network
import Pictures
import TestSupport
import Testing

@testable import Stylization

@Suite struct RefusalTests {
  func refusal(
    _ change: (inout Settings) -> Void = { _ in }, content: Picture = .photograph(),
    styles: [Style] = [Style(.painting())], initial: Picture? = nil
  ) throws -> StylizationError? {
    var settings = Settings.quick()
    change(&settings)
    let weights = try Shipped.weights
    return #expect(throws: StylizationError.self) {
      try Job(settings: settings, content: content, styles: styles, initial: initial, weights: weights)
    }
  }

  @Test func noStyle() throws {
    #expect(try refusal(styles: [])?.kind == .badArgument)
  }

  @Test(arguments: [0, -1, Double.nan, .infinity])
  func aWeightThatIsNone(weight: Double) throws {
    #expect(try refusal(styles: [Style(.painting(), weight: weight)])?.description.contains("weight") == true)
  }

  @Test func aStartOfAnotherSize() throws {
    #expect(try refusal(initial: .photograph(31, 24))?.description.contains("31x24") == true)
  }

  @Test func aSettingOutOfRange() throws {
    #expect(try refusal({ $0.strength = 200 })?.description.contains("200") == true)
  }

  @Test func whatDoesNotFitIntoMemory() throws {
    let error = try refusal({ ($0.memory, $0.workingSize) = (64 << 20, nil) }, content: .ramp(300, 300))
    #expect(error?.kind == .noMemory)
    #expect(error?.description.contains("only 64 MB") == true)
  }

  @Test(arguments: ["content", "style", "image"])
  func anEvaluationOfAPictureThatDoesNotFit(role: String) throws {
    let weights = try Shipped.weights
    func picture(_ name: String) -> Picture { name == role ? .photograph(40, 15) : .photograph(32, 24) }
    let error = #expect(throws: StylizationError.self) {
      try Evaluation(
        recipe: .gatys, content: picture("content"), style: picture("style"), image: picture("image"),
        weights: weights, on: .init(threads: 1))
    }
    #expect(error?.description.contains(role) == true && error?.description.contains("40x15") == true)
  }

  @Test func anEvaluationOfKerasWithAStyleOfAnotherSize() throws {
    let weights = try Shipped.weights
    let error = #expect(throws: StylizationError.self) {
      try Evaluation(
        recipe: .keras, content: .photograph(), style: .painting(), image: .photograph(), weights: weights,
        on: .init(threads: 1))
    }
    #expect(error?.description.contains("40x30") == true)
  }
}
