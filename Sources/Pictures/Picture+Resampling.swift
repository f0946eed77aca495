extension Picture {
  /// The picture resampled to another size by Lanczos' filter, on the gamma-encoded values that the network sees.
  ///
  /// Colours are weighted by alpha, so that what lies under transparent pixels does not bleed into visible ones; where
  /// the result is transparent its colour is that of the plain, unweighted picture.
  package func resized(to size: Size) -> Picture {
    if size == self.size { return self }
    var colors: [Float] = []
    colors.reserveCapacity(size.area * 3)
    guard let alpha else {
      resample(self.size, to: size, channels: 3) { row, line in
        line.replaceSubrange(line.indices, with: pixels[row * line.count..<(row + 1) * line.count])
      } write: { _, line in
        colors += line
      }
      return Picture(width: size.width, height: size.height, pixels: colors)
    }
    var coverages: [Float] = []
    coverages.reserveCapacity(size.area)
    resample(self.size, to: size, channels: 7) { row, line in
      unpack(row: row, alpha, into: &line)
    } write: { _, line in
      Self.pack(line, &colors, &coverages)
    }
    return Picture(width: size.width, height: size.height, pixels: colors, alpha: coverages)
  }

  /// One row as it is filtered, seven values a pixel: colour times alpha, alpha, plain colour.
  private func unpack(row: Int, _ alpha: [Float], into line: inout [Float]) {
    for x in 0..<width {
      let coverage = alpha[row * width + x]
      for channel in 0..<3 {
        let value = pixels[(row * width + x) * 3 + channel]
        line[x * 7 + channel] = value * coverage
        line[x * 7 + 4 + channel] = value
      }
      line[x * 7 + 3] = coverage
    }
  }

  /// The inverse of `unpack` on a filtered row, added to a picture's.
  private static func pack(_ line: [Float], _ colors: inout [Float], _ coverages: inout [Float]) {
    for first in stride(from: 0, to: line.count, by: 7) {
      let coverage = line[first + 3]
      let isVisible = coverage > 1e-3
      for channel in 0..<3 { colors.append(isVisible ? line[first + channel] / coverage : line[first + 4 + channel]) }
      coverages.append(coverage)
    }
  }
}
