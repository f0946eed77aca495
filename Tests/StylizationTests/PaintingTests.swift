import Network
import Pictures
import TestSupport
import Testing

@testable import Stylization

@Suite struct PaintingTests {
  /// A painting that is the photograph gets back a share of what it lost as it was reduced.
  @Test(arguments: [(strength: 0.0, share: 0.95), (50, 0.7), (100, 0.45)])
  func aScaleStartsWithDetailOfThePhotograph(strength: Double, share: Double) throws {
    let photograph = try Picture(oracle: "64x48-content")
    var settings = Settings.quick()
    settings.strength = strength
    let job = try Job(settings: settings, content: photograph, styles: [Style(.painting())], weights: Shipped.weights)
    let painting = Painting(job)
    let small = photograph.resized(to: Size(width: 32, height: 24))
    let start = painting.start(at: photograph.size, from: small)
    let enlarged = small.resized(to: photograph.size).pixels
    #expect(start.allSatisfy { (0...1).contains($0) })
    let (left, lost) = (
      relativeDistance(start, photograph.pixels), relativeDistance(enlarged, photograph.pixels)
    )
    #expect(lost > 0.01 && abs(left / lost - (1 - share)) < 0.01)
    #expect(painting.start(at: small.size, from: small) == small.pixels)
  }
}
