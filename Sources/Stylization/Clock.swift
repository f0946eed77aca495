/// Tells how much of the work is done and how long the rest will take, from how long it took so far.
struct Clock {
  private let clock = ContinuousClock()
  /// Of each scale, and which part of it makes the scale ready before the first iteration.
  private let work: [Double]
  private let readying: Double
  private var scale = 0
  private var scaleStart: ContinuousClock.Instant
  private var secondsPerWork: Double?

  init(plan: Plan, styles: Int) {
    readying = plan.readying(styles: styles)
    work = plan.work(styles: styles)
    scaleStart = clock.now
  }

  /// The work on a scale begins.
  mutating func begin(scale index: Int) {
    scale = index
    scaleStart = clock.now
  }

  /// The fraction done, and the seconds left if they can be told, after `iteration` of the scale's `iterations`;
  /// `isLast` says whether the scale ends there, be it before all of them.
  mutating func reading(
    iteration: Int, of iterations: Int, isLast: Bool
  ) -> (fraction: Double, secondsLeft: Double?) {
    let worked = work[scale] * (Double(iteration) + readying) / (Double(iterations) + readying)
    let before = work[..<scale].reduce(0, +)
    let total = work.reduce(0, +)
    let elapsed = (clock.now - scaleStart) / .seconds(1)
    if iteration >= 2 { secondsPerWork = elapsed / worked }
    let done = isLast ? work[scale] : worked
    return ((before + done) / total, secondsPerWork.map { $0 * (total - (before + done)) })
  }
}
