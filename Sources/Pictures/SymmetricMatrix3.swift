package typealias Vector3 = SIMD3<Double>

/// A symmetric 3x3 matrix: a covariance of colours, or a map that is made of two.
package struct SymmetricMatrix3: Sendable {
  /// Its rows, which are its columns too.
  package private(set) var rows: (Vector3, Vector3, Vector3)

  static var zero: SymmetricMatrix3 { SymmetricMatrix3(rows: (.zero, .zero, .zero)) }

  /// self += weight v vᵀ
  mutating func add(squareOf v: Vector3, times weight: Double) {
    rows.0 += weight * v.x * v
    rows.1 += weight * v.y * v
    rows.2 += weight * v.z * v
  }

  /// self += weight A
  mutating func add(_ other: SymmetricMatrix3, times weight: Double) {
    rows.0 += weight * other.rows.0
    rows.1 += weight * other.rows.1
    rows.2 += weight * other.rows.2
  }

  package static func * (matrix: SymmetricMatrix3, vector: Vector3) -> Vector3 {
    Vector3((matrix.rows.0 * vector).sum(), (matrix.rows.1 * vector).sum(), (matrix.rows.2 * vector).sum())
  }

  /// S A S, which is symmetric where S is.
  func sandwiching(_ inner: SymmetricMatrix3) -> SymmetricMatrix3 {
    let columns = (self * (inner * rows.0), self * (inner * rows.1), self * (inner * rows.2))
    return SymmetricMatrix3(rows: columns)
  }

  /// V f(D) Vᵀ for self = V D Vᵀ: the function of the matrix that `function` is of its eigenvalues.
  func mapEigenvalues(_ function: (Double) -> Double) -> SymmetricMatrix3 {
    let (values, vectors) = eigen()
    var result = SymmetricMatrix3.zero
    for (value, vector) in zip(values, vectors) { result.add(squareOf: vector, times: function(value)) }
    return result
  }

  /// Eigenvalues with their unit eigenvectors, by Jacobi's rotations.
  private func eigen() -> (values: [Double], vectors: [Vector3]) {
    var a = [rows.0, rows.1, rows.2]
    var vectors = [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)]
    for _ in 0..<16 {  // quadratic convergence: six sweeps are enough for full precision
      for (p, q) in [(0, 1), (0, 2), (1, 2)] where a[p][q] != 0 {
        let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let tangent = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        let sine = tangent * cosine
        for k in 0..<3 { (a[k][p], a[k][q]) = (cosine * a[k][p] - sine * a[k][q], sine * a[k][p] + cosine * a[k][q]) }
        (a[p], a[q]) = (cosine * a[p] - sine * a[q], sine * a[p] + cosine * a[q])
        (vectors[p], vectors[q]) = (
          cosine * vectors[p] - sine * vectors[q], sine * vectors[p] + cosine * vectors[q]
        )
      }
    }
    return ([a[0][0], a[1][1], a[2][2]], vectors)
  }
}
