import Compute
import Network
import Pictures
import TestSupport
import Testing

@testable import Stylization

@Suite struct PaintingTests {
  /// Positions of conv3_1, conv4_1, conv5_1 with 256, 512, 512 channels.
  @Test(arguments: [(64, 2), (72, 3), (128, 3), (184, 4), (256, 4), (368, 5), (512, 5)])
  func styleIsLookedForWhereMapsSayNothingOfPlace(side: Int, layers: Int) {
    let recipe = Recipe.impasto.at(Size(width: side, height: side), in: .vgg19)
    #expect(recipe.style == Array(Recipe.impasto.style.prefix(layers)))
    #expect(Recipe.gatys.at(Size(width: side, height: side), in: .vgg19) == .gatys)
  }

  /// 512x384 is as large as a square of 443, 1.732 times as long as one of 256.
  @Test(arguments: [(256, 171, 1), (256, 256, 1), (512, 384, 1.732), (1024, 1024, 4)])
  func contentWeighsLessInALargerPicture(width: Int, height: Int, times: Double) {
    let size = Size(width: width, height: height)
    let recipe = Recipe.impasto.at(size, in: .vgg19)
    for (term, own) in zip(recipe.content, Recipe.impasto.content) {
      #expect(abs(own.weight / term.weight - times) < 1e-3 && term.layer == own.layer)
    }
    #expect(abs((Recipe.impasto.tone?.weight ?? .nan) / (recipe.tone?.weight ?? .nan) - times) < 1e-3)
  }

  @Test(arguments: [(0.25, 8), (0.5, 2.828), (1, 1)])
  func contentWeighsMoreAtCoarseScales(part: Double, times: Double) {
    let size = Size(width: 128, height: 96)
    for (term, own) in zip(Recipe.impasto.at(size, part: part, in: .vgg19).content, Recipe.impasto.content) {
      #expect(abs(term.weight / own.weight - times) < 1e-3 && term.layer == own.layer)
    }
    #expect(Recipe.gatys.at(size, part: part, in: .vgg19) == .gatys)
  }

  /// From the first scale of 256, a quarter of it, to a last one 1.25 times as long as what the weights are for. Tone
  /// does not weigh more at a coarse scale.
  @Test(
    arguments: [(size: 256, scale: 0, content: 8, tone: 1), (320, 2, 1 / 1.25, 1 / 1.25)]
      as [(Int, Int, Double, Double)])
  func aScaleIsWalkedAtItsWeights(size: Int, scale index: Int, content: Double, tone: Double) throws {
    var settings = Settings.quick()
    settings.workingSize = size
    settings.recipe.palette = 0
    let (photograph, style) = (Picture.photograph(size, size), Picture.painting(size, size))
    let job = try Job(settings: settings, content: photograph, styles: [Style(style)], weights: Shipped.weights)
    try #require(job.plan.scales.count == 3)
    let scale = job.plan.scales[index]
    let image = style.resized(to: scale.canvas)
    var objective = Painting(job).objective(at: scale)
    var slopes = image.pixels
    var slope = slopes.mutableSpan
    _ = objective.value(of: image.pixels.span, gradient: &slope)
    let usual = try Evaluation(
      recipe: settings.recipe, content: photograph.resized(to: scale.size).mirrored(by: scale.bleed),
      style: style, image: image,
      weights: Shipped.weights, on: ThreadPool(threads: 2))
    for (prefix, times) in [("content", content), ("tone", tone)] {
      let terms = usual.terms.filter { $0.name.hasPrefix(prefix) }
      #expect(!terms.isEmpty)
      for term in terms {
        let own = try #require(objective.terms.first { $0.name == term.name })
        #expect(abs(own.value / term.value / times - 1) < 1e-3, "\(term.name)")
      }
    }
  }

  /// Without conv5_1 the network ends at conv4_2.
  @Test func timeIsToldForTheLayersThatAreLookedThrough() throws {
    var settings = Settings.quick()
    settings.workingSize = 512
    let job = try Job(
      settings: settings, content: .photograph(512, 340), styles: [Style(.painting())], weights: Shipped.weights)
    let depths = job.plan.scales.map(\.depth)
    #expect(depths.count == 3 && abs(depths[0] - 278208.0 / 361152) < 1e-9)
    #expect(depths[1] == depths[0] && depths[2] == 1)
  }

  /// Where style is measured in fewer windows than elsewhere, a line of another colour costs nothing. How even a single
  /// border comes out changes with the last bits: it is the mean of twelve that must be small. It is 0.004, and
  /// 0.010 where nothing is painted beyond the border.
  @Test func evenPaperHasNoLineAlongItsBorder() throws {
    let (width, height) = (96, 72)
    let drawing = (0..<width * height).flatMap { index -> [Float] in
      let (x, y) = (index % width - width / 2, index / width - height / 2)
      return Array(repeating: (340...460).contains(x * x + y * y) ? 0 : 1, count: 3)
    }
    let content = Picture(width: width, height: height, pixels: drawing)
    let styles = [Style(try Picture(shipped: "CShim/styles/church-at-auvers.png"))]
    let differences = try [30, 35, 40].flatMap { strength in
      var settings = Settings()
      settings.strength = strength
      let picture = try #require(try paint(settings, content: content, styles: styles).picture)
      let sides: [(border: SIMD3<Float>, within: SIMD3<Float>)] = [
        (picture.mean(0..<1, 0..<width), picture.mean(4..<10, 0..<width)),
        (picture.mean(height - 1..<height, 0..<width), picture.mean(height - 10..<height - 4, 0..<width)),
        (picture.mean(0..<height, 0..<1), picture.mean(0..<height, 4..<10)),
        (picture.mean(0..<height, width - 1..<width), picture.mean(0..<height, width - 10..<width - 4)),
      ]
      return sides.map { side in
        let difference = side.border - side.within
        return (difference * difference).sum()
      }
    }
    #expect(differences.reduce(0, +) / 12 < 0.007)
  }

  @Test func aScaleStartsWithDetailOfThePhotograph() throws {
    let photograph = try Picture(oracle: "64x48-content")
    var settings = Settings.quick()
    settings.recipe.palette = 0
    let job = try Job(
      settings: settings, content: photograph, styles: [Style(.painting())], weights: Shipped.weights)
    let painting = Painting(job)
    let small = photograph.resized(to: Size(width: 32, height: 24))
    let start = painting.start(at: photograph.size, from: small)
    let enlarged = small.resized(to: photograph.size).pixels
    // A painting that is the photograph still gets back 7 tenths of what it lost as it was reduced.
    let (left, lost) = (
      relativeDistance(start.pixels, photograph.pixels), relativeDistance(enlarged, photograph.pixels)
    )
    #expect(lost > 0.01 && left < 0.31 * lost)
    #expect(painting.start(at: small.size, from: small) == small)
  }
}

extension Picture {
  /// The mean colour of some rows and columns.
  fileprivate func mean(_ rows: Range<Int>, _ columns: Range<Int>) -> SIMD3<Float> {
    var sum = SIMD3<Float>.zero
    for row in rows {
      for column in columns {
        let first = 3 * (row * width + column)
        sum += SIMD3(pixels[first], pixels[first + 1], pixels[first + 2])
      }
    }
    return sum / Float(rows.count * columns.count)
  }
}
