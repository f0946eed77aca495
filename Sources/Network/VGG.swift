internal import Compute

/// The convolutions of a VGG as the kernels read them: 3x3 kernels as [outputs / 32][inputs][tap][32], with their
/// biases.
///
/// Shared by every picture size; about 52 MB in single precision up to conv5_1 of VGG-19. Winograd-domain weights, four
/// times that, are never held: each block of a convolution makes the panel it needs.
package final class VGG: Sendable {
  package let architecture: Architecture
  package let preprocessing: Preprocessing
  /// The convolutions held, in the order of computation.
  package let layers: [LayerName]
  private let convolutions: [Convolution]

  /// The layers of `weights` from the pixels to `deepest`, which the architecture must have.
  package init(weights: Weights, through deepest: LayerName) {
    let architecture = weights.architecture
    precondition(architecture.has(deepest), "\(architecture) has no layer \(deepest)")
    self.architecture = architecture
    preprocessing = weights.preprocessing
    layers = architecture.layers(through: deepest)
    convolutions = layers.map { layer in
      Convolution(
        kernel: weights.kernel(of: layer), bias: weights.bias(of: layer),
        inputs: architecture.inputChannels(of: layer), outputs: architecture.outputChannels(of: layer),
        fromPixels: layer == architecture.layers.first)
    }
  }

  /// Bytes that the convolutions through `deepest` take.
  package static func bytes(_ architecture: Architecture, through deepest: LayerName) -> Int {
    architecture.layers(through: deepest).reduce(0) { sum, layer in
      sum + 4 * (9 * architecture.inputChannels(of: layer) + 1) * architecture.outputChannels(of: layer)
    }
  }

  func convolution(_ index: Int) -> Convolution { convolutions[index] }
}

/// One 3x3 convolution of K inputs to N outputs, both padded to multiples of 32 with channels that stay zero, but
/// for the three of a pixel.
final class Convolution: Sendable {
  let inputs: Int
  let outputs: Int
  /// [N / 32][K][tap][32], taps row by row: what a panel of outputs needs, or the gradient by a panel of inputs, lies
  /// in one piece.
  private nonisolated(unsafe) let taps: Buffer<Float>  // never written after init
  /// [N]
  private nonisolated(unsafe) let offsets: Buffer<Float>

  /// `kernel` is [outputs][inputs][3][3], as weights files have it, `bias` [outputs].
  init(kernel: [Float], bias: [Float], inputs: Int, outputs: Int, fromPixels: Bool = false) {
    precondition(kernel.count == outputs * inputs * 9 && bias.count == outputs, "a kernel of another shape")
    let (depth, width) = (fromPixels ? inputs : Self.padded(inputs), Self.padded(outputs))
    var taps = Buffer<Float>(zeros: 9 * depth * width)
    var turned = taps.mutableSpan
    for n in 0..<outputs {
      for k in 0..<inputs {
        let start = Self.index(input: k, of: depth, output: n)
        for tap in 0..<9 { turned[start + tap * Self.panel] = kernel[(n * inputs + k) * 9 + tap] }
      }
    }
    self.taps = taps
    var offsets = Buffer<Float>(zeros: width)
    var copy = offsets.mutableSpan
    for n in 0..<outputs { copy[n] = bias[n] }
    self.offsets = offsets
    (self.inputs, self.outputs) = (depth, width)
  }

  /// Outputs side by side in the weights.
  static let panel = 32

  private static func padded(_ channels: Int) -> Int { (channels + panel - 1) / panel * panel }

  /// Where the first tap from an input to an output lies; the next taps follow at steps of `panel`.
  private static func index(input: Int, of inputs: Int, output: Int) -> Int {
    (output / panel * inputs + input) * 9 * panel + output % panel
  }

  func weight(tap: Int, input: Int, output: Int) -> UnsafePointer<Float> {
    weights + Self.index(input: input, of: inputs, output: output) + tap * Self.panel
  }
  var weights: UnsafePointer<Float> { taps.constantPointer }
  var bias: UnsafePointer<Float> { offsets.constantPointer }
}
