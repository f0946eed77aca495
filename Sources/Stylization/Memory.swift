internal import Compute

/// How much memory there is for the work.
enum Memory {
  /// Bytes that may be allocated on top of what the process holds: what is left of `limit`, which is for all of the
  /// process; without one, half of what is free, or what an address space holds where nobody says.
  static func available(limit: Int?) -> Int {
    limit.map { $0 - Machine.residentBytes } ?? (Machine.freeBytes ?? 1 << 47) / 2
  }

  /// The refusal of work that takes at least `least` bytes where only `available` of the process's `limit` are left.
  static func refusal(_ work: String, least: Int, available: Int, limit: Int?) -> StylizationError {
    let allowed = limit ?? available
    // What the process holds differs a little from run to run: the limit named must do the next time too.
    let needed = least + allowed - available + 8 << 20
    return StylizationError(
      .noMemory,
      """
      \(work) needs at least \((needed + 1 << 20 - 1) >> 20) MB of memory, but only \(allowed >> 20) MB may be used; allow \
      that much, or choose a smaller size
      """)
  }
}
