package import Compute

/// The first guess at the inverse Hessian that L-BFGS improves on with its pairs: symmetric and positive definite.
///
/// A guess that knows what the vector means, a picture for example, can be far better than a multiple of the identity.
package protocol InverseHessian: ~Copyable {
  /// Takes notice of an accepted pair: the step s, the change y of the gradient over it, and their product s.y > 0.
  mutating func learn(step: borrowing Buffer<Float>, change: borrowing Buffer<Float>, product: Double)
  /// vector := H0 vector.
  mutating func apply(to vector: inout Buffer<Float>)
  /// Goes back to knowing nothing: the identity.
  mutating func forget()
}

/// s.y / y.y of the newest pair, times the identity: the usual choice (Nocedal and Wright, Numerical Optimization,
/// 7.20).
package struct ScaledIdentity: InverseHessian {
  private var scale = 1.0
  private let pool: ThreadPool

  package init(on pool: ThreadPool) { self.pool = pool }

  package mutating func learn(step: borrowing Buffer<Float>, change: borrowing Buffer<Float>, product: Double) {
    scale = product / dot(change, change, on: pool)
  }

  package mutating func apply(to vector: inout Buffer<Float>) {
    var v = vector.mutableSpan
    let scale = Float(scale)
    for i in 0..<v.count { v[i] *= scale }
  }

  package mutating func forget() { scale = 1 }
}
