internal import Compute
internal import Network

/// How far an image's features at one layer are from the photograph's: kappa sum W (F - P)^2, W the coverage of each
/// position. The gradient by F is 2 kappa W (F - P).
final class ContentLoss {
  let layer: LayerName
  private let term: Recipe.ContentTerm
  private let channels: Int
  /// Positions of the picture's map from one row to the next.
  private let width: Int
  private let pool: ThreadPool
  /// P, [position][channel], in one of two ways.
  private var target: Buffer<Float>
  private var bytes: Buffer<UInt8>
  /// How to read the bytes; nil where there are none.
  private let code: ByteCode?
  /// sum W P^2
  private var power = 0.0
  /// Of the mean of P^2 a typical one; a quarter of it counts as that at least.
  private let leastPower: Double
  /// sum W, over channels too.
  private let entries: Double
  private var sum = 0.0

  /// For images whose map has that many positions at the term's layer; then all tiles of the photograph are to be
  /// learnt. Their features are kept in a quarter of the memory if `isCompact`, as `ByteCode` rounds them. `leastPower`
  /// is the mean square of the features of a picture that shows nothing, see `Objective.powersOfBlack`.
  init(
    _ term: Recipe.ContentTerm, channels: Int, height: Int, width: Int, leastPower: Double, isCompact: Bool,
    coverage: Coverage?, on pool: ThreadPool
  ) {
    layer = term.layer
    self.term = term
    self.channels = channels
    self.width = width
    self.leastPower = leastPower
    self.pool = pool
    target = Buffer(zeros: isCompact ? 0 : height * width * channels)
    bytes = Buffer(count: isCompact ? height * width * channels : 0, repeating: 0)
    code = isCompact ? ByteCode(around: Float(max(leastPower, 1e-6).squareRoot())) : nil
    entries = (coverage?.total() ?? Double(height * width)) * Double(channels)
  }

  private var kappa: Double {
    switch term.normalization {
    case .sum: term.weight
    case .mean: term.weight / entries
    case .relative: term.weight / max(power, leastPower / 4 * entries, 1e-20)
    }
  }

  /// Takes a tile of the photograph for the target.
  func learn(_ features: Span<Float>, _ part: Part, _ coverage: Coverage?) {
    let (target, bytes, code) = (target.pointer, bytes.pointer, code)
    features.withUnsafeBufferPointer { features in
      guard let features = features.baseAddress else { return }
      pool.forEach(part.rows.count) { index, _ in
        let line = line(index, of: part)
        let (f, place) = (features + line.start, line.place)
        if let code {
          for value in 0..<line.count { bytes[place + value] = code.byte(f[value]) }
        } else {
          for value in 0..<line.count { target[place + value] = f[value] }
        }
      }
    }
    power += total(of: features, part, coverage) { feature, _ in feature * feature }
  }

  /// An image is going to be seen.
  func begin() { sum = 0 }

  /// A tile of it is seen.
  func see(_ features: Span<Float>, _ part: Part, _ coverage: Coverage?) {
    sum += total(of: features, part, coverage) { feature, target in (feature - target) * (feature - target) }
  }

  /// The term's value, when all of the image has been seen.
  func value() -> Double { kappa * sum }

  /// gradient += d value / d features before the coverage comes on top, for the rows of a part.
  func addGradient(of features: Span<Float>, _ part: Part, to gradient: inout MutableSpan<Float>) {
    let (target, bytes, code, scale) = (target.constantPointer, bytes.constantPointer, code, Float(2 * kappa))
    gradient.withUnsafeMutableBufferPointer { gradient in
      features.withUnsafeBufferPointer { features in
        guard let slope = gradient.baseAddress, let features = features.baseAddress else { return }
        pool.forEach(part.rows.count) { index, _ in
          let line = line(index, of: part)
          let (f, g, place) = (features + line.start, slope + line.start, line.place)
          if let code {
            for value in 0..<line.count { g[value] += scale * (f[value] - code.value(bytes[place + value])) }
          } else {
            for value in 0..<line.count { g[value] += scale * (f[value] - target[place + value]) }
          }
        }
      }
    }
  }

  /// The values of a row of a part: where they start in the tile's map and in the picture's, and how many they are.
  private func line(_ index: Int, of part: Part) -> (start: Int, place: Int, count: Int) {
    let (row, column) = (part.rows.lowerBound + index, part.columns.lowerBound)
    return (
      (row * part.width + column) * channels, part.place(row: row, column: column, pictureWidth: width) * channels,
      part.columns.count * channels
    )
  }

  /// The sum of W `term(feature, target)` over a part: in float along a position, in double from there on.
  @inline(__always)
  private func total(
    of features: Span<Float>, _ part: Part, _ coverage: Coverage?, _ term: (_ feature: Float, _ target: Float) -> Float
  ) -> Double {
    let (target, bytes) = (target.constantPointer, bytes.constantPointer)
    guard let code else { return total(of: features, part, coverage, term) { target[$0] } }
    return total(of: features, part, coverage, term) { code.value(bytes[$0]) }
  }

  @inline(__always)
  private func total(
    of features: Span<Float>, _ part: Part, _ coverage: Coverage?, _ term: (_ feature: Float, _ target: Float) -> Float,
    target: (_ index: Int) -> Float
  ) -> Double {
    let channels = channels
    return features.withUnsafeBufferPointer { features in
      pool.sum(over: part.rows.count) { index in
        let line = line(index, of: part)
        var sum = 0.0
        for position in 0..<part.columns.count {
          var inner: Float = 0
          for value in position * channels..<(position + 1) * channels {
            inner += term(features[line.start + value], target(line.place + value))
          }
          let (row, column) = (part.rows.lowerBound + index, part.columns.lowerBound + position)
          sum += Double(inner * (coverage?.value(row: row, column: column, of: part) ?? 1))
        }
        return sum
      }
    }
  }
}
