internal import Glibc
internal import Network

extension Recipe {
  /// The recipe at another strength, 0 to 100: at 50 it is itself. With t from 1 at 0 to -1 at 100, the content weighs
  /// 32^t times as much against the style: steps are more nearly even so in what they lose of the photograph.
  /// Below 50 that is 8^t for the content and 4^-t for all of style: nothing in an even sky, where there is no content,
  /// would hold out against it otherwise. Tone weighs 4^t times as much, and a style layer of block b 2^(-t (b - 1) / 3)
  /// times: the stronger, the larger the forms of the painting that come along.
  func at(strength: Double) -> Recipe {
    var recipe = self
    let t = Self.restraint(strength: strength)
    let weaker = pow(4, -max(t, 0))
    for index in content.indices { recipe.content[index].weight *= pow(32, t) * weaker }
    for (index, term) in style.enumerated() {
      recipe.style[index].weight *= pow(2, -t * Double(term.layer.block - 1) / 3) * weaker
    }
    recipe.tone?.weight *= pow(4, t)
    return recipe
  }

  /// 1 at strength 0, 0 at 50, -1 at 100.
  static func restraint(strength: Double) -> Double { (50 - strength) / 50 }
}
