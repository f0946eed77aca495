import CKernels
import Synchronization

/// A fixed crew of threads that shares out the iterations of a loop.
///
/// The caller takes part in the work, so a pool of one starts no thread. Between loops the crew sleeps: an idle pool
/// uses no processor time, and one that is let go of leaves no thread behind. Iterations are handed out one by one, in no
/// fixed order; a body whose iterations write to places of their own therefore gives the same bytes whatever the number
/// of threads.
package final class ThreadPool: Sendable {
  /// How many threads work on a loop, the caller's included.
  package let threads: Int
  private let crew: Crew
  private let helpers: [Thread]

  /// A pool of `threads`, at least 1; of fewer, if the system has no more to give.
  package init(threads: Int) {
    precondition(threads >= 1, "a pool has at least the caller's thread")
    let crew = Crew()
    self.crew = crew
    var helpers: [Thread] = []
    for worker in 1..<threads {
      guard let helper = Thread({ crew.serve(worker: worker) }) else { break }
      helpers.append(helper)
    }
    self.helpers = helpers
    self.threads = 1 + helpers.count
  }

  deinit { crew.dismiss() }

  /// Runs `body(index, worker)` once for every index in `0..<count`, `worker` in `0..<threads` telling which of the
  /// crew does it, and returns when all are done. Loops on one pool do not nest and do not overlap.
  package func forEach(_ count: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
    guard threads > 1, count > 1 else {
      for index in 0..<max(count, 0) { body(index, 0) }
      return
    }
    withoutActuallyEscaping(body) { crew.run(Loop(count: count, body: $0), helpers: helpers.count) }
  }

  /// The sum of `term(index)` over `0..<count`: each term is told by one of the crew, and they are added in order.
  package func sum(over count: Int, _ term: (_ index: Int) -> Double) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { terms in
      forEach(count) { index, _ in terms.initializeElement(at: index, to: term(index)) }
      return terms.reduce(0, +)
    }
  }
}

/// One loop being shared out.
private final class Loop: @unchecked Sendable {  // the body is shared on purpose: the crew's use of it ends in `run`
  let count: Int
  let body: (Int, Int) -> Void
  let next = Atomic<Int>(0)

  init(count: Int, body: @escaping (Int, Int) -> Void) {
    self.count = count
    self.body = body
  }

  func work(as worker: Int) {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if index >= count { return }
      body(index, worker)
    }
  }
}

/// The sleeping and waking of a pool's threads.
///
/// The loops of one pass through a network follow each other within microseconds, and waking a sleeping thread takes
/// tens of them: so for a moment, and only then, a waiting thread looks for itself before it goes to sleep.
private final class Crew: Sendable {
  private struct State {
    var loop: Loop?
    var generation = 0
    var busy = 0
    var dismissed = false
  }

  private let state = Monitor(State())
  /// Copies of the state's own, to be looked at without the lock.
  private let generation = Atomic<Int>(0)
  private let busy = Atomic<Int>(0)
  private static let looks = 2000

  func run(_ loop: Loop, helpers: Int) {
    busy.store(helpers, ordering: .releasing)
    state.use { state in
      precondition(state.loop == nil, "loops on one pool do not nest")
      state.loop = loop
      state.generation += 1
      state.busy = helpers
      self.generation.store(state.generation, ordering: .releasing)
    }
    loop.work(as: 0)
    look { busy.load(ordering: .acquiring) == 0 }
    _ = state.wait { $0.busy == 0 }
    state.use { $0.loop = nil }
  }

  func serve(worker: Int) {
    var seen = 0
    while takePart(as: worker, after: &seen) {
      state.use { $0.busy -= 1 }
      busy.wrappingSubtract(1, ordering: .releasing)
    }
  }

  /// Waits for the next loop and works on it; `false` when the crew is dismissed. The loop is let go of on return,
  /// before it is said to be done: its body must not outlive the call that it was given to.
  @inline(never) private func takePart(as worker: Int, after seen: inout Int) -> Bool {
    look { [seen] in generation.load(ordering: .acquiring) != seen }
    _ = state.wait { [seen] in $0.dismissed || $0.generation != seen }
    let now = state.read { (loop: $0.loop, generation: $0.generation, dismissed: $0.dismissed) }
    if now.dismissed { return false }
    seen = now.generation
    now.loop?.work(as: worker)
    return true
  }

  func dismiss() { state.use { $0.dismissed = true } }

  /// Looks a few microseconds for `condition`.
  private func look(for condition: () -> Bool) {
    for _ in 0..<Self.looks {
      if condition() { return }
      ck_pause()
    }
  }
}
