import ArgumentParser
import Compute
import Network
import Pictures
import Stylization

/// `impasto bench`: how fast the engine is here.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time iterations of the gatys objective and print one JSON object.")

  @Option(parsing: .unconditional, help: "The side in pixels of the square picture.")
  var size = 512

  @Option(parsing: .unconditional, help: "Iterations to time, after one to warm up.")
  var iterations = 5

  @Option(parsing: .unconditional, help: "Threads to work on. (default: one for every processor)")
  var threads: Int?

  @Flag(help: "Add seconds and GFLOP/s by layer and phase.")
  var profile = false

  func validate() throws {
    if !Settings.workingSizes.contains(size) { throw outOfRange("--size", size, Settings.workingSizes) }
    if !Settings.iterationCounts.contains(iterations) {
      throw outOfRange("--iterations", iterations, Settings.iterationCounts)
    }
    if let threads, !Settings.threadCounts.contains(threads) {
      throw outOfRange("--threads", threads, Settings.threadCounts)
    }
  }

  func run() throws {
    let weights = try Weights.found(for: .gatys)
    let benchmark: Benchmark
    do throws(StylizationError) {
      benchmark = try Benchmark(side: size, iterations: iterations, threads: threads, weights: weights)
    } catch {
      throw Failure(error)
    }
    var members = [
      ("width", "\(benchmark.size.width)"), ("height", "\(benchmark.size.height)"),
      ("threads", "\(benchmark.threads)"), ("secondsPerIteration", JSON.number(benchmark.median)),
      ("effectiveGflops", JSON.number(benchmark.operations / benchmark.median / 1e9)),
      ("peakResidentBytes", "\(Machine.peakResidentBytes)"),
      ("cpu", JSON.text(Machine.processorName)), ("kernels", JSON.text(Kernels.name)),
    ]
    if profile { members.append(("profile", JSON.list(benchmark.phases.map(object)))) }
    try output(JSON.object(members))
  }

  private func object(_ phase: Benchmark.Phase) -> String {
    var members = [("phase", JSON.text(phase.name)), ("seconds", JSON.number(phase.seconds))]
    if let operations = phase.operations { members.append(("gflops", JSON.number(operations / phase.seconds / 1e9))) }
    return JSON.object(members)
  }

  private func outOfRange(_ option: String, _ value: Int, _ range: ClosedRange<Int>) -> ValidationError {
    ValidationError("\(option) is \(value), but must be from \(range.lowerBound) to \(range.upperBound).")
  }
}
