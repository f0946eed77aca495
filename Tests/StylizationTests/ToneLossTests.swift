import Compute
import Pictures
import TestSupport
import Testing

@testable import Stylization

/// The term of light and colour at large by itself.
@Suite struct ToneLossTests {
  let pool = ThreadPool(threads: 2)

  private func value(_ loss: ToneLoss, _ image: [Float], _ gradient: inout [Float]) -> Double {
    var slope = gradient.mutableSpan
    return loss.addGradient(of: image.span, to: &slope)
  }

  /// A square function: differences are exact to rounding. Cells of one pixel, of some, and more than there are rows.
  @Test(arguments: [2, 5, 48], [1, 255] as [Float]) func gradient(cells: Int, range: Float) {
    let alpha = (0..<70).map { Float($0 % 10) / 9 }
    for content in [Picture.photograph(10, 7), .photograph(10, 7).with(alpha: alpha)] {
      let loss = ToneLoss(.init(weight: 0.7, cells: cells), content: content, range: range, on: pool)
      let image = Picture.noise(10, 7, seed: 9).pixels.map { $0 * range }
      var gradient = [Float](repeating: 0, count: image.count)
      #expect(value(loss, image, &gradient) > 0)
      var unused = gradient
      let steepest = gradient.reduce(0) { max($0, abs($1)) }
      for index in image.indices {
        var (ahead, behind) = (image, image)
        ahead[index] += 0.05 * range
        behind[index] -= 0.05 * range
        let slope = (value(loss, ahead, &unused) - value(loss, behind, &unused)) / Double(0.1 * range)
        #expect(abs(slope - Double(gradient[index])) < 1e-3 * Double(steepest))
      }
    }
  }

  @Test(arguments: [1, 255] as [Float]) func isZeroAtThePhotographAndTheSquareOfAShiftBesideIt(range: Float) {
    let content = Picture.photograph(60, 40)
    let loss = ToneLoss(.init(weight: 3, cells: 12), content: content, range: range, on: pool)
    var gradient = [Float](repeating: 0, count: content.pixels.count)
    func shifted(by shift: Float) -> Double { value(loss, content.pixels.map { range * ($0 + shift) }, &gradient) }
    let near = shifted(by: 0.1)
    #expect(near > 0)
    #expect(shifted(by: 0) < 1e-8 * near)
    #expect(abs(shifted(by: 0.2) - 4 * near) < 4e-3 * near)
  }

  @Test func doesNotSeeWhatIsFinerThanItsCells() {
    let content = Picture.constant(64, 64, [0.5, 0.5, 0.5])
    let loss = ToneLoss(.init(weight: 1, cells: 8), content: content, on: pool)
    let checks = content.pixels.indices.map { Float(($0 / 3 % 64 + $0 / 3 / 64) % 2) }
    let halves = content.pixels.indices.map { Float($0 / 3 % 64 / 32) }
    var gradient = [Float](repeating: 0, count: content.pixels.count)
    #expect(value(loss, checks, &gradient) < 1e-5 * value(loss, halves, &gradient))
  }

  @Test func whatIsTransparentDoesNotCount() {
    let alpha = (0..<64 * 32).map { Float($0 % 64 < 32 ? 1 : 0) }
    let content = Picture.photograph(64, 32).with(alpha: alpha)
    let loss = ToneLoss(.init(weight: 1, cells: 16), content: content, on: pool)
    let image = content.pixels.enumerated().map { $0.offset / 3 % 64 < 32 ? $0.element : 1 - $0.element }
    var gradient = [Float](repeating: 0, count: image.count)
    #expect(value(loss, image, &gradient) < 1e-9)
    #expect(gradient.allSatisfy { abs($0) < 1e-6 })
    let none = content.with(alpha: [Float](repeating: 0, count: 64 * 32))
    #expect(value(ToneLoss(.init(weight: 1, cells: 16), content: none, on: pool), image, &gradient) == 0)
  }

  @Test func isTheSameToTheLastBitWithAnyNumberOfThreads() {
    let image = Picture.noise(64, 48, seed: 3).pixels
    let results = [1, 2, 5].map { threads -> [Float] in
      let loss = ToneLoss(
        .init(weight: 1, cells: 16), content: .photograph(64, 48), on: ThreadPool(threads: threads))
      var gradient = [Float](repeating: 0, count: image.count)
      return [Float(value(loss, image, &gradient))] + gradient
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }
}
