/// Tells how much of the work is done and how long the rest will take, from how long it took so far.
struct Clock {
  /// Of each scale, and which part of it makes the scale ready before the first iteration.
  private let work: [Double]
  private let readying: Double
  /// After all iterations.
  private let finishing: Double
  private var scale = 0
  private var last: ContinuousClock.Instant
  /// Seconds per work of the last iterations but for each scale's first, in which the program itself or memory may
  /// have been made ready, too.
  private var paces: [Double] = []

  /// Enough that a slow second is not taken for the machine's pace, few enough to see that the pace has changed.
  private static let remembered = 15

  init(plan: Plan, styles: Int) {
    readying = plan.readying(styles: styles)
    finishing = plan.finishing
    work = plan.work(styles: styles)
    last = .now
  }

  /// The work on a scale begins.
  mutating func begin(scale index: Int) { scale = index }

  /// The fraction done, and the seconds left if they can be told, after `iteration` of the scale's `iterations`;
  /// `isLast` says whether the scale ends there, be it before all of them.
  mutating func reading(
    iteration: Int, of iterations: Int, isLast: Bool, at now: ContinuousClock.Instant = .now
  ) -> (fraction: Double, secondsLeft: Double?) {
    let perIteration = work[scale] / (Double(iterations) + readying)
    if iteration > 1 { paces = (paces + [(now - last) / .seconds(1) / perIteration]).suffix(Self.remembered) }
    last = now
    let before = work[..<scale].reduce(0, +)
    let total = work.reduce(0, +)
    let done = before + (isLast ? work[scale] : perIteration * (Double(iteration) + readying))
    let pace = paces.isEmpty ? nil : paces.sorted()[paces.count / 2]
    return (done / total, pace.map { $0 * (total - done + finishing) })
  }
}
