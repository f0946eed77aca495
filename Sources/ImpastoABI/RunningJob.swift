internal import CImpasto
internal import Compute
internal import Pictures
internal import Stylization

/// A job and how it is getting on, for callers on any thread.
final class RunningJob: Sendable {
  private let job: Job
  private let state = Monitor(State())

  /// Everything that changes.
  private struct State {
    var phase: impasto_state = IMPASTO_NEW
    var progress: Progress?
    var failure: Refusal?
    var verdict = Verdict.goOn
    var result: Picture?
    var preview: Picture?
    var previews: Int64 = 0
    /// Whether somebody has asked for the preview since it was made: only then is a newer one worth its time.
    var isPreviewSeen = true
    var thread: Thread?
    var isFreed = false
  }

  init(_ job: Job) { self.job = job }

  func start() throws(Refusal) {
    try state.use { state throws(Refusal) in
      guard !state.isFreed else { throw .unknownJob }
      guard state.phase == IMPASTO_NEW else { throw Refusal(IMPASTO_NOT_READY, "the job has been started already") }
      guard let thread = Thread({ self.run() }) else {
        throw Refusal(IMPASTO_FAILED, "the system has no thread to give for the painting")
      }
      state.thread = thread
      state.phase = IMPASTO_RUNNING
    }
  }

  /// The thread's work.
  private func run() {
    do throws(StylizationError) {
      let picture = try job.run { progress, preview in self.note(progress, preview) }
      state.use { state in
        state.result = picture
        if picture != nil { state.previews += 1 }
        state.phase = picture == nil ? IMPASTO_STOPPED : IMPASTO_DONE
      }
    } catch {
      state.use { state in
        state.failure = Refusal(error)
        state.phase = IMPASTO_BROKEN
      }
    }
  }

  /// One iteration has been done.
  private func note(_ progress: Progress, _ preview: () -> Picture) -> Verdict {
    let (verdict, isPreviewWanted) = state.use { state in
      state.progress = progress
      return (state.verdict, state.isPreviewSeen && state.verdict == .goOn)
    }
    if isPreviewWanted {
      let picture = preview()
      state.use { state in
        state.preview = picture
        state.previews += 1
        state.isPreviewSeen = false
      }
    }
    return verdict
  }

  func stop(keeping: Bool) {
    state.use { state in
      // Who has once thrown the picture away cannot have it back.
      if state.verdict != .discard { state.verdict = keeping ? .keep : .discard }
    }
  }

  /// Waits until the job has ended, at most `seconds` (nil: as long as it takes). Whether it has.
  func wait(seconds: Double?) throws(Refusal) -> Bool {
    if state.read({ $0.phase }) == IMPASTO_NEW { throw Refusal(IMPASTO_NOT_READY, "the job has not been started") }
    return state.wait(seconds: seconds) { $0.phase != IMPASTO_RUNNING }
  }

  /// Throws the painting away if it is not done, and waits until its thread is gone with all that it held: a job that
  /// has ended may still be in its thread's hands for a moment. Whoever still knows it cannot start it any more.
  func free() {
    stop(keeping: false)
    _ = state.use { state in
      state.isFreed = true
      return state.thread.take()  // to be let go of outside the lock, which the thread still needs
    }
  }

  /// How far it is, and why it failed if it did.
  var status: (impasto_status, failure: String?) {
    state.use { state in
      var status = impasto_status()
      status.state = state.phase
      status.seconds_left = -1
      status.preview_serial = state.previews
      if let progress = state.progress {
        status.fraction = state.phase == IMPASTO_DONE ? 1 : progress.fraction
        status.scale = Int32(progress.scale)
        status.scales = Int32(progress.scales)
        status.width = Int32(progress.width)
        status.height = Int32(progress.height)
        status.iteration = Int32(progress.iteration)
        status.iterations = Int32(progress.iterations)
        status.loss = progress.loss
        status.seconds_left = progress.secondsLeft ?? -1
      }
      return (status, state.failure?.sentence)
    }
  }

  func preview() throws(Refusal) -> Picture {
    try state.use { state throws(Refusal) in
      guard let preview = state.result ?? state.preview else {
        throw Refusal(IMPASTO_NOT_READY, "there is no picture yet")
      }
      state.isPreviewSeen = true
      return preview
    }
  }

  func result() throws(Refusal) -> Picture {
    try state.use { state throws(Refusal) in
      if let failure = state.failure { throw failure }
      guard let result = state.result else {
        throw Refusal(
          IMPASTO_NOT_READY,
          state.phase == IMPASTO_STOPPED ? "the job was stopped without keeping its picture" : "the job has not ended")
      }
      return result
    }
  }
}
