/// The width and height of a picture in pixels, and the arithmetic of working sizes.
package struct Size: Hashable, Sendable, CustomStringConvertible {
  package let width: Int
  package let height: Int

  /// The shortest side the network can look at: four poolings halve it to a single position.
  package static let shortestSide = 16

  package init(width: Int, height: Int) {
    precondition(width >= 1 && height >= 1, "a picture has at least one pixel")
    self.width = width
    self.height = height
  }

  package var area: Int { width * height }
  package var longSide: Int { Swift.max(width, height) }
  package var shortSide: Int { Swift.min(width, height) }
  package var description: String { "\(width)x\(height)" }

  /// The size to paint a picture of this size at: its long side at most `limit` pixels (`nil`: its own), never enlarged
  /// unless a side would fall below `shortestSide`.
  ///
  /// A picture too small for the network is enlarged in proportion as far as `limit` allows; a sliver that is still too
  /// thin is stretched to `shortestSide`, so that 20000x3 asks for no more memory than any other picture.
  package func fitted(longSide limit: Int?) -> Size {
    let limit = Swift.max(limit ?? Swift.max(longSide, 16 * Self.shortestSide), Self.shortestSide)
    let fitting = Double(limit) / Double(longSide)
    let wanted = Swift.max(1, Double(Self.shortestSide) / Double(shortSide))
    return scaled(by: Swift.min(fitting, wanted))
  }

  /// The size of the same proportions that has about `area` pixels, no side below `shortestSide`; a sliver keeps the
  /// area and gives up its proportions.
  package func scaled(toArea area: Double) -> Size {
    let scale = (area / Double(self.area)).squareRoot()
    let shortest = Double(Self.shortestSide)
    guard Double(shortSide) * scale < shortest else { return scaled(by: scale) }
    let long = Self.rounded(Swift.max(area / shortest, shortest))
    return width >= height
      ? Size(width: long, height: Self.shortestSide) : Size(width: Self.shortestSide, height: long)
  }

  /// Both sides times `scale`, rounded, neither below `shortestSide`.
  package func scaled(by scale: Double) -> Size {
    Size(
      width: Swift.max(Self.rounded(Double(width) * scale), Self.shortestSide),
      height: Swift.max(Self.rounded(Double(height) * scale), Self.shortestSide))
  }

  /// `margin` pixels more on each side.
  package func enlarged(by margin: Int) -> Size { Size(width: width + 2 * margin, height: height + 2 * margin) }

  private static func rounded(_ side: Double) -> Int { Int(side.rounded()) }
}
