package import Compute
import Glibc

/// Adam (Kingma and Ba 2015, algorithm 1), each point projected onto a box.
///
/// A step to a point that is not finite is taken back and tried again at half the rate, the moments dropped.
package struct Adam: Minimizer, ~Copyable {
  /// What its authors call alpha, beta and epsilon; epsilon is added to the root of the corrected second moment.
  package struct Parameters: Sendable, Equatable {
    package var rate: Double
    package var decay: (first: Double, second: Double)
    package var epsilon: Double

    package init(rate: Double, decay: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8) {
      self.rate = rate
      self.decay = decay
      self.epsilon = epsilon
    }

    package static func == (a: Self, b: Self) -> Bool {
      a.rate == b.rate && a.decay == b.decay && a.epsilon == b.epsilon
    }
  }

  private var parameters: Parameters
  private let box: Box
  private let pool: ThreadPool
  private var current: Iterate
  private var trial: Iterate
  private var mean: Buffer<Float>
  private var variance: Buffer<Float>
  private var steps = 0

  /// Starts at `start`, projected onto the box, with an evaluation there.
  package init(
    at start: Span<Float>, of function: LossFunction, box: Box = .none, parameters: Parameters, on pool: ThreadPool
  ) {
    self.parameters = parameters
    self.box = box
    self.pool = pool
    current = Iterate(at: start, in: box, of: function, on: pool)
    trial = Iterate(count: start.count)
    mean = Buffer(zeros: start.count)
    variance = Buffer(zeros: start.count)
  }

  package var point: Span<Float> { @_lifetime(borrow self) get { current.point.span } }
  package var loss: Double { current.loss }

  package mutating func step(_ function: LossFunction) -> StepOutcome {
    guard current.isSound else { return .stalled }
    for _ in 0..<Iterate.attempts {
      propose()
      trial.evaluate(function, on: pool)
      if trial.isSound {
        swap(&current, &trial)
        return .moved
      }
      parameters.rate /= 2
      mean = Buffer(zeros: mean.count)
      variance = Buffer(zeros: variance.count)
      steps = 0
    }
    return .stalled
  }

  /// Updates the moments by the gradient, and sets the trial point by them.
  private mutating func propose() {
    steps += 1
    update(&mean, to: 1 - parameters.decay.first, of: current.gradient) { $0 }
    update(&variance, to: 1 - parameters.decay.second, of: current.gradient) { $0 * $0 }
    let rate = Float(parameters.rate / (1 - pow(parameters.decay.first, Double(steps))))
    let correction = Float((1 - pow(parameters.decay.second, Double(steps))).squareRoot())
    let (box, epsilon) = (box, Float(parameters.epsilon))
    setEntries(of: &trial.point, by: current.point, mean, variance) { x, m, v in
      box.projected(x - rate * m / (v.squareRoot() / correction + epsilon))
    }
  }
}

/// average += part * (term(value) - average)
@inline(__always)
private func update(
  _ average: inout Buffer<Float>, to part: Double, of values: borrowing Buffer<Float>, by term: (Float) -> Float
) {
  var a = average.mutableSpan
  let (values, part) = (values.span, Float(part))
  for i in 0..<a.count { a[i] += part * (term(values[i]) - a[i]) }
}

/// target = rule(a, b, c), entry by entry
@inline(__always)
private func setEntries(
  of target: inout Buffer<Float>, by a: borrowing Buffer<Float>, _ b: borrowing Buffer<Float>,
  _ c: borrowing Buffer<Float>, rule: (Float, Float, Float) -> Float
) {
  var t = target.mutableSpan
  let (a, b, c) = (a.span, b.span, c.span)
  for i in 0..<t.count { t[i] = rule(a[i], b[i], c[i]) }
}
