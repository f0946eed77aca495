/// What a photograph shows that a painting of it cannot, being smaller: it enlarges paintings of one size, one after the
/// other, to the photograph's.
package struct FineDetail: Sendable {
  /// How much stronger than the photograph's own the edges may be made.
  private static let gains = 1.0...2.5

  private let photograph: Picture
  /// The size of the paintings.
  private let size: Size
  /// The luma of the photograph brought down to that size: what a painting can show. Nil where nothing is enlarged.
  private let luma: [Float]?
  /// Of the finest octave that the photograph and the paintings both have, the mean square.
  private let energy: Double

  /// - Parameter reduced: the photograph brought down to the size of the paintings.
  package init(of photograph: Picture, beyond reduced: Picture) {
    self.photograph = photograph
    size = reduced.size
    let isEnlarging = photograph.size.area > size.area
    luma = isEnlarging ? (0..<size.area).map(reduced.luma) : nil
    energy = isEnlarging ? reduced.finestOctave : 0
  }

  /// A painting, an opaque picture, brought to the size of the photograph it was painted from, with edges that follow
  /// the photograph's.
  ///
  /// Enlarging alone leaves the painting blurred: there is nothing in it finer than its own pixels. What the photograph
  /// has there, its luma less the same brought down and up again, is added to all three channels, as much stronger as
  /// the painting is than the photograph in the finest octave that both have. As enlarging is linear, what is taken off
  /// is taken off before. Where nothing is enlarged this is `resized`.
  package func added(to painting: Picture) -> Picture {
    precondition(painting.size == size && painting.alpha == nil, "an opaque painting of the size the detail is for")
    guard let luma else { return painting.resized(to: photograph.size) }
    let ratio = (painting.finestOctave / max(energy, 1e-9)).squareRoot()
    let gain = Float(min(max(ratio, Self.gains.lowerBound), Self.gains.upperBound))
    var pixels: [Float] = []
    pixels.reserveCapacity(3 * photograph.size.area)
    resample(size, to: photograph.size, channels: 3) { row, line in
      for x in 0..<size.width {
        let taken = gain * luma[row * size.width + x]
        for index in 3 * x..<3 * x + 3 { line[index] = painting.pixels[3 * row * size.width + index] - taken }
      }
    } write: { row, line in
      for x in 0..<photograph.width {
        let added = gain * photograph.luma(at: row * photograph.width + x)
        for index in 3 * x..<3 * x + 3 { pixels.append(line[index] + added) }
      }
    }
    return Picture(width: photograph.width, height: photograph.height, pixels: pixels)
  }
}

extension Picture {
  /// The mean square of what of the luma is lost at half the size.
  fileprivate var finestOctave: Double {
    let opaque = with(alpha: nil)
    let coarse = opaque.resized(to: size.scaled(by: 0.5)).resized(to: size)
    let sum = (0..<size.area).reduce(0.0) { sum, index in
      let lost = Double(opaque.luma(at: index) - coarse.luma(at: index))
      return sum + lost * lost
    }
    return sum / Double(size.area)
  }

  /// The luma of the pixel with the given index, counted row by row.
  fileprivate func luma(at index: Int) -> Float {
    let weights = SIMD3<Float>(Self.luma)
    return weights[0] * pixels[3 * index] + weights[1] * pixels[3 * index + 1] + weights[2] * pixels[3 * index + 2]
  }
}
