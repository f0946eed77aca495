import Compute
import Network
import Pictures
import TestSupport
import Testing

@testable import Stylization

/// How pictures are cut up.
@Suite struct TilingTests {
  static let deepest = LayerName(block: 5, convolution: 1)

  func tiling(_ width: Int, _ height: Int, across: Int, down: Int = 1, deepest: LayerName = deepest) -> Tiling? {
    Tiling(Size(width: width, height: height), down: down, across: across, deepest: deepest, in: .vgg19)
  }

  @Test func theHaloIsWhatTheDeepestLayerSees() {
    let layers = [(1, 1), (2, 1), (3, 1), (4, 2), (5, 1), (5, 2)].map { LayerName(block: $0, convolution: $1) }
    #expect(layers.map { Architecture.vgg19.halo(of: $0) } == [1, 4, 12, 40, 80, 96])
    #expect(Architecture.vgg16.halo(of: Self.deepest) == 64)
  }

  @Test func everyPositionOfEveryLayerIsAnsweredForOnce() throws {
    for width in 250...300 {
      for parts in 1...4 {
        guard let tiling = tiling(width, 32, across: parts) else { continue }
        #expect(tiling.count == parts)
        for block in 1...5 {
          let layer = LayerName(block: block, convolution: 1)
          let columns = tiling.tiles.flatMap { tile in
            let part = tile.part(of: layer)
            return part.columns.map { part.left + $0 }
          }
          #expect(columns == Array(0..<width >> (block - 1)))
        }
      }
    }
  }

  @Test func allTilesHaveOneSizeAndBeginAtTheStride() throws {
    for width in 400...432 {
      let tiling = try #require(self.tiling(width, 500, across: 3, down: 4))
      for tile in tiling.tiles {
        #expect(tile.seenColumns.count == tiling.tileSize.width && tile.seenRows.count == tiling.tileSize.height)
        #expect(tile.seenColumns.lowerBound % 16 == 0 && tile.seenRows.lowerBound % 16 == 0)
        let part = tile.part(of: LayerName(block: 1, convolution: 1))
        #expect(part.columns.lowerBound >= (tile.seenColumns.lowerBound == 0 ? 0 : 80))
        #expect(part.width - part.columns.upperBound >= (tile.seenColumns.upperBound == width ? 0 : 80))
      }
    }
  }

  @Test func aPictureIsNotCutFinerThanItsHaloes() {
    #expect(tiling(176, 16, across: 2) == nil)
    #expect(tiling(300, 300, across: 2, down: 40) == nil)
    #expect(tiling(300, 300, across: 1) == Tiling(whole: Size(width: 300, height: 300)))
  }
}

/// The objective of a picture in tiles against that of the whole.
@Suite struct TiledObjectiveTests {
  let pool = ThreadPool(threads: 2)

  /// The terms and the gradient of a noisy image.
  func evaluate(
    _ recipe: Recipe, content: Picture, tiling: Tiling?, isCompact: Bool = false, range: Float = 1,
    on pool: ThreadPool = ThreadPool(threads: 2)
  ) throws -> (terms: [Evaluation.Term], gradient: [Float]) {
    let network = try recipe.network(from: Shipped.weights)
    let targets = StyleTarget.all(recipe: recipe, styles: [Style(.painting(61, 47))], network: network, on: pool)
    var objective = Objective(
      recipe: recipe, content: content, targets: targets, network: network, tiling: tiling, isCompact: isCompact,
      range: range, on: pool)
    let noise = Picture.noise(content.width, content.height, seed: 11)
    let point = zip(content.pixels, noise.pixels).map { range * (0.7 * $0 + 0.3 * $1) }
    var gradient = [Float](repeating: .nan, count: point.count)
    var slope = gradient.mutableSpan
    _ = objective.value(of: point.span, gradient: &slope)
    return (objective.terms, gradient)
  }

