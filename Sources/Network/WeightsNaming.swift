/// Which network a file's names make, and what each layer is called there.
struct WeightsNaming {
  let architecture: Architecture
  /// From conv1_1 without a gap, in the order of computation.
  let layers: [LayerName]
  /// Whether the names are torchvision's and timm's, `features.N`; else they are `convB_C`.
  let isTorchvision: Bool

  /// What stands before ".weight" and ".bias" in the names of the layer's tensors.
  func prefix(of layer: LayerName) -> String {
    isTorchvision ? "features.\(architecture.torchvisionPosition(of: layer))" : layer.description
  }

  init(_ header: SafetensorsHeader) throws(SafetensorsHeader.Damage) {
    let names = Set(header.tensors.keys.map(Self.prefixOfWeight))
    let own = Set(names.compactMap { $0.flatMap { LayerName($0) } })
    let positions = Set(names.compactMap { $0.flatMap(Self.torchvisionPosition) })
    isTorchvision = own.isEmpty
    guard !own.isEmpty || !positions.isEmpty else {
      throw .init("names no convolution of VGG (expected conv1_1.weight, conv1_1.weight.index or features.0.weight)")
    }
    architecture = try Self.architecture(stated: header.metadata["architecture"], own: own, positions: positions)
    let known = architecture.layers
    let places = known.map(architecture.torchvisionPosition)
    let found = isTorchvision ? Set(zip(known, places).filter { positions.contains($1) }.map(\.0)) : own
    try Self.checkFit(found, count: isTorchvision ? positions.count : own.count, in: architecture)
    layers = found.sorted()
  }

  /// Every layer found must be one of the network's, and none may be left out before it.
  private static func checkFit(
    _ found: Set<LayerName>, count: Int, in architecture: Architecture
  ) throws(SafetensorsHeader.Damage) {
    let expected = Array(architecture.layers.prefix { $0 <= found.max() ?? $0 })
    let missing = expected.filter { !found.contains($0) }
    guard missing.isEmpty else {
      let names = missing.map(\.description).joined(separator: ", ")
      throw .init("lacks \(names) (expected every convolution of \(architecture.rawValue) up to the last one it has)")
    }
    guard found.isSubset(of: architecture.layers), count == found.count else {
      throw .init(
        "names convolutions that \(architecture.rawValue) does not have (expected plain VGG-16 or VGG-19, "
          + "without batch normalization)")
    }
  }

  private static func architecture(
    stated: String?, own: Set<LayerName>, positions: Set<Int>
  ) throws(SafetensorsHeader.Damage) -> Architecture {
    if let stated {
      guard let architecture = Architecture(rawValue: stated) else {
        let known = Architecture.allCases.map(\.rawValue).joined(separator: " or ")
        throw .init("says its architecture is \"\(stated)\" (expected \(known))")
      }
      return architecture
    }
    // Up to conv3_3 the two are alike; beyond, the one that has all the layers is meant.
    let fits = { (architecture: Architecture) in
      own.isSubset(of: architecture.layers)
        && positions.isSubset(of: architecture.layers.map(architecture.torchvisionPosition))
    }
    return Architecture.allCases.first(where: fits) ?? .vgg19
  }

  /// "conv1_1" of "conv1_1.weight" or "conv1_1.weight.index"; nil for other names.
  private static func prefixOfWeight(_ name: String) -> Substring? {
    for suffix in [".weight", ".weight.index"] where name.hasSuffix(suffix) { return name.dropLast(suffix.count) }
    return nil
  }

  /// N of "features.N".
  private static func torchvisionPosition(_ prefix: Substring) -> Int? {
    let start = "features."
    guard prefix.hasPrefix(start), prefix.utf8.count <= start.utf8.count + 3 else { return nil }
    return Int(prefix.dropFirst(start.count))
  }
}

extension Architecture {
  /// N of torchvision's `features.N`: a convolution and its ReLU take one place each, the pooling of a block another.
  func torchvisionPosition(of layer: LayerName) -> Int {
    let before = convolutionsPerBlock.prefix(layer.block - 1).reduce(0) { $0 + 2 * $1 + 1 }
    return before + 2 * (layer.convolution - 1)
  }
}
