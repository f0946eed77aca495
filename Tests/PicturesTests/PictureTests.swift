import Testing

@testable import Pictures

@Suite struct PictureTests {
  @Test func `values out of range are brought into it, those that are no numbers become 0`() {
    let picture = Picture(
      width: 2, height: 1, pixels: [-1, 0.25, 2, .nan, .infinity, -.infinity], alpha: [1.5, .nan])
    #expect(picture.pixels == [0, 0.25, 1, 0, 0, 0])
    #expect(picture.alpha == [1, 0])
  }

  @Test func `another alpha channel leaves the colours`() {
    let picture = Picture(width: 1, height: 1, pixels: [0.1, 0.2, 0.3])
    #expect(picture.with(alpha: [0.5]) == Picture(width: 1, height: 1, pixels: [0.1, 0.2, 0.3], alpha: [0.5]))
  }
}
