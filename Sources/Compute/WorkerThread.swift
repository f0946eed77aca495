/// One thread for one long piece of work, and a way to wait for its end.
package final class WorkerThread: Sendable {
  private let hasEnded = Monitor(false)

  /// Starts `body` on a thread of its own; nil when the system has none to give.
  package init?(_ body: @escaping @Sendable () -> Void) {
    let started = startThread { [hasEnded] in
      body()
      hasEnded.use { $0 = true }
    }
    if !started { return nil }
  }

  /// Waits until the work has ended, at most `seconds` (nil: as long as it takes). Whether it has.
  package func wait(seconds: Double? = nil) -> Bool { hasEnded.wait(seconds: seconds) { $0 } }
}
