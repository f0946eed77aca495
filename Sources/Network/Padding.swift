/// What a convolution reads beyond the border.
package enum Padding: String, Sendable, CaseIterable {
  /// Zeros, as VGG was trained. They paint thin coloured bands along the borders of a picture.
  case zero
  /// The value on the border.
  case replicate

  /// The index read in place of `index`, nil where a zero is read.
  func source(_ index: Int, of size: Int) -> Int? {
    if index >= 0 && index < size { return index }
    return self == .zero ? nil : min(max(index, 0), size - 1)
  }
}
