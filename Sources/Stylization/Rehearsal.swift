internal import Compute
internal import Network
internal import Optimization
internal import Pictures

/// A recipe's objective on pictures made up for the purpose: to time it.
struct Rehearsal: ~Copyable {
  /// Value and pixel gradient, once.
  struct Iteration {
    let seconds: Double
    let phases: [Objective.Phase]
  }

  private var objective: Objective
  private let image: Picture
  private let pool: ThreadPool

  init(_ recipe: Recipe, size: Size, network: VGG, on pool: ThreadPool) {
    let targets = StyleTarget.all(
      recipe: recipe, styles: [Style(.waves(size, length: 9))], network: network, on: pool)
    objective = Objective(
      recipe: recipe, content: .waves(size, length: 31), targets: targets, network: network, on: pool)
    image = .waves(size, length: 17)
    self.pool = pool
  }

  /// In order; one more came before them to warm up.
  mutating func iterations(_ count: Int) -> [Iteration] { Self.iterations(count, of: &objective, at: image) }

  private static func iterations(_ count: Int, of objective: inout Objective, at image: Picture) -> [Iteration] {
    var gradient = [Float](repeating: 0, count: image.pixels.count)
    var taken: [Iteration] = []
    for _ in 0...count {
      let duration = ContinuousClock().measure {
        var slope = gradient.mutableSpan
        _ = objective.value(of: image.pixels.span, gradient: &slope)
      }
      taken.append(Iteration(seconds: duration / .seconds(1), phases: objective.phases))
    }
    return Array(taken.dropFirst())
  }

  /// Seconds of each of some iterations of the fast schedule, with what the minimizer takes; the first evaluation,
  /// which warms up, is not counted.
  mutating func steps(_ count: Int) -> [Double] { Self.steps(count, on: &objective, from: image, pool) }

  private static func steps(
    _ count: Int, on objective: inout Objective, from image: Picture, _ pool: ThreadPool
  ) -> [Double] {
    var minimizer = Descent.minimizer(
      at: image.pixels.span, size: image.size, history: count, isHalved: false, on: pool
    ) { objective.value(of: $0, gradient: &$1) }
    return (0..<count).map { _ in
      ContinuousClock().measure { _ = minimizer.step { objective.value(of: $0, gradient: &$1) } } / .seconds(1)
    }
  }
}

extension Picture {
  /// A picture with something to see at every place, the same every time.
  fileprivate static func waves(_ size: Size, length: Int) -> Picture {
    var pixels = [Float](repeating: 0, count: size.area * 3)
    for y in 0..<size.height {
      for x in 0..<size.width {
        for channel in 0..<3 {
          let phase = (x * (channel + 1) + y * (3 - channel)) % length
          pixels[(y * size.width + x) * 3 + channel] = Float(phase) / Float(length)
        }
      }
    }
    return Picture(width: size.width, height: size.height, pixels: pixels)
  }
}
