import Compute
import Testing

@Suite struct MonitorTests {
  @Test func waitingEndsWhenTheConditionHolds() {
    let monitor = Monitor(0)
    let thread = Thread { for _ in 0..<1000 { monitor.use { $0 += 1 } } }
    #expect(thread != nil)
    // Let go of sooner, it would be waited for there.
    withExtendedLifetime(thread) { #expect(monitor.wait(seconds: 60) { $0 == 1000 }) }
    #expect(monitor.read { $0 } == 1000)
  }

  @Test func waitingGivesUpInTime() {
    let monitor = Monitor(0)
    let clock = ContinuousClock()
    let start = clock.now
    #expect(!monitor.wait(seconds: 0.05) { $0 == 1 })
    #expect(clock.now - start >= .milliseconds(50))
  }
}

@Suite struct MachineTests {
  @Test func tellsWhatTheSystemTells() throws {
    #expect(Machine.processors >= 1)
    #expect(!Machine.processorName.isEmpty)
    #expect(try #require(Machine.freeBytes(threads: 2)) > 1 << 20)
    let before = Machine.peakResidentBytes
    let large = Buffer<Float>(count: 1 << 24, repeating: 1)
    #expect(Machine.peakResidentBytes >= max(before, large.count * 4))
  }
}
