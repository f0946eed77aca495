internal import Compute
package import Network
package import Pictures

/// What an iteration of the gatys objective, value and pixel gradient, takes on this machine.
package struct Benchmark: Sendable {
  package let size: Size
  package let threads: Int
  /// Of each timed iteration, in order; one more came before them to warm up.
  package let seconds: [Double]
  /// Floating-point operations of an iteration by direct convolution, forward and the gradient with respect to the
  /// pixels: 2 x 9 for each pair of channels and position of each layer, and as many again.
  package let operations: Double
  /// The parts of an iteration: the convolutions with what is fused with them and the losses, forward and back.
  package let phases: [Phase]

  package struct Phase: Sendable {
    package let name: String
    /// The median.
    package let seconds: Double
    /// By direct convolution; nil where they are not counted.
    package let operations: Double?
  }

  /// Times `iterations` of a square picture of `side` pixels.
  ///
  /// - Throws: `badArgument` for a number out of range, or weights that stop before conv5_1.
  package init(side: Int, iterations: Int, threads: Int?, weights: Weights) throws(StylizationError) {
    try check(side, "size", in: Settings.workingSizes)
    try check(iterations, "number of iterations", in: Settings.iterationCounts)
    if let threads { try check(threads, "number of threads", in: Settings.threadCounts) }
    let size = Size(width: side, height: side)
    let pool = ThreadPool(threads: threads ?? Machine.processors)
    let network = try Recipe.gatys.network(from: weights)
    var rehearsal = Rehearsal(.gatys, size: size, network: network, on: pool)
    let taken = rehearsal.iterations(iterations)
    self.size = size
    self.threads = pool.threads
    seconds = taken.map(\.seconds)
    phases = taken[0].phases.indices.map { index in
      let first = taken[0].phases[index]
      return Phase(
        name: first.name, seconds: Self.median(taken.map { $0.phases[index].seconds }), operations: first.operations)
    }
    operations = weights.architecture.operations(of: network.layers, side: side)
  }

  package var median: Double { Self.median(seconds) }

  /// Of at least one value.
  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
