import ArgumentParser
import Network

/// `impasto weights [FILE]`: which weights these are, and whether they are whole.
struct DescribeWeights: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights", abstract: "Check a file of weights and print what is in it, as JSON.")

  @Argument(
    help: "The file. (default: the one that is installed, or that IMPASTO_WEIGHTS names)",
    completion: .file(extensions: ["safetensors"]))
  var file: String?

  func validate() throws { try checkPath(file, "the file") }

  func run() throws {
    let weights: Weights
    do throws(WeightsError) {
      let path = if let file { file } else { try WeightsLocation.find() }
      weights = try Weights(contentsOf: path)
    } catch {
      throw Failure(error)
    }
    try weights.checkValues()
    let preprocessing = weights.preprocessing
    func numbers(_ v: SIMD3<Float>) -> String { JSON.list([v.x, v.y, v.z].map { "\($0)" }) }
    try output(
      JSON.object([
        ("path", JSON.text(weights.path)), ("architecture", JSON.text(weights.architecture.rawValue)),
        ("layers", JSON.list(weights.layers.map { JSON.text($0.description) })),
        ("channels", JSON.text(preprocessing.channels.rawValue)), ("scale", "\(preprocessing.scale)"),
        ("mean", numbers(preprocessing.mean)), ("deviation", numbers(preprocessing.deviation)),
        ("metadata", JSON.object(weights.metadata.sorted { $0.key < $1.key }.map { ($0, JSON.text($1)) })),
      ]))
  }
}
