package import CKernels
internal import Compute

/// 3x3 convolutions by Winograd's minimal filtering F(4x4, 3x3): 36 products for 16 outputs instead of 144.
///
/// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015), section 4:
/// Y = A^T [(G g G^T) . (B^T d B)] A, where the products at each of the 36 points, summed over input channels, are a
/// matrix product over the tiles. The pieces that differ between a convolution and its gradient are handed in; what is
/// shared, and decides the speed, is the order of the work:
///
/// - a group of tiles is transformed to V[point][tile][inputs], by all workers;
/// - then each worker takes a block of those tiles and a panel of 32 outputs, makes the transformed kernels of that
///   panel for a few input channels at a time (U[point][depth][32]), and adds their products to M[point][tile][32];
/// - and while M is warm, transforms it back and finishes it (bias, ReLU, pooling, or the gradient's mask).
///
/// U and M stay in a core's own cache, V in the shared one. Each output is the same sum in the same order however the
/// work is cut, so the bytes do not depend on the number of threads.
struct Winograd: ~Copyable {
  static let patch = 6
  static let tile = 4
  private static let points = 36
  private static let panel = 32
  /// Channels transformed at a time: a patch of them fits the first-level cache.
  private static let slice = 64
  /// Input channels whose transformed kernels are held at a time.
  private static let depth = 64
  /// Tiles in the block whose products are held at a time.
  private static let block = 132
  /// Values of V held at a time.
  private static let groupValues = 4 << 20

  /// What one convolution is made of.
  struct Pieces {
    /// The patch of 6x6 values x `slice` channels from channel `channel` of the tile at (`row`, `column`), counted in
    /// tiles: where it lies and its strides, copied to `scratch` (6x6x`slice`) if need be.
    let patch: (_ row: Int, _ column: Int, _ channel: Int, _ scratch: UnsafeMutablePointer<Float>) -> Patch
    /// Transformed kernels for `depth` inputs from `input` and the panel from `output`.
    let kernels: (_ input: Int, _ depth: Int, _ output: Int, _ u: UnsafeMutablePointer<Float>, _ stride: Int) -> Void
    /// Brings the products of one tile and panel home.
    let finish: (_ row: Int, _ column: Int, _ output: Int, _ m: UnsafePointer<Float>, _ stride: Int) -> Void
  }

  struct Patch {
    let start: UnsafePointer<Float>
    let rowStride: Int
    let columnStride: Int
  }

  private var v: Buffer<Float>
  /// For each worker: a patch, U and M, in this order.
  private var own: Buffer<Float>
  private let pool: ThreadPool
  private let set: ck_kernels

  /// Workspace for convolutions with up to the given V: see `valuesNeeded`.
  init(values: Int, pool: ThreadPool, kernels: ck_kernels) {
    v = Buffer(zeros: values)
    own = Buffer(zeros: pool.threads * Self.ownValues)
    self.pool = pool
    set = kernels
  }

  private static var patchValues: Int { patch * patch * slice }
  private static var uStride: Int { depth * panel + 16 }
  private static var mStride: Int { block * panel + 16 }
  private static var ownValues: Int { patchValues + points * (uStride + mStride) }

  /// A row of V: padded so that the rows of one product do not fall onto the same cache sets.
  private static func rowStride(inputs: Int) -> Int { inputs >= 256 ? inputs + 16 : inputs }
  private static func pointStride(tiles: Int, inputs: Int) -> Int {
    (tiles * rowStride(inputs: inputs) + 1023) / 1024 * 1024 + 80
  }
  private static func groupSize(tiles: Int, inputs: Int) -> Int {
    let fitting = groupValues / (points * rowStride(inputs: inputs))
    return min(tiles, max(block, fitting / block * block))
  }

  /// Values of V that a convolution of `inputs` channels at height x width wants.
  static func valuesNeeded(height: Int, width: Int, inputs: Int) -> Int {
    let tiles = count(height) * count(width)
    return points * pointStride(tiles: groupSize(tiles: tiles, inputs: inputs), inputs: inputs)
  }

  /// Tiles along a side of `size`.
  private static func count(_ size: Int) -> Int { (size + tile - 1) / tile }

  /// Convolves `inputs` channels to `outputs`, both multiples of 32, at height x width.
  mutating func convolve(height: Int, width: Int, inputs: Int, outputs: Int, pieces: Pieces) {
    let across = Self.count(width)
    let tiles = Self.count(height) * across
    let groupSize = Self.groupSize(tiles: tiles, inputs: inputs)
    let row = Self.rowStride(inputs: inputs)
    let stride = Self.pointStride(tiles: groupSize, inputs: inputs)
    precondition(Self.points * stride <= v.count, "a workspace for less")
    let v = v.pointer
    let own = own.pointer
    let kernels = set
    let panels = outputs / Self.panel

    for group in Swift.stride(from: 0, to: tiles, by: groupSize) {
      let size = min(groupSize, tiles - group)

      let chunk = 8
      pool.forEach((size + chunk - 1) / chunk) { index, worker in
        let scratch = own + worker * Self.ownValues
        for t in index * chunk..<min((index + 1) * chunk, size) {
          let (y, x) = (group + t).quotientAndRemainder(dividingBy: across)
          for channel in Swift.stride(from: 0, to: inputs, by: Self.slice) {
            let patch = pieces.patch(y, x, channel, scratch)
            kernels.input_transform(
              patch.start, patch.rowStride, patch.columnStride, min(Self.slice, inputs - channel),
              v + t * row + channel, stride)
          }
        }
      }

      let blocks = (size + Self.block - 1) / Self.block
      // Blocks of equal size, in whole steps of the product's 12 rows: no small remainder for one worker to wait on.
      let blockSize = ((size + blocks - 1) / blocks + 11) / 12 * 12
      pool.forEach(blocks * panels) { index, worker in
        let (b, p) = index.quotientAndRemainder(dividingBy: panels)
        let first = b * blockSize
        let count = min(blockSize, size - first)
        guard count > 0 else { return }
        let u = own + worker * Self.ownValues + Self.patchValues
        let m = u + Self.points * Self.uStride
        for input in Swift.stride(from: 0, to: inputs, by: Self.depth) {
          let depth = min(Self.depth, inputs - input)
          pieces.kernels(input, depth, p * Self.panel, u, Self.uStride)
          for point in 0..<Self.points {
            kernels.multiply(
              count, depth, v + point * stride + first * row + input, row, 1, u + point * Self.uStride, Self.panel,
              m + point * Self.mStride, Self.panel, input > 0)
          }
        }
        for t in 0..<count {
          let (y, x) = (group + first + t).quotientAndRemainder(dividingBy: across)
          pieces.finish(y, x, p * Self.panel, UnsafePointer(m + t * Self.panel), Self.mStride)
        }
      }
    }
  }
}
