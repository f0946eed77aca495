internal import CKernels
internal import Compute

/// A convolution between feature maps with its bias, ReLU and pooling, and its gradient by the input, side by side.
///
/// The gradient of a 3x3 same convolution by its input is the same convolution of the output's gradient, with the
/// kernels turned by 180 degrees and transposed.
struct HiddenConvolution {
  let convolution: Convolution
  let padding: Padding
  let kernels: ck_kernels

  /// What happens to the outputs.
  enum Sink {
    /// y = max(x, 0), whole.
    case whole(FeatureMap, signs: Bits)
    /// y = 2x2 max pooling of max(x, 0).
    case maxPooled(FeatureMap, winners: Bits)
    /// y = 2x2 average pooling of max(x, 0); the signs are those of the whole map.
    case averagePooled(FeatureMap, signs: Bits)
  }

  func forward(from x: FeatureMap, to sink: Sink, workspace: inout Winograd) {
    let outputs = convolution.outputs
    let (weights, bias) = (convolution.weights, convolution.bias)
    workspace.convolve(
      height: x.height, width: x.width, inputs: convolution.inputs, outputs: outputs,
      pieces: Winograd.Pieces(
        patch: { row, column, channel, scratch in
          paddedPatch(of: x, row: row, column: column, channel: channel, scratch: scratch)
        },
        kernels: { input, depth, output, u, stride in
          kernels.weights_forward(weights, convolution.inputs, input, depth, output, u, stride)
        },
        prefetch: { share, input, output in
          // The kernels of a slice lie in one piece.
          let count = Winograd.slice * 9 * Convolution.panel / Winograd.points
          ck_prefetch(convolution.weight(tap: 0, input: input, output: output) + share * count, count)
        },
        finish: { row, column, output, m, stride in
          let (top, left) = (row * Winograd.tile, column * Winograd.tile)
          switch sink {
          case .whole(let y, let signs):
            let at = (top * y.width + left) * outputs + output
            kernels.output_relu(
              m, stride, bias + output, min(Winograd.tile, y.height - top), min(Winograd.tile, y.width - left),
              y.start + at, signs.start + at / 8, y.width * outputs, outputs)
          case .maxPooled(let y, let winners):
            let (rows, columns) = (min(2, y.height - top / 2), min(2, y.width - left / 2))
            guard rows > 0, columns > 0 else { return }
            let position = top / 2 * y.width + left / 2
            kernels.output_relu_max(
              m, stride, bias + output, rows, columns, y.start + position * outputs + output,
              winners.start + (3 * position * outputs + output) / 8, outputs / 8, y.width * outputs, outputs)
          case .averagePooled(let y, let signs):
            let (rows, columns) = (min(2, y.height - top / 2), min(2, y.width - left / 2))
            guard rows > 0, columns > 0 else { return }
            kernels.output_relu_average(
              m, stride, bias + output, rows, columns, y.start + (top / 2 * y.width + left / 2) * outputs + output,
              signs.start + ((top * x.width + left) * outputs + output) / 8, x.width * outputs / 8, outputs / 8,
              y.width * outputs, outputs)
          }
        }))
  }

  /// The gradient of the loss by the outputs, and where it comes from.
  enum Source {
    /// By the outputs themselves, zero where ReLU cut.
    case whole(FeatureMap)
    /// By the pooled outputs.
    case maxPooled(FeatureMap, winners: Bits)
    case averagePooled(FeatureMap, signs: Bits)

    /// Copies `channels` values of the gradient at one position of the unpooled map to `to`.
    func copy(
      row: Int, column: Int, width: Int, channel: Int, channels: Int, to: UnsafeMutablePointer<Float>,
      with kernels: ck_kernels
    ) {
      switch self {
      case .whole(let g):
        to.update(from: g.at(row, column) + channel, count: channels)
      case .maxPooled(let g, let winners):
        let (i, j) = (row / 2, column / 2)
        guard i < g.height, j < g.width else { return to.update(repeating: 0, count: channels) }
        let position = i * g.width + j
        kernels.unpool_max(
          g.start + position * g.channels + channel, winners.start + (3 * position * g.channels + channel) / 8,
          g.channels / 8, UInt32(row % 2 * 2 + column % 2), channels, to)
      case .averagePooled(let g, let signs):
        let (i, j) = (row / 2, column / 2)
        guard i < g.height, j < g.width else { return to.update(repeating: 0, count: channels) }
        kernels.unpool_average(
          g.at(i, j) + channel, signs.start + ((row * width + column) * g.channels + channel) / 8, channels, to)
      }
    }
  }

