internal import Compute
internal import Glibc
internal import Network
internal import Pictures

/// How much memory a painting needs, and how much there is.
enum Memory {
  /// Bytes that may be used: what was set, or half of what is free; what an address space holds where nobody says.
  static func allowed(_ settings: Settings) -> Int { settings.memory ?? (Machine.freeBytes ?? 1 << 47) / 2 }

  /// The peak of a painting, in bytes.
  static func needed(plan: Plan, settings: Settings, content: Size, styles: Int) -> Int {
    let recipe = settings.recipe
    // The layers looked at, and two regions through which the other activations pass, each of the largest of them.
    let channels = Architecture.vgg19.channelsPerBlock
    func values(of layer: LayerName) -> Double { Double(channels[layer.block - 1]) / pow(4, Double(layer.block - 1)) }
    let features = recipe.layers.reduce(0) { $0 + values(of: $1) } + 2 * Double(channels[0])
    let targets = recipe.content.reduce(0) { $0 + values(of: $1.layer) }
    // ReLU and pooling are remembered as bits: a tenth of a float for each value.
    let network = 4 * (features + targets) + 48
    let vectors = 12 * Double(plan.vectors)
    let pictures = 12 * 6.0
    let perPixel = network + vectors + pictures
    let given = 12 * 3 * Double(content.area) * Double(1 + styles)
    let fixed = 200e6  // the weights in both forms, the convolution's workspace, the program
    return Int(perPixel * Double(plan.largest.area) + given + fixed)
  }

  /// As people write it: "1.5 GB".
  static func words(_ bytes: Int) -> String {
    let megabytes = (bytes + 500_000) / 1_000_000
    return megabytes < 1000 ? "\(megabytes) MB" : "\(megabytes / 1000).\(megabytes % 1000 / 100) GB"
  }
}
