import Glibc
import Synchronization

/// The user's wish to stop. The first SIGINT, SIGTERM or SIGHUP is noted, for the work to end in order; the second ends
/// the process at once.
enum Interruption {
  private static let requests = Atomic<Int>(0)

  static var isWished: Bool { requests.load(ordering: .relaxed) > 0 }

  static func watch() {
    _ = isWished  // made before any handler runs
    var names = [SIGINT, SIGTERM]
    // Under nohup the terminal may go away and the work go on.
    if !isIgnored(SIGHUP) { names.append(SIGHUP) }
    for name in names {
      var action = sigaction()
      action.sa_flags = SA_SIGINFO | SA_RESTART
      action.__sigaction_handler.sa_sigaction = { name, information, _ in
        // OpenBLAS raises SIGINT when the system has no threads for it: nobody's wish, and it does without them.
        if let information, Int(information.pointee.si_code) == SI_TKILL { return }
        let earlier = Interruption.requests.wrappingAdd(1, ordering: .relaxed).oldValue
        // A terminal that closes may say so twice, by its shell and by itself.
        if earlier > 0 && name != SIGHUP { _exit(Failure.Status.interrupted.rawValue) }
      }
      sigaction(name, &action, nil)
    }
    // Whoever started this process may have left them blocked.
    var set = sigset_t()
    sigemptyset(&set)
    for name in names { sigaddset(&set, name) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  private static func isIgnored(_ name: Int32) -> Bool {
    var action = sigaction()
    sigaction(name, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
