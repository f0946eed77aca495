package import Pictures

/// A painting to paint like, and its share when there are several.
package struct Style: Sendable {
  package let picture: Picture
  /// Above 0; only its proportion to the other styles' weights matters.
  package let weight: Double

  package init(_ picture: Picture, weight: Double = 1) {
    self.picture = picture
    self.weight = weight
  }
}
