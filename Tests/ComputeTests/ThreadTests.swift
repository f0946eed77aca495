import Compute
import Foundation
import Synchronization
import Testing

@Suite struct ThreadTests {
  /// Says when it is let go of, which takes its time.
  private final class Held: Sendable {
    let flag: Flag
    init(_ flag: Flag) { self.flag = flag }
    deinit {
      usleep(20_000)
      flag.value.store(true, ordering: .releasing)
    }
  }

  private final class Flag: Sendable {
    let value = Atomic(false)
    var isGone: Bool { value.load(ordering: .acquiring) }
  }

  @Test func lettingGoWaitsUntilNothingIsHeldAnyMore() throws {
    let flags = (0..<20).map { _ in Flag() }
    for flag in flags {
      var thread = Thread { [held = Held(flag)] in
        usleep(1000)
        #expect(!held.flag.isGone)
      }
      #expect(thread != nil)
      thread = nil
      #expect(flag.isGone)
    }
  }
}
