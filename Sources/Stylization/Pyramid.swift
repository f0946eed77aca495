internal import Compute
internal import Glibc
internal import Pictures

/// One colour axis at a time of a vector of pixels, at several octaves of size: the workspace of `BandScaling`.
///
/// Level 0 has the picture's size, each next one half of it, rounded up. The axes are an orthonormal basis: gray, red
/// against blue, and green against both.
struct Pyramid: ~Copyable {
  private let sizes: [(width: Int, height: Int)]
  private let offsets: [Int]
  private let pool: ThreadPool
  /// The levels one after the other.
  private var values: Buffer<Float>
  /// A level that is filtered across.
  private var halves: Buffer<Float>

  /// At most `levels`, fewer for a picture that is a single pixel before.
  init(size: Size, levels: Int, on pool: ThreadPool) {
    sizes = Self.sizes(of: size, levels: levels)
    self.pool = pool
    var offsets: [Int] = []
    var end = 0
    for size in sizes {
      offsets.append(end)
      end += size.width * size.height
    }
    self.offsets = offsets
    values = Buffer(zeros: end)
    halves = Buffer(zeros: Self.halves(of: size))
  }

  /// Bytes that the pyramid of a picture takes.
  static func bytes(size: Size, levels: Int) -> Int {
    4 * (sizes(of: size, levels: levels).reduce(0) { $0 + $1.width * $1.height } + halves(of: size))
  }

  private static func sizes(of size: Size, levels: Int) -> [(width: Int, height: Int)] {
    var sizes = [(width: size.width, height: size.height)]
    while sizes.count < levels, let last = sizes.last, last.width > 1 || last.height > 1 {
      sizes.append(((last.width + 1) / 2, (last.height + 1) / 2))
    }
    return sizes
  }

  private static func halves(of size: Size) -> Int { (size.width + 1) / 2 * size.height }

  var levels: Int { sizes.count }

  private static let axes: [SIMD3<Float>] = [
    SIMD3(1, 1, 1) / Float(3).squareRoot(), SIMD3(1, 0, -1) / Float(2).squareRoot(),
    SIMD3(1, -2, 1) / Float(6).squareRoot(),
  ]

  /// Shares out the rows of a level.
  private func forEachBand(of rows: Int, width: Int, _ body: (Range<Int>) -> Void) {
    let band = max(1, 16384 / width)
    pool.forEach((rows + band - 1) / band) { index, _ in body(index * band..<min((index + 1) * band, rows)) }
  }

  /// Sets level 0 to one axis of a vector, [height][width][3].
  private mutating func load(_ vector: borrowing Buffer<Float>, axis: SIMD3<Float>) {
    let (source, target, width) = (vector.constantPointer, values.pointer, sizes[0].width)
    forEachBand(of: sizes[0].height, width: width) { rows in
      for pixel in rows.lowerBound * width..<rows.upperBound * width {
        target[pixel] = dot(axis, source + 3 * pixel)
      }
    }
  }

  /// Sets one axis of a vector to level 0; the others stay, as they are at right angles to it.
  private func store(into vector: inout Buffer<Float>, axis: SIMD3<Float>) {
    let (source, target, width) = (values.constantPointer, vector.pointer, sizes[0].width)
    forEachBand(of: sizes[0].height, width: width) { rows in
      for pixel in rows.lowerBound * width..<rows.upperBound * width {
        let change = source[pixel] - dot(axis, target + 3 * pixel)
        for channel in 0..<3 { target[3 * pixel + channel] += change * axis[channel] }
      }
    }
  }

  /// Sets each level from the one above: v_(k+1) = P^T v_k / 4, a local mean.
  private mutating func descend() {
    let (values, between) = (values.pointer, halves.pointer)
    for level in 0..<sizes.count - 1 {
      let (fine, coarse) = (sizes[level], sizes[level + 1])
      let (source, target) = (values + offsets[level], values + offsets[level + 1])
      forEachBand(of: fine.height, width: fine.width) { rows in
        for y in rows {
          restrict(
            source + y * fine.width, count: fine.width, step: 1, to: between + y * coarse.width, count: coarse.width,
            part: 0..<coarse.width, lanes: 1)
        }
      }
      forEachBand(of: coarse.height, width: coarse.width) { rows in
        restrict(
          between, count: fine.height, step: coarse.width, to: target, count: coarse.height, part: rows,
          lanes: coarse.width)
      }
    }
  }

