internal import Compute

/// The same two bounds for every entry of a vector: what a picture's values must keep to.
package struct Box: Sendable, Equatable {
  package let lower: Float
  package let upper: Float

  package init(_ bounds: ClosedRange<Float>) {
    lower = bounds.lowerBound
    upper = bounds.upperBound
  }

  /// No bounds at all.
  package static let none = Box(-.infinity ... .infinity)

  /// The nearest value inside.
  func projected(_ value: Float) -> Float { min(max(value, lower), upper) }

  /// Whether an entry may move against its gradient: one at a bound whose gradient pushes outwards may not.
  func isFree(_ value: Float, gradient: Float) -> Bool {
    !(value <= lower && gradient > 0) && !(value >= upper && gradient < 0)
  }

  /// Sets the entries of `vector` to zero that may not move from where `iterate` stands.
  func restrict(_ vector: inout Buffer<Float>, at iterate: borrowing Iterate) {
    var v = vector.mutableSpan
    let (x, g) = (iterate.point.span, iterate.gradient.span)
    for i in 0..<v.count where !isFree(x[i], gradient: g[i]) { v[i] = 0 }
  }

  /// target = the projection of point + length * direction.
  func step(
    from point: borrowing Buffer<Float>, along direction: borrowing Buffer<Float>, length: Double,
    into target: inout Buffer<Float>
  ) {
    var z = target.mutableSpan
    let (x, d, length) = (point.span, direction.span, Float(length))
    for i in 0..<z.count { z[i] = projected(x[i] + length * d[i]) }
  }

  /// direction := the projection of point + length * direction.
  func step(from point: borrowing Buffer<Float>, along direction: inout Buffer<Float>, length: Double) {
    var z = direction.mutableSpan
    let (x, length) = (point.span, Float(length))
    for i in 0..<z.count { z[i] = projected(x[i] + length * z[i]) }
  }
}
