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
    let following = painting.enlarged(following: photograph)
    func steepest(_ picture: Picture) -> Float {
      (1..<128).map { abs(picture.pixels[(64 * 128 + $0) * 3] - picture.pixels[(64 * 128 + $0 - 1) * 3]) }.max() ?? 0
    }
    #expect(steepest(following) > 2 * steepest(plain))
    #expect(steepest(following) <= 1)
  }

  @Test func aFlatPhotographAddsNothing() {
    var generator = SeededGenerator(seed: 5)
    let painting = Picture(
      width: 20, height: 15, pixels: (0..<900).map { _ in Float.random(in: 0...1, using: &generator) })
    let flat = Picture(width: 61, height: 47, pixels: [Float](repeating: 0.4, count: 61 * 47 * 3))
    let (plain, following) = (painting.resized(to: flat.size), painting.enlarged(following: flat))
    #expect(zip(plain.pixels, following.pixels).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func whatIsNotEnlargedIsOnlyResized() {
    let painting = Self.step(64, low: 0, high: 1)
    #expect(painting.enlarged(following: Self.step(64, low: 0.2, high: 0.9)) == painting)
    #expect(
      painting.enlarged(following: Self.step(32, low: 0.2, high: 0.9))
        == painting.resized(to: Size(width: 32, height: 32)))
  }
}
