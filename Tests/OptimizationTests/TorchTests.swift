import Compute
import Foundation
import Optimization
import Testing

/// The plain L-BFGS and Adam against where PyTorch's go, in `TorchTrajectories.json` by `make_reference.py`.
@Suite struct TorchTests {
  struct Trajectory: Decodable {
    let start: [Float]
    let points: [[Double]]
    let losses: [Double]
  }

  let pool = ThreadPool(threads: 1)
  let trajectories: [String: [String: Trajectory]]

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "TorchTrajectories.json")
    trajectories = try JSONDecoder().decode([String: [String: Trajectory]].self, from: Data(contentsOf: file))
  }

  func function(_ problem: String) -> LossFunction {
    problem == "rosenbrock"
      ? Problems.rosenbrock : Problems.quadratic(stiffness: [1, 0.1, 0.01, 0.001, 0.0001])
  }

  /// The largest distance from PyTorch's points over the first `steps`, over the largest entry.
  func deviation<Method: Minimizer & ~Copyable>(
    of minimizer: inout Method, from trajectory: Trajectory, on function: LossFunction, steps: Int
  ) -> Double {
    let scale = trajectory.points.joined().map(abs).max() ?? 1
    var largest = 0.0
    for expected in trajectory.points.prefix(steps) {
      _ = minimizer.step(function)
      for (index, value) in expected.enumerated() {
        largest = max(largest, abs(Double(minimizer.point[index]) - value) / scale)
      }
    }
    return largest
  }

  @Test(arguments: ["rosenbrock", "quadratic"])
  func plainLBFGS(problem: String) throws {
    let trajectory = try #require(trajectories["lbfgs"]?[problem])
    let function = function(problem)
    var minimizer = LBFGS(
      at: trajectory.start.span, of: function, rule: .plain(rate: 1), history: 4, guess: ScaledIdentity(on: pool),
      on: pool)
    #expect(deviation(of: &minimizer, from: trajectory, on: function, steps: 10) < 1e-3)
  }

  @Test(arguments: ["rosenbrock", "quadratic"])
  func adam(problem: String) throws {
    let trajectory = try #require(trajectories["adam"]?[problem])
    let function = function(problem)
    var minimizer = Adam(
      at: trajectory.start.span, of: function,
      parameters: .init(rate: 0.05, decay: (0.99, 0.999), epsilon: 0.1), on: pool)
    #expect(deviation(of: &minimizer, from: trajectory, on: function, steps: 40) < 1e-5)
  }
}
