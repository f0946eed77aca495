import Compute
import Foundation
import Synchronization
import Testing

@Suite struct ThreadPoolTests {
  @Test(arguments: [1, 2, 3, 8])
  func everyIndexIsDoneOnceByAWorkerOfTheCrew(threads: Int) {
    let pool = ThreadPool(threads: threads)
    for count in [0, 1, 2, 7, 1000] {
      let done = Mutex([Int](repeating: 0, count: count))
      pool.forEach(count) { index, worker in
        #expect((0..<threads).contains(worker))
        done.withLock { $0[index] += 1 }
      }
      #expect(done.withLock { $0 } == [Int](repeating: 1, count: count))
    }
  }

  @Test func manyShortLoopsFollowEachOther() {
    let pool = ThreadPool(threads: 3)
    let sum = Atomic<Int>(0)
    for _ in 0..<5000 { pool.forEach(4) { index, _ in sum.wrappingAdd(index, ordering: .relaxed) } }
    #expect(sum.load(ordering: .relaxed) == 5000 * 6)
  }

  /// Terms that a sum in another order would round to something else.
  @Test(arguments: [1, 2, 3])
  func termsAreAddedInOrder(threads: Int) {
    let pool = ThreadPool(threads: threads)
    let terms: [Double] = (1...1000).map { 1 / Double($0) }
    let sum = terms.reduce(0, +)
    #expect(pool.sum(over: terms.count) { terms[$0] } == sum)
    #expect(terms.reversed().reduce(0, +) != sum)
    #expect(pool.sum(over: 0) { terms[$0] } == 0)
  }

  @Test func aPoolThatIsGoneLeavesNoThreads() async throws {
    func threads() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count }
    var pools = (0..<20).map { _ in ThreadPool(threads: 4) }
    for pool in pools { pool.forEach(4) { _, _ in } }
    let many = try threads()
    pools.removeAll()
    var left = many
    for _ in 0..<200 where left > many - 50 {
      try await Task.sleep(for: .milliseconds(20))
      left = try threads()
    }
    #expect(left <= many - 50)
  }
}
