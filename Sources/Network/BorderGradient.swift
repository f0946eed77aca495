internal import CKernels
internal import Compute

/// What replicate padding adds to a convolution's gradient.
///
/// A value on the border is read once more for every padded value that repeats it. The convolution of the gradient with
/// turned kernels is the adjoint for zero padding; the reads beyond the border come on top, along each of the four
/// sides as a convolution in one dimension: with the three kernel taps that reach over the side,
///
///     padded[j] = sum over d = -1, 0, 1 of  W[beyond, d]^T g[j - d],   j = -1 ... length
///
/// where the corners, j = -1 and j = length, are the top's and bottom's and are folded onto the nearest value.
struct BorderGradient {
  /// For each of the sides: g as a line between two zeros at either end, and the padded line.
  let lines: UnsafeMutablePointer<Float>
  /// Values for one side.
  let lineValues: Int

  /// Values of workspace needed for maps of up to `length` positions a side and the given channels.
  static func valuesNeeded(length: Int, inputs: Int, outputs: Int) -> Int {
    (length + 4) * outputs + (length + 2) * inputs
  }

  private struct Side {
    /// The three taps that reach over the side, in order along it.
    let taps: [Int]
    let length: Int
    let corners: Bool
    let position: (Int) -> (row: Int, column: Int)
  }

  func add(
    convolution: Convolution, source: HiddenConvolution.Source, to dx: FeatureMap, signs: Bits?, pool: ThreadPool,
    kernels: ck_kernels
  ) {
    let (inputs, outputs) = (convolution.inputs, convolution.outputs)
    let (bottom, right) = (dx.height - 1, dx.width - 1)
    let sides = [
      Side(taps: [0, 1, 2], length: dx.width, corners: true) { (0, $0) },
      Side(taps: [6, 7, 8], length: dx.width, corners: true) { (bottom, $0) },
      Side(taps: [0, 3, 6], length: dx.height, corners: false) { ($0, 0) },
      Side(taps: [2, 5, 8], length: dx.height, corners: false) { ($0, right) },
    ]
    pool.forEach(sides.count) { index, _ in
      let side = sides[index]
      let g = lines + index * lineValues
      let padded = g + (side.length + 4) * outputs
      g.update(repeating: 0, count: (side.length + 4) * outputs)
      for j in 0..<side.length {
        let (row, column) = side.position(j)
        source.copy(
          row: row, column: column, width: dx.width, channel: 0, channels: outputs, to: g + (j + 2) * outputs,
          with: kernels)
      }
      for (d, tap) in side.taps.enumerated() {
        // padded[j] reads g[j - (d - 1)]; both lines begin at j = -1, g with one more zero before.
        for n in stride(from: 0, to: outputs, by: Convolution.panel) {
          multiply(
            rows: side.length + 2, depth: Convolution.panel, columns: inputs, g + (2 - d) * outputs + n,
            stride: outputs,
            transposing: convolution.weight(tap: tap, input: 0, output: n), stride: 9 * Convolution.panel, to: padded,
            stride: inputs, accumulate: d > 0 || n > 0)
        }
      }
    }
    // The sides share the corners' values, so they are added one after the other, in a fixed order.
    for (index, side) in sides.enumerated() {
      let padded = lines + index * lineValues + (side.length + 4) * outputs
      for j in side.corners ? -1..<side.length + 1 : 0..<side.length {
        let (row, column) = side.position(min(max(j, 0), side.length - 1))
        let at = (row * dx.width + column) * inputs
        let value = padded + (j + 1) * inputs
        if let signs { kernels.keep_signed(value, signs.start + at / 8, inputs) }
        for k in 0..<inputs { dx.start[at + k] += value[k] }
      }
    }
  }
}
