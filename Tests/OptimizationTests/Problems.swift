import Optimization

/// Small functions whose minima are known, worked out in double.
enum Problems {
  /// sum (1 - x_i)^2 + 100 (x_(i+1) - x_i^2)^2, over 100: a curved valley with its end at 1, 1, ...
  static func rosenbrock(_ point: Span<Float>, _ gradient: inout MutableSpan<Float>) -> Double {
    var value = 0.0
    var slopes = [Double](repeating: 0, count: point.count)
    for i in 0..<point.count - 1 {
      let (x, y) = (Double(point[i]), Double(point[i + 1]))
      value += (100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x)) / 100
      slopes[i] += (-400 * x * (y - x * x) - 2 * (1 - x)) / 100
      slopes[i + 1] += 2 * (y - x * x)
    }
    for i in slopes.indices { gradient[i] = Float(slopes[i]) }
    return value
  }

  /// sum k_i (x_i - center)^2 / 2
  static func quadratic(
    stiffness: [Double], center: Double = 1
  ) -> (_ point: Span<Float>, _ gradient: inout MutableSpan<Float>) -> Double {
    { point, gradient in
      var value = 0.0
      for i in 0..<point.count {
        let distance = Double(point[i]) - center
        value += stiffness[i] * distance * distance / 2
        gradient[i] = Float(stiffness[i] * distance)
      }
      return value
    }
  }

  static func array(_ span: Span<Float>) -> [Float] { (0..<span.count).map { span[$0] } }
}
