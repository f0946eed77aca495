import Compute
import Network
import Pictures
import Testing

@testable import Stylization

@Suite struct BudgetTests {
  func budget(
    _ settings: Settings = Settings(), content: Size = Size(width: 2000, height: 1500), hasPreviews: Bool = false
  ) -> (budget: Budget, plan: Plan) {
    let plan = Plan(settings: settings, content: content)
    let subject = Budget.Subject(content: content, styles: [Size(width: 800, height: 600)], hasPreviews: hasPreviews)
    return (Budget(settings, subject, plan: plan, architecture: .vgg19), plan)
  }

  @Test func whatFitsIsLeftAsItIs() throws {
    let (budget, plan) = budget()
    let fitted = try #require(budget.fitted(plan, into: 4 << 30))
    #expect(fitted.scales.map(\.tiling) == plan.scales.map(\.tiling))
    #expect(fitted.scales.map(\.history) == plan.scales.map(\.history))
    #expect(budget.bytes(fitted) <= 4 << 30)
  }

  @Test func aLargerPaintingTakesMore() {
    let bytes = [256, 512, 1024].map { size in
      var settings = Settings()
      settings.workingSize = size
      let (budget, plan) = budget(settings)
      return budget.bytes(plan)
    }
    #expect(bytes[0] < bytes[1] && bytes[1] < bytes[2])
  }

  @Test(arguments: Recipe.all.map(\.name), Settings.Schedule.allCases)
  func lessMemoryIsMoreWorkAndNeverExceeded(name: String, schedule: Settings.Schedule) throws {
    var settings = Settings()
    settings.recipe = try #require(Recipe.named(name))
    settings.schedule = schedule
    settings.workingSize = nil
    let (budget, plan) = budget(settings)
    let least = budget.bytes(budget.smallest(plan))
    var work = Double.infinity
    for share in [1, 1.2, 1.6, 2.5, 5, 20] {
      let available = Int(Double(least) * share)
      let fitted = try #require(budget.fitted(plan, into: available))
      #expect(budget.bytes(fitted) <= available)
      let largest = try #require(fitted.scales.last)
      #expect(largest.workPerIteration <= work * 1.2)
      work = largest.workPerIteration
    }
    #expect(work == plan.scales.last?.workPerIteration)
    #expect(budget.fitted(plan, into: least - 1) == nil)
  }

  @Test func previewsAndTransparencyTakeMore() {
    let (plain, plan) = budget()
    let previews = budget(hasPreviews: true).budget
    #expect(previews.bytes(plan) > plain.bytes(plan))
    var transparent = plain.subject
    transparent.isTransparent = true
    #expect(
      Budget(Settings(), transparent, plan: plan, architecture: .vgg19).bytes(plan) > plain.bytes(plan))
  }

  @Test func theCheapestTilesThatFitAreFound() throws {
    let demand = Demand(recipe: .impasto, architecture: .vgg19, threads: 2)
    let size = Size(width: 1000, height: 700)
    let limit = 250 << 20
    let found = try #require(demand.tiling(of: size) { demand.objective($0) <= limit })
    let deepest = LayerName(block: 5, convolution: 1)
    let all = (1...20).flatMap { down in
      (1...20).compactMap { Tiling(size, down: down, across: $0, deepest: deepest, in: .vgg19) }
    }
    let cheapest = try #require(all.filter { demand.objective($0) <= limit }.map(\.work).min())
    #expect(!found.isWhole && found.work == cheapest)
  }
}
