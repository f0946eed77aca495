/// When a picture on its way downhill has stopped changing visibly.
struct Stillness {
  /// Steps looked back on.
  private static let steps = 10
  /// Less than half a level of 8 bits: what the picture may move by in so many steps, on average over its values.
  private static let leastChange = 0.5 / 255

  /// The part of the picture that can be seen; all that moves is counted as if it were there.
  private let visibleShare: Double
  /// The newest steps, root mean squares over the values that can be seen.
  private var recent: [Double] = []

  init(visibleShare: Double = 1) { self.visibleShare = visibleShare }

  /// Whether it is, after one more step, the root mean square over all values. In all those steps the picture cannot
  /// have moved farther than their sum.
  mutating func isReached(after step: Double) -> Bool {
    recent.append(step / visibleShare.squareRoot())
    if recent.count > Self.steps { recent.removeFirst() }
    return recent.count == Self.steps && recent.reduce(0, +) < Self.leastChange
  }
}
