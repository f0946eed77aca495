import Compute
import Foundation
import Optimization
import Testing

@Suite struct LBFGSTests {
  let pool = ThreadPool(threads: 2)

  /// The points after each step of the safeguarded rule, the start first, with their losses.
  func walk(
    _ function: LossFunction, from start: [Float], box: Box = .none, first: Double = 0.1, isHistoryHalved: Bool = false,
    steps: Int
  ) -> (points: [[Float]], losses: [Double], outcome: StepOutcome) {
    var minimizer = LBFGS(
      at: start.span, of: function, box: box, rule: .safeguarded(first: first), isHistoryHalved: isHistoryHalved,
      guess: ScaledIdentity(on: pool), on: pool)
    var points = [Problems.array(minimizer.point)]
    var losses = [minimizer.loss]
    var outcome = StepOutcome.moved
    for _ in 0..<steps where outcome == .moved {
      outcome = minimizer.step(function)
      points.append(Problems.array(minimizer.point))
      losses.append(minimizer.loss)
    }
    return (points, losses, outcome)
  }

  @Test func findsTheEndOfRosenbrocksValley() throws {
    let run = walk(Problems.rosenbrock, from: [-1.2, 1, -0.5, 0.8], steps: 100)
    for value in try #require(run.points.last) { #expect(abs(value - 1) < 1e-2) }
    #expect(try #require(run.losses.last) < 1e-6)
  }

  @Test(arguments: [false, true])
  func solvesAnIllConditionedQuadratic(isHistoryHalved: Bool) throws {
    let stiffness = (0..<40).map { pow(10, -Double($0) / 10) }
    let run = walk(
      Problems.quadratic(stiffness: stiffness), from: Array(repeating: -3, count: 40),
      isHistoryHalved: isHistoryHalved, steps: 120)
    #expect(try #require(run.losses.last) < 1e-5 * run.losses[0])
  }

  @Test(arguments: [[-1.2, 1], [0, 0], [3, -4], [-0.3, 8]] as [[Float]])
  func neverLetsTheLossRise(start: [Float]) {
    let run = walk(Problems.rosenbrock, from: start, steps: 60)
    #expect(zip(run.losses, run.losses.dropFirst()).allSatisfy { $1 <= $0 })
  }

  @Test func stopsAtTheBoundWhereTheSolutionLiesOutside() throws {
    // Independent entries: the solution is the center, cut off at the bounds.
    let stiffness: [Double] = [1, 100, 0.1, 10]
    let inside = walk(
      Problems.quadratic(stiffness: stiffness, center: 0.25), from: [0, 1, 0.5, 0.9], box: Box(0...1), steps: 60)
    for value in try #require(inside.points.last) { #expect(abs(value - 0.25) < 1e-4) }
    let outside = walk(
      Problems.quadratic(stiffness: stiffness, center: 1.75), from: [0, 1, 0.5, 0.9], box: Box(0...1), steps: 60)
    #expect(outside.points.last == [1, 1, 1, 1])
  }

