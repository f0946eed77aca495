import Testing

@testable import Stylization

@Suite struct StillnessTests {
  /// Whether the picture is still after each of the steps.
  private func answers(_ steps: [Double], visibleShare: Double = 1) -> [Bool] {
    var stillness = Stillness(visibleShare: visibleShare)
    return steps.map { stillness.isReached(after: $0) }
  }

  @Test func tenStepsTooSmallToSeeAreStill() {
    let small = 0.04 / 255
    #expect(answers(Array(repeating: small, count: 10)) == Array(repeating: false, count: 9) + [true])
  }

  @Test func stepsThatTogetherCanBeSeenAreNot() {
    let small = 0.06 / 255
    #expect(!answers(Array(repeating: small, count: 100)).contains(true))
  }

  @Test func whatCannotBeSeenDoesNotCount() {
    let small = 0.04 / 255
    #expect(answers(Array(repeating: small, count: 100), visibleShare: 0.5).contains(true) == false)
    #expect(answers(Array(repeating: small / 10, count: 100), visibleShare: 0.5).contains(true))
  }

  @Test func aLargeStepIsLookedBackOnTenTimes() {
    let answers = answers(Array(repeating: 0, count: 9) + [1] + Array(repeating: 0, count: 12))
    #expect(answers.firstIndex(of: true) == 19)
  }

  @Test func aPaintingEndsWhenItHasStoppedChanging() throws {
    let outcome = try paint(
      .quick(iterations: 2000), content: .photograph(64, 48), styles: [Style(.photograph(48, 64))])
    let last = try #require(outcome.progress.last)
    #expect(last.iteration < last.iterations)
    #expect(last.fraction == 1)
    #expect(try #require(last.secondsLeft) < 0.1)
    #expect(outcome.picture != nil)
  }
}
