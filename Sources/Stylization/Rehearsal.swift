internal import Compute
internal import Network
internal import Pictures

/// Iterations of a recipe's objective, value and pixel gradient, on pictures made up for the purpose: to time them.
struct Rehearsal {
  struct Iteration {
    let seconds: Double
    let phases: [Objective.Phase]
  }

  /// In order; one more came before them to warm up.
  let iterations: [Iteration]

  init(_ recipe: Recipe, size: Size, iterations: Int, network: VGG, on pool: ThreadPool) {
    let targets = StyleTarget.all(
      recipe: recipe, styles: [Style(.waves(size, length: 9))], network: network, on: pool)
    var objective = Objective(
      recipe: recipe, content: .waves(size, length: 31), targets: targets, network: network, on: pool)
    let image = Picture.waves(size, length: 17)
    var gradient = [Float](repeating: 0, count: image.pixels.count)
    var taken: [Iteration] = []
    for _ in 0...iterations {
      let duration = ContinuousClock().measure {
        var slope = gradient.mutableSpan
        _ = objective.value(of: image.pixels.span, gradient: &slope)
      }
      taken.append(Iteration(seconds: duration / .seconds(1), phases: objective.phases))
    }
    self.iterations = Array(taken.dropFirst())
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
