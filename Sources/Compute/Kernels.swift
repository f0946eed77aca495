import CKernels

/// The kernels this process computes with, chosen once: see `ck_select`.
package enum Kernels {
  /// The set in use.
  package static var current: ck_kernels { selected }

  /// Its name: "avx512", "avx2" or "reference".
  package static var name: String { String(cString: selected.name) }

  private nonisolated(unsafe) static let selected = ck_select().pointee  // a table of functions, never written
}
