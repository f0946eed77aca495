internal import Compute
internal import Network
internal import Pictures

/// What a painting holds in memory from beginning to end, and how to keep it within bounds.
struct Budget: Sendable {
  /// The pictures that a painting is made from, all of them in memory before it begins.
  struct Subject: Sendable {
    var content: Size
    /// Whether parts of the content picture, or of a style picture, are transparent.
    var isTransparent = false
    var areStylesTransparent = false
    var styles: [Size]
    /// Whether the picture as it stands is asked for while the work goes on.
    var hasPreviews = true
  }

  let settings: Settings
  let subject: Subject
  let method: Plan.Method
  /// The size of the last scale.
  let largest: Size
  let demand: Demand

  /// The style picture assumed where none is known yet: of the content's size, but no larger than most are.
  static func likelyStyle(for content: Size) -> Size {
    content.area > 3 << 20 ? content.scaled(toArea: 3 * 0x1p20) : content
  }

  init(_ settings: Settings, _ subject: Subject, plan: Plan, architecture: Architecture) {
    self.settings = settings
    self.subject = subject
    method = plan.method
    largest = plan.largest
    demand = Demand(
      recipe: settings.recipe, architecture: architecture, threads: settings.threads ?? Machine.processors,
      isTransparent: subject.isTransparent, isUnitRange: plan.method.range == 1)
  }

  /// Bytes of a picture without alpha, or of a vector of its size.
  private func vector(_ size: Size) -> Int { 12 * size.area }

  /// The content picture made ready for a scale: brought to its size, its colours moved, its border mirrored, as far as
  /// there is need; each step makes a picture of the one before.
  private func content(at scale: Plan.Scale) -> Int {
    let steps = [scale.size != largest, settings.movesColors, scale.bleed > 0].count { $0 }
    return min(steps, 2) * (vector(scale.canvas) + alpha(scale.canvas))
  }

  /// The alpha channel of a content picture.
  private func alpha(_ size: Size) -> Int { subject.isTransparent ? 4 * size.area : 0 }

  /// What is kept throughout: the network, the content picture with its holes filled, and the same at the last size.
  private var kept: Int {
    demand.network + (subject.isTransparent ? vector(subject.content) : 0)
      + (subject.content == largest ? 0 : vector(largest) + alpha(largest))
  }

  /// The style picture in hand, made ready for a scale.
  private func style(at scale: Plan.Scale) -> Int {
    subject.styles.map { style in
      let size = settings.styleSize(of: style, at: scale.size)
      let coverage = demand.recipe.style.reduce(4 * size.area) { $0 + 4 * size.positions(of: $1.layer) }
      let transparency = subject.areStylesTransparent ? 2 * vector(style) + coverage : 0
      return transparency + vector(size) * (settings.keepColors ? 2 : 1)
    }.max() ?? 0
  }

  /// Looking at the style pictures, but for the network's part.
  private func beforeStyles(_ scale: Plan.Scale) -> Int {
    kept + content(at: scale) + style(at: scale)
  }

  /// Learning the content's features.
  private func learning(_ scale: Plan.Scale) -> Int {
    kept + content(at: scale) + demand.objective(scale.tiling, isCompact: scale.isCompact)
  }

  /// Walking downhill: the objective, in whose place the picture that comes out follows, the minimizer, the picture of
  /// the scale before, and what a preview takes.
  private func walking(_ scale: Plan.Scale) -> Int {
    let isLater = method.range == 1 && scale.size.longSide > 4 * Size.shortestSide
    return kept
      + max(demand.objective(scale.tiling, isCompact: scale.isCompact), vector(scale.size))
      + vector(scale.canvas) * method.vectors
      + pairs(scale)
      + (method.range == 1 ? BandScaling.bytes(size: scale.canvas) : 0) + (isLater ? vector(scale.size) / 4 : 0)
      + (subject.hasPreviews ? finishing(scale) + vector(subject.content) : 0)
  }

  /// What L-BFGS remembers.
  private func pairs(_ scale: Plan.Scale) -> Int {
    method.hasPairs ? (scale.isCompact ? 1 : 2) * vector(scale.canvas) * scale.history : 0
  }

  /// Bringing a picture to the content's size and colours: the picture as it stands; where it is enlarged, the luma of
  /// what it can show, and it with detail; then the colours.
  private func finishing(_ scale: Plan.Scale) -> Int {
    let enlarging = scale.size == subject.content ? 0 : 4 * scale.size.area + vector(subject.content)
    return vector(scale.size) + enlarging + (settings.keepColors ? vector(subject.content) : 0)
  }

  /// The peak of the work at a scale, on top of the pictures given.
  private func bytes(_ scale: Plan.Scale) -> Int {
    let styles =
      subject.styles.map { style in
        let size = settings.styleSize(of: style, at: scale.size)
        return demand.styleTargets(demand.styleTiling(of: size, at: scale))
      }.max() ?? 0
    return max(beforeStyles(scale) + styles, learning(scale), walking(scale), kept + finishing(scale))
  }

