import Testing

@testable import Stylization

@Suite struct StillnessTests {
  @Test func tenStepsTooSmallToSeeAreStill() {
    var stillness = Stillness()
    for _ in 1...9 { #expect(!stillness.isReached(after: 0.04 / 255)) }
    #expect(stillness.isReached(after: 0.04 / 255))
  }

  @Test func tenStepsThatTogetherCanBeSeenAreNot() {
    var stillness = Stillness()
    for _ in 1...100 { #expect(!stillness.isReached(after: 0.06 / 255)) }
  }

  @Test func aLargeStepIsLookedBackOnTenTimes() {
    var stillness = Stillness()
    for _ in 1...9 { #expect(!stillness.isReached(after: 0)) }
    for count in 1...20 { #expect(stillness.isReached(after: count == 1 ? 1 : 0) == (count > 10)) }
  }

  @Test func aPaintingEndsWhenItHasStoppedChanging() throws {
    let outcome = try paint(.quick(iterations: 2000), content: .photograph(48, 48))
    let last = try #require(outcome.progress.last)
    #expect(last.iteration < last.iterations)
    #expect(outcome.picture != nil)
  }
}
