internal import CKernels
internal import Compute

/// The first convolution, from pixels, with the preprocessing before it and the ReLU behind it, and its gradient.
///
/// Three input channels are too few for Winograd: each row of pixels is laid out as patches of 27 values, and the
/// convolution is one matrix product. Padding stands behind the preprocessing: a padded zero is the mean colour.
struct PixelConvolution {
  let convolution: Convolution
  let preprocessing: Preprocessing
  let padding: Padding
  let kernels: ck_kernels

  private static let taps = 27
  /// A row of patches or of their gradients, padded to whole vectors.
  private static let patchStride = 32
  private static let panel = 32
  /// Rows of pixels whose gradient one worker makes at a time; the two rows around them are computed twice.
  private static let band = 16

  /// Values of workspace for one worker.
  static func valuesNeeded(width: Int, outputs: Int) -> Int {
    3 * 3 * (width + 2) + width * patchStride + 2 * taps * panel * (outputs / panel) + outputs * panel
  }

  /// y = ReLU(conv(preprocessed x)), x [height][width][3] in R'G'B'.
  func forward(
    from x: UnsafePointer<Float>, to y: FeatureMap, signs: Bits, workspace: UnsafeMutablePointer<Float>,
    pool: ThreadPool
  ) {
    let (height, width, outputs) = (y.height, y.width, y.channels)
    let values = Self.valuesNeeded(width: width, outputs: outputs)
    pool.forEach(height) { row, worker in
      let lines = workspace + worker * values
      let patches = lines + 9 * (width + 2)
      let weights = patches + width * Self.patchStride
      for i in 0..<3 {
        let line = lines + i * 3 * (width + 2)
        if let r = padding.source(row + i - 1, of: height) {
          preprocess(x + r * width * 3, width: width, to: line)
        } else {
          line.update(repeating: 0, count: 3 * (width + 2))
        }
      }
      for j in 0..<width {
        let patch = patches + j * Self.patchStride
        for i in 0..<3 { (patch + i * 9).update(from: lines + (i * (width + 2) + j) * 3, count: 9) }
      }
      for n in stride(from: 0, to: outputs, by: Self.panel) {
        for tap in 0..<Self.taps {
          (weights + tap * Self.panel).update(
            from: convolution.weight(tap: tap / 3, input: tap % 3, output: n), count: Self.panel)
        }
        kernels.multiply(
          width, Self.taps, patches, Self.patchStride, 1, weights, Self.panel, y.at(row, 0) + n, outputs, false, nil)
      }
      kernels.bias_relu(y.at(row, 0), convolution.bias, width, outputs, signs.start + row * width * outputs / 8)
    }
  }

  /// One row of pixels as the network's input, with one padded pixel at either end.
  private func preprocess(_ pixels: UnsafePointer<Float>, width: Int, to line: UnsafeMutablePointer<Float>) {
    for c in 0..<3 {
      let from = preprocessing.pixelChannel(of: c)
      let scale = preprocessing.scale / preprocessing.deviation[c]
      let offset = preprocessing.mean[c] / preprocessing.deviation[c]
      for j in 0..<width { line[(j + 1) * 3 + c] = scale * pixels[j * 3 + from] - offset }
      for (end, j) in [(0, -1), (width + 1, width)] {
        line[end * 3 + c] = padding.source(j, of: width).map { scale * pixels[$0 * 3 + from] - offset } ?? 0
      }
    }
  }

  /// d loss / d x [height][width][3], given d loss / d y, zero where ReLU cut.
  func backward(
    from dy: FeatureMap, to dx: UnsafeMutablePointer<Float>, workspace: UnsafeMutablePointer<Float>, pool: ThreadPool
  ) {
    let (height, width, outputs) = (dy.height, dy.width, dy.channels)
    let values = Self.valuesNeeded(width: width, outputs: outputs)
    pool.forEach((height + Self.band - 1) / Self.band) { index, worker in
      let rows = index * Self.band..<min((index + 1) * Self.band, height)
      let gradients = workspace + worker * values
      let weights = gradients + width * Self.patchStride
      for n in 0..<outputs {
        for tap in 0..<Self.patchStride {
          weights[n * Self.panel + tap] =
            tap < Self.taps ? convolution.weight(tap: tap / 3, input: tap % 3, output: n).pointee : 0
        }
      }
      (dx + rows.lowerBound * width * 3).update(repeating: 0, count: rows.count * width * 3)
      for row in max(rows.lowerBound - 1, 0)..<min(rows.upperBound + 1, height) {
        kernels.multiply(
          width, outputs, dy.at(row, 0), outputs, 1, weights, Self.panel, gradients, Self.patchStride, false, nil)
        for i in 0..<3 {
          guard let r = padding.source(row + i - 1, of: height), rows.contains(r) else { continue }
          scatter(gradients + i * 9, width: width, to: dx + r * width * 3)
        }
      }
      for j in rows.lowerBound * width..<rows.upperBound * width { unprocess(dx + j * 3) }
    }
  }

  /// Adds the gradients of three taps side by side, in the network's channels, to the pixels they read.
  private func scatter(_ gradients: UnsafePointer<Float>, width: Int, to line: UnsafeMutablePointer<Float>) {
    for j in 0..<width {
      let g = gradients + j * Self.patchStride
      if j > 0 && j + 1 < width {
        for i in 0..<9 { line[(j - 1) * 3 + i] += g[i] }
      } else {
        for tap in 0..<3 {
          guard let column = padding.source(j + tap - 1, of: width) else { continue }
          for c in 0..<3 { line[column * 3 + c] += g[tap * 3 + c] }
        }
      }
    }
  }

  /// From the gradient by the network's input to that by the pixel.
  private func unprocess(_ pixel: UnsafeMutablePointer<Float>) {
    let n = SIMD3(pixel[0], pixel[1], pixel[2])
    for c in 0..<3 {
      pixel[preprocessing.pixelChannel(of: c)] = n[c] * preprocessing.scale / preprocessing.deviation[c]
    }
  }
}
