/// What a painter can set. Defaults and ranges are declared here and nowhere else.
package struct Settings: Sendable, Equatable {
  /// What to make small.
  package var recipe = Recipe.impasto
  /// The way there.
  package var schedule = Schedule.fast
  /// 0 is near the photograph, 100 near the painting's texture, 50 the recipe as it is.
  package var strength = 50.0
  /// Per cent of the style pictures' size when scaled to the content's area; see `styleSize(of:at:)`.
  package var brushSize = 100.0
  /// Whether the photograph's colours stay.
  package var keepColors = false
  /// The long side in pixels at which the picture is worked out; nil is the content's own.
  package var workingSize: Int? = 1024
  /// At the largest scale; nil is the schedule's own number.
  package var iterations: Int?
  /// Of the noise that some recipes start from; the others do not use it.
  package var seed: UInt64 = 0
  /// nil is one for every processor.
  package var threads: Int?
  /// Bytes that the work may take; nil is half of what is free.
  package var memory: Int?

  package init() {}

  /// Whether to go from coarse to fine, or as the recipe was published.
  package enum Schedule: String, Sendable, CaseIterable {
    case fast, original
  }

  package static let strengths = 0.0...100.0
  package static let brushSizes = 25.0...400.0
  package static let workingSizes = 16...32768
  package static let iterationCounts = 1...1_000_000
  package static let threadCounts = 1...256
  package static let memories = 64 << 20...1 << 44
  /// Of one style among several.
  package static let styleWeights = 1e-6...1e6

  /// Refuses a setting out of its range, by name, and the original schedule of a recipe that has none.
  package func validate() throws(StylizationError) {
    try check(strength, "strength", in: Self.strengths)
    try check(brushSize, "brush size", in: Self.brushSizes)
    if let workingSize { try check(workingSize, "working size", in: Self.workingSizes) }
    if let iterations { try check(iterations, "number of iterations", in: Self.iterationCounts) }
    if let threads { try check(threads, "number of threads", in: Self.threadCounts) }
    if let memory { try check(memory, "memory", in: Self.memories) }
    if schedule == .original && recipe.original == nil {
      throw StylizationError(
        .badArgument,
        "the recipe \(recipe.name) was not published with a schedule of its own, so it has no original one")
    }
  }
}

/// Refuses a value out of its range.
func check<Value>(_ value: Value, _ name: String, in range: ClosedRange<Value>) throws(StylizationError) {
  guard range.contains(value) else {
    throw StylizationError(
      .badArgument, "the \(name) is \(value), but must be from \(range.lowerBound) to \(range.upperBound)")
  }
}
