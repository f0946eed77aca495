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
  /// - Throws: `badArgument`, naming the setting or the picture; `noMemory` with what it would need.
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
    let plan = Plan(settings: settings, content: content.size)
    let needed = Memory.needed(plan: plan, settings: settings, content: content.size, styles: styles.count)
    let allowed = Memory.allowed(settings)
    guard needed <= allowed else {
      throw StylizationError(
        .noMemory,
        """
        painting at \(plan.largest) needs about \(Memory.words(needed)) of memory, but only \(Memory.words(allowed)) \
        may be used; choose a smaller working size or allow more memory
        """)
    }
    self.settings = settings
    self.content = content
    self.styles = styles
    self.initial = initial
    self.weights = weights
  }
}
