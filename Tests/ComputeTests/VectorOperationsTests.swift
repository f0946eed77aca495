import Compute
import Testing

@Suite struct VectorOperationsTests {
  /// Lengths around those at which a vector is cut, and shared among threads.
  static let lengths = [0, 1, 7, 8191, 8192, 8193, 16 * 8192 - 1, 16 * 8192 + 5, 300_001]

  func buffer(_ count: Int, _ value: (Int) -> Float) -> Buffer<Float> {
    var buffer = Buffer<Float>(zeros: count)
    var span = buffer.mutableSpan
    for index in 0..<count { span[index] = value(index) }
    return buffer
  }

  @Test(arguments: lengths)
  func innerProduct(count: Int) {
    let a = buffer(count) { Float($0 % 13) - 6 }
    let b = buffer(count) { Float($0 % 7) / 8 - 0.25 }
    let expected = (0..<count).reduce(0.0) { $0 + Double(a.span[$1]) * Double(b.span[$1]) }
    let products = [1, 2, 3].map { dot(a, b, on: ThreadPool(threads: $0)) }
    #expect(abs(products[0] - expected) <= 1e-5 * Double(count))
    #expect(products.allSatisfy { $0 == products[0] })
  }

  @Test(arguments: lengths)
  func sumWithAMultiple(count: Int) {
    for threads in 1...3 {
      let a = buffer(count) { Float($0 % 13) - 6 }
      var b = buffer(count) { Float($0 % 5) }
      add(-0.5, times: a, to: &b, on: ThreadPool(threads: threads))
      let isRight = (0..<count).allSatisfy { b.span[$0] == Float($0 % 5) - 0.5 * (Float($0 % 13) - 6) }
      #expect(isRight)
    }
  }
}
