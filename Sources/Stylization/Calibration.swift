internal import Compute
internal import Network
internal import Pictures
internal import Synchronization

/// How fast this machine is, measured on a small picture and remembered.
enum Calibration {
  private struct Circumstances: Hashable {
    let threads: Int
    let recipe: String
    let architecture: Architecture
  }

  private static let known = Mutex<[Circumstances: Double]>([:])
  private static let size = Size(width: 160, height: 160)

  /// Seconds that a unit of a plan's work takes with these threads, for this recipe.
  static func secondsPerWork(settings: Settings, network: VGG) -> Double {
    let threads = settings.threads ?? Machine.processors
    let circumstances = Circumstances(
      threads: threads, recipe: settings.recipe.name, architecture: network.architecture)
    if let seconds = known.withLock({ $0[circumstances] }) { return seconds }
    var rehearsal = Rehearsal(settings.recipe, size: size, network: network, on: ThreadPool(threads: threads))
    let typical = rehearsal.steps(5).sorted()[2]
    let seconds = typical / Plan.Scale(size: size, iterations: 1).workPerIteration
    known.withLock { $0[circumstances] = seconds }
    return seconds
  }
}