  @Test func solvesABoxedProblemWhoseEntriesPullAtEachOther() throws {
    // (x - 2)^2 + (x + y)^2 / 2 + (y - z)^2 + z^2 on [0, 1]: x = 1, and y = z = 0 as both are pushed below 0.
    let function: LossFunction = { point, gradient in
      let (x, y, z) = (Double(point[0]), Double(point[1]), Double(point[2]))
      gradient[0] = Float(2 * (x - 2) + (x + y))
      gradient[1] = Float((x + y) + 2 * (y - z))
      gradient[2] = Float(-2 * (y - z) + 2 * z)
      return (x - 2) * (x - 2) + (x + y) * (x + y) / 2 + (y - z) * (y - z) + z * z
    }
    let run = walk(function, from: [0.2, 0.9, 0.7], box: Box(0...1), steps: 60)
    let last = try #require(run.points.last)
    #expect(abs(last[0] - 1) < 1e-5 && last[1] < 1e-5 && last[2] < 1e-5)
    for point in run.points { #expect(point.allSatisfy { $0 >= 0 && $0 <= 1 }) }
  }

  @Test func bringsTheStartIntoTheBox() {
    let run = walk(Problems.quadratic(stiffness: [1, 1, 1]), from: [-5, 0.5, 7], box: Box(0...1), steps: 0)
    #expect(run.points == [[0, 0.5, 1]])
  }

  @Test func standsStillWhereTheGradientIsZero() {
    let run = walk(Problems.quadratic(stiffness: [1, 2]), from: [1, 1], steps: 5)
    #expect(run.outcome == .stalled)
    #expect(run.points == [[1, 1], [1, 1]])
  }

  @Test func movesTheFirstStepByItsMeanLength() {
    let run = walk(
      Problems.quadratic(stiffness: Array(repeating: 1, count: 100), center: 1), from: Array(repeating: 0, count: 100),
      first: 0.02, steps: 1)
    for value in run.points[1] { #expect(abs(value - 0.02) < 1e-6) }
  }

  @Test func stepsBackFromValuesThatAreNotFinite() throws {
    // A cliff: beyond 0.9 there is no value. The quadratic alone would be solved in one long step.
    let function: LossFunction = { point, gradient in
      let value = Problems.quadratic(stiffness: [1, 1e-3], center: 0.8)(point, &gradient)
      return point[0] > 0.9 || point[1] > 0.9 ? .nan : value
    }
    let run = walk(function, from: [0, 0], first: 5, steps: 40)
    #expect(run.losses.allSatisfy { $0.isFinite })
    #expect(try #require(run.losses.last) < 1e-3 * run.losses[0])
  }

  @Test(arguments: [Double.nan, .infinity])
  func staysWhereItStartedWhenNothingIsFinite(value: Double) {
    let run = walk(
      { _, gradient in
        gradient[0] = 1
        return value
      }, from: [0.3], steps: 3)
    #expect(run.outcome == .stalled)
    #expect(run.points.last == [0.3])
  }

  @Test func staysWhenTheGradientIsNotFinite() {
    let run = walk(
      { _, gradient in
        gradient[0] = .nan
        return 1
      }, from: [0.3], steps: 3)
    #expect(run.outcome == .stalled)
    #expect(run.points.last == [0.3])
  }

  @Test func recoversWhenTheFunctionChangesUnderItsFeet() throws {
    // The first ten values come from another function: what was learnt from it misleads.
    var calls = 0
    let function: LossFunction = { point, gradient in
      calls += 1
      let stiffness: [Double] = calls <= 10 ? [1, 1e-4, 1] : [1e-4, 1, 100]
      return Problems.quadratic(stiffness: stiffness, center: 0.5)(point, &gradient)
    }
    let run = walk(function, from: [0, 3, -2], steps: 80)
    #expect(run.losses.allSatisfy { $0.isFinite })
    #expect(abs(try #require(run.points.last)[1] - 0.5) < 1e-2)
  }

  @Test func thePlainRuleRefusesToLetTheLossRunAway() {
    // Nearly flat, then a steep wall: what the first steps learn of the curvature leads far beyond its foot.
    let function: LossFunction = { point, gradient in
      let x = Double(point[0])
      let wall = max(x - 3, 0)
      gradient[0] = Float(1e-2 * (x - 2) + 4e3 * wall * wall * wall)
      return 1 + 5e-3 * (x - 2) * (x - 2) + 1e3 * wall * wall * wall * wall
    }
    var minimizer = LBFGS(
      at: ([0] as [Float]).span, of: function, rule: .plain(rate: 1.9), guess: ScaledIdentity(on: pool), on: pool)
    var losses = [minimizer.loss]
    for _ in 0..<20 {
      guard minimizer.step(function) == .moved else { break }
      losses.append(minimizer.loss)
    }
    #expect(losses.count > 3)
    #expect(losses.allSatisfy { $0 <= 10 * losses[0] })
    #expect(minimizer.loss < 2)
  }

  @Test func thePlainRuleLeavesAPlaceOfNegativeCurvature() {
    // x^4/4 - x^2/2 near its maximum: no pair is any good until the slope has grown.
    let function: LossFunction = { point, gradient in
      var value = 0.0
      for i in 0..<point.count {
        let x = Double(point[i])
        gradient[i] = Float(x * x * x - x)
        value += x * x * x * x / 4 - x * x / 2
      }
      return value
    }
    let start = [Float](repeating: 1e-4, count: 8)
    var minimizer = LBFGS(
      at: start.span, of: function, rule: .plain(rate: 1), guess: ScaledIdentity(on: pool), on: pool)
    for _ in 0..<40 { #expect(minimizer.step(function) == .moved || minimizer.loss < -1.99) }
    #expect(abs(minimizer.loss + 2) < 1e-3)
  }

  @Test func givesTheSameBytesForAnyNumberOfThreads() {
    let count = 300_000
    let start = (0..<count).map { Float($0 % 17) / 17 }
    let function: LossFunction = { point, gradient in
      var value = 0.0
      for i in 0..<point.count {
        let distance = Double(point[i]) - 0.3
        let stiffness = 1 + Double(i % 7)
        value += stiffness * distance * distance
        gradient[i] = Float(2 * stiffness * distance)
      }
      return value
    }
    let points = [1, 2, 3].map { threads in
      let pool = ThreadPool(threads: threads)
      var minimizer = LBFGS(
        at: start.span, of: function, box: Box(0...1), rule: .safeguarded(first: 0.01),
        guess: ScaledIdentity(on: pool), on: pool)
      for _ in 0..<4 { _ = minimizer.step(function) }
      return Problems.array(minimizer.point)
    }
    #expect(points[0] == points[1] && points[0] == points[2])
    #expect(points[0] != start)
  }
}
