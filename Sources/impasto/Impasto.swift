import ArgumentParser
import Compute
import Glibc

/// The command line: paint a photograph like a painting, and look into how.
@main
struct Impasto: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "impasto",
    abstract: "Paint a photograph in the style of a painting.",
    discussion: """
      Exit status: 0 done, 64 bad usage, 65 a file that is not what it should be, 66 an input file that cannot be \
      opened, 69 the weights or the engine missing, 70 the painting itself failed, 73 cannot write, 130 interrupted.
      """,
    version: "1.0.0",
    subcommands: [Stylize.self, Evaluate.self, Bench.self, EstimateCost.self, DescribeWeights.self],
    defaultSubcommand: Stylize.self)

  static func main() {
    Surroundings.prepare()
    do {
      try checkArguments()
      try checkKernels()
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as Failure {
      tell(failure.sentence)
      exit(withError: ExitCode(failure.status.rawValue))
    } catch {
      if exitCode(for: error).isSuccess { answer(error) }
      exit(withError: error)
    }
  }

  /// Prints what was asked for in place of work, such as help, and ends: an error too where it cannot be printed.
  private static func answer(_ request: any Error) -> Never {
    do {
      try output(fullMessage(for: request))
      exit()
    } catch {
      tell(error.sentence)
      exit(withError: ExitCode(error.status.rawValue))
    }
  }

  /// Refuses a set of kernels that cannot be had: who asks for one does not want another.
  private static func checkKernels() throws(Failure) {
    guard let wish = Kernels.unfulfilledWish else { return }
    throw Failure(
      .usage,
      "IMPASTO_CPU is '\(wish)', but must be avx512, avx2 or reference, and such that this processor can run it.")
  }

  /// Refuses arguments, and a file of weights, that are not UTF-8: as strings they would be repaired, and name other
  /// files than they do.
  private static func checkArguments() throws(Failure) {
    for argument in UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc)) {
      guard let argument, String(validatingCString: argument) == nil else { continue }
      throw Failure(
        .usage, "the argument \(String(cString: argument)) is not valid UTF-8; rename the file to use it here.")
    }
    guard let weights = getenv("IMPASTO_WEIGHTS"), String(validatingCString: weights) == nil else { return }
    throw Failure(
      .usage, "IMPASTO_WEIGHTS, \(String(cString: weights)), is not valid UTF-8; rename the file to use it here.")
  }
}
