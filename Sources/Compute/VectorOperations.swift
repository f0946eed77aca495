// Sums over whole vectors are cut at fixed places and added up in a fixed order, in double: the result depends neither
// on the number of threads nor on OpenBLAS's own idea of when to use several. A piece is short enough for a first-level
// cache, and for OpenBLAS not to think of threads.
private let piece = 8192

/// Vectors of fewer pieces are not worth waking the crew for.
private let worthSharing = 16

/// The inner product of two vectors of the same length; each piece is summed in float, the pieces in double.
package func dot(_ a: borrowing Buffer<Float>, _ b: borrowing Buffer<Float>, on pool: ThreadPool) -> Double {
  precondition(a.count == b.count, "vectors of one length")
  let (count, x, y) = (a.count, a.constantPointer, b.constantPointer)
  return withUnsafeTemporaryAllocation(of: Double.self, capacity: pieces(count)) { sums in
    forEachPiece(of: count, on: pool) { index, start, length in
      sums.initializeElement(at: index, to: Double(innerProduct(length, x + start, y + start)))
    }
    return sums.reduce(0, +)
  }
}

/// b += scale * a, for two vectors of the same length.
package func add(
  _ scale: Double, times a: borrowing Buffer<Float>, to b: inout Buffer<Float>, on pool: ThreadPool
) {
  precondition(a.count == b.count, "vectors of one length")
  let (count, x, y) = (a.count, a.constantPointer, b.pointer)
  forEachPiece(of: count, on: pool) { _, start, length in
    add(length, Float(scale), times: x + start, to: y + start)
  }
}

func pieces(_ count: Int) -> Int { (count + piece - 1) / piece }

func forEachPiece(
  of count: Int, on pool: ThreadPool, _ body: (_ index: Int, _ start: Int, _ length: Int) -> Void
) {
  let pieces = pieces(count)
  let isShared = pieces >= worthSharing
  pool.forEach(isShared ? pieces : 1) { share, _ in
    for index in isShared ? share..<share + 1 : 0..<pieces {
      body(index, index * piece, min(piece, count - index * piece))
    }
  }
}
