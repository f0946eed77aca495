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
  private var spare: Pair?

  init(capacity: Int, on pool: ThreadPool) {
    precondition(capacity >= 1, "a history has room for one pair")
    self.capacity = capacity
    self.pool = pool
  }

  var isEmpty: Bool { pairs.isEmpty }

  mutating func forget() {
    spare = spare ?? pairs.last
    pairs = []
  }

  /// A pair of `count` entries to be filled and handed to `store`.
  mutating func blank(count: Int) -> Pair {
    let pair = spare ?? Pair(count: count)
    spare = pair
    return pair
  }

  /// Stores the pair that `blank` gave, in place of the oldest when the history is full, if it shows enough upward
  /// curvature; answers whether it did.
  mutating func store(_ pair: Pair, above threshold: Threshold) -> Bool {
    let product = dot(pair.step, pair.change, on: pool)
    let norms = dot(pair.step, pair.step, on: pool) * dot(pair.change, pair.change, on: pool)
    guard norms.isFinite, product > max(threshold.product, threshold.cosine * norms.squareRoot()) else { return false }
    pair.product = product
    spare = pairs.count == capacity ? pairs.removeFirst() : nil
    pairs.append(pair)
    return true
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
