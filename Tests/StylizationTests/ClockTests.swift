import Pictures
import Testing

@testable import Stylization

@Suite struct ClockTests {
  @Test func neverRunsBackwards() {
    let plan = Plan(settings: Settings(), content: Size(width: 800, height: 600))
    var clock = Clock(plan: plan, styles: 2)
    var last = 0.0
    for (index, scale) in plan.scales.enumerated() {
      clock.begin(scale: index)
      for iteration in 1...scale.iterations {
        if index == 1 && iteration > 7 { continue }
        let isLast = iteration == scale.iterations || (index == 1 && iteration == 7)
        let reading = clock.reading(iteration: iteration, of: scale.iterations, isLast: isLast)
        #expect(reading.fraction > last)
        last = reading.fraction
      }
    }
    #expect(abs(last - 1) < 1e-12)
  }

  /// Making a scale ready takes longer than was thought, and now and then a machine does something else.
  @Test func slowMomentsAreNotTakenForThePace() throws {
    let plan = Plan(settings: Settings(), content: Size(width: 800, height: 600))
    var clock = Clock(plan: plan, styles: 1)
    let pace = 1e-6
    var now = ContinuousClock.now
    for (index, scale) in plan.scales.enumerated() {
      clock.begin(scale: index)
      for iteration in 1...scale.iterations {
        let slow = iteration == 1 ? 9.0 : iteration % 7 == 0 ? 4 : 1
        now += .seconds(slow * pace * scale.workPerIteration)
        let reading = clock.reading(
          iteration: iteration, of: scale.iterations, isLast: iteration == scale.iterations, at: now)
        if index == 0 && iteration == 1 {
          #expect(reading.secondsLeft == nil)
        } else {
          let left = pace * (plan.work(styles: 1).reduce(0, +) * (1 - reading.fraction) + plan.finishing)
          #expect(abs(try #require(reading.secondsLeft) - left) <= 1e-3 * left)
        }
      }
    }
  }

  /// Most of a small scale can pass while the machine is busy.
  @Test func aBusyStretchIsNotTakenForThePace() throws {
    let plan = Plan(settings: Settings(), content: Size(width: 800, height: 600))
    var clock = Clock(plan: plan, styles: 1)
    let (pace, scale) = (1e-6, try #require(plan.scales.first))
    var now = ContinuousClock.now
    for iteration in 1...30 {
      let slow = (10...30).contains(iteration) ? 2.0 : 1
      now += .seconds(slow * pace * scale.workPerIteration)
      let reading = clock.reading(iteration: iteration, of: scale.iterations, isLast: false, at: now)
      if iteration == 1 { continue }
      let left = pace * (plan.work(styles: 1).reduce(0, +) * (1 - reading.fraction) + plan.finishing)
      #expect(abs(try #require(reading.secondsLeft) - left) <= 1e-3 * left)
    }
  }

  @Test func afterTheIterationsThePhotographsSizeIsStillToBeReached() throws {
    func left(_ content: Size) throws -> Double {
      let plan = Plan(settings: Settings(), content: content)
      var clock = Clock(plan: plan, styles: 1)
      clock.begin(scale: plan.scales.count - 1)
      let (began, iterations) = (ContinuousClock.now, try #require(plan.scales.last).iterations)
      for iteration in 1...iterations {
        let reading = clock.reading(
          iteration: iteration, of: iterations, isLast: iteration == iterations, at: began + .seconds(3 * iteration))
        if iteration == iterations { return try #require(reading.secondsLeft) }
      }
      return .nan
    }
    let (enlarged, plain) = (try left(Size(width: 4096, height: 3072)), try left(Size(width: 1024, height: 768)))
    #expect(plain > 0.1 && plain < 1)
    #expect(abs(enlarged - 16 * plain) < 1e-9)
  }

  @Test func followsAPaceThatChanges() {
    let plan = Plan(settings: Settings(), content: Size(width: 800, height: 600))
    var clock = Clock(plan: plan, styles: 1)
    var now = ContinuousClock.now
    var left: [Double] = []
    for iteration in 1...40 {
      now += .seconds(iteration <= 20 ? 1 : 2)
      left.append(clock.reading(iteration: iteration, of: 40, isLast: false, at: now).secondsLeft ?? .nan)
    }
    #expect(left[39] > 1.5 * left[19])
  }
}
