/// What something took in the last pass of each direction.
package struct PassTimes: Sendable {
  package var forward = Duration.zero
  package var backward = Duration.zero

  package init() {}
}
