internal import Glibc
internal import Network
internal import Pictures

extension Recipe {
  /// The recipe for a scale, content and tone weighing as `contentSide` and `coarseContent` say; `part` is the latter's
  /// r. Where `leavesOutSmallMaps`, it has no style layers whose maps have no more positions than channels there,
  /// whether style statistics see all of them or not. The rank of a Gram matrix is at most the number of positions; so
  /// small, it all but tells the features of each, and a painting that has to have it becomes the style picture's
  /// scene.
  func at(_ size: Size, part: Double = 1, in architecture: Architecture) -> Recipe {
    var recipe = self
    let larger = contentSide.map { max(Double(size.area).squareRoot() / $0, 1) } ?? 1
    for index in recipe.content.indices { recipe.content[index].weight *= pow(part, -coarseContent) / larger }
    recipe.tone?.weight /= larger
    if leavesOutSmallMaps {
      recipe.style = style.filter { size.positions(of: $0.layer) > architecture.outputChannels(of: $0.layer) }
    }
    return recipe
  }

  /// The operations of the layers looked through at a scale, over those of all that the recipe looks through.
  func depth(at size: Size, in architecture: Architecture) -> Double {
    func operations(_ recipe: Recipe) -> Double {
      recipe.layers.max().map { architecture.operations(of: architecture.layers(through: $0), side: 1024) } ?? 0
    }
    return operations(at(size, in: architecture)) / operations(self)
  }
}
