import CKernels
import Compute
import Foundation
import TestSupport
import Testing

@testable import Network

/// The fast convolution, every kernel set, against direct convolution with sums in double.
@Suite struct HiddenConvolutionTests {
  static let sets = ["reference", "avx2", "avx512"]

  /// The set of that name, or nil where this processor lacks it: then there is nothing to compute with.
  static func kernels(_ name: String) -> ck_kernels? { ck_named(name)?.pointee }

  /// A convolution of random weights with its shape; channels that are no multiple of 32 are padded with zeros.
  struct Example {
    let height: Int, width: Int, inputs: Int, outputs: Int
    let convolution: Convolution
    let x: [Float]

    init(generator: inout SeededGenerator, inputs: Int, outputs: Int, height: Int, width: Int) {
      (self.height, self.width) = (height, width)
      let spread = 1 / Float(9 * inputs).squareRoot()
      convolution = Convolution(
        kernel: (0..<outputs * inputs * 9).map { _ in Float.random(in: -spread...spread, using: &generator) },
        bias: (0..<outputs).map { _ in Float.random(in: -0.2...0.2, using: &generator) }, inputs: inputs,
        outputs: outputs)
      (self.inputs, self.outputs) = (convolution.inputs, convolution.outputs)
      let (realInputs, paddedInputs) = (inputs, convolution.inputs)
      x = (0..<height * width * convolution.inputs).map { i in
        i % paddedInputs < realInputs ? Float.random(in: -1...1, using: &generator) : 0
      }
    }

    /// The direct convolution, and the gradient of sum(weights * output) for a random `dy`.
    func direct(_ padding: Padding) -> [Float] {
      [Float](unsafeUninitializedCapacity: height * width * outputs) { y, count in
        count = height * width * outputs
        guard let start = y.baseAddress else { return }
        x.withUnsafeBufferPointer { x in
          ck_direct_convolution(
            x.baseAddress, height, width, inputs, convolution.weights, convolution.bias, outputs,
            padding == .zero ? CK_ZERO : CK_REPLICATE, start)
        }
      }
    }

    func directGradient(_ dy: [Float], _ padding: Padding) -> [Float] {
      [Float](unsafeUninitializedCapacity: height * width * inputs) { dx, count in
        count = height * width * inputs
        dy.withUnsafeBufferPointer { dy in
          ck_direct_convolution_gradient(
            dy.baseAddress, height, width, outputs, convolution.weights, inputs,
            padding == .zero ? CK_ZERO : CK_REPLICATE, dx.baseAddress)
        }
      }
    }
  }

