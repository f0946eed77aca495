internal import Network
internal import Pictures

/// The scales that a painting goes through, coarse to fine, and how it is walked downhill at each.
struct Plan: Sendable {
  struct Scale: Sendable, Equatable {
    let size: Size
    /// Pixels on each side that are painted beyond that and cut off, as `Recipe.bleed` says.
    let bleed: Int
    /// Which part of a side it has of the largest scale before doubling; 1 from there on.
    let part: Double
    /// At most.
    let iterations: Int
    /// How the picture is looked at.
    var tiling: Tiling
    /// How many pairs of steps and gradients L-BFGS remembers.
    var history: Int
    /// Whether the pairs are kept in half the memory, and the content's features in a quarter of it.
    var isCompact = false
    /// Bytes that looking at a style picture may take.
    var styleRoom = Int.max
    /// `Recipe.depth(at:in:)`, which counts in the time that an iteration takes.
    var depth = 1.0

    init(size: Size, bleed: Int = 0, part: Double = 1, iterations: Int, history: Int = Plan.history) {
      self.size = size
      self.bleed = bleed
      self.part = part
      self.iterations = iterations
      self.history = min(history, iterations)
      tiling = Tiling(whole: size.enlarged(by: bleed))
    }

    /// What is painted, the bleed included.
    var canvas: Size { size.enlarged(by: bleed) }

    /// How long an iteration takes, the time for one pixel of a large picture being 1: every pass reads all the
    /// weights, which costs as much as some thousands of pixels.
    var workPerIteration: Double { depth * tiling.looks * (Double(tiling.tileSize.area) + 6500) }
  }

  enum Method: Sendable {
    /// Impasto's own: L-BFGS inside the range of a picture, each scale starting from the one before.
    case coarseToFine
    /// One scale, as the recipe was published.
    case original(Recipe.Original)
  }

  private(set) var scales: [Scale]
  let method: Method
  /// The work of bringing the painting to the photograph's size and of saving it: a second for three megapixels where
  /// an iteration at 1024x768 takes three.
  let finishing: Double
  /// A style picture's area over the content's.
  private let styleArea: Double

  /// Where the fast schedule stops on its way to a small painting, as parts of a side, and how long it stays: most of
  /// the painting is decided where an iteration is cheap.
  private static let stops = [(part: 0.25, iterations: 40), (part: 0.5, iterations: 30), (part: 1, iterations: 25)]
  /// The long side of the largest painting that is worked out so. A larger one grows from it by doubling: its strokes
  /// are there already, as large in the picture as in the small one, and get their detail in a few iterations at each
  /// size.
  private static let longestSmallSide = 1024
  private static let iterationsOfDoubling = 8

  /// Each scale's side over the painting's, its `part`, and the iterations there. Half of a strip may be too thin for a
  /// picture: then the strip is the small painting, however long.
  private static func stops(_ size: Size) -> [(side: Double, part: Double, iterations: Int)] {
    func isPicture(_ side: Double) -> Bool { Double(size.shortSide) * side >= Double(Size.shortestSide) }
    var doublings: [(side: Double, part: Double, iterations: Int)] = []
    var side = 1.0
    while Double(size.longSide) * side > Double(longestSmallSide) && isPicture(side / 2) {
      doublings.insert((side, 1, iterationsOfDoubling), at: 0)
      side /= 2
    }
    let small = stops.map { (side: side * $0.part, part: $0.part, iterations: $0.iterations) }
    return small.filter { $0.part == 1 || isPicture($0.side) } + doublings
  }

  /// Above 50 up to half as many more: the few that do elsewhere would bring a strong painting no nearer.
  private static func iterations(_ usual: Int, strength: Double) -> Int {
    usual + Int(Double(usual) * max(-Recipe.restraint(strength: strength), 0) / 2)
  }

  init(settings: Settings, content: Size) {
    styleArea = settings.brushSize * settings.brushSize / 1e4
    finishing = 0.1 * Double(content.area)
    let size = content.fitted(longSide: settings.workingSize)
    if settings.schedule == .original, let original = settings.recipe.original {
      method = .original(original)
      let history = if case .lbfgs(_, let history) = original.method { history } else { Self.history }
      scales = [Scale(size: size, iterations: settings.iterations ?? original.iterations, history: history)]
      return
    }
    method = .coarseToFine
    let stops = Self.stops(size)
    let last = stops.last?.iterations ?? 1
    let asked = settings.iterations ?? Self.iterations(last, strength: settings.strength)
    scales = stops.map { side, part, iterations in
      Scale(
        size: size.scaled(by: side), bleed: settings.recipe.bleed, part: part,
        iterations: (iterations * asked + last - 1) / last)
    }
  }
}

extension Plan {
  /// The size at which the painting ends.
  var largest: Size { scales.last?.size ?? Size(width: 1, height: 1) }

  /// Iterations that making a scale ready is worth: the content's and the styles' features, and the first gradient.
  func readying(styles: Int) -> Double { 1.5 + Double(styles) * (0.6 + 0.4 * styleArea) }

  /// The work of each scale.
  func work(styles: Int) -> [Double] {
    scales.map { $0.workPerIteration * (Double($0.iterations) + readying(styles: styles)) }
  }

  /// How many pairs of steps and gradients L-BFGS remembers on the fast schedule: for the recipe `impasto` twice as many,
  /// or ten times, do no better; with thrice as many `gatys` would come a fourteenth lower, for three times the memory.
  static let history = 10

  /// The same scales in other ways.
  func with(_ scales: [Scale]) -> Plan {
    var plan = self
    plan.scales = scales
    return plan
  }
}
