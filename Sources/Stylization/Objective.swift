internal import Compute
internal import Network
internal import Pictures

/// A recipe's loss for images of one size, with its gradient.
struct Objective: ~Copyable {
  let size: Size
  /// Points are images in [0, range]: 1, or 255 for methods that were published so.
  let range: Float
  private var extractor: FeatureExtractor
  private let content: [ContentLoss]
  private let style: [StyleLoss]
  private let variation: VariationLoss?
  private(set) var terms: [Evaluation.Term] = []
  /// What the losses of each layer took in the last evaluation: their values, then their gradients.
  private var lossTimes: [LayerName: PassTimes] = [:]

  /// For images of the content picture's size.
  ///
  /// - Parameters:
  ///   - content: at least 16 pixels a side.
  ///   - targets: what `StyleTargets` found for the recipe's style terms, in their order.
  init(
    recipe: Recipe, content picture: Picture, targets: [StyleTarget], network: VGG, range: Float = 1,
    on pool: ThreadPool
  ) {
    size = picture.size
    self.range = range
    extractor = FeatureExtractor(
      vgg: network, layers: recipe.layers, height: size.height, width: size.width, pooling: recipe.pooling,
      padding: recipe.padding, pool: pool)
    extractor.forward(picture.pixels.span)
    variation = recipe.variation.map { VariationLoss($0, size: picture.size) }

    var content: [ContentLoss] = []
    for term in recipe.content {
      content.append(
        ContentLoss(
          term, target: extractor.features(of: term.layer), channels: extractor.channels(of: term.layer),
          coverage: coverage(of: picture, at: term.layer, in: extractor), on: pool))
    }
    self.content = content
    var style: [StyleLoss] = []
    for (term, target) in zip(recipe.style, targets) {
      style.append(
        StyleLoss(
          term, target: target, positions: extractor.height(of: term.layer) * extractor.width(of: term.layer),
          area: size.area, coverage: coverage(of: picture, at: term.layer, in: extractor), on: pool))
    }
    self.style = style
  }

  /// The loss at a point, [height][width][3] in [0, range], and its gradient, which is overwritten.
  mutating func value(of point: Span<Float>, gradient: inout MutableSpan<Float>) -> Double {
    if range == 1 { return unitValue(of: point, gradient: &gradient) }
    let image = point.divided(by: range)
    let loss = unitValue(of: image.span, gradient: &gradient)
    for index in 0..<gradient.count { gradient[index] /= range }
    return loss
  }

  /// The loss of an image in [0, 1], and its gradient.
  private mutating func unitValue(of image: Span<Float>, gradient: inout MutableSpan<Float>) -> Double {
    extractor.forward(image)
    terms = []
    var times: [LayerName: PassTimes] = [:]
    for loss in content {
      times[loss.layer, default: PassTimes()].forward += ContinuousClock().measure {
        terms.append(.init(name: "content \(loss.layer)", value: loss.value(of: extractor.features(of: loss.layer))))
      }
    }
    for loss in style {
      times[loss.layer, default: PassTimes()].forward += ContinuousClock().measure {
        terms.append(.init(name: "style \(loss.layer)", value: loss.value(of: extractor.features(of: loss.layer))))
      }
    }
    let (content, style) = (content, style)
    extractor.backward(into: &gradient) { layer, features, slope in
      let start = ContinuousClock.now
      for loss in content where loss.layer == layer { loss.addGradient(of: features, to: &slope) }
      for loss in style where loss.layer == layer { loss.addGradient(of: features, to: &slope) }
      times[layer, default: PassTimes()].backward += ContinuousClock.now - start
    }
    lossTimes = times
    if let variation {
      terms.append(.init(name: "variation", value: variation.addGradient(of: image, to: &gradient)))
    }
    return terms.reduce(0) { $0 + $1.value }
  }
}

extension Objective {
  /// What a part of the last evaluation took.
  struct Phase {
    let name: String
    let seconds: Double
    /// Floating-point operations by direct convolution; nil where they are not counted.
    let operations: Double?
  }

  /// The convolutions with what is fused with them and the losses, layer by layer, forward and back.
  var phases: [Phase] {
    let passes = extractor.times.sorted { $0.key < $1.key }.flatMap { layer, times in
      let operations = extractor.operations(of: layer)
      return [
        Phase(name: "\(layer) forward", seconds: times.forward / .seconds(1), operations: operations),
        Phase(name: "\(layer) backward", seconds: times.backward / .seconds(1), operations: operations),
      ]
    }
    let losses = lossTimes.sorted { $0.key < $1.key }.flatMap { layer, times in
      [
        Phase(name: "\(layer) losses", seconds: times.forward / .seconds(1), operations: nil),
        Phase(name: "\(layer) loss gradients", seconds: times.backward / .seconds(1), operations: nil),
      ]
    }
    return passes + losses
  }
}

extension Span<Float> {
  func divided(by divisor: Float) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count { buffer.initializeElement(at: index, to: self[index] / divisor) }
      initialized = count
    }
  }
}

/// The coverage of a picture at a layer; nil for an opaque one.
func coverage(of picture: Picture, at layer: LayerName, in extractor: borrowing FeatureExtractor) -> Coverage? {
  picture.alpha.flatMap { alpha in
    Coverage(
      alpha: alpha, pictureHeight: picture.height, pictureWidth: picture.width, height: extractor.height(of: layer),
      width: extractor.width(of: layer))
  }
}