  /// Writes the gradient by the input to `dx`; adds to what is there if `accumulate`; where `signs` are given (the
  /// input is the output of a ReLU) the sum is 0 where they are not set.
  func backward(
    from source: Source, to dx: FeatureMap, signs: Bits?, accumulate: Bool, workspace: inout Winograd,
    borders: BorderGradient, pool: ThreadPool
  ) {
    let (inputs, outputs) = (convolution.inputs, convolution.outputs)
    let weights = convolution.weights
    workspace.convolve(
      height: dx.height, width: dx.width, inputs: outputs, outputs: inputs,
      pieces: Winograd.Pieces(
        patch: { row, column, channel, scratch in
          gradientPatch(of: source, like: dx, row: row, column: column, channel: channel, scratch: scratch)
        },
        kernels: { output, depth, input, u, stride in
          kernels.weights_backward(weights, inputs, output, depth, input, u, stride)
        },
        prefetch: { share, output, input in
          // Those of a slice of outputs lie in two.
          let count = Winograd.slice * 9 * Convolution.panel / Winograd.points
          let (piece, part) = (2 * share).quotientAndRemainder(dividingBy: Winograd.points)
          ck_prefetch(
            convolution.weight(tap: 0, input: input, output: output + piece * Convolution.panel) + part / 2 * count,
            count)
        },
        finish: { row, column, input, m, stride in
          let (top, left) = (row * Winograd.tile, column * Winograd.tile)
          let at = (top * dx.width + left) * inputs + input
          kernels.output_gradient(
            m, stride, min(Winograd.tile, dx.height - top), min(Winograd.tile, dx.width - left), dx.start + at,
            signs.map { UnsafePointer($0.start + at / 8) }, dx.width * inputs, inputs, accumulate)
        }))
    if padding == .replicate {
      borders.add(convolution: convolution, source: source, to: dx, signs: signs, pool: pool, kernels: kernels)
    }
  }

  /// The 6x6 inputs of a tile: where they lie if all do, else a padded copy.
  private func paddedPatch(
    of x: FeatureMap, row: Int, column: Int, channel: Int, scratch: UnsafeMutablePointer<Float>
  ) -> Winograd.Patch {
    let (top, left) = (row * Winograd.tile - 1, column * Winograd.tile - 1)
    if top >= 0, left >= 0, top + Winograd.patch <= x.height, left + Winograd.patch <= x.width {
      return Winograd.Patch(
        start: x.at(top, left) + channel, rowStride: x.width * x.channels, columnStride: x.channels)
    }
    return scratchPatch(channels: min(64, x.channels - channel), scratch: scratch) { i, j, to, channels in
      if let r = padding.source(top + i, of: x.height), let c = padding.source(left + j, of: x.width) {
        to.update(from: x.at(r, c) + channel, count: channels)
      } else {
        to.update(repeating: 0, count: channels)
      }
    }
  }

  /// The same of a gradient, which is 0 beyond the border whatever the padding was: see `BorderGradient`.
  private func gradientPatch(
    of source: Source, like x: FeatureMap, row: Int, column: Int, channel: Int, scratch: UnsafeMutablePointer<Float>
  ) -> Winograd.Patch {
    let (top, left) = (row * Winograd.tile - 1, column * Winograd.tile - 1)
    if case .whole(let g) = source, top >= 0, left >= 0, top + Winograd.patch <= g.height,
      left + Winograd.patch <= g.width
    {
      return Winograd.Patch(
        start: g.at(top, left) + channel, rowStride: g.width * g.channels, columnStride: g.channels)
    }
    return scratchPatch(channels: min(64, convolution.outputs - channel), scratch: scratch) { i, j, to, channels in
      let (r, c) = (top + i, left + j)
      if r >= 0, c >= 0, r < x.height, c < x.width {
        source.copy(row: r, column: c, width: x.width, channel: channel, channels: channels, to: to, with: kernels)
      } else {
        to.update(repeating: 0, count: channels)
      }
    }
  }

  private func scratchPatch(
    channels: Int, scratch: UnsafeMutablePointer<Float>,
    value: (_ row: Int, _ column: Int, _ to: UnsafeMutablePointer<Float>, _ channels: Int) -> Void
  ) -> Winograd.Patch {
    for i in 0..<Winograd.patch {
      for j in 0..<Winograd.patch { value(i, j, scratch + (i * Winograd.patch + j) * channels, channels) }
    }
    return Winograd.Patch(
      start: UnsafePointer(scratch), rowStride: Winograd.patch * channels, columnStride: channels)
  }
}
