internal import Glibc
package import Network
package import Pictures

/// What a painting will take on this machine.
package struct Estimate: Sendable, Equatable {
  package let seconds: Double
  /// Peak resident memory.
  package let bytes: Int
  /// Of the largest scale worked at.
  package let width: Int
  package let height: Int
  package let scales: Int

  /// For a content picture of the given size and that many style pictures: from arithmetic, and from how long a small
  /// picture takes, which is measured once in a process and takes a part of a second.
  ///
  /// - Throws: `badArgument`, naming the setting.
  package init(settings: Settings, content: Size, styles: Int, weights: Weights) throws(StylizationError) {
    try settings.validate()
    let plan = Plan(settings: settings, content: content)
    let network = try settings.recipe.network(from: weights)
    let secondsPerWork = Calibration.secondsPerWork(settings: settings, network: network)
    seconds = secondsPerWork * plan.work(styles: styles).reduce(0, +)
    bytes = Memory.needed(plan: plan, settings: settings, content: content, styles: styles)
    let size = plan.largest
    (width, height, scales) = (size.width, size.height, plan.scales.count)
  }
}