  static func examples(_ count: Int, seed: UInt64) -> [Example] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      Example(
        generator: &generator, inputs: .random(in: 1...100, using: &generator),
        outputs: .random(in: 1...100, using: &generator), height: .random(in: 1...70, using: &generator),
        width: .random(in: 1...70, using: &generator))
    }
  }

  /// One with more transformed kernels than are shared, and more than one block of tiles.
  static var large: Example {
    var generator = SeededGenerator(seed: 6)
    return Example(generator: &generator, inputs: 256, outputs: 384, height: 47, width: 46)
  }

  /// Values behind each output that nobody may write to.
  static let guarded = 64
  /// A buffer that was full of NaN before anything was written to it, with a guard behind it.
  static func poisoned(_ count: Int) -> Buffer<Float> { Buffer(count: count + guarded, repeating: .nan) }
  /// The same for bits, of a pattern.
  static func poisonedBits(_ count: Int) -> Buffer<UInt8> { Buffer(count: count + guarded, repeating: 0xA5) }

  @Test(arguments: sets, Padding.allCases)
  func forwardEqualsDirectConvolution(set: String, padding: Padding) throws {
    guard let kernels = Self.kernels(set) else { return expectAbsent(set) }
    let pool = ThreadPool(threads: 2)
    let large = set == Kernels.name && padding == .zero ? [Self.large] : []
    for example in Self.examples(8, seed: 1) + large {
      let expected = example.direct(padding).map { max($0, 0) }
      var x = Buffer<Float>(zeros: example.x.count)
      var y = Self.poisoned(expected.count)
      copy(example.x, to: &x)
      var signs = Self.poisonedBits(expected.count / 8)
      let map = FeatureMap(start: y.pointer, height: example.height, width: example.width, channels: example.outputs)
      var workspace = workspace(for: example, pool: pool, kernels: kernels)
      HiddenConvolution(convolution: example.convolution, padding: padding, kernels: kernels).forward(
        from: FeatureMap(start: x.pointer, height: example.height, width: example.width, channels: example.inputs),
        to: .whole(map, signs: Bits(start: signs.pointer)), workspace: &workspace)
      let found = values(y)
      #expect(relativeError(found, expected) < 1e-5)
      let bits = signs.constantPointer
      #expect(found.indices.allSatisfy { (bits[$0 / 8] >> ($0 % 8) & 1 == 1) == (found[$0] > 0) })
      expectGuarded(signs)
    }
  }

  @Test(arguments: sets, Padding.allCases)
  func backwardEqualsDirectGradient(set: String, padding: Padding) throws {
    guard let kernels = Self.kernels(set) else { return expectAbsent(set) }
    let pool = ThreadPool(threads: 2)
    var generator = SeededGenerator(seed: 3)
    let large = set == Kernels.name && padding == .zero ? [Self.large] : []
    for example in Self.examples(8, seed: 2) + large {
      let count = example.height * example.width * example.outputs
      let gradient = (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
      let signs = (0..<example.x.count / 8).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let before = example.x.map { _ in Float.random(in: -1...1, using: &generator) }
      var expected = example.directGradient(gradient, padding)
      for i in expected.indices { expected[i] = signs[i / 8] >> (i % 8) & 1 == 1 ? expected[i] + before[i] : 0 }

      var dy = Buffer<Float>(zeros: count)
      var dx = Self.poisoned(expected.count)
      copy(gradient, to: &dy)
      copy(before, to: &dx)
      var bits = Buffer<UInt8>(count: signs.count, repeating: 0)
      copy(signs, to: &bits)
      let lineValues = BorderGradient.valuesNeeded(
        length: max(example.height, example.width), inputs: example.inputs, outputs: example.outputs)
      var lines = Self.poisoned(4 * lineValues)
      var workspace = workspace(for: example, pool: pool, kernels: kernels)
      HiddenConvolution(convolution: example.convolution, padding: padding, kernels: kernels).backward(
        from: .whole(
          FeatureMap(start: dy.pointer, height: example.height, width: example.width, channels: example.outputs)),
        to: FeatureMap(start: dx.pointer, height: example.height, width: example.width, channels: example.inputs),
        signs: Bits(start: bits.pointer), accumulate: true, workspace: &workspace,
        borders: BorderGradient(lines: lines.pointer, lineValues: lineValues), pool: pool)
      #expect(relativeError(values(dx), expected) < 1e-5)
    }
  }

  /// Pooling forward, and its gradient through the convolution, against pooling by the definition.
  @Test(arguments: sets.flatMap { set in Padding.allCases.map { (set, $0) } }, Pooling.allCases)
  func pooledConvolutionAndItsGradient(way: (set: String, padding: Padding), pooling: Pooling) throws {
    let (set, padding) = way
    guard let kernels = Self.kernels(set) else { return expectAbsent(set) }
    let pool = ThreadPool(threads: 2)
    var generator = SeededGenerator(seed: 5)
    for example in Self.examples(8, seed: 4) where example.height > 1 && example.width > 1 {
      let (height, width, n) = (example.height, example.width, example.outputs)
      let (rows, columns) = (height / 2, width / 2)
      let full = example.direct(padding).map { max($0, 0) }
      let upper = (0..<rows * columns * n).map { _ in Float.random(in: -1...1, using: &generator) }
      var pooled = upper
      var gradient = [Float](repeating: 0, count: full.count)
      for i in 0..<rows {
        for j in 0..<columns {
          for c in 0..<n {
            let corners = [(0, 0), (0, 1), (1, 0), (1, 1)].map { ((2 * i + $0) * width + 2 * j + $1) * n + c }
            let at = (i * columns + j) * n + c
            switch pooling {
            case .max:
              let winner = corners.reduce(corners[0]) { full[$1] > full[$0] ? $1 : $0 }
              pooled[at] = full[winner]
              if full[winner] > 0 { gradient[winner] = upper[at] }
            case .average:
              pooled[at] = corners.reduce(0) { $0 + full[$1] } / 4
              for corner in corners where full[corner] > 0 { gradient[corner] = upper[at] / 4 }
            }
          }
        }
      }
      let expected = example.directGradient(gradient, padding)

      var x = Buffer<Float>(zeros: example.x.count)
      var y = Self.poisoned(pooled.count)
      copy(example.x, to: &x)
      let bitCount =
        pooling == .max
        ? Bits.winnerBytes(height: rows, width: columns, channels: n)
        : Bits.signBytes(height: height, width: width, channels: n)
      var bits = Self.poisonedBits(bitCount)
      var workspace = workspace(for: example, pool: pool, kernels: kernels)
      let convolution = HiddenConvolution(convolution: example.convolution, padding: padding, kernels: kernels)
      let kept = Bits(start: bits.pointer)
      let map = FeatureMap(start: y.pointer, height: rows, width: columns, channels: n)
      convolution.forward(
        from: FeatureMap(start: x.pointer, height: height, width: width, channels: example.inputs),
        to: pooling == .max ? .maxPooled(map, winners: kept) : .averagePooled(map, signs: kept), workspace: &workspace)
      #expect(relativeError(values(y), pooled) < 1e-5)
      expectGuarded(bits)

      var dy = Buffer<Float>(zeros: upper.count)
      var dx = Self.poisoned(example.x.count)
      copy(upper, to: &dy)
      let above = FeatureMap(start: dy.pointer, height: rows, width: columns, channels: n)
      let lineValues = BorderGradient.valuesNeeded(
        length: max(height, width), inputs: example.inputs, outputs: example.outputs)
      var lines = Self.poisoned(4 * lineValues)
      convolution.backward(
        from: pooling == .max ? .maxPooled(above, winners: kept) : .averagePooled(above, signs: kept),
        to: FeatureMap(start: dx.pointer, height: height, width: width, channels: example.inputs), signs: nil,
        accumulate: false, workspace: &workspace,
        borders: BorderGradient(lines: lines.pointer, lineValues: lineValues), pool: pool)
      #expect(relativeError(values(dx), expected) < 1e-5)
    }
  }

  // MARK: - Help

  /// A set that cannot be had must be one that the processor lacks, as the system tells it.
  func expectAbsent(_ set: String) {
    let sets = ["avx2": ["avx2", "fma", "bmi2"], "avx512": ["avx512f", "avx512bw", "avx512dq", "avx512vl"]]
    let needed = sets[set] ?? []
    let processor = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let flags = Set(processor.split { $0.isWhitespace })
    #expect(!needed.isEmpty && !needed.allSatisfy { flags.contains(Substring($0)) })
  }

  func workspace(for example: Example, pool: ThreadPool, kernels: ck_kernels) -> Winograd {
    var needs = Winograd.Needs()
    needs.include(
      height: example.height, width: example.width, inputs: example.inputs, outputs: example.outputs)
    needs.include(
      height: example.height, width: example.width, inputs: example.outputs, outputs: example.inputs)
    return Winograd(needs: needs, pool: pool, kernels: kernels)
  }

  func copy<Element>(_ values: [Element], to buffer: inout Buffer<Element>) {
    var span = buffer.mutableSpan
    for i in values.indices { span[i] = values[i] }
  }

  /// What was written to a poisoned buffer, and not beyond it.
  func values(_ buffer: borrowing Buffer<Float>) -> [Float] {
    let count = buffer.count - Self.guarded
    #expect((count..<buffer.count).allSatisfy { buffer.span[$0].isNaN })
    return (0..<count).map { buffer.span[$0] }
  }

  func expectGuarded(_ bits: borrowing Buffer<UInt8>) {
    #expect((bits.count - Self.guarded..<bits.count).allSatisfy { bits.span[$0] == 0xA5 })
  }
}
