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
  private var halves: HalfVector
  /// sum W P^2
  private var power = 0.0
  /// sum W, over channels too.
  private let entries: Double
  private var sum = 0.0

  /// For images whose map has that many positions at the term's layer; then all tiles of the photograph are to be
  /// learnt. Their features are kept in half the memory if `isHalved`, rounded.
  init(
    _ term: Recipe.ContentTerm, channels: Int, height: Int, width: Int, isHalved: Bool,
    coverage: Coverage?, on pool: ThreadPool
  ) {
    layer = term.layer
    self.term = term
    self.channels = channels
    self.width = width
    self.pool = pool
    target = Buffer(zeros: isHalved ? 0 : height * width * channels)
    halves = HalfVector(zeros: isHalved ? height * width * channels : 0)
    entries = (coverage?.total() ?? Double(height * width)) * Double(channels)
  }

  private var kappa: Double {
    switch term.normalization {
    case .sum: term.weight
    case .mean: term.weight / entries
    case .relative: term.weight / max(power, 1e-20)
    }
  }

  /// Takes a tile of the photograph for the target.
  func learn(_ features: Span<Float>, _ part: Part, _ coverage: Coverage?) {
    let (target, halves) = (target.pointer, halves.pointer)
    let isHalved = self.halves.count > 0
    features.withUnsafeBufferPointer { features in
      guard let features = features.baseAddress else { return }
      pool.forEach(part.rows.count) { index, _ in
        let line = line(index, of: part)
        for value in 0..<line.count {
          if isHalved {
            halves[line.place + value] = HalfVector.half(features[line.start + value])
          } else {
            target[line.place + value] = features[line.start + value]
          }
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
    let (target, halves, scale) = (target.constantPointer, halves.constantPointer, Float(2 * kappa))
    let isHalved = self.halves.count > 0
    gradient.withUnsafeMutableBufferPointer { gradient in
      features.withUnsafeBufferPointer { features in
        guard let slope = gradient.baseAddress, let features = features.baseAddress else { return }
        pool.forEach(part.rows.count) { index, _ in
          let line = line(index, of: part)
          let (f, g, place) = (features + line.start, slope + line.start, line.place)
          if isHalved {
            for value in 0..<line.count { g[value] += scale * (f[value] - HalfVector.value(halves[place + value])) }
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
    let (target, halves) = (target.constantPointer, halves.constantPointer)
    return self.halves.count > 0
      ? total(of: features, part, coverage, term) { HalfVector.value(halves[$0]) }
      : total(of: features, part, coverage, term) { target[$0] }
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
