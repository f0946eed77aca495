extension Picture {
  /// The picture resampled to another size by Lanczos' filter, on the gamma-encoded values that the network sees.
  ///
  /// Colours are weighted by alpha, so that what lies under transparent pixels does not bleed into visible ones; where
  /// the result is transparent its colour is that of the plain, unweighted picture. Rows are filtered as they are
  /// needed: apart from the result, only the few rows under the filter are held.
  package func resized(to size: Size) -> Picture {
    if size == self.size { return self }
    let across = Filter(from: width, to: size.width)
    let down = Filter(from: height, to: size.height)
    let channels = alpha == nil ? 3 : 7
    let rowLength = size.width * channels

    var source = [Float](repeating: 0, count: width * channels)
    var window = [Float](repeating: 0, count: down.taps * rowLength)  // row r of the source is kept in slot r % taps
    var row = [Float](repeating: 0, count: rowLength)
    var newPixels = [Float](repeating: 0, count: size.area * 3)
    var newAlpha = alpha.map { _ in [Float](repeating: 0, count: size.area) }
    var nextRow = 0
    for y in 0..<size.height {
      let start = down.starts[y]
      for sourceRow in max(nextRow, start)..<max(nextRow, start + down.taps) {
        unpack(row: sourceRow, into: &source)
        filter(source, by: across, channels: channels, into: &window, at: sourceRow % down.taps * rowLength)
      }
      nextRow = max(nextRow, start + down.taps)
      for index in row.indices { row[index] = 0 }
      for tap in 0..<down.taps {
        add(window, from: (start + tap) % down.taps * rowLength, times: down.weights[y * down.taps + tap], to: &row)
      }
      pack(row, at: y * size.width, pixels: &newPixels, alpha: &newAlpha)
    }
    return Picture(width: size.width, height: size.height, pixels: newPixels, alpha: newAlpha)
  }

  /// One row as it is filtered: three values a pixel, or seven with alpha: colour times alpha, alpha, plain colour.
  private func unpack(row: Int, into line: inout [Float]) {
    guard let alpha else {
      for index in 0..<width * 3 { line[index] = pixels[row * width * 3 + index] }
      return
    }
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

  /// The inverse of `unpack` on a filtered row, whose first pixel has the given index in the new picture.
  private func pack(_ line: [Float], at first: Int, pixels: inout [Float], alpha: inout [Float]?) {
    guard alpha != nil else {
      for (index, value) in line.enumerated() { pixels[first * 3 + index] = value }
      return
    }
    for x in 0..<line.count / 7 {
      let coverage = line[x * 7 + 3]
      alpha?[first + x] = coverage
      for channel in 0..<3 {
        let isVisible = coverage > 1e-3
        pixels[(first + x) * 3 + channel] =
          isVisible ? line[x * 7 + channel] / coverage : line[x * 7 + 4 + channel]
      }
    }
  }
}

/// A filtered copy of a line of pixels, written to `result` from `offset` on.
private func filter(
  _ line: [Float], by filter: Filter, channels: Int, into result: inout [Float], at offset: Int
) {
  let line = line.span
  let weights = filter.weights.span
  var result = result.mutableSpan
  for x in 0..<filter.starts.count {
    let start = filter.starts[x] * channels
    for channel in 0..<channels {
      var sum: Float = 0
      for tap in 0..<filter.taps {
        sum += weights[x * filter.taps + tap] * line[start + tap * channels + channel]
      }
      result[offset + x * channels + channel] = sum
    }
  }
}

/// row += weight * source[offset...]
private func add(_ source: [Float], from offset: Int, times weight: Float, to row: inout [Float]) {
  let source = source.span
  var row = row.mutableSpan
  for index in row.indices { row[index] += weight * source[offset + index] }
}
