import CImpasto
import Foundation
import Testing

/// A job from beginning to end, and calls that come too early, too late, or all at once.
@Suite struct JobTests {
  private func pixels(_ count: Int = 48 * 40 * 3) -> [Float] { [Float](repeating: -1, count: count) }

  private func start(_ job: OpaquePointer?) { #expect(library.jobStart(job, nil) == IMPASTO_OK) }

  private func wait(_ job: OpaquePointer?) { #expect(library.jobWait(job, -1, nil) == IMPASTO_OK) }

  private func waitForIteration(_ job: OpaquePointer?) {
    while status(of: job).state == IMPASTO_RUNNING, status(of: job).iteration == 0 { usleep(2000) }
  }

  @Test func paints() {
    let (job, answer) = newJob { $0.iterations = 3 }
    #expect(answer == Answer(result: IMPASTO_OK, message: ""))
    #expect(status(of: job).state == IMPASTO_NEW)
    start(job)
    wait(job)
    let end = status(of: job)
    #expect(end.state == IMPASTO_DONE)
    #expect(end.fraction == 1)
    #expect(end.scale == end.scales && end.width == 48 && end.height == 40)
    #expect(end.loss.isFinite)
    var result = pixels()
    #expect(library.jobResult(job, &result, nil) == IMPASTO_OK)
    #expect(result.allSatisfy { (0...1).contains($0) })
    var preview = pixels()
    #expect(library.jobPreview(job, &preview, nil) == IMPASTO_OK)
    #expect(preview == result)
    library.jobFree(job)
  }

  @Test func theSameJobGivesTheSamePicture() {
    let pictures = ([1, 3] as [Int32]).map { threads in
      let job = newJob { ($0.iterations, $0.threads) = (3, threads) }.job
      start(job)
      wait(job)
      var result = pixels()
      #expect(library.jobResult(job, &result, nil) == IMPASTO_OK)
      library.jobFree(job)
      return result
    }
    #expect(pictures[0] == pictures[1])
  }

  @Test func wildPixelsDoNoHarm() {
    let wild: [Float] = [.nan, .infinity, -.infinity, 1e30, -5, 0.5, -0.0, .leastNonzeroMagnitude]
    let content = CPicture(48, 40) { wild[$0 % wild.count] }
    let style = CPicture(16, 16, alpha: 3) { wild[($0 + 3) % wild.count] }
    let job = newJob(content: content, style: style) { $0.iterations = 2 }.job
    start(job)
    wait(job)
    #expect(status(of: job).state == IMPASTO_DONE)
    var result = pixels()
    #expect(library.jobResult(job, &result, nil) == IMPASTO_OK)
    #expect(result.allSatisfy { (0...1).contains($0) })
    library.jobFree(job)
  }

  @Test(arguments: [.nan, 0, -1] as [Float])
  func aPhotographThatCannotBeSeen(alpha: Float) {
    let job = newJob(content: CPicture(48, 40, alpha: alpha)) { $0.iterations = 1 }.job
    start(job)
    wait(job)
    #expect(status(of: job).state == IMPASTO_DONE)
    library.jobFree(job)
  }

  @Test(arguments: [(1, 1), (1, 300), (300, 2)] as [(Int32, Int32)])
  func smallPictures(width: Int32, height: Int32) {
    let job = newJob(content: CPicture(width, height)) { $0.iterations = 1 }.job
    start(job)
    wait(job)
    #expect(status(of: job).state == IMPASTO_DONE)
    var result = pixels(Int(width * height) * 3)
    #expect(library.jobResult(job, &result, nil) == IMPASTO_OK)
    #expect(result.allSatisfy { (0...1).contains($0) })
    library.jobFree(job)
  }

  @Test func startsWhereItIsTold() {
    let initial = CPicture(48, 40) { _ in 0.25 }
    let job = newJob(initial: initial) { $0.iterations = 1 }.job
    start(job)
    wait(job)
    #expect(status(of: job).state == IMPASTO_DONE)
    library.jobFree(job)
  }

  @Test func callsThatComeTooEarly() {
    let job = newJob().job
    var room = pixels()
    #expect(call { library.jobPreview(job, &room, $0) }.result == IMPASTO_NOT_READY)
    #expect(call { library.jobResult(job, &room, $0) }.result == IMPASTO_NOT_READY)
    #expect(call { library.jobWait(job, 0, $0) }.message == "The job has not been started.")
    #expect(call { library.jobPreview(job, nil, $0) }.message == "Pixels is NULL.")
    #expect(call { library.jobStatus(job, nil, $0) }.message == "Status is NULL.")
    #expect(room.allSatisfy { $0 == -1 })
    library.jobFree(job)
  }

  @Test func callsThatComeTwiceOrTooLate() {
    let job = newJob { $0.iterations = 2 }.job
    start(job)
    #expect(call { library.jobStart(job, $0) }.message == "The job has been started already.")
    #expect(call { library.jobWait(job, .nan, $0) }.result == IMPASTO_BAD_ARGUMENT)
    wait(job)
    #expect(call { library.jobStart(job, $0) }.result == IMPASTO_NOT_READY)
    #expect(library.jobStop(job, 0, nil) == IMPASTO_OK)
    #expect(status(of: job).state == IMPASTO_DONE)
    library.jobFree(job)
    library.jobFree(job)
    var room = pixels()
    #expect(call { library.jobResult(job, &room, $0) }.message == "There is no such job; it may have been freed.")
    #expect(library.jobStart(OpaquePointer(bitPattern: -8), nil) == IMPASTO_BAD_ARGUMENT)
  }

  // A job that one thread frees after another's start has found it and before it has the job's lock (`RunningJob.start`,
  // `free`) is refused, too. It is not tested here: those are some nanoseconds, and the library, opened as the plug-in
  // opens it, cannot be held up between them.

  @Test func stoppedBeforeItIsStarted() {
    let job = newJob { $0.iterations = 1000 }.job
    #expect(library.jobStop(job, 0, nil) == IMPASTO_OK)
    start(job)
    wait(job)
    #expect(status(of: job).state == IMPASTO_STOPPED)
    library.jobFree(job)
  }

  @Test func stopAndKeep() {
    let job = newJob { $0.iterations = 100_000 }.job
    start(job)
    waitForIteration(job)
    #expect(library.jobStop(job, 1, nil) == IMPASTO_OK)
    wait(job)
    #expect(status(of: job).state == IMPASTO_DONE)
    var result = pixels()
    #expect(library.jobResult(job, &result, nil) == IMPASTO_OK)
    #expect(result.allSatisfy { (0...1).contains($0) })
    library.jobFree(job)
  }

  @Test func theSerialTellsOfAResultThatNoPreviewCameBefore() {
    let job = newJob { $0.iterations = 100_000 }.job
    start(job)
    #expect(library.jobStop(job, 1, nil) == IMPASTO_OK)
    wait(job)
    var (preview, result) = (pixels(), pixels())
    #expect(library.jobPreview(job, &preview, nil) == IMPASTO_OK)
    #expect(library.jobResult(job, &result, nil) == IMPASTO_OK)
    #expect(status(of: job).preview_serial >= 1 && preview == result)
    library.jobFree(job)
  }

  @Test func stopAndDiscard() {
    let job = newJob { $0.iterations = 100_000 }.job
    start(job)
    waitForIteration(job)
    #expect(library.jobStop(job, 0, nil) == IMPASTO_OK)
    #expect(library.jobStop(job, 1, nil) == IMPASTO_OK)
    wait(job)
    #expect(status(of: job).state == IMPASTO_STOPPED)
    var room = pixels()
    #expect(call { library.jobResult(job, &room, $0) }.result == IMPASTO_NOT_READY)
    library.jobFree(job)
  }

  @Test func freedWhileRunning() {
    let job = newJob { $0.iterations = 100_000 }.job
    start(job)
    waitForIteration(job)
    let before = Date()
    library.jobFree(job)
    #expect(Date().timeIntervalSince(before) < 60)
    var room = pixels()
    #expect(library.jobPreview(job, &room, nil) == IMPASTO_BAD_ARGUMENT)
  }

  @Test func aWaitThatIsTooShort() {
    let job = newJob { $0.iterations = 100_000 }.job
    start(job)
    #expect(call { library.jobWait(job, 0.01, $0) }.result == IMPASTO_NOT_READY)
    library.jobFree(job)
  }

  @Test func previewsFollowOneAnother() {
    let job = newJob { $0.iterations = 100_000 }.job
    start(job)
    var serial: Int64 = 0
    for _ in 0..<3 {
      while status(of: job).preview_serial == serial { usleep(2000) }
      serial = status(of: job).preview_serial
      var preview = pixels()
      #expect(library.jobPreview(job, &preview, nil) == IMPASTO_OK)
      #expect(preview.allSatisfy { (0...1).contains($0) })
    }
    #expect(serial >= 3)
    library.jobFree(job)
  }

  @Test func fractionsNeverFall() {
    let job = newJob(content: CPicture(96, 64)) { $0.iterations = 4 }.job
    start(job)
    var last = 0.0
    while status(of: job).state == IMPASTO_RUNNING {
      let now = status(of: job).fraction
      #expect(now >= last && now <= 1)
      last = now
      usleep(500)
    }
    library.jobFree(job)
  }

  @Test func threadsThatAllWantSomething() async {
    let job = newJob { $0.iterations = 30 }.job
    let name = Int(bitPattern: job)
    start(job)
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<8 {
        group.addTask {
          let job = OpaquePointer(bitPattern: name)
          var room = [Float](repeating: 0, count: 48 * 40 * 3)
          for round in 0..<200 {
            _ = status(of: job)
            _ = library.jobPreview(job, &room, nil)
            _ = library.jobResult(job, &room, nil)
            _ = library.jobWait(job, 0, nil)
            if worker == 7 && round == 150 { _ = library.jobStop(job, 1, nil) }
          }
        }
      }
    }
    wait(job)
    #expect(status(of: job).state == IMPASTO_DONE)
    library.jobFree(job)
  }

  @Test func twoJobsAtOnce() {
    let jobs = (0..<2).map { seed in newJob { ($0.iterations, $0.seed) = (3, Int32(seed)) }.job }
    for job in jobs { start(job) }
    for job in jobs {
      wait(job)
      #expect(status(of: job).state == IMPASTO_DONE)
      library.jobFree(job)
    }
  }

  @Test func estimates() {
    var cost = impasto_cost()
    let answer = withOptions { options in call { library.estimate(options, 2000, 1000, 1, &cost, $0) } }
    #expect(answer == Answer(result: IMPASTO_OK, message: ""))
    #expect(cost.width == 1024 && cost.height == 512)
    #expect(cost.seconds > 0 && cost.bytes > 100 << 20 && cost.scales >= 1)
    #expect(withOptions { library.estimate($0, 0, 5, 1, &cost, nil) } == IMPASTO_BAD_ARGUMENT)
    #expect(withOptions { library.estimate($0, 5, 5, 0, &cost, nil) } == IMPASTO_BAD_ARGUMENT)
    #expect(library.estimate(nil, 5, 5, 1, &cost, nil) == IMPASTO_BAD_ARGUMENT)
  }
}
