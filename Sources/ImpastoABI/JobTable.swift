internal import Synchronization

/// The jobs that callers hold. What they hold is a number in the form of a pointer, never used twice: one that was
/// freed, or never given out, is known for what it is.
final class JobTable: Sendable {
  static let shared = JobTable()

  private let state = Mutex(State())

  private struct State {
    var jobs: [Int: RunningJob] = [:]
    var last = 0
  }

  /// Takes a job in and gives it a name.
  func insert(_ job: RunningJob) -> OpaquePointer? {
    let number = state.withLock { state in
      state.last += 1
      state.jobs[state.last] = job
      return state.last
    }
    return OpaquePointer(bitPattern: number)
  }

  func remove(_ name: OpaquePointer) -> RunningJob? {
    let number = Int(bitPattern: name)
    return state.withLock { $0.jobs.removeValue(forKey: number) }
  }

  /// The job of that name.
  subscript(name: OpaquePointer?) -> RunningJob {
    get throws(Refusal) {
      guard let name else { throw .badArgument("job is NULL") }
      let number = Int(bitPattern: name)
      let job = state.withLock { $0.jobs[number] }
      guard let job else { throw .unknownJob }
      return job
    }
  }
}
