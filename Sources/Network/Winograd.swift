internal import CKernels
internal import Compute

/// 3x3 convolutions by Winograd's minimal filtering F(4x4, 3x3): 36 products for 16 outputs instead of 144.
///
/// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015), section 4:
/// Y = A^T [(G g G^T) . (B^T d B)] A, where the products at each of the 36 points, summed over input channels, are a
/// matrix product over the tiles. The pieces that differ between a convolution and its gradient are handed in; what is
/// shared, and decides the speed, is the order of the work:
///
/// - the channels are cut into slices of 64, the tiles into groups; a group is transformed by all workers to
///   V[point][slice][tile][64], which a product reads from end to end;
/// - then each worker takes a block of those tiles and a panel of 32 outputs, and point by point, slice by slice, adds
///   the products with the transformed kernels U[slice][point][64][32] to M[point][tile][32];
/// - and while M is warm, transforms it back and finishes it (bias, ReLU, pooling, or the gradient's mask).
///
/// M stays in a core's own cache, V and U in the shared one. U is made once where all of it fits there and several
/// blocks want it, else by each worker for its panel: it is never held for a whole network. Each output is the same sum
/// in the same order however the work is cut, so the bytes do not depend on the number of threads.
struct Winograd: ~Copyable {
  static let patch = 6
  static let tile = 4
  static let points = 36
  private static let panel = 32
  /// Channels taken at a time: a patch of them, and their kernels for a panel at one point, fit the first-level cache.
  static let slice = 64
  /// Tiles in the block whose products are held at a time.
  private static let block = 132
  /// Values of V held at a time.
  private static let groupValues = 4 << 20
  /// Values of U that are made once for all workers, at most.
  private static let sharedValues = 3 << 20

  /// What one convolution is made of.
  struct Pieces {
    /// The patch of 6x6 values x `slice` channels from channel `channel` of the tile at (`row`, `column`), counted in
    /// tiles: where it lies and its strides, copied to `scratch` (6x6x`slice`) if need be.
    let patch: (_ row: Int, _ column: Int, _ channel: Int, _ scratch: UnsafeMutablePointer<Float>) -> Patch
    /// Transformed kernels for `depth` inputs from `input` and the panel from `output`.
    let kernels: (_ input: Int, _ depth: Int, _ output: Int, _ u: UnsafeMutablePointer<Float>, _ stride: Int) -> Void
    /// Fetches one of `points` shares of what `kernels` will read for a slice of inputs from `input`.
    let prefetch: (_ share: Int, _ input: Int, _ output: Int) -> Void
    /// Brings the products of one tile and panel home.
    let finish: (_ row: Int, _ column: Int, _ output: Int, _ m: UnsafePointer<Float>, _ stride: Int) -> Void
  }

  struct Patch {
    let start: UnsafePointer<Float>
    let rowStride: Int
    let columnStride: Int
  }

  private var v: Buffer<Float>
  private var u: Buffer<Float>
  /// For each worker: a patch, M, and U for one panel where it is not shared, in this order.
  private var own: Buffer<Float>
  private let ownValues: Int
  private let pool: ThreadPool
  private let set: ck_kernels

  /// What convolutions of one network need.
  struct Needs {
    fileprivate var v = 0
    fileprivate var u = 0
    fileprivate var ownU = 0

    /// Makes room for a convolution of `inputs` to `outputs` channels at height x width.
    mutating func include(height: Int, width: Int, inputs: Int, outputs: Int) {
      let tiles = Winograd.count(height) * Winograd.count(width)
      let group = Winograd.groupSize(tiles: tiles, inputs: inputs)
      v = max(v, Winograd.points * Winograd.pointStride(tiles: group, inputs: inputs))
      if Winograd.sharesKernels(tiles: tiles, inputs: inputs, outputs: outputs) {
        u = max(u, Winograd.kernelValues(inputs: inputs, outputs: outputs))
      } else {
        ownU = Winograd.points * Winograd.uStride
      }
    }

    fileprivate var ownValues: Int { Winograd.patchValues + Winograd.points * Winograd.mStride + ownU }

    func bytes(threads: Int) -> Int { 4 * (v + u + threads * ownValues) }
  }

  init(needs: Needs, pool: ThreadPool, kernels: ck_kernels) {
    v = Buffer(zeros: needs.v)
    u = Buffer(zeros: needs.u)
    ownValues = needs.ownValues
    own = Buffer(zeros: pool.threads * ownValues)
    self.pool = pool
    set = kernels
  }

  fileprivate static var patchValues: Int { patch * patch * slice }
  /// From one point to the next: a little more than the values there, lest all points fall onto the same cache sets.
  private static var uStride: Int { slice * panel + 16 }
  fileprivate static var mStride: Int { block * panel + 16 }

