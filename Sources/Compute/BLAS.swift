import COpenBLAS

// Every call into OpenBLAS; matrices are row-major. It is kept to one thread of its own: the pool's workers call it
// side by side.

private let singleThreaded: Void = openblas_set_num_threads(1)

/// c[rows x columns] = (accumulate ? c : 0) + a[rows x depth] b[columns x depth]^T; the rows of each follow one
/// another at its stride.
package func multiply(
  rows: Int, depth: Int, columns: Int, _ a: UnsafePointer<Float>, stride aStride: Int,
  transposing b: UnsafePointer<Float>, stride bStride: Int, to c: UnsafeMutablePointer<Float>,
  stride cStride: Int, accumulate: Bool
) {
  _ = singleThreaded
  cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasTrans, CInt(rows), CInt(columns), CInt(depth), 1, a, CInt(aStride), b,
    CInt(bStride), accumulate ? 1 : 0, c, CInt(cStride))
}

/// c[rows x columns] += scale a[rows x depth] b[depth x columns]; the rows of each follow one another at the one
/// stride.
func add(
  rows: Int, depth: Int, columns: Int, scale: Float, _ a: UnsafePointer<Float>, times b: UnsafePointer<Float>,
  to c: UnsafeMutablePointer<Float>, stride: Int
) {
  _ = singleThreaded
  cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasNoTrans, CInt(rows), CInt(columns), CInt(depth), scale, a, CInt(stride), b,
    CInt(stride), 1, c, CInt(stride))
}

/// The upper half of c[columns x columns] = a^T a, a[rows x columns], with one stride for both.
func syrk(rows: Int, columns: Int, _ a: UnsafePointer<Float>, to c: UnsafeMutablePointer<Float>, stride: Int) {
  _ = singleThreaded
  cblas_ssyrk(
    CblasRowMajor, CblasUpper, CblasTrans, CInt(columns), CInt(rows), 1, a, CInt(stride), 0, c, CInt(stride))
}

/// c = a^T b for a and b of as many rows and the given numbers of columns, with one stride for all.
func innerProducts(
  rows: Int, columns: (Int, Int), _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
  to c: UnsafeMutablePointer<Float>, stride: Int
) {
  _ = singleThreaded
  cblas_sgemm(
    CblasRowMajor, CblasTrans, CblasNoTrans, CInt(columns.0), CInt(columns.1), CInt(rows), 1, a, CInt(stride), b,
    CInt(stride), 0, c, CInt(stride))
}

/// x.y of vectors of `count` entries, short enough for OpenBLAS not to think of threads.
func innerProduct(_ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>) -> Float {
  cblas_sdot(CInt(count), x, 1, y, 1)
}

/// y += scale x, likewise.
func add(_ count: Int, _ scale: Float, times x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>) {
  cblas_saxpy(CInt(count), scale, x, 1, y, 1)
}
