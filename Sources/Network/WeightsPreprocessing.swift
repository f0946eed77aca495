extension Preprocessing {
  /// The preprocessing that a weight file's metadata states: `channels`, `scale` and `mean`, with `deviation` or
  /// without; nil when it states none of them, damage when it states them by halves.
  init?(metadata: [String: String]) throws(SafetensorsHeader.Damage) {
    let keys = ["channels", "scale", "mean", "deviation"]
    let stated = keys.filter { metadata[$0] != nil }
    guard !stated.isEmpty else { return nil }
    guard let channels = metadata["channels"], let scale = metadata["scale"], let mean = metadata["mean"] else {
      throw .init("states \(stated.joined(separator: ", ")) (expected channels, scale and mean, or none of them)")
    }
    guard let order = Channels(rawValue: channels) else {
      throw .init("states channels \"\(channels)\" (expected RGB or BGR)")
    }
    self.init(
      channels: order,
      scale: try Self.numbers(scale, key: "scale", count: 1, positive: true)[0],
      mean: SIMD3(try Self.numbers(mean, key: "mean", count: 3, positive: false)),
      deviation: SIMD3(try Self.numbers(metadata["deviation"] ?? "1,1,1", key: "deviation", count: 3, positive: true)))
  }

  private static func numbers(
    _ text: String, key: String, count: Int, positive: Bool
  ) throws(SafetensorsHeader.Damage) -> [Float] {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).compactMap { part in
      Float(part.drop { $0 == " " }).flatMap { $0.isFinite && ($0 > 0 || !positive) ? $0 : nil }
    }
    guard numbers.count == count, text.count(where: { $0 == "," }) == count - 1 else {
      let kind = positive ? "positive number" : "number"
      throw .init("states \(key) \"\(text)\" (expected \(count) \(kind)\(count == 1 ? "" : "s"), with commas between)")
    }
    return numbers
  }
}
