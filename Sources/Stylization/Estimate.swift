internal import Compute
internal import Glibc
package import Network
package import Pictures

/// What a painting will take on this machine.
package struct Estimate: Sendable, Equatable {
  package let seconds: Double
  /// Peak resident memory of this process.
  package let bytes: Int
  /// Of the largest scale worked at.
  package let width: Int
  package let height: Int
  package let scales: Int
  /// Of the largest scale: how many tiles it is looked at in, how large with their haloes, and how often.
  package let tiles: Int
  package let tileWidth: Int
  package let tileHeight: Int
  package let halo: Int
  package let passes: Int

  /// For a content picture of the given size and that many style pictures: from arithmetic, and from how long a small
  /// picture takes, which is measured once in a process and takes a part of a second.
  ///
  /// - Parameters:
  ///   - isTransparent: whether parts of the content picture are, which takes memory.
  ///   - hasPreviews: whether the picture as it stands will be asked for, which does too.
  /// - Throws: `badArgument`, naming the setting; `noMemory` with the least that would do.
  package init(
    settings: Settings, content: Size, styles: Int, weights: Weights, isTransparent: Bool = false,
    hasPreviews: Bool = true
  ) throws(StylizationError) {
    try settings.validate()
    let held = Machine.residentBytes
    let style = Budget.likelyStyle(for: content)
    let subject = Budget.Subject(
      content: content, isTransparent: isTransparent, styles: Array(repeating: style, count: styles),
      hasPreviews: hasPreviews)
    let pictures = 12 * (content.area + styles * style.area) + (isTransparent ? 4 * content.area : 0)
    let plan = try Plan(
      settings: settings, subject: subject, architecture: weights.architecture, given: pictures)
    let network = try settings.recipe.network(from: weights)
    let secondsPerWork = Calibration.secondsPerWork(settings: settings, network: network)
    seconds = secondsPerWork * (plan.work(styles: styles).reduce(0, +) + plan.finishing)
    let budget = Budget(settings, subject, plan: plan, architecture: weights.architecture)
    bytes = max(held + pictures + budget.bytes(plan), Machine.peakResidentBytes)
    let (size, tiling) = (plan.largest, plan.scales.last?.tiling ?? Tiling(whole: plan.largest))
    (tiles, halo, passes) = (tiling.count, tiling.halo, tiling.passes)
    (tileWidth, tileHeight) = (tiling.tileSize.width, tiling.tileSize.height)
    (width, height, scales) = (size.width, size.height, plan.scales.count)
  }
}
