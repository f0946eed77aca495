internal import Network
internal import Pictures

/// A picture cut into tiles that the network looks at one after another, each with a halo of what surrounds it, so that
/// together they give the features and the gradient of the whole.
///
/// A tile answers for the positions of each layer in its own part. It sees `halo` pixels more on every side that is not
/// the picture's own border: as far as the deepest layer's positions look, so that their features, and every value on
/// the way to them, are those of the whole picture. The gradient of a loss of these positions alone reaches into the
/// halo; as a gradient is linear in the loss, what the tiles give there adds up to the whole picture's.
///
/// All tiles have one size, and begin at multiples of the deepest layer's stride: poolings fall as in the whole
/// picture.
struct Tiling: Sendable, Equatable {
  /// Of the picture.
  let size: Size
  let halo: Int
  private let rows: [Stretch]
  private let columns: [Stretch]

  /// A tile's extent in one dimension, in pixels.
  fileprivate struct Stretch: Sendable, Equatable {
    let seen: Range<Int>
    let own: Range<Int>
  }

  struct Tile: Sendable, Equatable {
    fileprivate let rows: Stretch
    fileprivate let columns: Stretch

    /// What the network looks at, in pixels of the picture.
    var seenRows: Range<Int> { rows.seen }
    var seenColumns: Range<Int> { columns.seen }
  }

  /// The picture as a whole.
  init(whole size: Size) {
    self.size = size
    halo = 0
    rows = [Stretch(seen: 0..<size.height, own: 0..<size.height)]
    columns = [Stretch(seen: 0..<size.width, own: 0..<size.width)]
  }

  /// `down` tiles high and `across` tiles wide, for features as deep as `deepest`; nil where the picture is too small
  /// for so many.
  init?(_ size: Size, down: Int, across: Int, deepest: LayerName, in architecture: Architecture) {
    let halo = architecture.halo(of: deepest)
    guard let rows = Self.stretches(of: size.height, parts: down, halo: halo, stride: deepest.stride),
      let columns = Self.stretches(of: size.width, parts: across, halo: halo, stride: deepest.stride)
    else { return nil }
    self.size = size
    self.halo = max(down, across) > 1 ? halo : 0
    self.rows = rows
    self.columns = columns
  }

  /// A side in `parts` stretches of one length, congruent to the side's modulo the stride: then the last begins at a
  /// multiple of the stride, as all do. Each begins to own where it is a halo away from where it begins to see.
  private static func stretches(of side: Int, parts: Int, halo: Int, stride: Int) -> [Stretch]? {
    guard parts > 1 else { return [Stretch(seen: 0..<side, own: 0..<side)] }
    let least = max((side + 2 * (parts - 1) * halo + parts - 1) / parts, FeatureExtractor.smallestSide)
    var length = least + ((side - least) % stride + stride) % stride
    while length < side {
      let starts = (0..<parts).map { $0 * (side - length) / (parts - 1) / stride * stride }
      let steps = zip(starts, starts.dropFirst()).map { $1 - $0 }
      guard steps.allSatisfy({ $0 > 0 }) else { return nil }
      if steps.allSatisfy({ $0 + 2 * halo <= length }) {
        let cuts = [0] + starts.dropFirst().map { $0 + halo } + [side]
        return starts.indices.map { Stretch(seen: starts[$0]..<starts[$0] + length, own: cuts[$0]..<cuts[$0 + 1]) }
      }
      length += stride
    }
    return nil
  }

  /// Row by row.
  var tiles: [Tile] { rows.flatMap { rows in columns.map { Tile(rows: rows, columns: $0) } } }
  var count: Int { rows.count * columns.count }
  var isWhole: Bool { count == 1 }
  /// How often the picture is looked at for its gradient.
  var passes: Int { isWhole ? 1 : 2 }
  /// How many tiles are looked at, there and back: each way is half of that, and all tiles but one are looked at twice.
  var looks: Double { 1.5 * Double(count) - 0.5 }
  /// What value and gradient of the picture take, in pixels of a picture that is one tile.
  var work: Double { looks * Double(tileSize.area) }
  /// Of every tile, with its halo.
  var tileSize: Size { Size(width: columns[0].seen.count, height: rows[0].seen.count) }
}

extension Tiling.Tile {
  /// The positions of a layer that the tile answers for.
  func part(of layer: LayerName) -> Part {
    func halved(_ range: Range<Int>) -> Range<Int> { range.lowerBound / layer.stride..<range.upperBound / layer.stride }
    let (seenRows, seenColumns) = (halved(rows.seen), halved(columns.seen))
    let (ownRows, ownColumns) = (halved(rows.own), halved(columns.own))
    return Part(
      rows: ownRows.lowerBound - seenRows.lowerBound..<ownRows.upperBound - seenRows.lowerBound,
      columns: ownColumns.lowerBound - seenColumns.lowerBound..<ownColumns.upperBound - seenColumns.lowerBound,
      height: rows.seen.count / layer.stride, width: columns.seen.count / layer.stride,
      top: seenRows.lowerBound, left: seenColumns.lowerBound)
  }
}

/// Some of the positions of a layer's map, in a tile that lies somewhere in a picture.
struct Part: Sendable, Equatable {
  /// In the tile's map.
  let rows: Range<Int>
  let columns: Range<Int>
  /// Of the tile's map.
  let height: Int
  let width: Int
  /// Where the tile's map lies in the picture's.
  let top: Int
  let left: Int

  var isWhole: Bool { rows == 0..<height && columns == 0..<width }
  var positions: Int { rows.count * columns.count }

  /// The index of a position of the tile's map among those of the picture's, which is `pictureWidth` wide.
  func place(row: Int, column: Int, pictureWidth: Int) -> Int { (top + row) * pictureWidth + left + column }
}

extension LayerName {
  /// Pixels from one of the layer's positions to the next.
  var stride: Int { 1 << (block - 1) }
}

extension Architecture {
  /// How many pixels the layer's positions look at beyond their own stride x stride pixels, on every side, rounded up
  /// to the stride: 80 for conv5_1 of VGG-19, 96 for conv5_2. Each 3x3 convolution looks one position further; a
  /// pooling looks at its own pixels only.
  func halo(of layer: LayerName) -> Int {
    let reach = layers(through: layer).reduce(0) { $0 + $1.stride }
    return (reach + layer.stride - 1) / layer.stride * layer.stride
  }
}
