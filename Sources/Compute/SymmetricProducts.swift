// Products of a feature map with itself and with a symmetric matrix, for Gram matrices and their gradients.
//
// A feature map is F, positions x channels, row-major. The work is cut into pieces that depend on the shape alone, each
// piece is one call of OpenBLAS by one worker, and sums over pieces are taken in order: the result does not depend on
// the number of threads.

/// A Gram matrix is made of squares of this many channels a side.
private let square = 64

/// How many pieces the positions are cut into: many where there are few channels, so that there is work for everybody
/// and the sums of all pieces together stay below a megabyte.
private func pieces(positions: Int, channels: Int) -> Int {
  let most = 512 / min(channels, 512)
  return max(1, min(positions / 512, most * most))
}

/// Values of workspace that `gramMatrix` wants.
package func gramWorkspace(positions: Int, channels: Int) -> Int {
  let pieces = pieces(positions: positions, channels: channels)
  return pieces > 1 ? pieces * channels * channels : 0
}

/// gram = F^T F, [channels][channels], both halves written: sums over positions of products of channels
/// (Gatys, Ecker and Bethge 2016, equation 3).
package func gramMatrix(
  of features: Span<Float>, positions: Int, channels: Int, workspace: inout Buffer<Float>,
  into gram: inout MutableSpan<Float>, on pool: ThreadPool
) {
  precondition(features.count == positions * channels && gram.count == channels * channels, "shapes differ")
  precondition(
    workspace.count >= gramWorkspace(positions: positions, channels: channels), "a workspace for a smaller map")
  let pieces = pieces(positions: positions, channels: channels)
  let length = (positions + pieces - 1) / pieces
  let blocks = (channels + square - 1) / square
  let squares = blocks * (blocks + 1) / 2
  let size = gram.count
  let sums = workspace.pointer
  features.withUnsafeBufferPointer { features in
    gram.withUnsafeMutableBufferPointer { gram in
      guard let f = features.baseAddress, let gram = gram.baseAddress else { return }
      pool.forEach(pieces * squares) { index, _ in
        let (piece, which) = index.quotientAndRemainder(dividingBy: squares)
        let (i, j) = upperSquare(which, of: blocks)
        let (top, left) = (i * square, j * square)
        let (first, rows) = (piece * length, min(length, positions - piece * length))
        let target = (pieces > 1 ? sums + piece * size : gram) + top * channels + left
        let (a, b) = (f + first * channels + top, f + first * channels + left)
        if i == j {
          syrk(rows: rows, columns: min(square, channels - top), a, to: target, stride: channels)
        } else {
          innerProducts(
            rows: rows, columns: (square, min(square, channels - left)), a, b, to: target, stride: channels)
        }
      }
      if pieces > 1 {
        pool.forEach(channels) { row, _ in addUp(sums, pieces: pieces, row: row, of: channels, to: gram) }
      }
      pool.forEach(squares) { which, _ in
        let (i, j) = upperSquare(which, of: blocks)
        for row in i * square..<min((i + 1) * square, channels) {
          for column in max(j * square, row)..<min((j + 1) * square, channels) {
            gram[column * channels + row] = gram[row * channels + column]
          }
        }
      }
    }
  }
}

/// One row of the upper half of all pieces' sums, added in double.
private func addUp(
  _ sums: UnsafePointer<Float>, pieces: Int, row: Int, of channels: Int, to gram: UnsafeMutablePointer<Float>
) {
  withUnsafeTemporaryAllocation(of: Double.self, capacity: channels) { total in
    total.initialize(repeating: 0)
    for piece in 0..<pieces {
      let more = sums + (piece * channels + row) * channels
      for column in row..<channels { total[column] += Double(more[column]) }
    }
    for column in row..<channels { gram[row * channels + column] = Float(total[column]) }
  }
}

/// The row and column of one of the squares on or above the diagonal, counted row by row.
private func upperSquare(_ index: Int, of blocks: Int) -> (row: Int, column: Int) {
  var (row, rest) = (0, index)
  while rest >= blocks - row {
    rest -= blocks - row
    row += 1
  }
  return (row, row + rest)
}

/// gradient += scale F S, with S [channels][channels] symmetric: the gradient of a loss by F where 2 F S is that by its
/// Gram matrix.
package func addProduct(
  of features: Span<Float>, positions: Int, channels: Int, with symmetric: Span<Float>, scale: Float,
  to gradient: inout MutableSpan<Float>, on pool: ThreadPool
) {
  precondition(
    features.count == positions * channels && gradient.count == features.count
      && symmetric.count == channels * channels, "shapes differ")
  let length = positions < 1024 ? 64 : 256
  let width = 256
  let bands = (channels + width - 1) / width
  features.withUnsafeBufferPointer { features in
    symmetric.withUnsafeBufferPointer { symmetric in
      gradient.withUnsafeMutableBufferPointer { gradient in
        guard let f = features.baseAddress, let s = symmetric.baseAddress, let g = gradient.baseAddress else { return }
        pool.forEach((positions + length - 1) / length * bands) { index, _ in
          let (piece, band) = index.quotientAndRemainder(dividingBy: bands)
          let (first, left) = (piece * length, band * width)
          // Columns of S rather than its rows, which are the same: OpenBLAS packs them faster.
          add(
            rows: min(length, positions - first), depth: channels, columns: min(width, channels - left), scale: scale,
            f + first * channels, times: s + left, to: g + first * channels + left, stride: channels)
        }
      }
    }
  }
}
