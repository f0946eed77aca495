internal import Compute
internal import Glibc
internal import Pictures

/// A vector of pixels as three colour axes, each at several octaves of size: the workspace of `BandScaling`.
///
/// Level 0 has the picture's size, each next one half of it, rounded up. The axes are an orthonormal basis: gray, red
/// against blue, and green against both.
struct Pyramid: ~Copyable {
  private let sizes: [(width: Int, height: Int)]
  private let offsets: [Int]
  private let stride: Int
  private let pool: ThreadPool
  /// The three axes one after the other, each with its levels one after the other.
  private var values: Buffer<Float>
  /// One line of a level that is filtered across, for each axis.
  private var halves: Buffer<Float>

  /// At most `levels`, fewer for a picture that is a single pixel before.
  init(size: Size, levels: Int, on pool: ThreadPool) {
    var sizes = [(width: size.width, height: size.height)]
    while sizes.count < levels, let last = sizes.last, last.width > 1 || last.height > 1 {
      sizes.append(((last.width + 1) / 2, (last.height + 1) / 2))
    }
    self.sizes = sizes
    self.pool = pool
    var offsets: [Int] = []
    var end = 0
    for size in sizes {
      offsets.append(end)
      end += size.width * size.height
    }
    self.offsets = offsets
    stride = end
    values = Buffer(zeros: 3 * end)
    halves = Buffer(zeros: 3 * ((size.width + 1) / 2) * size.height)
  }

  var levels: Int { sizes.count }

  private static let axes: [SIMD3<Float>] = [
    SIMD3(1, 1, 1) / Float(3).squareRoot(), SIMD3(1, 0, -1) / Float(2).squareRoot(),
    SIMD3(1, -2, 1) / Float(6).squareRoot(),
  ]

  /// Sets level 0 to a vector, [height][width][3].
  private mutating func load(_ vector: borrowing Buffer<Float>) {
    let (source, target, count, stride) = (vector.constantPointer, values.pointer, vector.count / 3, stride)
    pool.forEach(3) { axis, _ in
      let direction = Self.axes[axis]
      for pixel in 0..<count {
        target[axis * stride + pixel] =
          direction.x * source[3 * pixel] + direction.y * source[3 * pixel + 1] + direction.z * source[3 * pixel + 2]
      }
    }
  }

  /// The inverse of `load`.
  private func store(into vector: inout Buffer<Float>) {
    let (source, target, count, stride) = (values.constantPointer, vector.pointer, vector.count / 3, stride)
    for pixel in 0..<count {
      var color = SIMD3<Float>()
      for axis in 0..<3 { color += source[axis * stride + pixel] * Self.axes[axis] }
      for channel in 0..<3 { target[3 * pixel + channel] = color[channel] }
    }
  }

  /// Sets each level from the one above: v_(k+1) = P^T v_k / 4, a local mean.
  private mutating func descend() {
    let (values, halves, sizes, offsets, stride) = (values.pointer, halves.pointer, sizes, offsets, stride)
    let half = self.halves.count / 3
    pool.forEach(3) { axis, _ in
      for level in 0..<sizes.count - 1 {
        let (fine, coarse) = (sizes[level], sizes[level + 1])
        let source = values + axis * stride + offsets[level]
        let between = halves + axis * half
        for y in 0..<fine.height {
          restrict(
            source + y * fine.width, count: fine.width, step: 1, to: between + y * coarse.width, count: coarse.width,
            lanes: 1)
        }
        restrict(
          between, count: fine.height, step: coarse.width, to: values + axis * stride + offsets[level + 1],
          count: coarse.height, lanes: coarse.width)
      }
    }
  }

  /// v.B_k v by axis and band.
  mutating func bandEnergies(of vector: borrowing Buffer<Float>) -> [[Double]] {
    load(vector)
    descend()
    let (values, sizes, offsets, stride) = (values.constantPointer, sizes, offsets, stride)
    return (0..<3).map { axis in
      // v.A_k v = 4^k |v_k|^2
      var energies = sizes.indices.map { level in
        var sum = 0.0
        let start = values + axis * stride + offsets[level]
        for index in 0..<sizes[level].width * sizes[level].height { sum += Double(start[index] * start[index]) }
        return sum * pow(4, Double(level))
      }
      for band in 0..<energies.count - 1 { energies[band] = max(energies[band] - energies[band + 1], 0) }
      return energies
    }
  }

  /// v := the sum of gains[axis][k] B_k v.
  mutating func scaleBands(of vector: inout Buffer<Float>, by gains: [[Double]]) {
    load(vector)
    descend()
    ascend(gains: gains)
    store(into: &vector)
  }

  /// Level 0 := the sum of h_k B_k v, which is h_0 A_0 v and the sum of (h_k - h_(k-1)) A_k v for k > 0.
  private mutating func ascend(gains: [[Double]]) {
    let (values, halves, sizes, offsets, stride) = (values.pointer, halves.pointer, sizes, offsets, stride)
    let half = self.halves.count / 3
    pool.forEach(3) { axis, _ in
      for level in sizes.indices.reversed() {
        let size = sizes[level]
        let target = values + axis * stride + offsets[level]
        let gain = Float(gains[axis][level] - (level == 0 ? 0 : gains[axis][level - 1]))
        for index in 0..<size.width * size.height { target[index] *= gain }
        guard level + 1 < sizes.count else { continue }
        let coarse = sizes[level + 1]
        let between = halves + axis * half
        between.update(repeating: 0, count: size.height * coarse.width)
        interpolate(
          values + axis * stride + offsets[level + 1], count: coarse.height, addingTo: between, count: size.height,
          step: coarse.width, lanes: coarse.width)
        for y in 0..<size.height {
          interpolate(
            between + y * coarse.width, count: coarse.width, addingTo: target + y * size.width, count: size.width,
            step: 1, lanes: 1)
        }
      }
    }
  }
}

// One dimension of P: an even fine value is 3/4 of the coarse value over it and 1/4 of the one before, an odd one 3/4
// and 1/4 of the one after; at the ends a missing neighbour is the value itself. Values may be `lanes` numbers wide.

/// coarse = P^T fine / 2
private func restrict(
  _ fine: UnsafePointer<Float>, count: Int, step: Int, to coarse: UnsafeMutablePointer<Float>, count coarseCount: Int,
  lanes: Int
) {
  for c in 0..<coarseCount {
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

/// fine += P coarse
private func interpolate(
  _ coarse: UnsafePointer<Float>, count coarseCount: Int, addingTo fine: UnsafeMutablePointer<Float>, count: Int,
  step: Int, lanes: Int
) {
  for i in 0..<count {
    let c = i / 2
    let near = coarse + c * step
    let far = coarse + min(max(i % 2 == 0 ? c - 1 : c + 1, 0), coarseCount - 1) * step
    let target = fine + i * step
    for lane in 0..<lanes { target[lane] += 0.75 * near[lane] + 0.25 * far[lane] }
  }
}
