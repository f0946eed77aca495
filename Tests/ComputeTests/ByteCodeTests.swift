import Compute
import TestSupport
import Testing

@Suite struct ByteCodeTests {
  @Test(arguments: [1, 150, 0.003, 1e20] as [Float]) func isRightToAThirtySecond(typical: Float) {
    let code = ByteCode(around: typical)
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<2000 {
      let value = typical * Float.random(in: 0...1, using: &generator) * (Bool.random(using: &generator) ? 250 : 1)
      let error = abs(code.value(code.byte(value)) - value)
      #expect(error <= max(value / 32, typical / 128), "\(value)")
    }
  }

  @Test func keepsZeroAndOrder() {
    let code = ByteCode(around: 100)
    #expect(code.byte(0) == 0 && code.value(0) == 0)
    let values = (0...255).map { code.value(UInt8($0)) }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
    #expect((0...255).allSatisfy { code.byte(values[$0]) == UInt8($0) })
    #expect(code.byte(1e30) == 255 && values[255] > 30000)
  }
}
