import Compute
import Network
import Pictures
import TestSupport
import Testing

@testable import Stylization

/// The shipped weights, read once.
enum Shipped {
  private static let read = Result { try Weights(contentsOf: RepositoryFile.weights) }
  static var weights: Weights { get throws { try read.get() } }
}

extension Picture {
  /// A picture of Tests/Oracle.
  init(oracle name: String) throws {
    let values = try Oracle.picture(name)
    self.init(width: values.shape[1], height: values.shape[0], pixels: values.elements)
  }

  /// An opaque picture file of the checkout.
  init(shipped path: String) throws {
    let (answer, file) = PictureFile.load("\(RepositoryFile.root)/\(path)")
    try #require(file.width > 0, "\(answer.message)")
    self.init(width: file.width, height: file.height, pixels: file.pixels)
  }

  /// A soft-edged dark shape on a bright ground: something for a content term to hold on to.
  static func photograph(_ width: Int = 32, _ height: Int = 24) -> Picture {
    let ramp = Picture.ramp(width, height)
    let pixels = (0..<width * height).flatMap { pixel -> [Float] in
      let (x, y) = (pixel % width, pixel / width)
      let isShape = (width / 4..<width / 2).contains(x) && (height / 4..<3 * height / 4).contains(y)
      return (0..<3).map { ramp.pixels[3 * pixel + $0] * (isShape ? 0.3 : 0.9) }
    }
    return Picture(width: width, height: height, pixels: pixels)
  }

  /// Stripes of two colours, with some grain.
  static func painting(_ width: Int = 40, _ height: Int = 30) -> Picture {
    let grain = grain(width * height * 3)
    let pixels = (0..<width * height).flatMap { pixel -> [Float] in
      let isBlue = (pixel % width + pixel / width) / 4 % 2 == 0
      let color: [Float] = isBlue ? [0.1, 0.3, 0.8] : [0.9, 0.7, 0.2]
      return (0..<3).map { min(max(color[$0] + grain[3 * pixel + $0], 0), 1) }
    }
    return Picture(width: width, height: height, pixels: pixels)
  }

  private static func grain(_ count: Int) -> [Float] {
    var generator = SeededGenerator(seed: 7)
    return (0..<count).map { _ in Float.random(in: -0.1...0.1, using: &generator) }
  }
}

/// What a run reported and came to.
struct Outcome {
  var progress: [Progress] = []
  var picture: Picture?

  /// Losses at the scale counted from 1, in order.
  func losses(scale: Int) -> [Double] { progress.filter { $0.scale == scale }.map(\.loss) }
}

/// Paints the sample photograph like the sample painting, unless told otherwise.
func paint(
  _ settings: Settings, content: Picture = .photograph(), styles: [Style] = [Style(.painting())],
  initial: Picture? = nil, verdict: (Progress) -> Verdict = { _ in .goOn }
) throws -> Outcome {
  var outcome = Outcome()
  let job = try Job(
    settings: settings, content: content, styles: styles, initial: initial, weights: Shipped.weights)
  outcome.picture = try job.run { progress, _ in
    outcome.progress.append(progress)
    return verdict(progress)
  }
  return outcome
}

extension Settings {
  /// Few iterations on two threads.
  static func quick(_ recipe: Recipe = .impasto, _ schedule: Schedule = .fast, iterations: Int = 3) -> Settings {
    var settings = Settings()
    settings.recipe = recipe
    settings.schedule = schedule
    settings.iterations = iterations
    settings.threads = 2
    return settings
  }
}
