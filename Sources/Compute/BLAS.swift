import COpenBLAS

// The matrix calls into OpenBLAS, row-major and contiguous. It is kept to one thread of its own: the pool's workers call
// it side by side.

private let singleThreaded: Void = openblas_set_num_threads(1)

/// c[rows x columns] = (accumulate ? c : 0) + scale a[rows x depth] b[columns x depth]^T.
package func multiply(
  rows: Int, depth: Int, columns: Int, _ a: UnsafePointer<Float>, transposing b: UnsafePointer<Float>,
  scale: Float = 1, to c: UnsafeMutablePointer<Float>, accumulate: Bool
) {
  _ = singleThreaded
  cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasTrans, CInt(rows), CInt(columns), CInt(depth), scale, a, CInt(depth), b,
    CInt(depth), accumulate ? 1 : 0, c, CInt(columns))
}

/// The upper half of c[columns x columns] = a^T a, a[rows x columns].
package func syrk(rows: Int, columns: Int, _ a: UnsafePointer<Float>, to c: UnsafeMutablePointer<Float>) {
  _ = singleThreaded
  cblas_ssyrk(
    CblasRowMajor, CblasUpper, CblasTrans, CInt(columns), CInt(rows), 1, a, CInt(columns), 0, c, CInt(columns))
}
