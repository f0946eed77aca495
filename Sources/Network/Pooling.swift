/// How a 2x2 window of stride 2 becomes one value between two blocks; a last odd row or column is dropped.
package enum Pooling: String, Sendable, CaseIterable {
  case max, average
}
