import Testing

@testable import Pictures

@Suite struct BorderTests {
  @Test func `a margin mirrors what is within, without its edge`() {
    let values = (0..<12).map { Float($0) / 16 }
    let picture = Picture(width: 4, height: 3, pixels: values.flatMap { [$0, 1 - $0, 0.5] }, alpha: values)
    let wide = picture.mirrored(by: 2)
    #expect(wide.size == Size(width: 8, height: 7))
    let columns = [2, 1, 0, 1, 2, 3, 2, 1]
    let expected = [2, 1, 0, 1, 2, 1, 0].flatMap { row in columns.map { values[4 * row + $0] } }
    #expect(wide.alpha == expected)
    #expect(wide.pixels == expected.flatMap { [$0, 1 - $0, 0.5] })
  }

  @Test func `no margin changes nothing`() {
    let picture = Picture(width: 2, height: 1, pixels: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    #expect(picture.mirrored(by: 0) == picture)
  }
}
