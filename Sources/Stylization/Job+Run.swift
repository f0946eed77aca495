internal import Optimization
package import Pictures

extension Job {
  /// Paints. Blocks until the painting is done or stopped, and calls `report` on this thread after every iteration.
  ///
  /// - Parameter report: told how far the work is; its second argument makes the picture as it stands, in the content's
  ///   size, if called. Its answer stops the work or lets it go on.
  /// - Returns: the painting in the content's size and with its alpha; nil when it was discarded.
  /// - Throws: `failed` when there is no finite loss to begin with.
  package func run(
    _ report: (_ progress: Progress, _ preview: () -> Picture) -> Verdict
  ) throws(StylizationError) -> Picture? {
    let painting = Painting(self)
    let scales = painting.plan.scales
    var clock = Clock(plan: painting.plan, styles: styles.count)
    var picture = painting.start(at: scales.first?.size ?? content.size)
    for (index, scale) in scales.enumerated() {
      clock.begin(scale: index)
      var descent = Descent(painting: painting, scale: scale, start: picture)
      let verdict = try descent.run(
        { iteration, loss, isLast in
          let reading = clock.reading(iteration: iteration, of: scale.iterations, isLast: isLast)
          return Progress(
            fraction: reading.fraction, scale: index + 1, scales: scales.count, width: scale.size.width,
            height: scale.size.height, iteration: iteration, iterations: scale.iterations, loss: loss,
            secondsLeft: reading.secondsLeft)
        }, report)
      picture = descent.picture
      switch verdict {
      case .goOn: continue
      case .keep: return painting.finished(picture)
      case .discard: return nil
      }
    }
    return painting.finished(picture)
  }
}
