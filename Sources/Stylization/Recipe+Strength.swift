internal import Glibc
internal import Network

extension Recipe {
  /// The recipe at another strength, 0 to 100: at 50 it is itself. With t from 1 at 0 to -1 at 100, the content weighs
  /// 16^t times as much, tone 4^t times, and a style layer of block b 2^(-t (b - 1) / 3) times: the stronger, the
  /// larger the forms of the painting that come along. Below 50 all of style weighs 4^-t times as much on top: nothing
  /// in an even sky would hold out against it otherwise.
  func at(strength: Double) -> Recipe {
    var recipe = self
    let t = Self.restraint(strength: strength)
    for index in content.indices { recipe.content[index].weight *= pow(16, t) }
    for (index, term) in style.enumerated() {
      recipe.style[index].weight *= pow(2, -t * Double(term.layer.block - 1) / 3) * pow(4, -max(t, 0))
    }
    recipe.tone?.weight *= pow(4, t)
    return recipe
  }

  /// 1 at strength 0, 0 at 50, -1 at 100.
  static func restraint(strength: Double) -> Double { (50 - strength) / 50 }
}
