package import Compute
package import Network
package import Pictures

/// The value of a recipe's objective for one image, term by term, and its gradient.
package struct Evaluation: Sendable {
  /// A weighted term: "content conv4_2", "style conv1_1", "variation" or "tone".
  package struct Term: Sendable, Equatable {
    package let name: String
    package let value: Double
  }

  /// The sum of the terms.
  package let loss: Double
  package let terms: [Term]
  /// d loss / d image, [height][width][3], R'G'B' in [0, 1].
  package let gradient: [Float]

  /// Evaluates a recipe at its own weights, with all of its layers. Nothing is resized, and alpha is not looked at.
  ///
  /// - Parameters:
  ///   - pooling: in place of the recipe's own, if given.
  ///   - style: of any size, or of the content's if the recipe stretches its style picture.
  ///   - image: of the content's size.
  ///   - memory: bytes that the process may take; nil is half of what is free. Within them the numbers are the same.
  /// - Throws: `badArgument`, naming the picture whose size does not fit; `noMemory` with the least that would do.
  package init(
    recipe: Recipe, pooling: Pooling? = nil, content: Picture, style: Picture, image: Picture, weights: Weights,
    memory: Int? = nil, on pool: ThreadPool
  ) throws(StylizationError) {
    for (name, picture) in [("content", content), ("style", style)] where picture.size.shortSide < Size.shortestSide {
      throw StylizationError(
        .badArgument,
        "the \(name) picture is \(picture.size), but must have at least \(Size.shortestSide) pixels a side")
    }
    if image.size != content.size {
      throw StylizationError(
        .badArgument, "the image is \(image.size), but must have the content picture's size \(content.size)")
    }
    if recipe.styleSize == .stretched && style.size != content.size {
      throw StylizationError(
        .badArgument,
        "the style picture is \(style.size), but recipe \(recipe.name) wants the content picture's size \(content.size)"
      )
    }
    var recipe = recipe
    recipe.pooling = pooling ?? recipe.pooling
    let network = try recipe.network(from: weights)
    let demand = Demand(recipe: recipe, architecture: weights.architecture, threads: pool.threads)
    let memory = Memory(limit: memory, threads: pool.threads)
    // The gradient, and the content in the painting's colours.
    let held = 12 * image.size.area * (recipe.palette > 0 ? 2 : 1)
    let room = memory.available - held
    guard let tiling = demand.tiling(of: content.size, fits: { demand.objective($0) <= room }),
      let styleTiling = demand.tiling(of: style.size, fits: { demand.styleTargets($0) <= room })
    else {
      let least = max(
        demand.objective(demand.finestTiling(of: content.size)),
        demand.styleTargets(demand.finestTiling(of: style.size)))
      throw memory.refusal("evaluating \(content.size)", least: least + held)
    }
    let styles = [Style(style.with(alpha: nil))]
    let targets = StyleTarget.all(
      recipe: recipe, styles: styles, network: network, on: pool, tiling: { _ in styleTiling })
    let map = recipe.palette > 0 ? ColorMap(of: content.with(alpha: nil), towards: styles) : nil
    let content = map.map { content.moved(by: $0, share: recipe.palette) } ?? content
    var objective = Objective(
      recipe: recipe, content: content.with(alpha: nil), targets: targets, network: network, tiling: tiling, on: pool)
    var gradient = [Float](repeating: 0, count: image.pixels.count)
    var slope = gradient.mutableSpan
    loss = objective.value(of: image.pixels.span, gradient: &slope)
    terms = objective.terms
    self.gradient = gradient
  }
}

extension Recipe {
  /// The network as deep as the recipe looks.
  func network(from weights: Weights) throws(StylizationError) -> VGG {
    for layer in layers where !weights.architecture.has(layer) {
      throw StylizationError(
        .badArgument,
        "recipe \(name) looks at \(layer), which the weights' network \(weights.architecture) does not have")
    }
    guard let deepest = layers.max() else {
      throw StylizationError(.badArgument, "recipe \(name) looks at no layer at all")
    }
    return VGG(weights: weights, through: deepest)
  }
}
