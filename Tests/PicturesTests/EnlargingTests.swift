import Glibc
import TestSupport
import Testing

@testable import Pictures

@Suite struct EnlargingTests {
  /// A step at a place between two pixels of the smaller picture.
  static func step(_ width: Int, low: Float, high: Float) -> Picture {
    let edge = width / 2 + width / 32
    let row = (0..<width).flatMap { x in [Float](repeating: x < edge ? low : high, count: 3) }
    return Picture(width: width, height: width, pixels: (0..<width).flatMap { _ in row })
  }

  @Test func anEdgeOfThePhotographIsCrispInThePainting() {
    let photograph = Self.step(128, low: 0.3, high: 0.7)
    let painting = photograph.resized(to: Size(width: 32, height: 32))
    let plain = painting.resized(to: photograph.size)
    let following = FineDetail(of: photograph, beyond: painting).added(to: painting)
    func steepest(_ picture: Picture) -> Float {
      (1..<128).map { abs(picture.pixels[(64 * 128 + $0) * 3] - picture.pixels[(64 * 128 + $0 - 1) * 3]) }.max() ?? 0
    }
    #expect(steepest(following) > 2 * steepest(plain))
    #expect(steepest(following) <= 1)
  }

  /// The same in words: the painting enlarged, and on top of it, times the gain, the photograph's luma less the enlarged
  /// luma of what it was reduced to.
  @Test func isThePaintingEnlargedAndTheDetailThatWasLost() {
    let photograph = Picture.noise(90, 60, seed: 7, in: 0.4...0.6)
    let painting = Picture.noise(30, 20, seed: 8, in: 0.4...0.6)
    let reduced = photograph.resized(to: painting.size)
    let plain = painting.resized(to: photograph.size)
    let seen = reduced.resized(to: photograph.size)
    let detailed = FineDetail(of: photograph, beyond: reduced).added(to: painting)
    func luma(_ picture: Picture, _ index: Int) -> Double { (Picture.luma * picture.color(at: index)).sum() }
    func lost(_ picture: Picture) -> Double {
      let half = picture.resized(to: Size(width: 15, height: 10)).resized(to: picture.size)
      return (0..<600).reduce(0) { $0 + pow(luma(picture, $1) - luma(half, $1), 2) }
    }
    let gain = min(max((lost(painting) / lost(reduced)).squareRoot(), 1), 2.5)
    for index in 0..<photograph.size.area {
      let detail = gain * (luma(photograph, index) - luma(seen, index))
      let error = detailed.color(at: index) - plain.color(at: index) - detail
      #expect((error * error).sum() < 1e-10)
    }
  }

  /// As previews are: one after the other, each with edges as strong as its own.
  @Test func oneDetailIsForManyPaintings() {
    let photograph = Self.step(128, low: 0.3, high: 0.7)
    let (soft, strong) = (Self.step(32, low: 0.45, high: 0.55), Self.step(32, low: 0.1, high: 0.9))
    let reduced = photograph.resized(to: soft.size)
    let detail = FineDetail(of: photograph, beyond: reduced)
    func added(to painting: Picture) -> Float {
      let plain = painting.resized(to: photograph.size)
      return zip(detail.added(to: painting).pixels, plain.pixels).map { abs($0 - $1) }.reduce(0, +)
    }
    #expect(added(to: strong) > 1.5 * added(to: soft) && added(to: soft) > 0)
    #expect(detail.added(to: soft) == FineDetail(of: photograph, beyond: reduced).added(to: soft))
  }

  @Test func aFlatPhotographAddsNothing() {
    var generator = SeededGenerator(seed: 5)
    let painting = Picture(
      width: 20, height: 15, pixels: (0..<900).map { _ in Float.random(in: 0...1, using: &generator) })
    let flat = Picture(width: 61, height: 47, pixels: [Float](repeating: 0.4, count: 61 * 47 * 3))
    let plain = painting.resized(to: flat.size)
    let following = FineDetail(of: flat, beyond: flat.resized(to: painting.size)).added(to: painting)
    #expect(zip(plain.pixels, following.pixels).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func whatIsNotEnlargedIsOnlyResized() {
    let painting = Self.step(64, low: 0, high: 1)
    for width in [64, 32] {
      let photograph = Self.step(width, low: 0.2, high: 0.9)
      let detail = FineDetail(of: photograph, beyond: photograph.resized(to: painting.size))
      #expect(detail.added(to: painting) == painting.resized(to: photograph.size))
    }
  }
}
