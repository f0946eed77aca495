internal import Compute

/// The last few steps s and gradient changes y of L-BFGS, and its product of the inverse Hessian with a vector.
struct PairHistory: ~Copyable {
  /// A remembered vector.
  private enum Memory: ~Copyable {
    case whole(Buffer<Float>)
    case halved(HalfVector)

    /// Zeros to begin with.
    init(count: Int, isHalved: Bool) {
      self = isHalved ? .halved(HalfVector(zeros: count)) : .whole(Buffer(zeros: count))
    }

    /// Takes a vector; it then holds what was remembered before, or what it held.
    mutating func take(_ vector: inout Buffer<Float>, on pool: ThreadPool) {
      switch consume self {
      case .whole(var remembered):
        swap(&remembered, &vector)
        self = .whole(remembered)
      case .halved(var remembered):
        remembered.set(to: vector, on: pool)
        self = .halved(remembered)
      }
    }

    func dot(_ vector: borrowing Buffer<Float>, on pool: ThreadPool) -> Double {
      switch self {
      case .whole(let remembered): Compute.dot(remembered, vector, on: pool)
      case .halved(let remembered): Compute.dot(remembered, vector, on: pool)
      }
    }

    func add(_ scale: Double, to vector: inout Buffer<Float>, on pool: ThreadPool) {
      switch self {
      case .whole(let remembered): Compute.add(scale, times: remembered, to: &vector, on: pool)
      case .halved(let remembered): Compute.add(scale, times: remembered, to: &vector, on: pool)
      }
    }
  }

  /// One step and what it did to the gradient. A class, for an array to hold it: vectors cannot be copied.
  private final class Pair {
    var step: Memory
    var change: Memory
    /// s.y
    var product = 0.0

    init(count: Int, isHalved: Bool) {
      step = Memory(count: count, isHalved: isHalved)
      change = Memory(count: count, isHalved: isHalved)
    }
  }

  /// What makes a pair worth storing: s.y above both an absolute number and a part of |s| |y|.
  struct Threshold {
    var product: Double
    var cosine: Double
  }

  private let capacity: Int
  private let isHalved: Bool
  private let pool: ThreadPool
  private var pairs: [Pair] = []  // oldest first

  /// For `capacity` pairs, kept in half the memory if `isHalved`.
  init(capacity: Int, isHalved: Bool, on pool: ThreadPool) {
    precondition(capacity >= 1, "a history has room for one pair")
    self.capacity = capacity
    self.isHalved = isHalved
    self.pool = pool
  }

  var isEmpty: Bool { pairs.isEmpty }

  mutating func forget() { pairs = [] }

  /// The product s.y of a pair that shows enough upward curvature to be stored; nil for another.
  func product(
    _ step: borrowing Buffer<Float>, _ change: borrowing Buffer<Float>, above threshold: Threshold
  ) -> Double? {
    let product = dot(step, change, on: pool)
    let norms = dot(step, step, on: pool) * dot(change, change, on: pool)
    guard norms.isFinite, product > max(threshold.product, threshold.cosine * norms.squareRoot()) else { return nil }
    return product
  }

  /// Takes `step` and `change` for a pair, in place of the oldest when the history is full. The two are then vectors of
  /// the same length with nothing to keep.
  mutating func store(_ step: inout Buffer<Float>, _ change: inout Buffer<Float>, product: Double) {
    let pair = pairs.count == capacity ? pairs.removeFirst() : Pair(count: step.count, isHalved: isHalved)
    pair.step.take(&step, on: pool)
    pair.change.take(&change, on: pool)
    pair.product = product
    pairs.append(pair)
  }

  /// vector := H vector by the two-loop recursion (Nocedal and Wright, algorithm 7.4).
  func multiply<Guess: InverseHessian & ~Copyable>(_ vector: inout Buffer<Float>, initial: inout Guess) {
    var alphas: [Double] = []
    for pair in pairs.reversed() {
      let alpha = pair.step.dot(vector, on: pool) / pair.product
      pair.change.add(-alpha, to: &vector, on: pool)
      alphas.append(alpha)
    }
    initial.apply(to: &vector)
    for (pair, alpha) in zip(pairs, alphas.reversed()) {
      let beta = pair.change.dot(vector, on: pool) / pair.product
      pair.step.add(alpha - beta, to: &vector, on: pool)
    }
  }
}
