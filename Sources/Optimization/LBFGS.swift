package import Compute
import Glibc

/// L-BFGS (Liu and Nocedal 1989), kept inside a box and unable to blow up, or plain as PyTorch runs it.
///
/// Entries at a bound whose gradient pushes outwards are left out of the direction, before and after the product with
/// the inverse Hessian, so that the direction is that of the remaining entries alone (Bertsekas' projected Newton
/// methods, 1982); the step is then projected onto the box.
package struct LBFGS<Guess: InverseHessian & ~Copyable>: Minimizer, ~Copyable {
  /// How far to go along a direction.
  package enum StepRule: Sendable {
    /// The whole direction, halved at least until the loss falls enough. The first step, and each one after the history
    /// had to be dropped, moves the entries by `first` on average. The loss never rises.
    case safeguarded(first: Double)
    /// `rate` times the direction, the first time also times min(1, 1/|g|_1), nearly whatever the loss does: PyTorch's
    /// `torch.optim.LBFGS` without a line search. Only a point that is not finite, or whose loss is more than ten times
    /// the start's, is refused and the step shortened, which a walk that gets anywhere never meets; and while the
    /// curvature is negative, so that there is no pair to learn from, steps grow from the first by doubling, where
    /// PyTorch goes all the way along the gradient, however large it is.
    case plain(rate: Double)
  }

  private let rule: StepRule
  /// Above it the plain rule accepts nothing.
  private let ceiling: Double
  private let box: Box
  private let pool: ThreadPool
  private var history: PairHistory
  private var guess: Guess
  private var current: Iterate
  /// Its point is the direction until a step along it is tried, which takes its place.
  private var trial: Iterate
  /// Steps since the start or the last restart, while none of them gave a pair.
  private var barrenSteps = 0

  /// Starts at `start`, projected onto the box, with an evaluation there. Memory: four vectors, and two for each of the
  /// `history` pairs, as they come; one for each pair if they are halved, that is kept in bfloat16.
  package init(
    at start: Span<Float>, of function: LossFunction, box: Box = .none, rule: StepRule, history: Int = 20,
    isHistoryHalved: Bool = false, guess: consuming Guess, on pool: ThreadPool
  ) {
    self.rule = rule
    self.box = box
    self.pool = pool
    self.history = PairHistory(capacity: history, isHalved: isHistoryHalved, on: pool)
    self.guess = guess
    current = Iterate(at: start, in: box, of: function, on: pool)
    trial = Iterate(count: start.count)
    ceiling = 10 * abs(current.loss)
  }

  package var point: Span<Float> { @_lifetime(borrow self) get { current.point.span } }
  package var loss: Double { current.loss }
  /// The root mean square of what the last step changed the entries by.
  package private(set) var lastStep = 0.0

  package mutating func step(_ function: LossFunction) -> StepOutcome {
    guard current.isSound else { return .stalled }
    var slope = findDirection()
    if !history.isEmpty && !(slope < 0) { slope = restart() }
    guard slope < 0 else { return .stalled }
    if search(function) { return .moved }
    guard !history.isEmpty, restart() < 0 else { return .stalled }
    return search(function) ? .moved : .stalled
  }

  /// The direction := -H g over the free entries; answers its product with g, which a positive definite H makes
  /// negative.
  private mutating func findDirection() -> Double {
    negate(current.gradient, into: &trial.point)
    box.restrict(&trial.point, at: current)
    history.multiply(&trial.point, initial: &guess)
    box.restrict(&trial.point, at: current)
    return dot(trial.point, current.gradient, on: pool)
  }

  /// Forgets everything: the direction becomes that of steepest descent.
  private mutating func restart() -> Double {
    history.forget()
    guess.forget()
    return findDirection()
  }

  /// Looks for an acceptable point along the direction and moves there.
  private mutating func search(_ function: LossFunction) -> Bool {
    var length = firstLength
    for attempt in 0..<12 {
      guard length.isFinite, length > 0 else { return false }
      // Steps are seldom refused: the direction is found again then, rather than kept in a vector of its own.
      if attempt > 0 { _ = findDirection() }
      box.step(from: current.point, along: &trial.point, length: length)
      trial.evaluate(function, on: pool)
      let expected = expectedChange
      if isAcceptable(expected: expected) {
        accept()
        return true
      }
      length *= shortening(expected: expected)
    }
    return false
  }

  private var firstLength: Double {
    let isFirst = history.isEmpty
    switch rule {
    case .safeguarded(let first):
      return isFirst ? first * Double(trial.point.count) / magnitude(trial.point) : 1
    case .plain(let rate):
      return isFirst ? rate * min(1, pow(2, Double(barrenSteps)) / magnitude(current.gradient)) : rate
    }
  }

  /// g.(trial - current): what the loss would change by if it were linear; the projection may have bent the step.
  private var expectedChange: Double {
    let (x, z, g) = (current.point.span, trial.point.span, current.gradient.span)
    var sum = 0.0
    for i in 0..<x.count { sum += Double(g[i]) * Double(z[i] - x[i]) }
    return sum
  }

  /// Armijo's condition for the safeguarded rule, a bound on the rise for the plain one.
  private func isAcceptable(expected: Double) -> Bool {
    guard trial.isSound else { return false }
    switch rule {
    case .plain: return trial.loss <= ceiling
    case .safeguarded: return expected < 0 && trial.loss <= current.loss + 1e-4 * expected
    }
  }

  /// By how much to shorten a refused step: to the lowest point of the parabola through what is known, within limits.
  private func shortening(expected: Double) -> Double {
    guard trial.isSound, expected < 0 else { return 0.1 }
    let excess = trial.loss - current.loss - expected
    return min(max(-expected / (2 * excess), 0.1), 0.5)
  }

  /// Learns from the step to the trial point, and moves there.
  private mutating func accept() {
    let threshold: PairHistory.Threshold
    switch rule {
    case .safeguarded: threshold = .init(product: 0, cosine: 1e-8)
    case .plain: threshold = .init(product: 1e-10, cosine: 0)
    }
    // What the current point and gradient lay in takes the step and the change, and then waits for the next trial.
    swap(&current, &trial)
    subtract(&trial.point, from: current.point)
    lastStep = (dot(trial.point, trial.point, on: pool) / Double(trial.point.count)).squareRoot()
    subtract(&trial.gradient, from: current.gradient)
    if let product = history.product(trial.point, trial.gradient, above: threshold) {
      guess.learn(step: trial.point, change: trial.gradient, product: product)
      history.store(&trial.point, &trial.gradient, product: product)
    }
    barrenSteps = history.isEmpty ? barrenSteps + 1 : 0
  }
}

/// result = -a
private func negate(_ a: borrowing Buffer<Float>, into result: inout Buffer<Float>) {
  var r = result.mutableSpan
  let a = a.span
  for i in 0..<r.count { r[i] = -a[i] }
}

/// a := b - a
private func subtract(_ a: inout Buffer<Float>, from b: borrowing Buffer<Float>) {
  var r = a.mutableSpan
  let b = b.span
  for i in 0..<r.count { r[i] = b[i] - r[i] }
}

/// |a|_1
private func magnitude(_ a: borrowing Buffer<Float>) -> Double {
  let a = a.span
  var sum = 0.0
  for i in 0..<a.count { sum += Double(a[i].magnitude) }
  return sum
}
