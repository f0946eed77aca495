internal import Compute
internal import Network

/// G = F^T W F of one layer, for features F, [position][channel], and the coverage W of each position, summed over the
/// tiles of a picture.
final class GramSum {
  let channels: Int
  private var sum: [Double]
  private var isEmpty = true
  private var term: [Float]
  /// The values gathered for a product, and what the product works with.
  private var block = Buffer<Float>(zeros: 0)
  private var workspace = Buffer<Float>(zeros: 0)

  /// Values that are gathered at a time, if a row has no more.
  private static let gathered = 1 << 20

  init(channels: Int) {
    self.channels = channels
    sum = Array(repeating: 0, count: channels * channels)
    term = Array(repeating: 0, count: channels * channels)
  }

  /// Bytes that the sum over tiles of `height` x `width` positions takes.
  static func bytes(channels: Int, height: Int, width: Int, isGathered: Bool) -> Int {
    let positions = height * width
    let block = isGathered ? min(max(gathered, width * channels), positions * channels) : 0
    return 12 * channels * channels + 4 * (block + gramWorkspace(positions: positions, channels: channels))
  }

  /// [channels][channels], when something has been added.
  var values: [Double] {
    precondition(!isEmpty, "the sum over no tile")
    return sum
  }

  func reset() { isEmpty = true }

  /// Adds what a tile answers for: `features` are those of the tile's whole map.
  func add(_ features: Span<Float>, _ part: Part, _ coverage: Coverage?, on pool: ThreadPool) {
    guard part.positions > 0 else { return }
    if part.isWhole && coverage == nil { return addGram(of: features, positions: part.positions, on: pool) }
    let rows = max(1, Self.gathered / (part.columns.count * channels))
    let most = min(rows, part.rows.count) * part.columns.count
    if block.count < most * channels { block = Buffer(zeros: most * channels) }
    for first in stride(from: part.rows.lowerBound, to: part.rows.upperBound, by: rows) {
      let some = first..<min(first + rows, part.rows.upperBound)
      gather(features, rows: some, of: part, coverage, on: pool)
      addGathered(block, positions: some.count * part.columns.count, on: pool)
    }
  }

  private func addGathered(_ block: borrowing Buffer<Float>, positions: Int, on pool: ThreadPool) {
    addGram(of: block.span.extracting(first: positions * channels), positions: positions, on: pool)
  }

  private func addGram(of features: Span<Float>, positions: Int, on pool: ThreadPool) {
    let needed = gramWorkspace(positions: positions, channels: channels)
    if workspace.count < needed { workspace = Buffer(zeros: needed) }
    Self.write(features, positions: positions, channels: channels, with: &workspace, into: &term, on: pool)
    addTerm(on: pool)
  }

  /// sum += term.
  private func addTerm(on pool: ThreadPool) {
    let (channels, isFirst) = (channels, isEmpty)
    isEmpty = false
    sum.withUnsafeMutableBufferPointer { sum in
      term.withUnsafeBufferPointer { term in
        guard let sum = sum.baseAddress, let term = term.baseAddress else { return }
        pool.forEach(channels) { row, _ in
          let entries = row * channels..<(row + 1) * channels
          if isFirst {
            for index in entries { sum[index] = Double(term[index]) }
          } else {
            for index in entries { sum[index] += Double(term[index]) }
          }
        }
      }
    }
  }

  private static func write(
    _ features: Span<Float>, positions: Int, channels: Int, with workspace: inout Buffer<Float>,
    into gram: inout [Float], on pool: ThreadPool
  ) {
    var entries = gram.mutableSpan
    gramMatrix(
      of: features, positions: positions, channels: channels, workspace: &workspace, into: &entries, on: pool)
  }

  /// block = W^1/2 F for the part's columns of some rows.
  private func gather(
    _ features: Span<Float>, rows: Range<Int>, of part: Part, _ coverage: Coverage?, on pool: ThreadPool
  ) {
    let (target, channels, columns) = (block.pointer, channels, part.columns)
    features.withUnsafeBufferPointer { features in
      guard let features = features.baseAddress else { return }
      pool.forEach(rows.count) { index, _ in
        let row = rows.lowerBound + index
        let source = features + (row * part.width + columns.lowerBound) * channels
        let line = target + index * columns.count * channels
        line.update(from: source, count: columns.count * channels)
        guard let coverage else { return }
        for column in columns {
          let root = coverage.value(row: row, column: column, of: part).squareRoot()
          let position = line + (column - columns.lowerBound) * channels
          for channel in 0..<channels { position[channel] *= root }
        }
      }
    }
  }
}
