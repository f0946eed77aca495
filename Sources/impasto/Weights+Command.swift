import Compute
import Network
import Pictures
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

  /// Refuses weights under which a small picture has no finite loss, by the first recipe whose layers are all there.
  func checkValues() throws(Failure) {
    guard let recipe = Recipe.all.first(where: { $0.layers.isSubset(of: layers) }) else { return }
    func picture(period: Int) -> Picture {
      Picture(width: 32, height: 32, pixels: (0..<32 * 32 * 3).map { Float($0 % period) / Float(period) })
    }
    let evaluation: Evaluation
    do throws(StylizationError) {
      evaluation = try Evaluation(
        recipe: recipe, content: picture(period: 31), style: picture(period: 7), image: picture(period: 17),
        weights: self, on: ThreadPool(threads: Machine.processors))
    } catch {
      throw Failure(error)
    }
    guard evaluation.loss.isFinite else { throw .notFinite(path) }
  }
}

extension Failure {
  /// These weights make the loss of a picture infinite, or no number.
  static func notFinite(_ weights: String) -> Failure {
    Failure(
      .badFile, "\(weights): its numbers give a picture no finite loss (expected those of a trained network).")
  }
}
