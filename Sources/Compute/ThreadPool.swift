import Foundation
import Synchronization

/// The one place with threads: a fixed crew that shares out the iterations of a loop.
///
/// The caller takes part in the work, so a pool of one starts no thread. Between loops the crew sleeps on a condition
/// variable: an idle pool uses no processor time. Iterations are handed out one by one from an atomic counter, in no
/// fixed order; a body whose iterations write to places of their own therefore gives the same bytes whatever the number
/// of threads.
package final class ThreadPool: Sendable {
  /// How many threads work on a loop, the caller's included.
  package let threads: Int
  private let crew: Crew

  package init(threads: Int) {
    precondition(threads >= 1, "a pool has at least the caller's thread")
    self.threads = threads
    let crew = Crew()
    self.crew = crew
    for worker in 1..<Swift.max(threads, 1) {
      let thread = Thread { crew.serve(worker: worker) }
      thread.stackSize = 1 << 20
      thread.name = "impasto-\(worker)"
      thread.start()
    }
  }

  deinit { crew.dismiss() }

  /// The number of processors this process may run on.
  package static var processors: Int { Swift.max(ProcessInfo.processInfo.activeProcessorCount, 1) }

  /// Runs `body(index, worker)` once for every index in `0..<count`, `worker` in `0..<threads` telling which of the crew
  /// does it, and returns when all are done. Loops on one pool do not nest and do not overlap.
  package func forEach(_ count: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
    guard threads > 1, count > 1 else {
      for index in 0..<Swift.max(count, 0) { body(index, 0) }
      return
    }
    withoutActuallyEscaping(body) { escaping in
      crew.run(Loop(count: count, body: escaping), helpers: threads - 1)
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

/// The sleeping and waking of the pool's threads.
private final class Crew: @unchecked Sendable {  // every field is guarded by `lock`
  private let lock = NSCondition()
  private var loop: Loop?
  private var generation = 0
  private var busy = 0
  private var dismissed = false

  func run(_ loop: Loop, helpers: Int) {
    lock.lock()
    precondition(self.loop == nil, "loops on one pool do not nest")
    self.loop = loop
    generation += 1
    busy = helpers
    lock.broadcast()
    lock.unlock()

    loop.work(as: 0)

    lock.lock()
    while busy > 0 { lock.wait() }
    self.loop = nil
    lock.unlock()
  }

  func serve(worker: Int) {
    var seen = 0
    lock.lock()
    while true {
      while !dismissed && generation == seen { lock.wait() }
      if dismissed { break }
      seen = generation
      guard let current = loop else { continue }
      lock.unlock()
      current.work(as: worker)
      lock.lock()
      busy -= 1
      if busy == 0 { lock.broadcast() }
    }
    lock.unlock()
  }

  func dismiss() {
    lock.lock()
    dismissed = true
    lock.broadcast()
    lock.unlock()
  }
}
