internal import Network
internal import Optimization

extension Recipe {
  /// Those that have a name, the default first.
  package static let all = [impasto, keras, eager, gatys, johnson]

  /// The recipe of that name; nil if there is none.
  package static func named(_ name: String) -> Recipe? { all.first { $0.name == name } }

  /// Impasto's own. Each style layer counts relative to its own target, so that none drowns the others, and each
  /// content layer relative to the photograph's features, so that the balance is the same for every picture up to a
  /// size. In a larger one content and tone weigh less (`contentSide`). The first style layers weigh most: colour and
  /// grain are the painting's before its forms crowd out the photograph's. Content is looked at from conv2_1 on:
  /// conv4_2 alone does not see a lattice of a few pixels in an even sky, where style would put what it may not put
  /// elsewhere, and lets eyes and outlines drift. What is light in the photograph is light in the painting (`Tone`), in
  /// the painting's own colours (`palette`).
  package static let impasto = Recipe(
    name: "impasto",
    content: zip([styleLayers[1], styleLayers[2], fourthBlock], [0.0175, 0.014, 0.028]).map {
      ContentTerm(layer: $0, weight: $1, normalization: .relative)
    },
    style: zip(styleLayers, [2.4, 1.2, 0.4, 0.04, 0.02]).map {
      StyleTerm(layer: $0, weight: $1, normalization: .centered)
    },
    variation: Variation(weight: 0.02, exponent: 1, range: 1, normalization: .mean),
    tone: Tone(weight: 0.05, cells: 48), palette: 0.9, padding: .replicate, contentSide: 256, coarseContent: 1.5,
    styleMargin: 4, bleed: 6, leavesOutSmallMaps: true)

  /// The Keras example "Neural style transfer" (keras-io, neural_style_transfer.py).
  package static let keras = Recipe(
    name: "keras",
    content: [ContentTerm(layer: fifthBlock, weight: 2.5e-8, normalization: .sum)],
    style: styleLayers.map { StyleTerm(layer: $0, weight: 1e-6 / 5, normalization: .imageArea) },
    variation: Variation(weight: 1e-6, exponent: 1.25, range: 255, normalization: .sum),
    styleSize: .stretched,
    original: Original(
      start: .content, method: .gradientDescent(.init(rate: 100, decay: 0.96, period: 100)), iterations: 4000,
      isClipped: false, keepsBest: false))

  /// TensorFlow's tutorial with eager execution, 2018.
  package static let eager = Recipe(
    name: "eager",
    content: [ContentTerm(layer: fifthBlock, weight: 1e3, normalization: .mean)],
    style: styleLayers.map { StyleTerm(layer: $0, weight: 1e-2 / 5, normalization: .positions) },
    original: Original(
      start: .content, method: .adam(.init(rate: 5, decay: (0.99, 0.999), epsilon: 0.1)), iterations: 1000,
      isClipped: true, keepsBest: true))

  /// Gatys' own code for PyTorch (PytorchNeuralStyleTransfer).
  package static let gatys = Recipe(
    name: "gatys",
    content: [ContentTerm(layer: fourthBlock, weight: 1, normalization: .mean)],
    style: styleLayers.map { layer in
      let channels = Double(Architecture.vgg19.outputChannels(of: layer))
      return StyleTerm(layer: layer, weight: 1e3 / (channels * channels), normalization: .positions)
    },
    original: Original(
      start: .content, method: .lbfgs(rate: 1, history: 100), iterations: 500, isClipped: false, keepsBest: false))

  /// Johnson's neural-style for Torch, which scales its input by 256 where we scale by 255.
  package static let johnson = Recipe(
    name: "johnson",
    content: [ContentTerm(layer: fourthBlock, weight: 5, normalization: .mean)],
    style: styleLayers.map { StyleTerm(layer: $0, weight: 100, normalization: .positionsAndChannels) },
    variation: Variation(weight: 1e-3 / 2, exponent: 1, range: 255, normalization: .sum),
    original: Original(
      start: .noise, method: .lbfgs(rate: 1, history: 100), iterations: 1000, isClipped: false, keepsBest: false))

  /// The first convolution of each block: the style layers of every recipe.
  private static let styleLayers = (1...5).map { LayerName(block: $0, convolution: 1) }
  /// conv4_2 and conv5_2: the published recipes' content layers.
  private static let fourthBlock = LayerName(block: 4, convolution: 2)
  private static let fifthBlock = LayerName(block: 5, convolution: 2)
}
