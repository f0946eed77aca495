import ArgumentParser
import Network
import Pictures
import Stylization

/// `impasto estimate`: what a painting will take, before it is begun.
struct EstimateCost: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate", abstract: "Print what painting a picture will take on this machine, as JSON.")

  @Argument(help: "The photograph.", completion: .pictures)
  var content: String

  @OptionGroup var painting: PaintingOptions

  func run() throws {
    let size = try PictureFile(contentsOf: content).picture.size
    let weights = try Weights.found(for: painting.recipe)
    let estimate: Estimate
    do throws(StylizationError) {
      estimate = try Estimate(
        settings: painting.settings, content: size, styles: 1, weights: weights, hasPreviews: false)
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