  /// Filling the holes of the content picture: its alpha, what is around them, and the picture that comes of it.
  private var filling: Int { subject.isTransparent ? 2 * vector(subject.content) + alpha(subject.content) : 0 }

  /// The peak of a painting, on top of the pictures given.
  func bytes(_ plan: Plan) -> Int { max(plan.scales.map(bytes).max() ?? 0, filling) }

  // MARK: - Fitting

  /// How much longer an iteration may take, for tiles smaller than they could be, to remember more.
  private static let patience = 1.05
  /// What a style picture may always take if there is room: more than a small painting does.
  private static let styleRoom = 256 << 20

  /// The plan with tiles and memories that fit into `available` bytes, on top of the pictures given; nil if none do.
  func fitted(_ plan: Plan, into available: Int) -> Plan? {
    var scales: [Plan.Scale] = []
    for scale in plan.scales {
      guard let fitted = fitted(scale, into: available) else { return nil }
      scales.append(fitted)
    }
    return plan.with(scales)
  }

  private func fitted(_ scale: Plan.Scale, into available: Int) -> Plan.Scale? {
    guard var chosen = ways(scale).lazy.filter({ needed($0) <= available }).first ?? tiled(scale, into: available)
    else { return nil }
    chosen.styleRoom =
      min(available, max(walking(chosen), beforeStyles(chosen) + Self.styleRoom)) - beforeStyles(chosen)
    return bytes(chosen) <= available ? chosen : nil
  }

  /// The ways to remember pairs: whole, then in less memory, then fewer and fewer of them.
  private func ways(_ scale: Plan.Scale) -> [Plan.Scale] {
    var compact = scale
    compact.isCompact = true
    return [scale, compact]
      + [50, 20, 10, 6, 4, 3, 2].filter { $0 < scale.history }.map { history in
        var shorter = compact
        shorter.history = history
        return shorter
      }
  }

  private func needed(_ scale: Plan.Scale) -> Int { max(learning(scale), walking(scale)) }

  /// The first of the ways, in less memory, that leaves room for tiles nearly as large as could be.
  private func tiled(_ scale: Plan.Scale, into available: Int) -> Plan.Scale? {
    let candidates = ways(scale).dropFirst().compactMap { way -> Plan.Scale? in
      var candidate = way
      let tiling = demand.tiling(of: scale.canvas) { tiling in
        candidate.tiling = tiling
        return needed(candidate) <= available
      }
      guard let tiling else { return nil }
      candidate.tiling = tiling
      return candidate
    }
    guard let least = candidates.map(\.tiling.work).min() else { return nil }
    return candidates.first { $0.tiling.work <= Self.patience * least }
  }

  /// The plan that takes least.
  func smallest(_ plan: Plan) -> Plan {
    plan.with(
      plan.scales.map { scale in
        var smallest = scale
        smallest.history = min(scale.history, 2)
        smallest.isCompact = true
        smallest.tiling = demand.finestTiling(of: scale.canvas)
        smallest.styleRoom = 0
        return smallest
      })
  }
}

extension Demand {
  /// How a style picture is looked at: in the largest tiles there is room for.
  func styleTiling(of size: Size, at scale: Plan.Scale) -> Tiling {
    tiling(of: size) { styleTargets($0) <= scale.styleRoom } ?? finestTiling(of: size)
  }

  /// The tiling of the least memory.
  func finestTiling(of size: Size) -> Tiling {
    var least = (bytes: Int.max, tiling: Tiling(whole: size))
    _ = tiling(of: size) { tiling in
      let bytes = objective(tiling)
      if bytes < least.bytes { least = (bytes, tiling) }
      return false
    }
    return least.tiling
  }
}

extension Plan.Method {
  /// Points are pictures in [0, range].
  var range: Float {
    switch self {
    case .coarseToFine: 1
    case .original: 255
    }
  }

  /// Whether the minimizer remembers pairs of steps and gradients.
  var hasPairs: Bool {
    guard case .original(let original) = self else { return true }
    guard case .lbfgs = original.method else { return false }
    return true
  }

  /// Vectors of the picture's size that the minimizer holds besides, the best point and what becomes it among them.
  var vectors: Int {
    guard case .original(let original) = self else { return 4 }
    let best = original.keepsBest ? 2 : 0
    return switch original.method {
    case .gradientDescent: 4 + best
    case .adam: 6 + best
    case .lbfgs: 4 + best
    }
  }
}

extension Settings {
  private static let leastStyleArea = 48.0 * 48

  /// The size at which a style picture is looked at for a painting of a size: of a smaller one than `leastStyleArea`
  /// the network would see little but the border.
  func styleSize(of style: Size, at size: Size) -> Size {
    let factor = max(brushSize / 100, min((Self.leastStyleArea / Double(size.area)).squareRoot(), 1))
    return switch recipe.styleSize {
    case .stretched: size.scaled(by: factor)
    case .proportional: style.scaled(toArea: Double(size.area) * factor * factor)
    }
  }
}
