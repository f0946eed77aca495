import Network
import Pictures
import TestSupport
import Testing

@testable import Stylization

@Suite struct PlanTests {
  @Test func goesFromAQuarterToTheWhole() {
    let plan = Plan(settings: Settings(), content: Size(width: 3000, height: 2000))
    #expect(plan.scales.map(\.size) == [(256, 171), (512, 342), (1024, 683)].map { Size(width: $0.0, height: $0.1) })
    #expect(plan.scales.map(\.iterations) == [40, 30, 25])
    #expect(plan.scales.map(\.part) == [0.25, 0.5, 1])
  }

  @Test func aLargePictureGrowsFromASmallPaintingByDoubling() {
    var settings = Settings()
    settings.workingSize = nil
    let plan = Plan(settings: settings, content: Size(width: 4000, height: 3000))
    #expect(plan.scales.map(\.size.width) == [250, 500, 1000, 2000, 4000])
    #expect(plan.scales.map(\.iterations) == [40, 30, 25, 8, 8])
    #expect(plan.scales.map(\.part) == [0.25, 0.5, 1, 1, 1])
  }

  /// Half of a thin strip would be no picture: it is painted as a small painting is, and not only retouched.
  @Test(
    arguments: [
      (Size(width: 1026, height: 30), [1026], [25]), (Size(width: 4000, height: 60), [2000, 4000], [25, 8]),
      (Size(width: 60, height: 4000), [30, 60], [25, 8]), (Size(width: 9000, height: 16), [9000], [25]),
    ])
  func aLongStripHasAllIterations(size: Size, widths: [Int], iterations: [Int]) {
    var settings = Settings()
    settings.workingSize = nil
    let plan = Plan(settings: settings, content: size)
    #expect(plan.scales.map(\.size.width) == widths)
    #expect(plan.scales.map(\.iterations) == iterations)
  }

  @Test func iterationsAreThoseOfTheLargestScale() {
    var settings = Settings()
    settings.iterations = 6
    let plan = Plan(settings: settings, content: Size(width: 600, height: 400))
    #expect(plan.scales.map(\.iterations) == [10, 8, 6])
    for count in 1...1000 {
      settings.iterations = count
      #expect(Plan(settings: settings, content: Size(width: 600, height: 400)).scales.last?.iterations == count)
    }
  }

  @Test func aSmallPictureHasFewerScales() {
    let sizes = { (width: Int, height: Int) in
      Plan(settings: Settings(), content: Size(width: width, height: height)).scales.map(\.size.description)
    }
    #expect(sizes(1, 1) == ["16x16"])
    #expect(sizes(40, 36) == ["20x18", "40x36"])
    #expect(sizes(20000, 3) == ["1024x16"])
  }

  @Test(arguments: Recipe.all.filter { $0.original != nil }.map(\.name))
  func theOriginalScheduleIsAsPublished(name: String) throws {
    var settings = Settings()
    settings.recipe = try #require(Recipe.named(name))
    settings.schedule = .original
    settings.workingSize = nil
    let plan = Plan(settings: settings, content: Size(width: 300, height: 200))
    #expect(plan.scales.map(\.size) == [Size(width: 300, height: 200)])
    #expect(plan.scales.map(\.iterations) == [try #require(settings.recipe.original).iterations])
  }

  @Test(
    arguments: [
      (strength: 0.0, asked: nil, iterations: 25), (50, nil, 25), (75, nil, 31), (100, nil, 37), (100, 9, 9),
    ] as [(Double, Int?, Int)])
  func strongPaintingsTakeMoreIterations(strength: Double, asked: Int?, iterations: Int) {
    var settings = Settings()
    settings.strength = strength
    settings.iterations = asked
    let plan = Plan(settings: settings, content: Size(width: 300, height: 200))
    #expect(plan.scales.last?.iterations == iterations)
  }

  @Test func largerStylesAreMoreWork() {
    func readying(_ brushSize: Double) -> Double {
      var settings = Settings()
      settings.brushSize = brushSize
      return Plan(settings: settings, content: Size(width: 300, height: 200)).readying(styles: 3)
    }
    #expect(readying(100) == 4.5 && readying(400) > 20)
  }

  @Test func recipesHaveNames() {
    #expect(Recipe.all.map(\.name) == ["impasto", "keras", "eager", "gatys", "johnson"])
    for recipe in Recipe.all { #expect(Recipe.named(recipe.name) == recipe) }
    #expect(Recipe.named("rembrandt") == nil)
  }
}

@Suite struct SettingsTests {
  @Test func theDefaultsAreInRange() throws {
    try Settings().validate()
  }

  static let bad: [(String, @Sendable (inout Settings) -> Void)] = [
    ("strength", { $0.strength = 200 }), ("strength", { $0.strength = .nan }), ("brush size", { $0.brushSize = 24 }),
    ("working size", { $0.workingSize = 0 }), ("number of iterations", { $0.iterations = 0 }),
    ("number of threads", { $0.threads = -1 }), ("memory", { $0.memory = 1 }),
  ]

  @Test(arguments: bad.indices)
  func whatIsOutOfRangeIsNamed(index: Int) {
    var settings = Settings()
    Self.bad[index].1(&settings)
    let error = #expect(throws: StylizationError.self) { try settings.validate() }
    #expect(error?.kind == .badArgument)
    #expect(error?.description.contains(Self.bad[index].0) == true)
  }
}
