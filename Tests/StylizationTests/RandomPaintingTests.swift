import Foundation
import Pictures
import TestSupport
import Testing

@testable import Stylization

/// Settings and pictures as chance has them: nothing that may be asked for ends in a picture that nobody wants.
@Suite struct RandomPaintingTests {
  /// IMPASTO_PAINTINGS says how many: six unless it does, as each takes a second or two; 500 by hand.
  static let count = ProcessInfo.processInfo.environment["IMPASTO_PAINTINGS"].flatMap(Int.init) ?? 6

  @Test func allEndWell() throws {
    var generator = SeededGenerator(seed: 64)
    for number in 0..<Self.count {
      let asked = try Painted(using: &generator)
      try asked.check("painting \(number) of \(asked.name)")
    }
  }
}

private typealias Named = (name: String, picture: Picture)

/// What is asked for, and whether it is given.
private struct Painted {
  let settings: Settings
  let content: Named
  let styles: [(named: Named, weight: Double)]
  let initial: Named?

  init(using generator: inout SeededGenerator) throws {
    var settings = Settings()
    settings.recipe = try #require(
      [.impasto, .impasto, .impasto, .keras, .eager, .gatys, .johnson].randomElement(using: &generator))
    settings.schedule = settings.recipe.original != nil && Bool.random(using: &generator) ? .original : .fast
    settings.strength = [0, 100, .random(in: 0...100, using: &generator)].randomElement(using: &generator) ?? 50
    settings.brushSize = [25, 400, .random(in: 25...400, using: &generator)].randomElement(using: &generator) ?? 100
    settings.keepColors = Bool.random(using: &generator)
    settings.workingSize = 64
    // As many as there are by default, from coarse to fine; as published they would be hundreds.
    settings.iterations = settings.schedule == .fast ? nil : 30
    settings.seed = generator.next()
    settings.threads = .random(in: 1...3, using: &generator)
    self.settings = settings
    content = try Self.picture(using: &generator)
    styles = try (0..<Int.random(in: 1...3, using: &generator)).map { _ in
      (try Self.picture(using: &generator), Double.random(in: 0.1...10, using: &generator))
    }
    let start = Int.random(in: 0..<4, using: &generator) == 0 ? try Self.picture(using: &generator) : nil
    let size = content.picture.size
    initial = start.map { ($0.name, $0.picture.with(alpha: nil).resized(to: size)) }
  }

  private static let files = try? ["CShim/styles", "Tests/Images"].flatMap { folder in
    try FileManager.default.contentsOfDirectory(atPath: RepositoryFile.root + "/" + folder).sorted()
      .filter { $0.hasSuffix(".png") || $0.hasSuffix(".jpg") }
      .map { name in
        let picture = try Picture(shipped: "\(folder)/\(name)")
        return (name: name, picture: picture.resized(to: picture.size.fitted(longSide: 160)))
      }
  }

  /// A photograph or a painting, or a part of one, or what nobody would take or paint.
  private static func picture(using generator: inout SeededGenerator) throws -> Named {
    let (width, height) = (
      Int.random(in: 20...96, using: &generator), Int.random(in: 20...96, using: &generator)
    )
    let named: Named
    switch Int.random(in: 0..<12, using: &generator) {
    case 0: named = ("black", .constant(width, height, [0, 0, 0]))
    case 1: named = ("white", .constant(width, height, [1, 1, 1]))
    case 2:
      let color = (0..<3).map { _ in Float.random(in: 0...1, using: &generator) }
      named = ("one colour \(color)", .constant(width, height, color))
    case 3: named = ("noise", .noise(width, height, seed: generator.next()))
    case 4: named = ("ramp", .ramp(width, height))
    default:
      let file = try #require(files?.randomElement(using: &generator))
      named = (file.name, file.picture.resized(to: Size(width: width, height: height)))
    }
    guard Int.random(in: 0..<4, using: &generator) == 0 else { return named }
    let alpha = (0..<width * height).map { _ in Float.random(in: 0...1, using: &generator).rounded() }
    return (named.name + " with holes", named.picture.with(alpha: alpha))
  }

  var name: String {
    """
    \(content.name) \(content.picture.size) like \(styles.map { "\($0.named.name):\($0.weight)" }), from \
    \(initial?.name ?? "it"), \(settings.recipe.name) \(settings.schedule.rawValue), strength \(settings.strength), brush \
    \(settings.brushSize), colours \(settings.keepColors ? "kept" : "taken")
    """
  }

  func check(_ name: String) throws {
    let job = try Job(
      settings: settings, content: content.picture,
      styles: styles.map { Style($0.named.picture, weight: $0.weight) }, initial: initial?.picture,
      weights: Shipped.weights)
    var outcome = Outcome()
    outcome.picture = try job.run { progress, _ in
      outcome.progress.append(progress)
      return .goOn
    }
    let picture = try #require(outcome.picture)
    #expect(picture.size == content.picture.size, "\(name)")
    #expect(picture.alpha == content.picture.alpha, "\(name)")
    #expect(outcome.progress.allSatisfy { $0.loss.isFinite }, "\(name)")

    // Neither black nor white nor blown up: as bright as what it was made from, and no rougher.
    let sources = [content.picture, initial?.picture].compactMap { $0 } + styles.map(\.named.picture)
    for channel in 0..<3 {
      let means = sources.map { $0.mean(of: channel) }
      let bounds = (means.min() ?? 0) - 0.25...(means.max() ?? 1) + 0.25
      #expect(bounds.contains(picture.mean(of: channel)), "\(name): channel \(channel)")
    }
    // A painting that is learnt from at a quarter of its size is rougher there.
    let learnt = styles.map(\.named.picture).map {
      $0.resized(to: settings.styleSize(of: $0.size, at: job.plan.largest))
    }
    let roughest = (sources + learnt).map(\.roughness).max() ?? 0
    // Published recipes with little or nothing against noise add some where the painting is smooth.
    let grain: Float = settings.recipe == .impasto ? 0.05 : 0.1
    #expect(picture.roughness < 1.5 * roughest + grain, "\(name)")
    // Nor even, black or white among it, where nothing that it was made from is.
    let smoothest = (sources + learnt).map(\.roughness).min() ?? 0
    #expect(picture.roughness >= 0.2 * smoothest, "\(name)")

    // Never up on our schedule.
    guard settings.schedule == .fast, let scale = job.plan.scales.last else { return }
    let losses = (1...job.plan.scales.count).map { outcome.losses(scale: $0) }
    #expect(losses.allSatisfy { zip($0, $0.dropFirst()).allSatisfy { $0 >= $1 } }, "\(name)")

    // Where the last scale ended early, there is nowhere to go: with nothing remembered it gets no further.
    let last = try #require(losses.last)
    let end = try #require(last.last)
    guard last.count < scale.iterations, scale.size == picture.size, !settings.keepColors else { return }
    var again = Descent(painting: Painting(job), scale: scale, start: picture)
    var further = end
    let unseen = try #require(outcome.progress.last)
    _ = try again.run(
      { _, loss, _ in
        further = loss
        return unseen
      }, { _, _ in .goOn })
    #expect(further > 0.95 * end, "\(name): stalled at \(end), which could be \(further)")
  }
}

extension Picture {
  /// Of the values of one channel that can be seen.
  fileprivate func mean(of channel: Int) -> Float {
    var (sum, weight): (Float, Float) = (0, 1e-3)
    for pixel in 0..<size.area {
      let share = alpha?[pixel] ?? 1
      sum += share * pixels[3 * pixel + channel]
      weight += share
    }
    return sum / weight
  }

  /// The mean difference of neighbours in a row, both of which can be seen.
  fileprivate var roughness: Float {
    var (sum, weight): (Float, Float) = (0, 1e-3)
    for y in 0..<height {
      for pixel in y * width..<(y + 1) * width - 1 {
        let share = min(alpha?[pixel] ?? 1, alpha?[pixel + 1] ?? 1)
        for value in 3 * pixel..<3 * pixel + 3 { sum += share * abs(pixels[value] - pixels[value + 3]) }
        weight += 3 * share
      }
    }
    return sum / weight
  }
}
