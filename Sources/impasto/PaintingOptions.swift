import ArgumentParser
import Stylization

/// How to paint: the options that a painting and its estimate have in common. Defaults and ranges are those of
/// `Settings`.
struct PaintingOptions: ParsableArguments {
  private static let defaults = Settings()

  @Option(parsing: .unconditional, help: "0 is near the photograph, 100 near the painting's texture.")
  var strength = PaintingOptions.defaults.strength

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      25 to 400 per cent of the painting's size when scaled to the photograph's area: larger makes larger strokes, up \
      to about 200.
      """,
      valueName: "percent"))
  var brushSize = PaintingOptions.defaults.brushSize

  @Flag(help: "Keep the photograph's colours.")
  var keepColors = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The long side in pixels at which the picture is worked out, or 'full' for its own; the result has its own.",
      valueName: "long-side"))
  var size = WorkingSize(longSide: PaintingOptions.defaults.workingSize)

  @Option(help: "The objective.")
  var recipe = PaintingOptions.defaults.recipe

  @Option(help: "From coarse to fine, or as the recipe was published.")
  var schedule = PaintingOptions.defaults.schedule

  @Option(parsing: .unconditional, help: "Iterations at the largest scale, at most. (default: the schedule's own)")
  var iterations: Int?

  @Option(
    parsing: .unconditional, help: "Of the noise that johnson starts from, on its original schedule.",
    transform: PaintingOptions.seed)
  var seed = PaintingOptions.defaults.seed

  @Option(parsing: .unconditional, help: "Threads to work on. (default: one for every processor)")
  var threads: Int?

  @Option(
    parsing: .unconditional, help: "What the work may take, as in 2G or 512M. (default: half of what is free)")
  var memory: MemorySize?

  var settings: Settings {
    var settings = Settings()
    settings.strength = strength
    settings.brushSize = brushSize
    settings.keepColors = keepColors
    settings.workingSize = size.longSide
    settings.recipe = recipe
    settings.schedule = schedule
    settings.iterations = iterations
    settings.seed = seed
    settings.threads = threads
    settings.memory = memory?.bytes
    return settings
  }

  private static func seed(_ argument: String) throws -> UInt64 {
    guard let seed = UInt64(argument) else {
      throw ValidationError("a whole number from 0 to \(UInt64.max) was expected.")
    }
    return seed
  }

  func validate() throws {
    do {
      try settings.validate()
    } catch {
      throw ValidationError("\(error).")
    }
  }
}