  /// v.B_k v by axis and band.
  mutating func bandEnergies(of vector: borrowing Buffer<Float>) -> [[Double]] {
    var result: [[Double]] = []
    for axis in Self.axes {
      load(vector, axis: axis)
      descend()
      // v.A_k v = 4^k |v_k|^2
      var energies = sizes.indices.map { level in squaredNorm(of: level) * pow(4, Double(level)) }
      for band in 0..<energies.count - 1 { energies[band] = max(energies[band] - energies[band + 1], 0) }
      result.append(energies)
    }
    return result
  }

  private func squaredNorm(of level: Int) -> Double {
    let (start, width, height) = (values.constantPointer + offsets[level], sizes[level].width, sizes[level].height)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: height) { sums in
      sums.initialize(repeating: 0)
      forEachBand(of: height, width: width) { rows in
        for y in rows {
          for x in 0..<width { sums[y] += Double(start[y * width + x] * start[y * width + x]) }
        }
      }
      return sums.reduce(0, +)
    }
  }

  /// v := the sum of gains[axis][k] B_k v.
  mutating func scaleBands(of vector: inout Buffer<Float>, by gains: [[Double]]) {
    for (axis, gains) in zip(Self.axes, gains) {
      load(vector, axis: axis)
      descend()
      ascend(gains: gains)
      store(into: &vector, axis: axis)
    }
  }

  /// Level 0 := the sum of h_k B_k v, which is h_0 A_0 v and the sum of (h_k - h_(k-1)) A_k v for k > 0.
  private mutating func ascend(gains: [Double]) {
    let (values, between) = (values.pointer, halves.pointer)
    for level in sizes.indices.reversed() {
      let size = sizes[level]
      let target = values + offsets[level]
      let gain = Float(gains[level] - (level == 0 ? 0 : gains[level - 1]))
      let coarse = level + 1 < sizes.count ? sizes[level + 1] : nil
      if let coarse {
        let source = values + offsets[level + 1]
        forEachBand(of: size.height, width: coarse.width) { rows in
          (between + rows.lowerBound * coarse.width).update(repeating: 0, count: rows.count * coarse.width)
          interpolate(
            source, count: coarse.height, addingTo: between, part: rows, step: coarse.width, lanes: coarse.width)
        }
      }
      forEachBand(of: size.height, width: size.width) { rows in
        for y in rows {
          let line = target + y * size.width
          for x in 0..<size.width { line[x] *= gain }
          guard let coarse else { continue }
          interpolate(
            between + y * coarse.width, count: coarse.width, addingTo: line, part: 0..<size.width, step: 1, lanes: 1)
        }
      }
    }
  }
}

private func dot(_ axis: SIMD3<Float>, _ pixel: UnsafePointer<Float>) -> Float {
  axis.x * pixel[0] + axis.y * pixel[1] + axis.z * pixel[2]
}

// One dimension of P: an even fine value is 3/4 of the coarse value over it and 1/4 of the one before, an odd one 3/4
// and 1/4 of the one after; at the ends a missing neighbour is the value itself. Values may be `lanes` numbers wide.

/// coarse = P^T fine / 2, for a part of coarse.
private func restrict(
  _ fine: UnsafePointer<Float>, count: Int, step: Int, to coarse: UnsafeMutablePointer<Float>, count coarseCount: Int,
  part: Range<Int>, lanes: Int
) {
  for c in part {
    let even = fine + 2 * c * step
    let own: Float = c == 0 ? 0.5 : 0.375
    let before: Float = c == 0 ? 0 : 0.125
    let odd: Float = 2 * c + 1 >= count ? 0 : c + 1 == coarseCount ? 0.5 : 0.375
    let after: Float = 2 * c + 2 >= count ? 0 : 0.125
    let (left, right, far) = (c == 0 ? 0 : -step, 2 * c + 1 >= count ? 0 : step, 2 * c + 2 >= count ? 0 : 2 * step)
    let target = coarse + c * step
    for lane in 0..<lanes {
      target[lane] =
        own * even[lane] + before * even[lane + left] + odd * even[lane + right] + after * even[lane + far]
    }
  }
}

/// fine += P coarse, for a part of fine.
private func interpolate(
  _ coarse: UnsafePointer<Float>, count coarseCount: Int, addingTo fine: UnsafeMutablePointer<Float>,
  part: Range<Int>, step: Int, lanes: Int
) {
  for i in part {
    let c = i / 2
    let near = coarse + c * step
    let far = coarse + min(max(i % 2 == 0 ? c - 1 : c + 1, 0), coarseCount - 1) * step
    let target = fine + i * step
    for lane in 0..<lanes { target[lane] += 0.75 * near[lane] + 0.25 * far[lane] }
  }
}
