/// When a picture on its way downhill has stopped changing visibly.
struct Stillness {
  /// Steps looked back on.
  private static let steps = 10
  /// Less than half a level of 8 bits: what the picture may move by in so many steps, on average over its values.
  private static let leastChange = 0.5 / 255

  /// The newest steps, root mean squares over the values.
  private var recent: [Double] = []

  /// Whether it is, after one more step: of the steps together the picture cannot have moved farther than their sum.
  mutating func isReached(after step: Double) -> Bool {
    recent.append(step)
    if recent.count > Self.steps { recent.removeFirst() }
    return recent.count == Self.steps && recent.reduce(0, +) < Self.leastChange
  }
}
