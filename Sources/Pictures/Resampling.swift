/// Resamples a picture, rows of `channels` values a pixel, to another size by Lanczos' filter.
///
/// Only the rows under the filter are held. Where rows become fewer they are filtered down before across, so that
/// most of the work is adding whole rows; where they become more, across before down.
///
/// - Parameters:
///   - read: puts a row of the source into a line that has its length. Called at most once for each, from the top.
///   - write: takes a row of the result. Called once for each, from the top.
func resample(
  _ source: Size, to size: Size, channels: Int, read: (_ row: Int, _ line: inout [Float]) -> Void,
  write: (_ row: Int, _ line: [Float]) -> Void
) {
  let across = Filter(from: source.width, to: size.width)
  let down = Filter(from: source.height, to: size.height)
  let isAcrossFirst = size.height > source.height
  let zeros = { (width: Int) in [Float](repeating: 0, count: width * channels) }
  var (old, new) = (zeros(source.width), zeros(size.width))  // lines before and after the filter across
  var sum = isAcrossFirst ? new : old
  var window = [[Float]](repeating: sum, count: down.taps)  // row r of the source is kept in slot r % taps
  var nextRow = 0
  for y in 0..<size.height {
    let start = down.starts[y]
    for row in max(nextRow, start)..<max(nextRow, start + down.taps) {
      let slot = row % down.taps
      if isAcrossFirst {
        read(row, &old)
        filter(old, by: across, channels: channels, into: &window[slot])
      } else {
        read(row, &window[slot])
      }
    }
    nextRow = max(nextRow, start + down.taps)
    for tap in 0..<down.taps {
      add(window[(start + tap) % down.taps], times: down.weights[y * down.taps + tap], to: &sum, isFirst: tap == 0)
    }
    if isAcrossFirst {
      write(y, sum)
    } else {
      filter(sum, by: across, channels: channels, into: &new)
      write(y, new)
    }
  }
}

/// A filtered copy of a line of pixels.
private func filter(_ line: [Float], by filter: Filter, channels: Int, into result: inout [Float]) {
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
      result[x * channels + channel] = sum
    }
  }
}

/// sum = weight * line for the first line, sum += weight * line for those that follow.
private func add(_ line: [Float], times weight: Float, to sum: inout [Float], isFirst: Bool) {
  let line = line.span
  var sum = sum.mutableSpan
  precondition(line.count == sum.count)
  if isFirst {
    for index in sum.indices { sum[index] = weight * line[index] }
  } else {
    for index in sum.indices { sum[index] += weight * line[index] }
  }
}