  private static func slices(_ channels: Int) -> Int { (channels + slice - 1) / slice }
  private static func pointStride(tiles: Int, inputs: Int) -> Int {
    (tiles * slices(inputs) * slice + 1023) / 1024 * 1024 + 80
  }
  private static func groupSize(tiles: Int, inputs: Int) -> Int {
    let fitting = groupValues / (points * slices(inputs) * slice)
    return min(tiles, max(block, fitting / block * block))
  }
  private static func kernelValues(inputs: Int, outputs: Int) -> Int {
    outputs / panel * slices(inputs) * points * uStride
  }
  /// Whether U is made once: where it fits, and more than one block of tiles is multiplied with each panel of it.
  private static func sharesKernels(tiles: Int, inputs: Int, outputs: Int) -> Bool {
    tiles > block && kernelValues(inputs: inputs, outputs: outputs) <= sharedValues
  }

  /// Tiles along a side of `size`.
  fileprivate static func count(_ size: Int) -> Int { (size + tile - 1) / tile }

  /// Convolves `inputs` channels to `outputs`, both multiples of 32, at height x width.
  mutating func convolve(height: Int, width: Int, inputs: Int, outputs: Int, pieces: Pieces) {
    let across = Self.count(width)
    let tiles = Self.count(height) * across
    let groupSize = Self.groupSize(tiles: tiles, inputs: inputs)
    let stride = Self.pointStride(tiles: groupSize, inputs: inputs)
    let (slices, panels) = (Self.slices(inputs), outputs / Self.panel)
    let sharesU = Self.sharesKernels(tiles: tiles, inputs: inputs, outputs: outputs)
    precondition(
      Self.points * stride <= v.count
        && (sharesU
          ? Self.kernelValues(inputs: inputs, outputs: outputs) <= u.count
          : Self.patchValues + Self.points * (Self.mStride + Self.uStride) <= ownValues),
      "a workspace for less")
    let (v, u, own, ownValues) = (v.pointer, u.pointer, own.pointer, ownValues)
    let kernels = set
    let sliceU = Self.points * Self.uStride
    func depth(_ slice: Int) -> Int { min(Self.slice, inputs - slice * Self.slice) }

    func makeKernels(_ panel: Int, _ slice: Int, _ u: UnsafeMutablePointer<Float>) {
      pieces.kernels(slice * Self.slice, depth(slice), panel * Self.panel, u, Self.uStride)
    }

    if sharesU {
      pool.forEach(panels * slices) { index, _ in makeKernels(index / slices, index % slices, u + index * sliceU) }
    }

    for group in Swift.stride(from: 0, to: tiles, by: groupSize) {
      let size = min(groupSize, tiles - group)

      let chunk = 8
      pool.forEach((size + chunk - 1) / chunk) { index, worker in
        let scratch = own + worker * ownValues
        for t in index * chunk..<min((index + 1) * chunk, size) {
          let (y, x) = (group + t).quotientAndRemainder(dividingBy: across)
          for slice in 0..<slices {
            let patch = pieces.patch(y, x, slice * Self.slice, scratch)
            kernels.input_transform(
              patch.start, patch.rowStride, patch.columnStride, depth(slice),
              v + (slice * size + t) * Self.slice, stride)
          }
        }
      }

      // Blocks of equal size, in whole steps of the product's 12 rows: no small remainder for one worker to wait on.
      let blocks = (size + Self.block - 1) / Self.block
      let blockSize = ((size + blocks - 1) / blocks + 11) / 12 * 12
      pool.forEach(blocks * panels) { index, worker in
        let (b, panel) = index.quotientAndRemainder(dividingBy: panels)
        let first = b * blockSize
        let count = min(blockSize, size - first)
        guard count > 0 else { return }
        let scratch = own + worker * ownValues
        let m = scratch + Self.patchValues
        func multiply(_ point: Int, _ slice: Int, _ u: UnsafePointer<Float>, next: UnsafePointer<Float>) {
          kernels.multiply(
            count, depth(slice), v + point * stride + (slice * size + first) * Self.slice, Self.slice, 1, u, Self.panel,
            m + point * Self.mStride, Self.panel, slice > 0, next)
        }
        if sharesU {
          let u = u + panel * slices * sliceU
          for point in 0..<Self.points {
            for slice in 0..<slices {
              let here = u + slice * sliceU + point * Self.uStride
              multiply(point, slice, here, next: slice + 1 < slices ? here + sliceU : u + (point + 1) * Self.uStride)
            }
          }
        } else {
          let u = m + Self.points * Self.mStride
          for slice in 0..<slices {
            makeKernels(panel, slice, u)
            // After the last slice of a panel comes the first of the one that this worker may well take next.
            let isLast = slice + 1 == slices
            let (slice1, panel1) = isLast ? (0, (panel + pool.threads) % panels) : (slice + 1, panel)
            for point in 0..<Self.points {
              pieces.prefetch(point, slice1 * Self.slice, panel1 * Self.panel)
              multiply(point, slice, u + point * Self.uStride, next: u + (point + 1) * Self.uStride)
            }
          }
        }
        for t in 0..<count {
          let (y, x) = (group + first + t).quotientAndRemainder(dividingBy: across)
          pieces.finish(y, x, panel * Self.panel, UnsafePointer(m + t * Self.panel), Self.mStride)
        }
      }
    }
  }
}
