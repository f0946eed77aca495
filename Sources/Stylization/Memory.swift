internal import Foundation
internal import Network
internal import Pictures

/// How much memory a painting needs, and how much there is.
enum Memory {
  /// Bytes that may be used: what was set, or half of what is free.
  static func allowed(_ settings: Settings) -> Int { settings.memory ?? free / 2 }

  /// Bytes that the machine could give out without swapping; what an address space holds where it does not say.
  private static var free: Int {
    let report = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
    let line = report.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return kilobytes.map { $0 * 1024 } ?? 1 << 46
  }

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
    bytes >= 1_000_000_000
      ? String(format: "%.1f GB", Double(bytes) / 1e9) : String(format: "%.0f MB", Double(bytes) / 1e6)
  }
}
