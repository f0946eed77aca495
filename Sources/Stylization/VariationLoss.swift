internal import Glibc
internal import Pictures

/// How rough an image is: the term that keeps noise away, as `Recipe.Variation` defines it. Where pixels are transparent
/// it counts as much as the least visible of those that a difference is taken of.
struct VariationLoss: Sendable {
  private let height: Int
  private let width: Int
  private let exponent: Double
  /// The factor that brings the image to the range the term is written for.
  private let range: Float
  private let factor: Double
  /// Of an opaque picture none.
  private let alpha: [Float]?

  /// For images of the content picture's size in [0, `range`].
  init(_ variation: Recipe.Variation, content: Picture, range: Float = 1) {
    height = content.height
    width = content.width
    alpha = content.alpha
    exponent = variation.exponent
    self.range = Float(variation.range) / range
    let terms = 3 * Self.seen(content)
    factor = variation.normalization == .mean ? variation.weight / max(terms, 1) : variation.weight
  }

  /// How many differences there are, each as visible as it is.
  private static func seen(_ content: Picture) -> Double {
    let (height, width) = (content.height, content.width)
    guard let alpha = content.alpha else { return Double((height - 1) * (width - 1)) }
    return (0..<height - 1).reduce(0) { sum, row in
      (row * width..<(row + 1) * width - 1).reduce(sum) { $0 + Double(visibility(of: $1, alpha, width)) }
    }
  }

  /// Of the differences between a pixel and those to the right of it and below.
  private static func visibility(of pixel: Int, _ alpha: [Float], _ width: Int) -> Float {
    min(alpha[pixel], alpha[pixel + 1], alpha[pixel + width])
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
      for pixel in i * width..<(i + 1) * width - 1 {
        let seen = alpha.map { Self.visibility(of: pixel, $0, width) } ?? 1
        for index in 3 * pixel..<3 * pixel + 3 {
          let dx = range * (image[index] - image[index + 3])
          let dy = range * (image[index] - image[index + row])
          let q = dx * dx + dy * dy
          let slope = seen * power(q, exponent - 1)
          rowSum += q * slope
          gradient[index] += scale * slope * (dx + dy)
          gradient[index + 3] -= scale * slope * dx
          gradient[index + row] -= scale * slope * dy
        }
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
