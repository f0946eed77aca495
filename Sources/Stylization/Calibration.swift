internal import Compute
internal import Network
internal import Pictures
internal import Synchronization

/// How fast this machine is, measured on a small picture and remembered.
enum Calibration {
  private struct Circumstances: Hashable {
    let threads: Int
    let layers: Set<LayerName>
    let pooling: Pooling
    let padding: Padding
  }

  private static let known = Mutex<[Circumstances: Double]>([:])
  private static let size = Size(width: 128, height: 128)

  /// Seconds that a unit of a plan's work takes with these threads, for this recipe.
  static func secondsPerWork(settings: Settings, network: VGG) -> Double {
    let recipe = settings.recipe
    let circumstances = Circumstances(
      threads: settings.threads ?? Machine.processors, layers: recipe.layers, pooling: recipe.pooling,
      padding: recipe.padding)
    if let seconds = known.withLock({ $0[circumstances] }) { return seconds }
    let seconds = measure(circumstances, network) / Plan.Scale(size: size, iterations: 1).workPerIteration
    known.withLock { $0[circumstances] = seconds }
    return seconds
  }

  /// Seconds of a pass through the network and back, the shorter of two, after one that does not count.
  private static func measure(_ circumstances: Circumstances, _ network: VGG) -> Double {
    var extractor = FeatureExtractor(
      vgg: network, layers: circumstances.layers, height: size.height, width: size.width,
      pooling: circumstances.pooling, padding: circumstances.padding, pool: ThreadPool(threads: circumstances.threads))
    let image = [Float](repeating: 0.5, count: size.area * 3)
    var gradient = [Float](repeating: 0, count: size.area * 3)
    let clock = ContinuousClock()
    return (0..<3).map { _ in
      clock.measure {
        extractor.forward(image.span)
        var slope = gradient.mutableSpan
        extractor.backward(into: &slope) { _, features, slope in
          for index in stride(from: 0, to: features.count, by: 64) { slope[index] = features[index] }
        }
      } / .seconds(1)
    }.dropFirst().min() ?? 0
  }
}
