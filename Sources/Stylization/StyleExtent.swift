internal import Network
internal import Pictures

// What style statistics leave out along a picture's border, as `Recipe.styleMargin` says.

extension Recipe {
  /// How many of the outermost positions of a layer style statistics leave out for a picture of a size: those whose
  /// pixels lie in the margin, one at least. None where they would leave less than half of a side, or than a quarter of
  /// what is seen, which is half of both sides.
  func margin(at layer: LayerName, of size: Size, _ coverage: Coverage?) -> Int {
    if styleMargin == 0 { return 0 }
    let margin = max(styleMargin / layer.stride, 1)
    guard size.shortSide / layer.stride >= 4 * margin else { return 0 }
    guard let coverage else { return margin }
    let inner = Tiling.part(of: layer, ofWhole: size, margin: margin)
    return 4 * coverage.total(in: inner) >= coverage.total() ? margin : 0
  }
}

extension Tiling {
  /// The positions of a layer that a tile answers for, without the `margin` outermost of the picture.
  func part(of layer: LayerName, in tile: Tile, margin: Int) -> Part {
    tile.part(of: layer)
      .within(margin: margin, height: size.height / layer.stride, width: size.width / layer.stride)
  }

  /// Those of a picture that is one tile.
  static func part(of layer: LayerName, ofWhole size: Size, margin: Int) -> Part {
    let (height, width) = (size.height / layer.stride, size.width / layer.stride)
    return Part(rows: 0..<height, columns: 0..<width, height: height, width: width, top: 0, left: 0)
      .within(margin: margin, height: height, width: width)
  }
}

extension Part {
  /// How many positions there are, in effect where a coverage tells how much each sees.
  func positions(seen coverage: Coverage?) -> Double { coverage?.total(in: self) ?? Double(positions) }

  /// Those that are not among the `margin` outermost of the picture, whose map is `height` x `width`.
  fileprivate func within(margin: Int, height pictureHeight: Int, width pictureWidth: Int) -> Part {
    Part(
      rows: rows.clamped(to: margin - top..<pictureHeight - margin - top),
      columns: columns.clamped(to: margin - left..<pictureWidth - margin - left),
      height: height, width: width, top: top, left: left)
  }
}
