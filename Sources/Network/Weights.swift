/// The weights of a VGG, read from a safetensors file and known to be whole: every shape is the architecture's and
/// every number is finite.
///
/// What is kept is a copy in the file's own compact form (20 MB for the codebooks of the shipped VGG-19), so that a
/// file replaced or cut short later, or while it is read, can do no harm. A file may stop before the network's last
/// convolution; `require` tells by name what it lacks.
package struct Weights: Sendable {
  package let path: String
  package let architecture: Architecture
  package let preprocessing: Preprocessing
  /// The convolutions there are, from conv1_1 without a gap, in the order of computation.
  package let layers: [LayerName]
  /// What the file says of itself: `source`, `licence` and others.
  package let metadata: [String: String]
  private let convolutions: [LayerName: WeightsLayer]

  /// Reads the file at `path`: layers named `convB_C.weight` (or `.weight.index` and `.weight.table`) and
  /// `convB_C.bias`, or as torchvision and timm name them, `features.N.weight` and `features.N.bias`.
  package init(contentsOf path: String) throws(WeightsError) {
    let file = try SafetensorsFile(path: path)
    do throws(SafetensorsHeader.Damage) {
      let naming = try WeightsNaming(file.header)
      let preprocessing = try Preprocessing(metadata: file.header.metadata)
      var convolutions: [LayerName: WeightsLayer] = [:]
      for layer in naming.layers {
        convolutions[layer] = try WeightsLayer(
          prefix: naming.prefix(of: layer), outputs: naming.architecture.outputChannels(of: layer),
          inputs: naming.architecture.inputChannels(of: layer), in: file)
      }
      try file.verifyChecksum()  // now, so that what was written over meanwhile is found out
      self.path = path
      architecture = naming.architecture
      layers = naming.layers
      metadata = file.header.metadata
      self.convolutions = convolutions
      self.preprocessing = preprocessing ?? (naming.isTorchvision ? .torchvision : .caffe)
    } catch {
      throw WeightsError(.damaged, path, error.reason)
    }
  }

  /// Throws unless all of `wanted` are there, naming those that are not.
  package func require(_ wanted: some Sequence<LayerName>) throws(WeightsError) {
    let missing = Set(wanted).subtracting(layers).sorted()
    guard missing.isEmpty else {
      let names = missing.map(\.description).joined(separator: ", ")
      throw WeightsError(
        .damaged, path, "lacks \(names) (expected \(architecture.rawValue) to that layer; it stops at \(last))")
    }
  }

  /// The kernel of a layer that is there, [out][in][3][3] with the shape of the architecture.
  package func kernel(of layer: LayerName) -> [Float] { convolution(layer).kernel }

  /// The bias of a layer that is there, [out].
  package func bias(of layer: LayerName) -> [Float] { convolution(layer).bias }

  private var last: String { layers.last.map(\.description) ?? "nothing" }

  private func convolution(_ layer: LayerName) -> WeightsLayer {
    guard let convolution = convolutions[layer] else { preconditionFailure("\(path) has no \(layer)") }
    return convolution
  }
}
