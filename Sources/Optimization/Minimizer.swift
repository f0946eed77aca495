internal import Compute

/// A function to be made small: gives its value at a point and writes its gradient there, of the same length.
///
/// It is asked for one point after another and must answer the same for the same point. A value or a gradient that is
/// not finite says that the point is no good; the minimizers then step back.
package typealias LossFunction = (_ point: Span<Float>, _ gradient: inout MutableSpan<Float>) -> Double

/// What became of a step.
package enum StepOutcome: Sendable {
  /// The point has moved.
  case moved
  /// No better point can be found from here: the gradient is zero, or the differences are below float's precision.
  case stalled
}

/// A method that walks a flat vector downhill, one step at a time.
///
/// It evaluates its starting point when it is made, and each point it moves to: `point`, `loss` and the gradient it
/// holds always belong together. The loss function is lent to each call and never kept.
package protocol Minimizer: ~Copyable {
  /// Where it stands.
  var point: Span<Float> { @_lifetime(borrow self) get }
  /// The function's value there; not finite only when it was not at the start.
  var loss: Double { get }
  /// Goes on by one step.
  mutating func step(_ function: LossFunction) -> StepOutcome
}
