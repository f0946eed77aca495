/// What one convolution took, with all that is fused with it, in the last pass of each direction.
package struct PassTimes: Sendable {
  package internal(set) var forward = Duration.zero
  package internal(set) var backward = Duration.zero
}
