import CKernels
import TestSupport
import Testing

/// Every kernel of every set this processor has, against a few lines of double arithmetic.
@Suite struct KernelSetTests {
  static let known: [String] = ["reference", "avx2", "avx512"]
  static let sets = known.filter { name in ck_named(name) != nil }

  @Test func thereIsAlwaysOneAndItIsTheOneAskedFor() {
    #expect(Self.sets.first == "reference")
    for name in Self.sets { #expect(ck_named(name).map { String(cString: $0.pointee.name) } == name) }
    #expect(ck_named("sse9") == nil)
    #expect(Self.sets.contains(String(cString: ck_select().pointee.name)))
  }

  @Test(arguments: sets)
  func multiplyEqualsTheDefinition(set: String) throws {
    let kernels = try #require(ck_named(set)).pointee
    var generator = SeededGenerator(seed: 21)
    for _ in 0..<60 {
      let rows = Int.random(in: 1...40, using: &generator)
      let depth = Int.random(in: 1...90, using: &generator)
      let (row, ldb, ldc) = (depth + 3, 32 + 32 * Int.random(in: 0...1, using: &generator), 40)
      let a = random(rows * row, &generator)
      let b = random(depth * ldb, &generator)
      let before = random(rows * ldc, &generator)
      for accumulate in [false, true] {
        var c = accumulate ? before : [Float](repeating: .nan, count: rows * ldc)
        kernels.multiply(rows, depth, a, row, 1, b, ldb, &c, ldc, accumulate, accumulate ? b : nil)
        for i in 0..<rows {
          for j in 0..<32 {
            let sum = (0..<depth).reduce(accumulate ? Double(before[i * ldc + j]) : 0) {
              $0 + Double(a[i * row + $1]) * Double(b[$1 * ldb + j])
            }
            #expect(abs(Double(c[i * ldc + j]) - sum) < 1e-4)
          }
        }
      }
    }
  }

  /// The three transforms together are a convolution: A^T [(G g G^T) . (B^T d B)] A for one tile.
  @Test(arguments: sets)
  func theTransformsMakeAConvolution(set: String) throws {
    let kernels = try #require(ck_named(set)).pointee
    var generator = SeededGenerator(seed: 22)
    let patch = random(36 * 32, &generator)
    let weights = random(9 * 32 * 32, &generator)
    var v = [Float](repeating: .nan, count: 36 * 32)
    kernels.input_transform(patch, 6 * 32, 32, 32, &v, 32)
    var u = [Float](repeating: .nan, count: 36 * 32 * 32)
    for turned in [false, true] {
      if turned {
        kernels.weights_backward(weights, 32, 0, 32, 0, &u, 32 * 32)
      } else {
        kernels.weights_forward(weights, 32, 0, 32, 0, &u, 32 * 32)
      }
      var m = [Float](repeating: .nan, count: 36 * 32)
      for point in 0..<36 {
        m.withUnsafeMutableBufferPointer { m in
          v.withUnsafeBufferPointer { v in
            u.withUnsafeBufferPointer { u in
              guard let m = m.baseAddress, let v = v.baseAddress, let u = u.baseAddress else { return }
              kernels.multiply(1, 32, v + point * 32, 32, 1, u + point * 1024, 32, m + point * 32, 32, false, nil)
            }
          }
        }
      }
      var y = [Float](repeating: .nan, count: 16 * 32)
      kernels.output_gradient(m, 32, 4, 4, &y, nil, 4 * 32, 32, false)
      for i in 0..<4 {
        for j in 0..<4 {
          for n in stride(from: 0, to: 32, by: 5) {
            var sum = 0.0
            for tap in 0..<9 {
              for k in 0..<32 {
                let weight = turned ? weights[(n * 9 + 8 - tap) * 32 + k] : weights[(k * 9 + tap) * 32 + n]
                sum += Double(patch[((i + tap / 3) * 6 + j + tap % 3) * 32 + k]) * Double(weight)
              }
            }
            #expect(abs(Double(y[(i * 4 + j) * 32 + n]) - sum) < 2e-3)
          }
        }
      }
    }
  }

  @Test(arguments: sets)
  func aTieOfAPoolingWindowGoesToItsFirstCorner(set: String) throws {
    let kernels = try #require(ck_named(set)).pointee
    // Channel c has the value 1 at the corners whose bit is set in c % 16, else 0.5; all below 0 where c >= 16.
    var corners = [Float](repeating: 0, count: 4 * 32)
    for corner in 0..<4 {
      for c in 0..<32 { corners[corner * 32 + c] = (c >> corner & 1 == 1 ? 1 : 0.5) - (c >= 16 ? 2 : 0) }
    }
    var y = [Float](repeating: .nan, count: 32)
    var winners = [UInt8](repeating: 0xA5, count: 12)
    kernels.pool_max(corners, 64, 32, 32, &y, &winners, 4)
    for c in 0..<32 {
      let bit = { (plane: Int) in Int(winners[plane * 4 + c / 8] >> (c % 8) & 1) }
      let first = c % 16 == 0 ? 0 : (c % 16).trailingZeroBitCount
      #expect(y[c] == (c >= 16 ? 0 : c % 16 == 0 ? 0.5 : 1))
      #expect(bit(0) == (c >= 16 ? 0 : 1))
      #expect(bit(1) + 2 * bit(2) == first)
    }
  }

  private func random(_ count: Int, _ generator: inout SeededGenerator) -> [Float] {
    (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
  }
}
