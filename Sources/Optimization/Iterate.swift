internal import Compute

/// A point with the function's value and gradient there.
struct Iterate: ~Copyable {
  /// How many times a step that leads nowhere finite is shortened before giving up.
  static let attempts = 40

  var point: Buffer<Float>
  var gradient: Buffer<Float>
  private(set) var loss = Double.nan
  /// Whether the value and every entry of the gradient are finite.
  private(set) var isSound = false

  init(count: Int) {
    point = Buffer(zeros: count)
    gradient = Buffer(zeros: count)
  }

  init(at start: Span<Float>, in box: Box, of function: LossFunction, on pool: ThreadPool) {
    self.init(count: start.count)
    var entries = point.mutableSpan
    for i in 0..<start.count { entries[i] = box.projected(start[i]) }
    evaluate(function, on: pool)
  }

  /// To be called whenever `point` was set.
  mutating func evaluate(_ function: LossFunction, on pool: ThreadPool) {
    loss = value(of: function, at: point, gradient: &gradient)
    isSound = loss.isFinite && dot(gradient, gradient, on: pool).isFinite
  }
}

private func value(
  of function: LossFunction, at point: borrowing Buffer<Float>, gradient: inout Buffer<Float>
) -> Double {
  var entries = gradient.mutableSpan
  return function(point.span, &entries)
}
