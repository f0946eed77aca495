internal import Compute
internal import Glibc
internal import Network
internal import Pictures

/// Everything about a job that stays the same at every scale: pictures made ready, the network, the threads.
struct Painting: Sendable {
  let plan: Plan
  let pool: ThreadPool
  private let recipe: Recipe
  private let network: VGG
  private let photograph: Picture
  private let styles: [Style]
  private let initial: Picture?
  private let settings: Settings
  private let preprocessing: Preprocessing

  init(_ job: Job) throws(StylizationError) {
    settings = job.settings
    plan = Plan(settings: job.settings, content: job.content.size)
    pool = ThreadPool(threads: job.settings.threads ?? Machine.processors)
    recipe = job.settings.recipe.at(strength: job.settings.strength)
    network = try recipe.network(from: job.weights)
    preprocessing = job.weights.preprocessing
    photograph = job.content
    styles = job.styles
    initial = job.initial
  }

  /// The objective at one scale, for points in [0, `range`].
  func objective(at size: Size, range: Float) -> Objective {
    let content = photograph.withoutHoles.resized(to: size)
    let ready = styles.map { style in
      let picture = style.picture.withoutHoles.resized(to: styleSize(of: style.picture, at: size))
      return Style(settings.keepColors ? picture.matchingColors(of: content) : picture, weight: style.weight)
    }
    return Objective(
      recipe: recipe, content: content,
      targets: StyleTarget.all(
        recipe: recipe, styles: ready, pieceArea: max(size.area, Self.pieceArea), network: network, on: pool),
      network: network, range: range, on: pool)
  }

  /// A style picture is looked at whole when it has about as many pixels as the painting, or fewer than this.
  private static let pieceArea = 512 * 512

  private func styleSize(of picture: Picture, at size: Size) -> Size {
    let factor = settings.brushSize / 100
    return switch recipe.styleSize {
    case .stretched: size.scaled(by: factor)
    case .proportional: picture.size.scaled(toArea: Double(size.area) * factor * factor)
    }
  }

  /// Where the first scale starts.
  var start: Picture {
    if let initial { return initial }
    if case .original(let original) = plan.method, original.start == .noise, let scale = plan.scales.first {
      return noise(size: scale.size)
    }
    return photograph.withoutHoles
  }

  /// Normally distributed noise of deviation 0.001 as the network sees it, around the mean of its training pictures.
  private func noise(size: Size) -> Picture {
    var generator = NormalNoise(seed: settings.seed)
    var pixels = [Float](repeating: 0, count: size.area * 3)
    for pixel in 0..<size.area {
      for channel in 0..<3 {
        let input = Float(0.001 * generator.next()) * preprocessing.deviation[channel]
        pixels[3 * pixel + preprocessing.pixelChannel(of: channel)] =
          (input + preprocessing.mean[channel]) / preprocessing.scale
      }
    }
    return Picture(width: size.width, height: size.height, pixels: pixels)
  }

  /// A picture as it was painted, made into what the painter gets: in the photograph's size, with its alpha.
  func finished(_ picture: Picture) -> Picture {
    let enlarged = picture.with(alpha: nil).enlarged(following: photograph.withoutHoles)
    let colored = settings.keepColors ? enlarged.takingColors(from: photograph.with(alpha: nil)) : enlarged
    return colored.with(alpha: photograph.alpha)
  }
}

/// Normally distributed numbers, the same for the same seed: SplitMix64 (Steele, Lea and Flood 2014) through the method
/// of Box and Muller.
private struct NormalNoise {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// In [0, 1).
  private mutating func uniform() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    bits ^= bits >> 31
    return Double(bits >> 11) * 0x1p-53
  }
}
