internal import Compute

/// How much memory there is for the work.
struct Memory {
  /// Bytes that may be allocated on top of what the process holds.
  let available: Int
  /// What the process has already.
  private let held = Machine.residentBytes

  /// What is left of `limit`, which is for all of the process; without one, half of what is free; never more than the
  /// system lets this process have when it has so many threads.
  init(limit: Int?, threads: Int) {
    let wished = limit.map { [held] in $0 - held } ?? (Machine.freeBytes(threads: threads) ?? 1 << 47) / 2
    available = min(wished, Machine.bytesLeft(threads: threads) ?? 1 << 47) - Self.margin
  }

  /// What is left for small things and for OpenBLAS, and by how much what the process holds differs from run to run.
  private static let margin = 48 << 20
  private static let difference = 8 << 20

  /// The refusal of work that allocates at least `least` bytes; to allow what it names must do the next time.
  func refusal(_ work: String, least: Int) -> StylizationError {
    StylizationError(
      .noMemory,
      """
      \(work) needs at least \(Self.megabytes(held + least + Self.margin + Self.difference)) MB of memory, but only \
      \(Self.megabytes(held + available + Self.margin)) MB may be used; allow that much, or choose a smaller size
      """)
  }

  /// Asks the system for so many bytes before work begins that could not be ended with a sentence later.
  static func check(_ bytes: Int) throws(StylizationError) {
    guard Machine.canGive(bytes) else {
      throw StylizationError(
        .noMemory,
        "the system does not give the \(megabytes(bytes)) MB of memory this needs; close other programs, or choose a "
          + "smaller size")
    }
  }

  private static func megabytes(_ bytes: Int) -> Int { max(bytes + (1 << 20) - 1, 0) >> 20 }
}
