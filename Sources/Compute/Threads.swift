import Glibc

/// Runs `body` on a new thread, which ends with it; `false` when the system has no thread to give. Every thread of the
/// program is begun here.
package func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
  pthread_attr_setstacksize(&attributes, 8 << 20)
  // Signals are the business of the thread that the caller has: a library's threads leave them alone.
  var (all, before) = (sigset_t(), sigset_t())
  sigfillset(&all)
  pthread_sigmask(SIG_SETMASK, &all, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

  let task = Unmanaged.passRetained(Task(body))
  var thread = pthread_t()
  let failed = pthread_create(
    &thread, &attributes,
    { argument in
      guard let argument else { return nil }
      Unmanaged<Task>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, task.toOpaque())
  if failed != 0 { task.release() }
  return failed == 0
}

private final class Task: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
