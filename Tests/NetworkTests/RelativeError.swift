/// ||a - b|| / ||b||, infinite where anything is not finite.
func relativeError(_ a: [Float], _ b: [Float]) -> Double {
  var (difference, norm) = (0.0, 0.0)
  for (x, y) in zip(a, b) {
    difference += Double(x - y) * Double(x - y)
    norm += Double(y) * Double(y)
  }
  return difference.isFinite && a.count == b.count ? (difference / max(norm, 1e-30)).squareRoot() : .infinity
}
