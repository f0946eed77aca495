/// A picture of gamma-encoded sRGB colours, the one form in which pictures travel through the program.
///
/// Pixels are stored row by row from the top, red, green and blue side by side. Every value is in [0, 1], whatever the
/// picture was made from.
package struct Picture: Sendable, Equatable {
  package let width: Int
  package let height: Int
  /// `height` x `width` x 3 values, R'G'B' interleaved.
  package let pixels: [Float]
  /// `height` x `width` values, 0 transparent and 1 opaque, or `nil` for an opaque picture. Colours are not multiplied
  /// by it.
  package let alpha: [Float]?

  /// A picture of the given values, each brought into [0, 1]; NaN and infinities become 0. A number of values that is
  /// not that of the size is the caller's bug and traps.
  package init(width: Int, height: Int, pixels: consuming [Float], alpha: consuming [Float]? = nil) {
    precondition(width >= 1 && height >= 1, "a picture has at least one pixel")
    precondition(pixels.count == width * height * 3, "a picture has three values a pixel")
    precondition(alpha == nil || alpha?.count == width * height, "alpha has one value a pixel")
    self.width = width
    self.height = height
    Self.tame(&pixels)
    self.pixels = pixels
    self.alpha = Self.tamed(alpha)
  }

  /// The same colours under another alpha channel: those need not be looked through again.
  private init(_ picture: Picture, alpha: consuming [Float]?) {
    precondition(alpha == nil || alpha?.count == picture.size.area, "alpha has one value a pixel")
    width = picture.width
    height = picture.height
    pixels = picture.pixels
    self.alpha = Self.tamed(alpha)
  }

  package var size: Size { Size(width: width, height: height) }

  /// The same colours under another alpha channel.
  package func with(alpha: [Float]?) -> Picture {
    Picture(self, alpha: alpha)
  }

  /// Brings values into range where they are: an array that nobody else has is not copied, nor is one without any that
  /// are out of it.
  private static func tame(_ values: inout [Float]) {
    for index in values.indices {
      let value = values[index]
      if !(value >= 0 && value <= 1) { values[index] = value.isFinite ? min(max(value, 0), 1) : 0 }
    }
  }

  private static func tamed(_ alpha: consuming [Float]?) -> [Float]? {
    guard var values = alpha else { return nil }
    tame(&values)
    return values
  }
}
