/// Numbers that are not negative, each in a byte: of each the exponent, in sixteen octaves, and the upper four bits of
/// the fraction. From a 64th of a typical number to 240 times it they are right to a 32nd; smaller ones are right to a
/// 128th of the typical one, larger ones become the largest.
package struct ByteCode: Sendable {
  /// The upper bits of the number whose byte would be 0, were that not kept for zero itself.
  private let base: Int32

  /// For numbers around a typical one, which is positive and not small enough to be subnormal with its octaves below.
  package init(around typical: Float) {
    precondition(typical.isFinite && typical > 0x1p-100, "no typical number")
    base = Self.upper(Float(sign: .plus, exponent: typical.exponent - 7, significand: 1))
  }

  /// The nearest byte.
  @inline(__always)
  package func byte(_ value: Float) -> UInt8 { UInt8(truncatingIfNeeded: min(max(Self.upper(value) - base, 0), 255)) }

  @inline(__always)
  package func value(_ byte: UInt8) -> Float {
    byte == 0 ? 0 : Float(bitPattern: UInt32(bitPattern: (Int32(byte) + base) << 19))
  }

  /// Sign, exponent and four bits of the fraction, rounded.
  @inline(__always)
  private static func upper(_ value: Float) -> Int32 { Int32(truncatingIfNeeded: (value.bitPattern &+ 0x4_0000) >> 19) }
}
