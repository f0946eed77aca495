import Compute
import Testing

@Suite struct BufferTests {
  @Test(arguments: [0, 1, 63, 4096]) func holdsWhatWasWrittenOnACacheLine(count: Int) {
    var buffer = Buffer<Float>(count: count, repeating: 3)
    #expect(buffer.count == count && buffer.span.count == count)
    #expect(UInt(bitPattern: buffer.pointer) % 64 == 0)
    var span = buffer.mutableSpan
    for i in 0..<count {
      #expect(span[i] == 3)
      span[i] = Float(i)
    }
    for i in 0..<count { #expect(buffer.span[i] == Float(i)) }
  }
}
