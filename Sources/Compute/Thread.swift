import Glibc

/// A thread that runs one body and ends with it. Every thread that Swift code works on is begun here.
///
/// Letting go of the last reference waits for the end: nothing that the body holds, and no thread, outlives its owner.
/// The owner is therefore never the body itself.
package final class Thread: Sendable {
  private let handle: pthread_t

  /// Runs `body` on a new thread; nil when the system has no thread to give.
  package init?(_ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 8 << 20)
    // Signals are the business of the thread that the caller has: a library's threads leave them alone.
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

    let task = Unmanaged.passRetained(Task(body))
    var handle = pthread_t()
    let failed = pthread_create(
      &handle, &attributes,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Task>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, task.toOpaque())
    guard failed == 0 else {
      task.release()
      return nil
    }
    self.handle = handle
  }

  deinit {
    let failed = pthread_join(handle, nil)
    precondition(failed == 0, "a thread is not let go of by its own body")
  }
}

private final class Task: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
