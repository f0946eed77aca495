internal import Compute
internal import Optimization
internal import Pictures

/// The work at one scale: a picture walked downhill.
struct Descent: ~Copyable {
  private let painting: Painting
  private let scale: Plan.Scale
  /// Where to start from, in any size; when `run` has ended what it came to.
  private(set) var picture: Picture

  init(painting: Painting, scale: Plan.Scale, start: Picture) {
    self.painting = painting
    self.scale = scale
    picture = start
  }

  /// Told how far the work is and how to see the picture; answers whether to go on.
  typealias Report = (_ progress: Progress, _ preview: () -> Picture) -> Verdict
  /// How far the work is after that many iterations, with that loss, and whether it is known that the scale ends there.
  typealias Measure = (_ iteration: Int, _ loss: Double, _ isLast: Bool) -> Progress

  /// Walks to the end of the scale, or until told to stop.
  mutating func run(_ progress: Measure, _ report: Report) throws(StylizationError) -> Verdict {
    switch painting.plan.method {
    case .coarseToFine: try runProjected(progress, report)
    case .original(let original): try run(original, progress, report)
    }
  }

  /// L-BFGS inside the range of a picture, so that what is made small is the loss of the picture that gets saved.
  private mutating func runProjected(_ progress: Measure, _ report: Report) throws(StylizationError) -> Verdict {
    var objective = painting.objective(at: scale)
    let start = startingPoint(range: 1)
    let minimizer = Self.minimizer(
      at: start.span, size: scale.canvas, history: scale.history, isHalved: scale.isCompact, on: painting.pool
    ) { objective.value(of: $0, gradient: &$1) }
    _ = consume start
    var stillness = Stillness(visibleShare: painting.visibleShare)
    return try finish(minimizer, objective, until: { stillness.isReached(after: $0.lastStep) }, progress, report)
  }

  static func minimizer(
    at start: Span<Float>, size: Size, history: Int, isHalved: Bool, on pool: ThreadPool, of loss: LossFunction
  ) -> LBFGS<BandScaling> {
    LBFGS(
      at: start, of: loss, box: Box(0...1), rule: .safeguarded(first: 2.0 / 255), history: history,
      isHistoryHalved: isHalved, guess: BandScaling(size: size, on: pool), on: pool)
  }

  /// The start on the scale's canvas and in [0, `range`]; to be let go of when the minimizer has its copy.
  private func startingPoint(range: Float) -> [Float] {
    let pixels = painting.start(at: scale.size, from: picture).mirrored(by: scale.bleed).pixels
    return range == 1 ? pixels : pixels.map { $0 * range }
  }

  /// The recipe's published way, on the image in [0, 255].
  private mutating func run(_ original: Recipe.Original, _ progress: Measure, _ report: Report) throws(StylizationError)
    -> Verdict
  {
    let pool = painting.pool
    var objective = painting.objective(at: scale)
    let box = original.isClipped ? Box(0...255) : .none
    let start = startingPoint(range: 255)
    let keepsBest = original.keepsBest
    switch original.method {
    case .gradientDescent(let schedule):
      let minimizer = GradientDescent(
        at: start.span, of: { objective.value(of: $0, gradient: &$1) }, box: box, schedule: schedule, on: pool)
      _ = consume start
      return try finish(minimizer, objective, keepingBest: keepsBest, progress, report)
    case .adam(let parameters):
      let minimizer = Adam(
        at: start.span, of: { objective.value(of: $0, gradient: &$1) }, box: box, parameters: parameters, on: pool)
      _ = consume start
      return try finish(minimizer, objective, keepingBest: keepsBest, progress, report)
    case .lbfgs(let rate, _):
      let minimizer = LBFGS(
        at: start.span, of: { objective.value(of: $0, gradient: &$1) }, box: box, rule: .plain(rate: rate),
        history: scale.history, isHistoryHalved: scale.isCompact, guess: ScaledIdentity(on: pool), on: pool)
      _ = consume start
      return try finish(minimizer, objective, keepingBest: keepsBest, progress, report)
    }
  }

  /// Walks, and makes what it came to the picture, with the objective's memory given back before.
  private mutating func finish<Method: Minimizer & ~Copyable>(
    _ minimizer: consuming Method, _ objective: consuming Objective, keepingBest: Bool = false,
    until isDone: (borrowing Method) -> Bool = { _ in false }, _ progress: Measure, _ report: Report
  ) throws(StylizationError) -> Verdict {
    let range = objective.range
    let (verdict, best) = try walk(
      &minimizer, &objective, keepingBest: keepingBest, until: isDone, progress, report)
    _ = consume objective
    picture = best ?? Picture(of: scale, point: minimizer.point, range)
    return verdict
  }

  /// The best picture comes along where it is kept; else the picture is where the minimizer stands.
  private func walk<Method: Minimizer & ~Copyable>(
    _ minimizer: inout Method, _ objective: inout Objective, keepingBest: Bool = false,
    until isDone: (borrowing Method) -> Bool = { _ in false }, _ progress: Measure, _ report: Report
  ) throws(StylizationError) -> (Verdict, best: Picture?) {
    guard minimizer.loss.isFinite else {
      throw StylizationError(
        .failed, "the loss is not a finite number at \(scale.size), before the first step; the weights may be damaged")
    }
    let range = objective.range
    var best = (loss: minimizer.loss, picture: keepingBest ? Picture(of: scale, point: minimizer.point, range) : nil)
    var verdict = Verdict.goOn
    var detail: FineDetail?  // for the previews, which are many; made when somebody looks at one
    for iteration in 1...scale.iterations {
      let isStuck = minimizer.step { objective.value(of: $0, gradient: &$1) } != .moved
      if keepingBest && minimizer.loss < best.loss {
        best = (minimizer.loss, Picture(of: scale, point: minimizer.point, range))
      }
      let isLast = isStuck || iteration == scale.iterations || isDone(minimizer)
      verdict = report(progress(iteration, minimizer.loss, isLast)) {
        let known = detail ?? painting.fineDetail(beyond: scale.size)
        detail = known
        return painting.finished(best.picture ?? Picture(of: scale, point: minimizer.point, range), with: known)
      }
      if verdict != .goOn || isLast { break }
    }
    return (verdict, best.picture)
  }
}

extension Picture {
  /// The picture at a point in [0, range] of a scale, without its bleed; values beyond the range are brought into it.
  fileprivate init(of scale: Plan.Scale, point: Span<Float>, _ range: Float) {
    let (size, line) = (scale.size, 3 * scale.canvas.width)
    var pixels: [Float] = []
    pixels.reserveCapacity(3 * size.area)
    for row in scale.bleed..<scale.bleed + size.height {
      let first = row * line + 3 * scale.bleed
      for index in first..<first + 3 * size.width { pixels.append(point[index] / range) }
    }
    self.init(width: size.width, height: size.height, pixels: pixels)
  }
}
