/// The mean and covariance of a picture's colours, each pixel counted by its alpha.
package struct ColorStatistics: Sendable {
  package let mean: Vector3
  package let covariance: SymmetricMatrix3

  /// Of a picture without a single visible pixel, all are counted alike.
  package init(of picture: Picture) {
    let alpha = picture.alpha.flatMap { $0.contains { $0 > 0 } ? $0 : nil }
    var total = 0.0
    var sum = Vector3.zero
    for index in 0..<picture.size.area {
      let weight = Double(alpha?[index] ?? 1)
      total += weight
      sum += weight * picture.color(at: index)
    }
    let mean = sum / total
    var covariance = SymmetricMatrix3.zero
    for index in 0..<picture.size.area {
      let deviation = picture.color(at: index) - mean
      covariance.add(squareOf: deviation, times: Double(alpha?[index] ?? 1) / total)
    }
    self.mean = mean
    self.covariance = covariance
  }

  /// Of several pictures together, which count by their weights: above 0, at least one.
  package init(of pictures: [(picture: Picture, weight: Double)]) {
    let total = pictures.reduce(0) { $0 + $1.weight }
    let parts = pictures.map { (statistics: ColorStatistics(of: $0.picture), share: $0.weight / total) }
    let mean = parts.reduce(Vector3.zero) { $0 + $1.share * $1.statistics.mean }
    covariance = parts.reduce(into: .zero) { covariance, part in
      covariance.add(part.statistics.covariance, times: part.share)
      covariance.add(squareOf: part.statistics.mean - mean, times: part.share)
    }
    self.mean = mean
  }

  private init(mean: Vector3, covariance: SymmetricMatrix3) {
    self.mean = mean
    self.covariance = covariance
  }

  var lumaVariance: Double { (Picture.luma * (covariance * Picture.luma)).sum() }

  /// With at least that variance of luma, what is missing added in gray.
  func withLuma(variance: Double) -> ColorStatistics {
    var covariance = covariance
    covariance.add(squareOf: Vector3(1, 1, 1), times: max(variance - lumaVariance, 0))
    return ColorStatistics(mean: mean, covariance: covariance)
  }
}

extension Picture {
  /// The colour of the pixel with the given index, counted row by row.
  func color(at index: Int) -> Vector3 {
    Vector3(Double(pixels[index * 3]), Double(pixels[index * 3 + 1]), Double(pixels[index * 3 + 2]))
  }
}
