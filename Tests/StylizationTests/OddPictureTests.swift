import Network
import Pictures
import TestSupport
import Testing

@testable import Stylization

/// Pictures that people do not take, but files hold.
@Suite struct OddPictureTests {
  static let pictures: [String: Picture] = [
    "black": .constant(32, 24, [0, 0, 0]), "white": .constant(32, 24, [1, 1, 1]),
    "one colour": .constant(32, 24, [0.2, 0.5, 0.7]), "noise": .noise(32, 24, seed: 1),
    "1x1": .constant(1, 1, [1, 0, 0]),
    "3x500": .ramp(3, 500), "a photograph": .photograph(),
  ]

  @Test(arguments: pictures.keys.sorted(), ["black", "white", "noise", "a photograph"])
  func arePaintedWithoutNaN(content: String, style: String) throws {
    let picture = try #require(Self.pictures[content])
    var settings = Settings.quick(iterations: 3)
    settings.workingSize = 64
    let outcome = try paint(settings, content: picture, styles: [Style(try #require(Self.pictures[style]))])
    #expect(outcome.progress.allSatisfy { $0.loss.isFinite })
    let painted = try #require(outcome.picture)
    #expect(painted.size == picture.size)
    // The variation term smooths noise; nothing else asks for a change.
    if content == style { #expect(painted.largestDifference(to: picture) < 0.3) }
  }

  @Test func aVeryLongPictureIsShrunk() throws {
    var settings = Settings.quick(iterations: 1)
    settings.workingSize = 256
    let outcome = try paint(settings, content: .ramp(20000, 3))
    #expect(outcome.picture?.size == Size(width: 20000, height: 3))
    #expect(outcome.progress.map { [$0.width, $0.height] } == [[256, 16]])
  }

  @Test func alphaIsKept() throws {
    let alpha = (0..<32 * 24).map { Float($0 % 32) / 31 }
    let painted = try paint(.quick(), content: Picture.photograph().with(alpha: alpha)).picture
    #expect(painted?.alpha == alpha)
    #expect(try paint(.quick()).picture?.alpha == nil)
    let style = Picture.painting().with(alpha: (0..<1200).map { $0 < 600 ? 1 : 0 })
    #expect(try paint(.quick(), styles: [Style(style)]).picture?.alpha == nil)
  }

  @Test func whatLiesUnderTransparentPixelsIsNotSeen() throws {
    let alpha = (0..<32 * 24).map { Float($0 % 32 < 16 ? 1 : 0) }
    let photograph = Picture.photograph()
    let other = Picture(
      width: 32, height: 24,
      pixels: photograph.pixels.enumerated().map { ($0.offset / 3) % 32 < 16 ? $0.element : 1 - $0.element },
      alpha: alpha)
    let first = try paint(.quick(), content: photograph.with(alpha: alpha)).picture
    #expect(try paint(.quick(), content: other).picture == first)
  }

  @Test func whatAStartDoesNotCoverIsThePhotograph() throws {
    let alpha = (0..<32 * 24).map { Float($0 % 32 < 16 ? 1 : 0) }
    let starts = [Float(0), 1].map { hidden in
      let picture = Picture.constant(32, 24, [hidden, hidden, hidden])
      let pixels = zip(Picture.painting(32, 24).pixels, picture.pixels).enumerated().map { index, pair in
        (index / 3) % 32 < 16 ? pair.0 : pair.1
      }
      return Picture(width: 32, height: 24, pixels: pixels, alpha: alpha)
    }
    let first = try paint(.quick(), initial: starts[0]).picture
    #expect(try paint(.quick(), initial: starts[1]).picture == first)
    let clear = Picture.painting(32, 24).with(alpha: [Float](repeating: 0, count: 32 * 24))
    #expect(try paint(.quick(), initial: clear).picture == paint(.quick()).picture)
  }

  @Test(arguments: [0.004, 0.1, 0.5] as [Float]) func translucentPaintingsKeepTheirTexture(alpha: Float) throws {
    let style = Picture.painting().with(alpha: [Float](repeating: alpha, count: 1200))
    #expect(style.withoutHoles.pixels == style.pixels)
    let left = Picture.painting().with(alpha: (0..<1200).map { $0 % 40 < 20 ? alpha : 0 }).withoutHoles
    #expect((0..<1200).allSatisfy { $0 % 40 >= 20 || left.pixels[3 * $0] == style.pixels[3 * $0] })
  }

  @Test func whatIsNotSeenContinuesAnyPixelThatIs() {
    let (width, height) = (64, 48)
    for place in [0, 20 * width + 33, width * height - 1] {
      let alpha = (0..<width * height).map { Float($0 == place ? 0.01 : 0) }
      let pixels = alpha.flatMap { $0 > 0 ? [0.75, 0.5, 0.25] : [0, 1, 1] as [Float] }
      let filled = Picture(width: width, height: height, pixels: pixels, alpha: alpha).withoutHoles
      let expected = alpha.flatMap { _ in [0.75, 0.5, 0.25] as [Float] }
      #expect(relativeDistance(filled.pixels, expected) < 1e-3)
    }
  }

  /// What is seen of them lies among the positions that style statistics leave out of others.
  @Test(arguments: [0, 3, 6, 12]) func framesAndBarsArePaintedLike(_ breadth: Int) throws {
    let (width, height) = (160, 128)
    let painting = Picture.noise(width, height, seed: 5, in: 0.1...0.9)
    func loss(_ alpha: [Float]?) throws -> Double {
      let outcome = try paint(
        .quick(iterations: 2), content: .photograph(width, height), styles: [Style(painting.with(alpha: alpha))])
      #expect(Set(outcome.progress.map(\.scale)) == [1, 2, 3])
      return try #require(outcome.progress.first).loss
    }
    let opaque = try loss(nil)
    let frame = (0..<width * height).map { index -> Float in
      let (x, y) = (index % width, index / width)
      return min(x, y, width - 1 - x, height - 1 - y) < breadth ? 1 : 0
    }
    let bar = (0..<width * height).map { Float($0 % width <= breadth ? 1 : 0) }
    for alpha in [frame, bar] where alpha.contains(1) {
      #expect(try loss(alpha) < 10 * opaque)
    }
  }

  @Test func anOpaqueAlphaSaysNothing() throws {
    let alpha = [Float](repeating: 1, count: 72 * 64)
    let (photograph, painting) = (Picture.photograph(72, 64), Picture.painting())
    let plain = try paint(.quick(), content: photograph).picture
    #expect(try paint(.quick(), content: photograph.with(alpha: alpha)).picture?.pixels == plain?.pixels)
    let style = Style(painting.with(alpha: [Float](repeating: 1, count: 1200)))
    #expect(try paint(.quick(), content: photograph, styles: [style]).picture == plain)
  }

  /// Of any size the same positions are left out as of an opaque picture.
  @Test func onePixelThatIsNotQuiteOpaqueChangesNothing() {
    for width in stride(from: 16, through: 128, by: 8) {
      for height in stride(from: 16, through: 128, by: 8) {
        let alpha = (0..<width * height).map { Float($0 == 0 ? 254.0 / 255 : 1) }
        let picture = Picture.constant(width, height, [0, 0, 0]).with(alpha: alpha)
        for term in Recipe.impasto.style {
          let coverage = Coverage(of: picture, at: term.layer)
          #expect(coverage != nil)
          #expect(
            Recipe.impasto.margin(at: term.layer, of: picture.size, coverage)
              == Recipe.impasto.margin(at: term.layer, of: picture.size, nil), "\(term.layer) of \(picture.size)")
        }
      }
    }
  }

  @Test func transparentMarginsOfAPaintingDoNotMakeItSmall() throws {
    let painting = Picture.painting()
    let (width, height) = (90, 70)
    var pixels = [Float](repeating: 0.3, count: width * height * 3)
    var alpha = [Float](repeating: 0, count: width * height)
    for y in 0..<painting.height {
      for x in 0..<painting.width {
        let (from, to) = (y * painting.width + x, (y + 25) * width + x + 9)
        for channel in 0..<3 { pixels[3 * to + channel] = painting.pixels[3 * from + channel] }
        alpha[to] = 1
      }
    }
    let cutOut = Picture(width: width, height: height, pixels: pixels, alpha: alpha)
    #expect(cutOut.trimmed == painting.with(alpha: [Float](repeating: 1, count: painting.size.area)))
    #expect(try paint(.quick(), styles: [Style(cutOut)]).picture == paint(.quick()).picture)
  }

  @Test func aPictureWithNothingToSeeIsPainted() throws {
    let clear = Picture.photograph().with(alpha: [Float](repeating: 0, count: 32 * 24))
    let outcome = try paint(.quick(), content: clear)
    #expect(outcome.progress.allSatisfy { $0.loss.isFinite })
    #expect(outcome.picture?.alpha == clear.alpha)
  }

  @Test func keepingColoursKeepsThem() throws {
    var settings = Settings.quick(iterations: 10)
    settings.strength = 100
    let free = try #require(try paint(settings).picture)
    settings.keepColors = true
    let kept = try #require(try paint(settings).picture)
    /// The mean distance from the photograph in what luma leaves of a colour.
    func chromaDistance(_ picture: Picture) -> Float {
      let photograph = Picture.photograph()
      func chroma(_ pixels: [Float], _ pixel: Int) -> SIMD2<Float> {
        let (r, g, b) = (pixels[3 * pixel], pixels[3 * pixel + 1], pixels[3 * pixel + 2])
        return SIMD2(r - g, b - g)
      }
      return (0..<32 * 24).reduce(0) { sum, pixel in
        let difference = chroma(picture.pixels, pixel) - chroma(photograph.pixels, pixel)
        return sum + (difference * difference).sum().squareRoot() / (32 * 24)
      }
    }
    #expect(chromaDistance(kept) < 0.5 * chromaDistance(free))
    #expect(kept.largestDifference(to: .photograph()) > 0.02)
  }

  /// A painting of the photograph's size, which nothing resizes.
  @Test func keepingColoursLearnsFromThePaintingInThePhotographsColours() throws {
    // Nor are the photograph's colours moved: it is content as it is without a palette.
    var settings = Settings.quick()
    settings.recipe.palette = 0
    let painting = Picture.painting(32, 24)
    let matched = painting.matchingColors(of: .photograph())
    let expected = try paint(settings, styles: [Style(matched)]).progress.map(\.loss)
    let free = try paint(settings, styles: [Style(painting)]).progress.map(\.loss)
    settings = .quick()
    settings.keepColors = true
    let kept = try paint(settings, styles: [Style(painting)]).progress.map(\.loss)
    #expect(kept == expected && kept != free)
  }

  @Test func strokesAreSeenInAFlatSkyThatKeepsItsColour() throws {
    var settings = Settings.quick(iterations: 10)
    settings.keepColors = true
    let sky = Picture.constant(64, 48, [0.3, 0.5, 0.7])
    let painted = try #require(try paint(settings, content: sky).picture)
    #expect(painted.largestDifference(to: sky) > 0.05)
  }
}
