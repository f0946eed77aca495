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
  /// Without holes in its colours.
  private let photograph: Picture
  /// The same at the size of the last scale, from which those of the scales before are made.
  private let reduced: Picture
  /// The photograph's own, which the painting gets.
  private let alpha: [Float]?
  private let styles: [Style]
  /// From the photograph's colours to the paintings'; nil where the photograph is content as it is.
  private let palette: ColorMap?
  private let initial: Picture?
  private let settings: Settings
  private let demand: Demand

  init(_ job: Job) {
    settings = job.settings
    plan = job.plan
    pool = ThreadPool(threads: job.settings.threads ?? Machine.processors)
    recipe = job.settings.recipe.at(strength: job.settings.strength)
    network = job.network
    photograph = job.content.withoutHoles
    reduced = photograph.resized(to: plan.largest)
    alpha = job.content.alpha
    styles = job.styles
    palette = job.settings.movesColors ? ColorMap(of: reduced, towards: job.styles) : nil
    initial = job.initial
    demand = Demand(
      recipe: recipe, architecture: network.architecture, threads: pool.threads,
      isTransparent: photograph.alpha != nil, isUnitRange: plan.method.range == 1)
  }

  /// The objective at one scale.
  func objective(at scale: Plan.Scale) -> Objective {
    let recipe = recipe.at(scale.size, part: scale.part, in: network.architecture)
    let content = content(at: scale.size)
    let targets = StyleTarget.all(recipe: recipe, styles: styles, network: network, on: pool) { picture in
      let ready = picture.withoutHoles.resized(to: settings.styleSize(of: picture.size, at: scale.size))
      return settings.keepColors ? ready.matchingColors(of: content) : ready
    } tiling: {
      demand.styleTiling(of: $0, at: scale)
    }
    return Objective(
      recipe: recipe, content: content.mirrored(by: scale.bleed), targets: targets, network: network,
      tiling: scale.tiling, isCompact: scale.isCompact, range: plan.method.range, on: pool)
  }

  /// The photograph as the objective looks at it.
  private func content(at size: Size) -> Picture {
    let picture = reduced.resized(to: size)
    return palette.map { picture.moved(by: $0, share: recipe.palette) } ?? picture
  }

  /// Where the first scale starts, in a scale's size: what the picture given to start from does not show is content.
  func start(at size: Size) -> Picture {
    if let initial { return initial.resized(to: size).over(content(at: size)) }
    if case .original(let original) = plan.method, original.start == .noise { return noise(size: size) }
    return content(at: size)
  }

  /// Where a scale starts that the one before left with a picture: that enlarged, and with detail from where the
  /// painting started, what that shows at this size and not at the one before. It is only a start, but a few iterations
  /// would not find that detail again.
  func start(at size: Size, from picture: Picture) -> Picture {
    let enlarged = picture.resized(to: size)
    guard size.area > picture.size.area else { return enlarged }
    let (detailed, plain) = (start(at: size), start(at: picture.size).resized(to: size))
    var pixels = enlarged.pixels
    for index in pixels.indices { pixels[index] += Self.shareOfDetail * (detailed.pixels[index] - plain.pixels[index]) }
    return Picture(width: size.width, height: size.height, pixels: pixels)
  }

  /// All of it would leave the photograph's own grain.
  private static let shareOfDetail: Float = 0.7

  /// Normally distributed noise of deviation 0.001 as the network sees it, around the mean of its training pictures.
  private func noise(size: Size) -> Picture {
    var generator = NormalNoise(seed: settings.seed)
    var pixels = [Float](repeating: 0, count: size.area * 3)
    for pixel in 0..<size.area {
      for channel in 0..<3 {
        let input = Float(0.001 * generator.next()) * network.preprocessing.deviation[channel]
        pixels[3 * pixel + network.preprocessing.pixelChannel(of: channel)] =
          (input + network.preprocessing.mean[channel]) / network.preprocessing.scale
      }
    }
    return Picture(width: size.width, height: size.height, pixels: pixels)
  }

  /// Which part of the photograph can be seen, more than 0.
  var visibleShare: Double {
    guard let alpha = photograph.alpha else { return 1 }
    return max(alpha.reduce(0) { $0 + Double($1) }, 1) / Double(alpha.count)
  }

  /// What the photograph shows that a picture of that size cannot.
  func fineDetail(beyond size: Size) -> FineDetail {
    FineDetail(of: photograph.with(alpha: nil), beyond: reduced.with(alpha: nil).resized(to: size))
  }

  /// A picture as it was painted, made into what the painter gets: in the photograph's size, with the detail that it
  /// shows beyond the picture's (for many pictures of a size, made by `fineDetail` once), and with its alpha.
  ///
  /// Colours are kept in both ways at once. With the lightness alone, painted like the painting as it is, the tones
  /// are the painting's and wash the photograph's colours out; with matched colours alone there are patches of hues
  /// that the photograph does not have.
  func finished(_ picture: Picture, with detail: FineDetail? = nil) -> Picture {
    let detail = detail ?? fineDetail(beyond: picture.size)
    let enlarged = detail.added(to: picture.with(alpha: nil))
    let colored = settings.keepColors ? enlarged.takingColors(from: photograph.with(alpha: nil)) : enlarged
    return colored.with(alpha: alpha)
  }
}

extension Settings {
  /// Whether the content is the photograph in the painting's colours.
  var movesColors: Bool { recipe.palette > 0 && !keepColors }
}

extension ColorMap {
  /// Fog and blurred backgrounds would show their grain, stretched to a painting's contrast.
  private static let stretch = 2.0

  init(of photograph: Picture, towards styles: [Style]) {
    self.init(
      from: ColorStatistics(of: photograph), to: ColorStatistics(of: styles.map { ($0.picture, $0.weight) }),
      stretch: Self.stretch)
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
