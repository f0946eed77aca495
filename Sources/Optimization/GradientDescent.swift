package import Compute
import Glibc

/// Plain gradient descent at a rate that falls exponentially: rate * decay^(i / period) at step i, counted from 0,
/// which is Keras' `SGD` under an `ExponentialDecay` that is not a staircase.
///
/// A step to a point that is not finite, or is twice as bad as the start, is taken back and tried again at half the
/// rate: a rate that is right for one size of picture can be far too high for another.
package struct GradientDescent: Minimizer, ~Copyable {
  package struct Schedule: Sendable, Equatable {
    package var rate: Double
    package var decay: Double
    package var period: Double

    package init(rate: Double, decay: Double = 1, period: Double = 1) {
      self.rate = rate
      self.decay = decay
      self.period = period
    }

    package func rate(at step: Int) -> Double { rate * pow(decay, Double(step) / period) }
  }

  private var schedule: Schedule
  private let box: Box
  private let pool: ThreadPool
  private var current: Iterate
  private var trial: Iterate
  private let limit: Double
  private var steps = 0

  /// Starts at `start`, projected onto the box, with an evaluation there.
  package init(
    at start: Span<Float>, of function: LossFunction, box: Box = .none, schedule: Schedule, on pool: ThreadPool
  ) {
    self.schedule = schedule
    self.box = box
    self.pool = pool
    current = Iterate(at: start, in: box, of: function, on: pool)
    trial = Iterate(count: start.count)
    limit = current.loss + abs(current.loss)
  }

  package var point: Span<Float> { @_lifetime(borrow self) get { current.point.span } }
  package var loss: Double { current.loss }

  package mutating func step(_ function: LossFunction) -> StepOutcome {
    guard current.isSound else { return .stalled }
    for _ in 0..<Iterate.attempts {
      box.step(
        from: current.point, along: current.gradient, length: -schedule.rate(at: steps), into: &trial.point)
      trial.evaluate(function, on: pool)
      if trial.isSound && trial.loss <= limit {
        steps += 1
        swap(&current, &trial)
        return .moved
      }
      schedule.rate /= 2
    }
    return .stalled
  }
}
