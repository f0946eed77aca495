internal import Glibc
internal import Pictures

/// How rough an image is: the term that keeps noise away, as `Recipe.Variation` defines it.
struct VariationLoss: Sendable {
  private let height: Int
  private let width: Int
  private let exponent: Double
  /// The factor that brings the image to the range the term is written for.
  private let range: Float
  private let factor: Double

  /// For images in [0, `range`].
  init(_ variation: Recipe.Variation, size: Size, range: Float = 1) {
    height = size.height
    width = size.width
    exponent = variation.exponent
    self.range = Float(variation.range) / range
    let terms = Double((size.height - 1) * (size.width - 1) * 3)
    factor = variation.normalization == .mean ? variation.weight / terms : variation.weight
  }

  /// The term's value for an image, [height][width][3]; gradient += d value / d image.
  ///
  /// With q = dx^2 + dy^2 the value is a sum of q^e, and d q^e / d n = e q^(e-1) (2 dx + 2 dy), less 2 dx for the right
  /// neighbour and 2 dy for the one below.
  func addGradient(of image: Span<Float>, to gradient: inout MutableSpan<Float>) -> Double {
    precondition(image.count == height * width * 3 && gradient.count == image.count, "an image of another size")
    let row = width * 3
    let scale = Float(factor * 2 * exponent) * range
    var sum = 0.0
    for i in 0..<height - 1 {
      var rowSum: Float = 0
      for index in i * row..<(i + 1) * row - 3 {
        let dx = range * (image[index] - image[index + 3])
        let dy = range * (image[index] - image[index + row])
        let q = dx * dx + dy * dy
        let slope = power(q, exponent - 1)
        rowSum += q * slope
        gradient[index] += scale * slope * (dx + dy)
        gradient[index + 3] -= scale * slope * dx
        gradient[index + row] -= scale * slope * dy
      }
      sum += Double(rowSum)
    }
    return factor * sum
  }

  /// q^e for the exponents that occur: 0 and 1/4 without a logarithm.
  private func power(_ q: Float, _ exponent: Double) -> Float {
    switch exponent {
    case 0: 1
    case 0.25: q.squareRoot().squareRoot()
    default: Float(pow(Double(q), exponent))
    }
  }
}