  func compare(_ recipe: Recipe, _ content: Picture, down: Int, across: Int, range: Float = 1) throws {
    let deepest = try #require(recipe.layers.max())
    let tiling = try #require(Tiling(content.size, down: down, across: across, deepest: deepest, in: .vgg19))
    let whole = try evaluate(recipe, content: content, tiling: nil, range: range)
    let tiled = try evaluate(recipe, content: content, tiling: tiling, range: range)
    #expect(tiled.terms.map(\.name) == whole.terms.map(\.name))
    for (a, b) in zip(tiled.terms, whole.terms) { #expect(abs(a.value - b.value) <= 1e-5 * b.value, "\(a.name)") }
    #expect(relativeDistance(tiled.gradient, whole.gradient) < 1e-4)
    let seam = seams(of: tiling)
    #expect(relativeDistance(seam.map { tiled.gradient[$0] }, seam.map { whole.gradient[$0] }) < 1e-4)
  }

  /// The values of the pixels on both sides of every tile's border.
  func seams(of tiling: Tiling) -> [Int] {
    var rows: Set<Int> = []
    var columns: Set<Int> = []
    for tile in tiling.tiles {
      let part = tile.part(of: LayerName(block: 1, convolution: 1))
      for row in [part.rows.lowerBound, part.rows.upperBound - 1] { rows.insert(part.top + row) }
      for column in [part.columns.lowerBound, part.columns.upperBound - 1] { columns.insert(part.left + column) }
    }
    return (0..<tiling.size.area).filter { pixel in
      rows.contains(pixel / tiling.size.width) || columns.contains(pixel % tiling.size.width)
    }.flatMap { 3 * $0..<3 * $0 + 3 }
  }

  @Test(arguments: Recipe.all.map(\.name), Pooling.allCases)
  func isTheSame(name: String, pooling: Pooling) throws {
    var recipe = try #require(Recipe.named(name))
    recipe.pooling = pooling
    try compare(recipe, .photograph(235, 229), down: 2, across: 2)
  }

  @Test(arguments: 0..<16)
  func atEveryPhase(rest: Int) throws {
    try compare(.impasto, .photograph(320 + rest, 17), down: 1, across: 3)
    try compare(.gatys, .photograph(17, 320 + rest), down: 3, across: 1)
  }

  @Test(arguments: ["impasto", "keras"])
  func whereThePictureIsTransparent(name: String) throws {
    let (width, height) = (271, 231)
    let alpha = (0..<width * height).map { pixel in
      min(max(Float(pixel % width + pixel / width - 60) / 150, 0), 1)
    }
    let content = Picture.photograph(width, height).with(alpha: alpha)
    try compare(try #require(Recipe.named(name)), content, down: 2, across: 2)
  }

  /// Rounding the content's features brings no more than a little noise into the loss.
  @Test(arguments: ["impasto", "gatys"]) func withTheContentInBytes(name: String) throws {
    var recipe = try #require(Recipe.named(name))
    recipe.style = recipe.style.prefix(1).map { .init(layer: $0.layer, weight: 0, normalization: $0.normalization) }
    recipe.variation = nil
    // The first tile sees next to nothing.
    let gray = (0..<3 * 271 * 64).map { ($0 / 3) % 271 < 120 ? Float([124, 117, 104][$0 % 3]) / 255 : nil }
    let pixels = zip(gray, Picture.photograph(271, 64).pixels).map { $0 ?? $1 }
    let content = Picture(width: 271, height: 64, pixels: pixels)
    let tiling = try #require(
      Tiling(content.size, down: 1, across: 2, deepest: LayerName(block: 4, convolution: 2), in: .vgg19))
    let whole = try evaluate(recipe, content: content, tiling: tiling)
    let bytes = try evaluate(recipe, content: content, tiling: tiling, isCompact: true)
    #expect(bytes.gradient != whole.gradient)
    for (a, b) in zip(bytes.terms, whole.terms) { #expect(abs(a.value - b.value) <= 0.01 * b.value, "\(a.name)") }
    #expect(relativeDistance(bytes.gradient, whole.gradient) < 0.05)
  }

  @Test func inAnotherRange() throws {
    try compare(.keras, .photograph(301, 40), down: 1, across: 2, range: 255)
  }

  @Test func theSameBytesForAnyNumberOfThreads() throws {
    let content = Picture.photograph(231, 40)
    let tiling = try #require(Tiling(content.size, down: 1, across: 2, deepest: TilingTests.deepest, in: .vgg19))
    let gradients = try [1, 2, 3].map { threads in
      try evaluate(.impasto, content: content, tiling: tiling, on: ThreadPool(threads: threads)).gradient
    }
    #expect(gradients[0] == gradients[1] && gradients[0] == gradients[2])
  }

  @Test(arguments: [(301, 47), (47, 301), (223, 230)], [false, true])
  func aStyleSeenInTilesIsTheWhole(size: (width: Int, height: Int), isTransparent: Bool) throws {
    let network = try Recipe.impasto.network(from: Shipped.weights)
    let (width, height) = size
    let painting = Picture.painting(width, height)
    let alpha = (0..<width * height).map { Float($0 % width) / Float(width) }
    let style = [Style(isTransparent ? painting.with(alpha: alpha) : painting)]
    let tiling = try #require(
      Tiling(
        painting.size, down: height > 200 ? 2 : 1, across: width > 200 ? 2 : 1, deepest: TilingTests.deepest,
        in: .vgg19))
    #expect(!tiling.isWhole)
    let whole = StyleTarget.all(recipe: .impasto, styles: style, network: network, on: pool)
    let tiled = StyleTarget.all(
      recipe: .impasto, styles: style, network: network, on: pool, tiling: { _ in tiling })
    for (a, b) in zip(tiled, whole) {
      #expect(relativeDistance(a.values, b.values) < 1e-5)
      #expect(relativeDistance(a.means.map(Float.init), b.means.map(Float.init)) < 1e-5)
    }
  }
}
