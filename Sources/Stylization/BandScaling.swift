internal import Compute
internal import Optimization
internal import Pictures

/// A first guess at the inverse Hessian of a loss of pictures that learns how stiff the loss is in each of three colour
/// axes and each octave of spatial frequency.
///
/// With P the interpolation from one level of a pyramid to the next finer one, A_k = P^k (P^T)^k / 4^k keeps what is
/// coarser than k octaves, and B_k = A_k - A_(k+1) is the band between. All B_k are positive semidefinite and they sum
/// to the identity, so H0 = sum of h_k B_k is symmetric and positive definite for any h_k > 0. As
/// h_k = (sum s.B_k s / sum y.B_k y)^1/2 over the pairs (s, y) seen, H0 y is as long as s in every band.
struct BandScaling: InverseHessian, ~Copyable {
  /// Octaves told apart, the coarsest with all that is below.
  private static let octaves = 8

  private var pyramid: Pyramid
  private let pool: ThreadPool
  /// By axis, then by band from the finest: sums over the pairs seen.
  private var steps: [[Double]]
  private var changes: [[Double]]

  init(size: Size, on pool: ThreadPool) {
    pyramid = Pyramid(size: size, levels: Self.octaves, on: pool)
    self.pool = pool
    steps = Array(repeating: Array(repeating: 0, count: pyramid.levels), count: 3)
    changes = steps
  }

  /// Bytes that the scaling of a picture takes.
  static func bytes(size: Size) -> Int { Pyramid.bytes(size: size, levels: octaves) }

  mutating func learn(step: borrowing Buffer<Float>, change: borrowing Buffer<Float>, product: Double) {
    steps = sums(steps, pyramid.bandEnergies(of: step))
    changes = sums(changes, pyramid.bandEnergies(of: change))
  }

  mutating func forget() {
    steps = steps.map { $0.map { _ in 0 } }
    changes = steps
  }

  mutating func apply(to vector: inout Buffer<Float>) {
    guard let gains else { return }
    pyramid.scaleBands(of: &vector, by: gains)
  }

  /// h_k by axis and band; nil while nothing is known. A band in which nothing ever happened has its finer neighbour's.
  private var gains: [[Double]]? {
    guard steps.joined().contains(where: { $0 > 0 }) else { return nil }
    let all = (steps.joined().reduce(0, +) / max(changes.joined().reduce(0, +), 1e-300)).squareRoot()
    return zip(steps, changes).map { steps, changes in
      var last = all
      return zip(steps, changes).map { step, change in
        let gain = (step / change).squareRoot()
        if gain.isFinite && gain > 0 { last = min(max(gain, all / 1000), all * 1000) }
        return last
      }
    }
  }
}

/// Entry by entry.
private func sums(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] { zip(a, b).map { zip($0, $1).map(+) } }
