internal import Compute
package import Network
package import Pictures

/// One painting: a photograph, the paintings to paint it like, and how.
package struct Job: Sendable {
  package let settings: Settings
  let content: Picture
  let styles: [Style]
  let initial: Picture?
  let network: VGG
  let plan: Plan

  /// Checks everything that can be checked before the work begins.
  ///
  /// - Parameters:
  ///   - styles: at least one.
  ///   - initial: where to start from, in the content's size; nil to start as the schedule says.
  ///   - hasPreviews: whether the picture as it stands will be asked for, which takes memory.
  /// - Throws: `badArgument`, naming the setting or the picture; `noMemory` with what it would need.
  package init(
    settings: Settings, content: Picture, styles: [Style], initial: Picture? = nil, weights: Weights,
    hasPreviews: Bool = true
  ) throws(StylizationError) {
    try settings.validate()
    guard !styles.isEmpty else { throw StylizationError(.badArgument, "there is no style picture; give at least one") }
    for style in styles { try check(style.weight, "weight of a style", in: Settings.styleWeights) }
    guard !styles.contains(where: \.picture.isWhollyTransparent) else {
      throw StylizationError(
        .badArgument, "a style picture is wholly transparent: there is nothing in it to paint like")
    }
    if let initial, initial.size != content.size {
      throw StylizationError(
        .badArgument, "the picture to start from is \(initial.size), but must have the content's size \(content.size)")
    }
    // A transparent margin would make the strokes of a cut-out small: a style picture is as large as what is seen of
    // it.
    let styles = styles.map { Style($0.picture.trimmed, weight: $0.weight) }
    let subject = Budget.Subject(
      content: content.size, isTransparent: content.alpha != nil,
      areStylesTransparent: styles.contains { $0.picture.alpha != nil }, styles: styles.map(\.picture.size),
      hasPreviews: hasPreviews)
    plan = try Plan(settings: settings, subject: subject, architecture: weights.architecture)
    try Memory.check(
      Budget(settings, subject, plan: plan, architecture: weights.architecture).bytes(plan))
    network = try settings.recipe.network(from: weights)
    self.settings = settings
    self.content = content
    self.styles = styles
    self.initial = initial
  }
}

extension Plan {
  /// The plan of a painting within the memory that may be used; `given` bytes of its pictures are not there yet.
  ///
  /// - Throws: `noMemory` with the least that would do.
  init(
    settings: Settings, subject: Budget.Subject, architecture: Architecture, given: Int = 0
  ) throws(StylizationError) {
    let plan = Plan(settings: settings, content: subject.content)
    let memory = Memory(limit: settings.memory, threads: settings.threads ?? Machine.processors)
    let budget = Budget(settings, subject, plan: plan, architecture: architecture)
    guard let fitted = budget.fitted(plan, into: memory.available - given) else {
      throw memory.refusal("painting at \(plan.largest)", least: budget.bytes(budget.smallest(plan)) + given)
    }
    self = fitted.with(
      fitted.scales.map { scale in
        var scale = scale
        scale.depth = settings.recipe.depth(at: scale.size, in: architecture)
        return scale
      })
  }
}
