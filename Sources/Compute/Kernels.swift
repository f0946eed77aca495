import CKernels
import Glibc

/// The kernels this process computes with, chosen once: see `ck_select`.
package enum Kernels {
  /// The set in use.
  package static var current: ck_kernels { selected }

  /// Its name: "avx512", "avx2" or "reference".
  package static var name: String { String(cString: selected.name) }

  /// What the environment variable IMPASTO_CPU names, if it is no set of kernels, or none that this processor can run.
  package static var unfulfilledWish: String? {
    guard let wish = getenv("IMPASTO_CPU").map({ String(cString: $0) }), !wish.isEmpty, wish != name else { return nil }
    return wish
  }

  private nonisolated(unsafe) static let selected = ck_select().pointee  // a table of functions, never written
}
