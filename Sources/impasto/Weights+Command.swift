import Network
import Stylization

extension Weights {
  /// The weights that are installed, or that IMPASTO_WEIGHTS names, with every layer that a recipe looks at.
  static func found(for recipe: Recipe) throws(Failure) -> Weights {
    do throws(WeightsError) {
      let weights = try Weights(contentsOf: WeightsLocation.find())
      try weights.require(recipe.layers)
      return weights
    } catch {
      throw Failure(error)
    }
  }
}
