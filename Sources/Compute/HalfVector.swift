/// A vector kept in half the memory: of each number the sign, the exponent and the upper seven bits of the fraction
/// ("bfloat16"), right to a third of a per cent.
package struct HalfVector: ~Copyable {
  private var halves: Buffer<UInt16>

  package init(zeros count: Int) { halves = Buffer(count: count, repeating: 0) }

  package var count: Int { halves.count }

  /// The nearest number that a half can hold; of two as near, the one with an even fraction.
  @inline(__always)
  package static func rounded(_ value: Float) -> Float {
    let bits = value.bitPattern
    let up = 0x7FFF &+ ((bits >> 16) & 1)
    return Float(bitPattern: (bits &+ up) & 0xFFFF_0000)
  }

  /// Where the halves lie, for the function that reads or writes many of them; valid while the vector lives.
  package var pointer: UnsafeMutablePointer<UInt16> { mutating get { halves.pointer } }
  package var constantPointer: UnsafePointer<UInt16> { halves.constantPointer }

  @inline(__always)
  package static func half(_ value: Float) -> UInt16 { UInt16(truncatingIfNeeded: rounded(value).bitPattern >> 16) }
  @inline(__always)
  package static func value(_ half: UInt16) -> Float { Float(bitPattern: UInt32(half) << 16) }

  /// self := vector, of the same length, rounded.
  package mutating func set(to vector: borrowing Buffer<Float>, on pool: ThreadPool) {
    precondition(vector.count == count, "vectors of one length")
    let (target, source) = (halves.pointer, vector.constantPointer)
    forEachPiece(of: count, on: pool) { _, start, length in
      for index in start..<start + length { target[index] = Self.half(source[index]) }
    }
  }
}

/// The inner product of two vectors of the same length, as that of whole vectors.
package func dot(_ a: borrowing HalfVector, _ b: borrowing Buffer<Float>, on pool: ThreadPool) -> Double {
  precondition(a.count == b.count, "vectors of one length")
  let (count, x, y) = (a.count, a.constantPointer, b.constantPointer)
  return withUnsafeTemporaryAllocation(of: Double.self, capacity: pieces(count)) { sums in
    forEachPiece(of: count, on: pool) { index, start, length in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: length) { whole in
        for i in 0..<length { whole.initializeElement(at: i, to: HalfVector.value(x[start + i])) }
        guard let whole = whole.baseAddress else { return }
        sums.initializeElement(at: index, to: Double(innerProduct(length, whole, y + start)))
      }
    }
    return sums.reduce(0, +)
  }
}

/// b += scale * a, for two vectors of the same length.
package func add(_ scale: Double, times a: borrowing HalfVector, to b: inout Buffer<Float>, on pool: ThreadPool) {
  precondition(a.count == b.count, "vectors of one length")
  let (count, x, y, scale) = (a.count, a.constantPointer, b.pointer, Float(scale))
  forEachPiece(of: count, on: pool) { _, start, length in
    for index in start..<start + length { y[index] += scale * HalfVector.value(x[index]) }
  }
}
