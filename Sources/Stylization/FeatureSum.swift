internal import Compute
internal import Network

/// The sum of W F over the positions of one layer, for features F, [position][channel], and the coverage W of each
/// position: over the tiles of a picture.
final class FeatureSum {
  /// [channels]
  private(set) var values: [Double]
  private var channels: Int { values.count }
  /// Of each row of a tile, [row][channel].
  private var rowSums: [Float] = []

  init(channels: Int) { values = Array(repeating: 0, count: channels) }

  /// Bytes that the sum over tiles of `height` rows takes.
  static func bytes(channels: Int, height: Int) -> Int { 8 * channels + 4 * height * channels }

  func reset() { for channel in values.indices { values[channel] = 0 } }

  /// Adds what a tile answers for: `features` are those of the tile's whole map.
  func add(_ features: Span<Float>, _ part: Part, _ coverage: Coverage?, on pool: ThreadPool) {
    let channels = channels
    let count = part.rows.count * channels
    if rowSums.count < count { rowSums = Array(repeating: 0, count: count) }
    // In float along a row, in double from there on.
    rowSums.withUnsafeMutableBufferPointer { sums in
      features.withUnsafeBufferPointer { features in
        guard let sums = sums.baseAddress, let features = features.baseAddress else { return }
        pool.forEach(part.rows.count) { index, _ in
          let (row, sum) = (part.rows.lowerBound + index, sums + index * channels)
          sum.update(repeating: 0, count: channels)
          for column in part.columns {
            let position = features + (row * part.width + column) * channels
            if let weight = coverage?.value(row: row, column: column, of: part) {
              for channel in 0..<channels { sum[channel] += weight * position[channel] }
            } else {
              for channel in 0..<channels { sum[channel] += position[channel] }
            }
          }
        }
      }
    }
    for index in 0..<count { values[index % channels] += Double(rowSums[index]) }
  }
}
