import ArgumentParser

/// Options of a painting while it runs, which do not change what it comes to but for its start.
struct RunningOptions: ParsableArguments {
  @Option(name: .customLong("init"), help: "A picture to start from in place of the photograph.", completion: .pictures)
  var initial: String?

  @Option(
    parsing: .unconditional, help: "Save the painting as it stands, under its own name, every so many iterations.")
  var saveEvery: Int?

  @Option(help: "How to show progress: json writes a line for each iteration to stdout. (default: bar, on a terminal)")
  var progress: ProgressStyle?

  func validate() throws {
    try checkPath(initial, "--init")
    if let saveEvery, saveEvery < 1 { throw ValidationError("--save-every is \(saveEvery), but must be 1 or more.") }
  }
}
