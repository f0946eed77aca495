import Glibc
import Synchronization

/// The user's wish to stop. The first SIGINT or SIGTERM is noted, for the work to end in order; the second ends the
/// process at once.
enum Interruption {
  private static let requests = Atomic<Int>(0)

  static var isWished: Bool { requests.load(ordering: .relaxed) > 0 }

  static func watch() {
    _ = isWished  // made before any handler runs
    for name in [SIGINT, SIGTERM] {
      signal(name) { _ in
        if Interruption.requests.wrappingAdd(1, ordering: .relaxed).newValue > 1 {
          _exit(Failure.Status.interrupted.rawValue)
        }
      }
    }
    // Whoever started this process may have left them blocked.
    var both = sigset_t()
    sigemptyset(&both)
    sigaddset(&both, SIGINT)
    sigaddset(&both, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &both, nil)
  }
}
