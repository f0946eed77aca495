/// Everything that a `FeatureExtractor` allocates for pictures of one size, known before it is made.
struct ExtractorLayout {
  let stages: [Stage]
  let arena: Arena
  let winograd: Winograd.Needs
  /// Of workspace for each side of a map whose padding repeats the border.
  let lineValues: Int
  /// Of workspace for one worker at the pixels.
  let pixelValues: Int

  init(
    _ architecture: Architecture, layers: Set<LayerName>, height: Int, width: Int, pooling: Pooling, padding: Padding
  ) {
    stages = Stage.all(of: architecture, wanted: layers, height: height, width: width)
    arena = Arena(stages: stages, pooling: pooling)
    let hidden = stages.dropFirst()
    var needs = Winograd.Needs()
    for stage in hidden {
      needs.include(height: stage.height, width: stage.width, inputs: stage.inputs, outputs: stage.outputs)
      needs.include(height: stage.height, width: stage.width, inputs: stage.outputs, outputs: stage.inputs)
    }
    winograd = needs
    lineValues =
      padding == .zero
      ? 0
      : hidden.map { stage in
        BorderGradient.valuesNeeded(
          length: max(stage.height, stage.width), inputs: stage.inputs, outputs: stage.outputs)
      }.max() ?? 0
    pixelValues = PixelConvolution.valuesNeeded(width: width, outputs: stages[0].outputs)
  }

  /// Values of features whose gradient is asked for at a time: so few that they stay in a core's cache.
  private static let seenAtATime = 1 << 18
  static func rowsSeen(of stage: Stage) -> Int {
    min(stage.height, max(1, seenAtATime / (stage.width * stage.outputs)))
  }
  var seenValues: Int {
    stages.filter(\.wanted).map { Self.rowsSeen(of: $0) * $0.width * $0.outputs }.max() ?? 0
  }

  func scratchValues(threads: Int) -> Int { max(4 * lineValues, threads * pixelValues) }

  func bytes(threads: Int) -> Int {
    4 * (arena.floats + seenValues + scratchValues(threads: threads)) + arena.bytes + winograd.bytes(threads: threads)
  }
}

extension FeatureExtractor {
  /// Bytes that an extractor of these properties allocates.
  package static func bytes(
    _ architecture: Architecture, layers: Set<LayerName>, height: Int, width: Int, pooling: Pooling, padding: Padding,
    threads: Int
  ) -> Int {
    ExtractorLayout(
      architecture, layers: layers, height: height, width: width, pooling: pooling, padding: padding
    ).bytes(threads: threads)
  }
}
