package import CKernels
package import Compute

/// VGG for pictures of one size: features of the layers asked for, and the gradient by the pixels of any loss of them.
///
/// No gradient by a weight is ever computed. Everything is allocated when the value is made and reused by every pass:
/// the features asked for or their gradients, and of the other activations the signs and the winners of the pooling
/// windows, as bits.
package struct FeatureExtractor: ~Copyable {
  /// Told a layer, some of its rows, their features, [row][column][channel], and where to write the gradient by them.
  package typealias LossGradient = (LayerName, Range<Int>, Span<Float>, inout MutableSpan<Float>) -> Void

  /// Below this many pixels a side the deepest maps would vanish.
  package static let smallestSide = 16

  package let height: Int
  package let width: Int
  package let pooling: Pooling
  package let padding: Padding
  private let vgg: VGG
  private let pool: ThreadPool
  private let kernels: ck_kernels
  private let stages: [Stage]
  private let arena: Arena
  private var floats: Buffer<Float>
  private var bits: Buffer<UInt8>
  private var winograd: Winograd
  private var scratch: Buffer<Float>
  /// The features whose gradient is being written in their place.
  private var seen: Buffer<Float>
  private let lineValues: Int
  /// What each convolution took in the last passes.
  package private(set) var times: [LayerName: PassTimes] = [:]

  /// For pictures of height x width, each at least `smallestSide`; `layers` is not empty and `vgg` reaches them all.
  package init(
    vgg: VGG, layers: Set<LayerName>, height: Int, width: Int, pooling: Pooling = .max, padding: Padding = .zero,
    pool: ThreadPool, kernels: ck_kernels = Kernels.current
  ) {
    precondition(min(height, width) >= Self.smallestSide, "\(width)x\(height) is too small for the network")
    precondition(!layers.isEmpty && layers.allSatisfy(vgg.layers.contains), "layers the network does not have")
    (self.height, self.width, self.pooling, self.padding) = (height, width, pooling, padding)
    (self.vgg, self.pool, self.kernels) = (vgg, pool, kernels)
    let layout = ExtractorLayout(
      vgg.architecture, layers: layers, height: height, width: width, pooling: pooling, padding: padding)
    stages = layout.stages
    arena = layout.arena
    lineValues = layout.lineValues
    floats = Buffer(zeros: arena.floats)
    bits = Buffer(count: arena.bytes, repeating: 0)
    winograd = Winograd(needs: layout.winograd, pool: pool, kernels: kernels)
    scratch = Buffer(zeros: layout.scratchValues(threads: pool.threads))
    seen = Buffer(zeros: layout.seenValues)
  }

  /// Computes the features of `image`, [height][width][3] in R'G'B', 0 to 1.
  package mutating func forward(_ image: Span<Float>) {
    precondition(image.count == height * width * 3, "a picture of another size")
    image.withUnsafeBufferPointer { image in
      guard let image = image.baseAddress else { return }
      let start = ContinuousClock.now
      pixels.forward(
        from: image, to: whole(0), signs: signs(0), workspace: scratch.pointer, pool: pool)
      times[stages[0].layer, default: PassTimes()].forward = ContinuousClock.now - start
    }
    for index in stages.indices.dropFirst() {
      let stage = stages[index]
      let sink: HiddenConvolution.Sink
      if stage.pooled && !stage.wanted {
        sink =
          pooling == .max
          ? .maxPooled(next(index), winners: winners(index)) : .averagePooled(next(index), signs: signs(index))
      } else {
        sink = .whole(whole(index), signs: signs(index))
      }
      let start = ContinuousClock.now
      hidden(index).forward(from: next(index - 1), to: sink, workspace: &winograd)
      if stage.pooled && stage.wanted { poolWhole(index) }
      times[stage.layer, default: PassTimes()].forward = ContinuousClock.now - start
    }
  }

  /// Writes the gradient of a loss by the pixels to `pixelGradient`, [height][width][3], d loss / d R'G'B'.
  ///
  /// The loss is told by its gradient by each wanted layer's features, which takes their place: the features are gone
  /// then. `lossGradient` is called for each layer, deepest first, and for some of its rows after the other: with the
  /// layer, the rows, their features and zeros of the same shape to write the gradient to. It must follow `forward`.
  package mutating func backward(
    into pixelGradient: inout MutableSpan<Float>,
    lossGradient: LossGradient
  ) {
    precondition(pixelGradient.count == height * width * 3, "a gradient of another size")
    for index in stages.indices.reversed() {
      let stage = stages[index]
      if stage.wanted && (stage.pooled || index == stages.count - 1) {
        writeLossGradient(at: index, lossGradient)
        finishLossGradient(at: index)
      }
      guard index > 0 else { break }
      let source: HiddenConvolution.Source =
        if !stage.pooled || stage.wanted {
          .whole(map(arena.wholeGradient[index], stage))
        } else if pooling == .max {
          .maxPooled(nextGradient(index), winners: winners(index))
        } else {
          .averagePooled(nextGradient(index), signs: signs(index))
        }
      let below = stages[index - 1]
      // The loss's own gradient by the features below is written first; the convolution's is added to it.
      let accumulates = below.wanted && !below.pooled
      if accumulates { writeLossGradient(at: index - 1, lossGradient) }
      let start = ContinuousClock.now
      hidden(index).backward(
        from: source, to: nextGradient(index - 1), signs: below.pooled ? nil : signs(index - 1),
        accumulate: accumulates, workspace: &winograd,
        borders: BorderGradient(lines: scratch.pointer, lineValues: lineValues), pool: pool)
      times[stage.layer, default: PassTimes()].backward = ContinuousClock.now - start
    }
    pixelGradient.withUnsafeMutableBufferPointer { gradient in
      guard let gradient = gradient.baseAddress else { return }
      let start = ContinuousClock.now
      pixels.backward(
        from: map(arena.wholeGradient[0], stages[0]), to: gradient, workspace: scratch.pointer, pool: pool)
      times[stages[0].layer, default: PassTimes()].backward = ContinuousClock.now - start
    }
  }

  /// Writes the loss's own gradient by the features of a wanted stage over them.
  private mutating func writeLossGradient(at index: Int, _ lossGradient: LossGradient) {
    let stage = stages[index]
    let (values, row, copy) = (whole(index).start, stage.width * stage.outputs, seen.pointer)
    let rowsAtATime = ExtractorLayout.rowsSeen(of: stage)
    for first in Swift.stride(from: 0, to: stage.height, by: rowsAtATime) {
      let rows = first..<min(first + rowsAtATime, stage.height)
      pool.forEach(rows.count) { i, _ in
        (copy + i * row).update(from: values + (first + i) * row, count: row)
        (values + (first + i) * row).update(repeating: 0, count: row)
      }
      let count = rows.count * row
      var gradient = MutableSpan(
        _unsafeElements: UnsafeMutableBufferPointer(start: values + first * row, count: count))
      lossGradient(
        stage.layer, rows, Span(_unsafeElements: UnsafeBufferPointer(start: copy, count: count)), &gradient)
    }
  }

  /// Adds what came through the pooling, if one follows, and cuts where ReLU did.
  private mutating func finishLossGradient(at index: Int) {
    let stage = stages[index]
    let gradient = map(arena.wholeGradient[index], stage)
    let signs = signs(index)
    let through: HiddenConvolution.Source? =
      !stage.pooled
      ? nil
      : pooling == .max
        ? .maxPooled(nextGradient(index), winners: winners(index)) : .averagePooled(nextGradient(index), signs: signs)
    let row = stage.width * stage.outputs
    pool.forEach(stage.height) { i, _ in
      if let through {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: stage.outputs) { one in
          guard let one = one.baseAddress else { return }
          for j in 0..<stage.width {
            through.copy(
              row: i, column: j, width: stage.width, channel: 0, channels: stage.outputs, to: one, with: kernels)
            let sum = gradient.at(i, j)
            for c in 0..<stage.outputs { sum[c] += one[c] }
          }
        }
      }
      kernels.keep_signed(gradient.at(i, 0), signs.start + i * row / 8, row)
    }
  }

  /// The pooling of a stage whose whole output is kept too.
  private mutating func poolWhole(_ index: Int) {
    let (x, y) = (whole(index), next(index))
    let winners = winners(index)
    pool.forEach(y.height) { i, _ in
      for j in 0..<y.width {
        let corner = x.at(2 * i, 2 * j)
        if pooling == .max {
          kernels.pool_max(
            corner, x.width * x.channels, x.channels, x.channels, y.at(i, j),
            winners.start + 3 * (i * y.width + j) * y.channels / 8, y.channels / 8)
        } else {
          kernels.pool_average(corner, x.width * x.channels, x.channels, x.channels, y.at(i, j))
        }
      }
    }
  }

  // MARK: - Features

  /// Floating-point operations of one direct convolution of `layer`, forward or backward.
  package func operations(of layer: LayerName) -> Double {
    let stage = stages[stage(of: layer)]
    return 18 * Double(stage.height * stage.width) * Double(stage.inputs * stage.outputs)
  }

  package func height(of layer: LayerName) -> Int { stages[stage(of: layer)].height }
  package func width(of layer: LayerName) -> Int { stages[stage(of: layer)].width }

  /// The features of a wanted layer after the last `forward`: activations after ReLU, [height][width][channels].
  @_lifetime(borrow self)
  package func features(of layer: LayerName) -> Span<Float> {
    let index = stage(of: layer)
    precondition(stages[index].wanted, "\(layer) was not asked for")
    return floats.span.extracting(range(arena.whole[index] ?? 0, stages[index].wholeCount))
  }

  private func stage(of layer: LayerName) -> Int {
    guard let index = stages.firstIndex(where: { $0.layer == layer }) else {
      preconditionFailure("\(layer) is not computed")
    }
    return index
  }

  // MARK: - The pieces

  private var pixels: PixelConvolution {
    PixelConvolution(
      convolution: vgg.convolution(0), preprocessing: vgg.preprocessing, padding: padding, kernels: kernels)
  }
  private func hidden(_ index: Int) -> HiddenConvolution {
    HiddenConvolution(convolution: vgg.convolution(index), padding: padding, kernels: kernels)
  }

  private mutating func map(_ offset: Int, _ stage: Stage) -> FeatureMap {
    FeatureMap(
      start: floats.pointer + offset, height: stage.height, width: stage.width, channels: stage.outputs)
  }
  private mutating func pooledMap(_ offset: Int, _ stage: Stage) -> FeatureMap {
    FeatureMap(
      start: floats.pointer + offset, height: stage.pooledHeight, width: stage.pooledWidth, channels: stage.outputs)
  }
  private mutating func whole(_ index: Int) -> FeatureMap { map(arena.whole[index] ?? 0, stages[index]) }
  private mutating func next(_ index: Int) -> FeatureMap {
    stages[index].pooled ? pooledMap(arena.next[index], stages[index]) : map(arena.next[index], stages[index])
  }
  private mutating func nextGradient(_ index: Int) -> FeatureMap {
    stages[index].pooled
      ? pooledMap(arena.nextGradient[index], stages[index]) : map(arena.nextGradient[index], stages[index])
  }
  private mutating func signs(_ index: Int) -> Bits { Bits(start: bits.pointer + arena.signs[index]) }
  private mutating func winners(_ index: Int) -> Bits { Bits(start: bits.pointer + (arena.winners[index] ?? 0)) }
  private func range(_ start: Int, _ count: Int) -> Range<Int> { start..<start + count }
}
