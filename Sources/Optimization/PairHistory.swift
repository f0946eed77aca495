internal import Compute

/// The last few steps s and gradient changes y of L-BFGS, and its product of the inverse Hessian with a vector.
struct PairHistory: ~Copyable {
  /// One step and what it did to the gradient. A class, for an array to hold it: buffers cannot be copied.
  final class Pair {
    var step: Buffer<Float>
    var change: Buffer<Float>
    /// s.y
    fileprivate(set) var product = 0.0

    fileprivate init(count: Int) {
      step = Buffer(zeros: count)
      change = Buffer(zeros: count)
    }
  }

  /// What makes a pair worth storing: s.y above both an absolute number and a part of |s| |y|.
  struct Threshold {
    var product: Double
    var cosine: Double
  }

  private let capacity: Int
  private let pool: ThreadPool
  private var pairs: [Pair] = []  // oldest first

  init(capacity: Int, on pool: ThreadPool) {
    precondition(capacity >= 1, "a history has room for one pair")
    self.capacity = capacity
    self.pool = pool
  }

  var isEmpty: Bool { pairs.isEmpty }

  mutating func forget() { pairs = [] }

  /// Takes `step` and `change` for a pair, in place of the oldest when the history is full, if they show enough upward
  /// curvature; answers with the pair if so. The two are then other vectors of the same length, with nothing to keep.
  mutating func store(
    _ step: inout Buffer<Float>, _ change: inout Buffer<Float>, above threshold: Threshold
  ) -> Pair? {
    let product = dot(step, change, on: pool)
    let norms = dot(step, step, on: pool) * dot(change, change, on: pool)
    guard norms.isFinite, product > max(threshold.product, threshold.cosine * norms.squareRoot()) else { return nil }
    let pair = pairs.count == capacity ? pairs.removeFirst() : Pair(count: step.count)
    swap(&pair.step, &step)
    swap(&pair.change, &change)
    pair.product = product
    pairs.append(pair)
    return pair
  }

  /// vector := H vector by the two-loop recursion (Nocedal and Wright, algorithm 7.4).
  func multiply<Guess: InverseHessian & ~Copyable>(_ vector: inout Buffer<Float>, initial: inout Guess) {
    var alphas: [Double] = []
    for pair in pairs.reversed() {
      let alpha = dot(pair.step, vector, on: pool) / pair.product
      add(-alpha, times: pair.change, to: &vector, on: pool)
      alphas.append(alpha)
    }
    initial.apply(to: &vector)
    for (pair, alpha) in zip(pairs, alphas.reversed()) {
      let beta = dot(pair.change, vector, on: pool) / pair.product
      add(alpha - beta, times: pair.step, to: &vector, on: pool)
    }
  }
}
