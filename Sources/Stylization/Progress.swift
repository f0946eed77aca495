/// How far a painting is, after each iteration.
package struct Progress: Sendable, Equatable {
  /// Of the iterations' work, 0 to 1, never falling.
  package var fraction: Double
  /// The scale being worked on, 1 to `scales`, coarse to fine.
  package var scale: Int
  package var scales: Int
  /// The size of this scale in pixels.
  package var width: Int
  package var height: Int
  /// Iterations done at this scale, and how many it has at most; a scale may end sooner, when the picture has
  /// stopped changing visibly.
  package var iteration: Int
  package var iterations: Int
  /// The loss at this scale; losses of different scales do not compare.
  package var loss: Double
  /// With what follows the iterations, the enlarging and saving, once there is something to judge by.
  package var secondsLeft: Double?

  package init(
    fraction: Double, scale: Int, scales: Int, width: Int, height: Int, iteration: Int, iterations: Int, loss: Double,
    secondsLeft: Double?
  ) {
    self.fraction = fraction
    self.scale = scale
    self.scales = scales
    self.width = width
    self.height = height
    self.iteration = iteration
    self.iterations = iterations
    self.loss = loss
    self.secondsLeft = secondsLeft
  }
}

/// What the one who is shown the progress wants.
package enum Verdict: Sendable {
  case goOn
  /// Stop, and make the picture as it stands the result.
  case keep
  /// Stop, and forget the picture.
  case discard
}
