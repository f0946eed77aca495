import Compute
import Optimization
import Testing

/// Adam and gradient descent.
@Suite struct FirstOrderTests {
  let pool = ThreadPool(threads: 1)

  @Test func theFirstStepOfAdamIsItsRate() {
    // m / (1 - beta1) = g and v / (1 - beta2) = g^2, so the step is the rate times the gradient's sign.
    let function = Problems.quadratic(stiffness: [1, 1000], center: 1)
    var minimizer = Adam(
      at: ([3, -2] as [Float]).span, of: function, parameters: .init(rate: 0.01, epsilon: 0), on: pool)
    #expect(minimizer.step(function) == .moved)
    #expect(abs(minimizer.point[0] - 2.99) < 1e-6 && abs(minimizer.point[1] + 1.99) < 1e-6)
  }

  @Test func adamFindsTheMinimumInsideItsBox() {
    let function = Problems.quadratic(stiffness: [1, 30, 0.2], center: 0.7)
    var minimizer = Adam(
      at: ([0, 1, 5] as [Float]).span, of: function, box: Box(0...1), parameters: .init(rate: 0.02), on: pool)
    for _ in 0..<600 {
      #expect(minimizer.step(function) == .moved)
      for i in 0..<3 { #expect(minimizer.point[i] >= 0 && minimizer.point[i] <= 1) }
    }
    for i in 0..<3 { #expect(abs(minimizer.point[i] - 0.7) < 1e-2) }
  }

  @Test func theRateDecaysWithoutStairs() {
    let schedule = GradientDescent.Schedule(rate: 100, decay: 0.96, period: 100)
    #expect(schedule.rate(at: 0) == 100)
    #expect(abs(schedule.rate(at: 50) - 97.979589711) < 1e-6)
    #expect(abs(schedule.rate(at: 4000) - 19.536615156) < 1e-6)
  }

  @Test func gradientDescentTakesTheWrittenSteps() {
    let function = Problems.quadratic(stiffness: [1, 2], center: 0)
    var minimizer = GradientDescent(
      at: ([1, 1] as [Float]).span, of: function, schedule: .init(rate: 0.1, decay: 0.5, period: 1), on: pool)
    _ = minimizer.step(function)
    #expect(abs(minimizer.point[0] - 0.9) < 1e-6 && abs(minimizer.point[1] - 0.8) < 1e-6)
    _ = minimizer.step(function)
    #expect(abs(minimizer.point[0] - 0.855) < 1e-6 && abs(minimizer.point[1] - 0.72) < 1e-6)
  }

  @Test func gradientDescentThatWouldBlowUpSlowsDown() {
    // At rate 1 each step would multiply the distance by -99.
    let function = Problems.quadratic(stiffness: [100], center: 0)
    var minimizer = GradientDescent(at: ([1] as [Float]).span, of: function, schedule: .init(rate: 1), on: pool)
    for _ in 0..<200 { _ = minimizer.step(function) }
    #expect(minimizer.loss <= 50)
  }

  @Test func bothStepBackFromValuesThatAreNotFinite() {
    let function: LossFunction = { point, gradient in
      let value = Problems.quadratic(stiffness: [1], center: 0.85)(point, &gradient)
      return point[0] > 0.9 ? .infinity : value
    }
    var adam = Adam(at: ([0] as [Float]).span, of: function, parameters: .init(rate: 1), on: pool)
    var descent = GradientDescent(at: ([0] as [Float]).span, of: function, schedule: .init(rate: 1.9), on: pool)
    for _ in 0..<60 {
      #expect(adam.step(function) == .moved)
      #expect(descent.step(function) == .moved)
    }
    #expect(adam.loss < 0.1 && descent.loss < 1e-3)
  }

  @Test func bothStayWhenNothingIsFinite() {
    let function: LossFunction = { _, _ in .nan }
    var adam = Adam(at: ([0.5] as [Float]).span, of: function, parameters: .init(rate: 1), on: pool)
    var descent = GradientDescent(at: ([0.5] as [Float]).span, of: function, schedule: .init(rate: 1), on: pool)
    #expect(adam.step(function) == .stalled && descent.step(function) == .stalled)
    #expect(adam.point[0] == 0.5 && descent.point[0] == 0.5)
  }
}
