// Products of a feature map with itself and with a symmetric matrix, for Gram matrices and their gradients.
//
// A feature map is F, positions x channels, row-major. The positions are cut into pieces whose number depends on the
// shape alone, each piece is one call of OpenBLAS by one worker, and sums over pieces are taken in order: the result
// does not depend on the number of threads.

/// gram = F^T F, [channels][channels], both halves written: sums over positions of products of channels
/// (Gatys, Ecker and Bethge 2016, equation 3).
package func gramMatrix(
  of features: Span<Float>, positions: Int, channels: Int, into gram: inout MutableSpan<Float>, on pool: ThreadPool
) {
  precondition(features.count == positions * channels && gram.count == channels * channels, "shapes differ")
  let pieces = max(1, min(positions / 512, max(2, 4096 / channels)))
  let length = (positions + pieces - 1) / pieces
  var partial = Buffer<Float>(zeros: pieces * gram.count)
  let sums = partial.pointer
  let size = gram.count
  features.withUnsafeBufferPointer { features in
    guard let f = features.baseAddress else { return }
    pool.forEach(pieces) { piece, _ in
      let first = piece * length
      let rows = min(length, positions - first)
      guard rows > 0 else { return }
      syrk(rows: rows, columns: channels, f + first * channels, to: sums + piece * size)
    }
  }
  gram.withUnsafeMutableBufferPointer { gram in
    guard let gram = gram.baseAddress else { return }
    pool.forEach(channels) { i, _ in
      for j in i..<channels {
        var sum = 0.0
        for piece in 0..<pieces { sum += Double(sums[piece * size + i * channels + j]) }
        gram[i * channels + j] = Float(sum)
      }
    }
    for i in 0..<channels {
      for j in 0..<i { gram[i * channels + j] = gram[j * channels + i] }
    }
  }
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
  let length = 256
  features.withUnsafeBufferPointer { features in
    symmetric.withUnsafeBufferPointer { symmetric in
      gradient.withUnsafeMutableBufferPointer { gradient in
        guard let f = features.baseAddress, let s = symmetric.baseAddress, let g = gradient.baseAddress else { return }
        pool.forEach((positions + length - 1) / length) { piece, _ in
          let first = piece * length
          multiply(
            rows: min(length, positions - first), depth: channels, columns: channels, f + first * channels,
            transposing: s, scale: scale, to: g + first * channels, accumulate: true)
        }
      }
    }
  }
}
