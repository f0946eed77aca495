/// Where everything that one pass through the network keeps lies in one block of memory, planned once for a size.
///
/// Kept from forward to backward: the features asked for, whose gradients take their place, and of every other
/// activation only bits. All else alternates between two regions, in which the activations of the forward pass and the
/// gradients of the backward pass follow each other.
struct Arena {
  /// For each stage: its whole output, pooled output (or the whole one's offset where nothing is pooled), and bits.
  private(set) var whole: [Int?] = []
  private(set) var next: [Int] = []
  private(set) var signs: [Int] = []
  private(set) var winners: [Int?] = []
  /// The gradients, by the stage whose output they are of: of the whole output and of what the next one reads.
  private(set) var wholeGradient: [Int] = []
  private(set) var nextGradient: [Int] = []
  private(set) var floats = 0
  private(set) var bytes = 0

  init(stages: [Stage], pooling: Pooling) {
    var sizes = [0, 0]  // of the two regions
    var turn = 0
    var transient: [(stage: Int, region: Int, pooled: Bool)] = []
    for (index, stage) in stages.enumerated() {
      if stage.wanted {
        whole.append(reserve(stage.wholeCount))
      } else if !stage.pooled {
        transient.append((index, turn, false))
        sizes[turn] = max(sizes[turn], stage.wholeCount)
        turn = 1 - turn
        whole.append(nil)
      } else {
        whole.append(nil)
      }
      if stage.pooled {
        transient.append((index, turn, true))
        sizes[turn] = max(sizes[turn], stage.nextCount)
        turn = 1 - turn
      }
      next.append(whole[index] ?? 0)
      let keepsSigns = !stage.pooled || stage.wanted || pooling == .average
      signs.append(
        bytes(keepsSigns ? Bits.signBytes(height: stage.height, width: stage.width, channels: stage.outputs) : 0))
      winners.append(
        stage.pooled && pooling == .max
          ? bytes(
            Bits.winnerBytes(height: stage.pooledHeight, width: stage.pooledWidth, channels: stage.outputs))
          : nil)
    }

    wholeGradient = Array(repeating: 0, count: stages.count)
    nextGradient = Array(repeating: 0, count: stages.count)
    var gradientRegion: [(stage: Int, region: Int, pooled: Bool)] = []
    turn = 0
    for (index, stage) in stages.enumerated().reversed() {
      if stage.pooled {
        gradientRegion.append((index, turn, true))
        sizes[turn] = max(sizes[turn], stage.nextCount)
        turn = 1 - turn
      }
      if stage.pooled || stage.wanted { continue }
      gradientRegion.append((index, turn, false))
      sizes[turn] = max(sizes[turn], stage.wholeCount)
      turn = 1 - turn
    }

    let regions = sizes.map { reserve($0) }
    for item in transient {
      if item.pooled {
        next[item.stage] = regions[item.region]
      } else {
        whole[item.stage] = regions[item.region]
        next[item.stage] = regions[item.region]
      }
    }
    for (index, stage) in stages.enumerated() where stage.wanted {
      wholeGradient[index] = whole[index] ?? 0
      if !stage.pooled { nextGradient[index] = wholeGradient[index] }
    }
    for item in gradientRegion {
      if item.pooled {
        nextGradient[item.stage] = regions[item.region]
      } else {
        wholeGradient[item.stage] = regions[item.region]
        if !stages[item.stage].pooled { nextGradient[item.stage] = regions[item.region] }
      }
    }
  }

  /// Room for `count` floats, on a cache line of its own.
  private mutating func reserve(_ count: Int) -> Int {
    defer { floats += (count + 15) / 16 * 16 }
    return floats
  }

  private mutating func bytes(_ count: Int) -> Int {
    defer { bytes += (count + 63) / 64 * 64 }
    return bytes
  }
}
