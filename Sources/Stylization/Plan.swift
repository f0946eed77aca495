internal import Foundation
internal import Pictures

/// The scales that a painting goes through, coarse to fine, and how it is walked downhill at each.
struct Plan: Sendable {
  struct Scale: Sendable, Equatable {
    let size: Size
    /// At most.
    let iterations: Int
  }

  enum Method: Sendable {
    /// Impasto's own: L-BFGS inside the range of a picture, each scale starting from the one before.
    case coarseToFine
    /// One scale, as the recipe was published.
    case original(Recipe.Original)
  }

  let scales: [Scale]
  let method: Method

  /// Where the fast schedule stops on its way to the full size, as parts of a side, and how long it stays: most of the
  /// painting is decided where an iteration is cheap.
  private static let stops = [(part: 0.25, iterations: 60), (part: 0.5, iterations: 50), (part: 1, iterations: 30)]

  init(settings: Settings, content: Size) {
    let size = content.fitted(longSide: settings.workingSize)
    if settings.schedule == .original, let original = settings.recipe.original {
      method = .original(original)
      scales = [Scale(size: size, iterations: settings.iterations ?? original.iterations)]
      return
    }
    method = .coarseToFine
    let last = Double(Self.stops.last?.iterations ?? 1)
    let share = settings.iterations.map { Double($0) / last } ?? 1
    scales = Self.stops.compactMap { part, iterations in
      guard part == 1 || Double(size.shortSide) * part >= Double(Size.shortestSide) else { return nil }
      return Scale(size: size.scaled(by: part), iterations: Int((Double(iterations) * share).rounded(.up)))
    }
  }
}

extension Recipe {
  /// The recipe at another strength, 0 to 100: 50 is its own weights, and the content weighs 4^t times as much, t from 1
  /// at 0 to -1 at 100, which looks even.
  func at(strength: Double) -> Recipe {
    var recipe = self
    let factor = pow(4, (50 - strength) / 50)
    recipe.content = content.map { term in
      var term = term
      term.weight *= factor
      return term
    }
    return recipe
  }
}
