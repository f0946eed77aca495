import Glibc

/// The weights that resample one line of `count` samples to `newCount`: Lanczos' windowed sinc with three lobes,
/// widened by the reduction so that nothing above the new sampling rate survives.
///
/// At the ends of the line the kernel is cut off and its remainder normalized, so a constant stays a constant.
struct Filter {
  /// How many samples go into each new one.
  let taps: Int
  /// For each new sample the first old one that goes into it; never falling.
  let starts: [Int]
  /// `newCount` x `taps` weights, each row summing to 1.
  let weights: [Float]

  init(from count: Int, to newCount: Int) {
    let step = Double(count) / Double(newCount)
    let stretch = max(step, 1)
    let reach = 3 * stretch
    let taps = min(Int((2 * reach).rounded(.up)) + 1, count)
    var starts: [Int] = []
    var weights: [Float] = []
    starts.reserveCapacity(newCount)
    weights.reserveCapacity(newCount * taps)
    for index in 0..<newCount {
      let center = (Double(index) + 0.5) * step
      let start = min(max(Int((center - reach).rounded(.down)), 0), count - taps)
      let raw = (start..<start + taps).map { lanczos((Double($0) + 0.5 - center) / stretch) }
      let sum = raw.reduce(0, +)
      starts.append(start)
      weights.append(contentsOf: raw.map { Float($0 / sum) })
    }
    self.taps = taps
    self.starts = starts
    self.weights = weights
  }
}

/// sinc(x) sinc(x / 3) on (-3, 3), 0 elsewhere.
private func lanczos(_ x: Double) -> Double {
  guard abs(x) < 3 else { return 0 }
  guard abs(x) > 1e-9 else { return 1 }
  let angle = Double.pi * x
  return 3 * sin(angle) * sin(angle / 3) / (angle * angle)
}
