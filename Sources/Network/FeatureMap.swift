/// Where a feature map lies and how large it is: [height][width][channels], floats.
struct FeatureMap {
  let start: UnsafeMutablePointer<Float>
  let height: Int
  let width: Int
  let channels: Int

  var count: Int { height * width * channels }

  func at(_ row: Int, _ column: Int) -> UnsafeMutablePointer<Float> {
    start + (row * width + column) * channels
  }
}

/// The bits kept of a layer's output for its gradient, as the kernels write them.
struct Bits {
  let start: UnsafeMutablePointer<UInt8>

  /// The sign of each output above 0: one bit a channel.
  static func signBytes(height: Int, width: Int, channels: Int) -> Int { height * width * channels / 8 }

  /// Of each pooled output, three bits a channel: is it above 0, and which of the four won.
  static func winnerBytes(height: Int, width: Int, channels: Int) -> Int { 3 * height * width * channels / 8 }
}
