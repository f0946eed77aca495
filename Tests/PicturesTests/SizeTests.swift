import Testing

@testable import Pictures

@Suite struct SizeTests {
  @Test(arguments: [
    (Size(width: 3000, height: 2000), 1024 as Int?, Size(width: 1024, height: 683)),
    (Size(width: 2000, height: 3000), 1024, Size(width: 683, height: 1024)),
    (Size(width: 600, height: 400), 1024, Size(width: 600, height: 400)),
    (Size(width: 600, height: 400), nil, Size(width: 600, height: 400)),
    (Size(width: 1, height: 1), 1024, Size(width: 16, height: 16)),
    (Size(width: 10, height: 15), nil, Size(width: 16, height: 24)),
    (Size(width: 20000, height: 3), 1024, Size(width: 1024, height: 16)),
    (Size(width: 3, height: 20000), nil, Size(width: 16, height: 20000)),
    (Size(width: 640, height: 480), 1, Size(width: 16, height: 16)),
  ])
  func `the working size keeps proportions and the network's shortest side`(size: Size, limit: Int?, expected: Size) {
    #expect(size.fitted(longSide: limit) == expected)
  }

  @Test func `scaling to an area keeps proportions`() {
    #expect(Size(width: 600, height: 400).scaled(toArea: 60_000) == Size(width: 300, height: 200))
  }

  @Test(arguments: [Size(width: 60_000, height: 1), Size(width: 1, height: 60_000)])
  func `scaling a sliver to an area keeps the area`(sliver: Size) {
    let scaled = sliver.scaled(toArea: 65_536)
    #expect(scaled.shortSide == 16)
    #expect(scaled.longSide == 4096)
  }
}
