/// Tells how much of the work is done and how long the rest will take, from how long it took so far.
struct Clock {
  /// Of each scale, and which part of it makes the scale ready before the first iteration.
  private let work: [Double]
  private let readying: Double
  /// After all iterations.
  private let finishing: Double
  private var scale = 0
  private var last: ContinuousClock.Instant
  /// Of the last iterations but for each scale's first, in which the program itself or memory may have been made ready,
  /// too: the seconds each took, and how many that is per work.
  private var recent: [(seconds: Double, pace: Double)] = []

  /// What else a machine does comes in stretches of several seconds, which are not to be taken for its pace; a pace that
  /// has changed for good is to be seen. So many seconds and at least so many iterations are looked at.
  private static let remembered = (seconds: 20.0, iterations: 15)

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
    if iteration > 1 { remember((now - last) / .seconds(1), per: perIteration) }
    last = now
    let before = work[..<scale].reduce(0, +)
    let total = work.reduce(0, +)
    let done = before + (isLast ? work[scale] : perIteration * (Double(iteration) + readying))
    return (done / total, pace.map { $0 * (total - done + finishing) })
  }

  private mutating func remember(_ seconds: Double, per work: Double) {
    recent.append((seconds, seconds / work))
    while recent.count > Self.remembered.iterations,
      recent.dropFirst().reduce(0, { $0 + $1.seconds }) >= Self.remembered.seconds
    {
      recent.removeFirst()
    }
  }

  /// Seconds per work of an undisturbed machine, as disturbances only ever take longer: four in five of the iterations
  /// that are remembered took as long or longer.
  private var pace: Double? {
    recent.isEmpty ? nil : recent.map(\.pace).sorted()[recent.count / 5]
  }
}
