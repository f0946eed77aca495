internal import Pictures

/// Tells how much of the work is done and how long the rest will take, from how long it took so far.
struct Clock {
  private let clock = ContinuousClock()
  private let work: [Double]
  private var scale = 0
  private var scaleStart: ContinuousClock.Instant
  private var secondsPerWork: Double?

  /// One unit of work is one iteration over one pixel; making a scale ready takes about as long as `readying` of its
  /// iterations.
  init(plan: Plan, styles: Int) {
    readying = 1 + 0.5 * Double(styles)
    work = plan.scales.map { [readying] in Double($0.size.area) * (Double($0.iterations) + readying) }
    scaleStart = clock.now
  }

  private let readying: Double

  /// The work on a scale begins.
  mutating func begin(scale index: Int) {
    scale = index
    scaleStart = clock.now
  }

  /// The fraction done, and the seconds left if they can be told, after `iteration` of the scale's `iterations`.
  mutating func reading(iteration: Int, of iterations: Int) -> (fraction: Double, secondsLeft: Double?) {
    let part = (Double(iteration) + readying) / (Double(iterations) + readying)
    let done = work[scale] * part
    let before = work[..<scale].reduce(0, +)
    let total = work.reduce(0, +)
    let elapsed = (clock.now - scaleStart) / .seconds(1)
    if iteration >= 2 { secondsPerWork = elapsed / done }
    return ((before + done) / total, secondsPerWork.map { $0 * (total - before - done) })
  }
}
