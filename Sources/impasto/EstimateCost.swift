import ArgumentParser
import Network
import Pictures
import Stylization

/// `impasto estimate`: what a painting will take, before it is begun.
struct EstimateCost: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate", abstract: "Print what painting a picture will take on this machine, as JSON.",
    discussion: """
      It takes all that 'stylize' takes, so that it can be put before a whole command line; nothing is written.
      """)

  @Argument(help: "The photograph.", completion: .pictures)
  var content: String

  @Option(
    name: .customLong("style"),
    help: ArgumentHelp(
      "A painting, as for 'stylize'. Their number counts. (default: one)", valueName: "style[:weight]"),
    completion: .pictures)
  var styles: [StyleArgument] = []

  @OptionGroup var painting: PaintingOptions

  @Option(name: .customLong("output"), help: .hidden) var destination: String?

  @OptionGroup(visibility: .hidden) var running: RunningOptions

  func validate() throws {
    try checkPath(content, "the photograph")
    try styles.validate()
    try checkPath(destination, "--output")
  }

  func run() throws {
    let photograph = try PictureFile(contentsOf: content).picture
    let (size, isTransparent) = (photograph.size, photograph.alpha != nil)
    _ = consume photograph  // what it takes is reckoned with
    let weights = try Weights.found(for: painting.recipe)
    let estimate: Estimate
    do throws(StylizationError) {
      estimate = try Estimate(
        settings: painting.settings, content: size, styles: max(styles.count, 1), weights: weights,
        isTransparent: isTransparent, hasPreviews: running.saveEvery != nil)
    } catch {
      throw Failure(error)
    }
    try output(
      JSON.object([
        ("seconds", JSON.number(estimate.seconds)), ("bytes", "\(estimate.bytes)"), ("width", "\(estimate.width)"),
        ("height", "\(estimate.height)"), ("scales", "\(estimate.scales)"), ("tiles", "\(estimate.tiles)"),
        ("tileWidth", "\(estimate.tileWidth)"), ("tileHeight", "\(estimate.tileHeight)"), ("halo", "\(estimate.halo)"),
        ("passes", "\(estimate.passes)"),
      ]))
  }
}
