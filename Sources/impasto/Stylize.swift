import ArgumentParser
import Glibc
import Network
import Pictures
import Stylization

/// `impasto CONTENT --style STYLE --output OUT`: the painting itself.
struct Stylize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Paint a photograph in the style of one or several paintings.",
    discussion: """
      Pictures are PNG, JPEG, TIFF or WebP files of 8 or 16 bits. The painting has the photograph's size, alpha, bits \
      and colour profile. The first interrupt (or SIGTERM, or SIGHUP) saves the painting as it stands; the second \
      leaves at once.
      """)

  @Argument(help: "The photograph.", completion: .pictures)
  var content: String

  @Option(
    name: .customLong("style"),
    help: ArgumentHelp(
      "The painting, and its weight if there are several.", valueName: "style[:weight]"),
    completion: .pictures)
  var styles: [StyleArgument]

  @Option(help: "The file to write: .png, .jpg, .tif or .webp.", completion: .pictures)
  var output: String

  @OptionGroup var painting: PaintingOptions

  @OptionGroup var running: RunningOptions

  func validate() throws {
    try checkPath(content, "the photograph")
    try styles.validate()
    try checkPath(output, "--output")
  }

  func run() throws {
    Interruption.watch()
    signal(SIGPIPE, SIG_IGN)  // who reads the progress may leave; the painting goes on
    let photograph = try readPhotograph()
    let styles = try readStyles(photograph)
    let start = try readStart(photograph.picture.size)
    let weights = try Weights.found(for: painting.recipe)
    let job = try makeJob(photograph, styles, start, weights)
    try paint(job, photograph, weightsPath: weights.path)
  }

  /// Everything that can be refused is refused before the work begins, the output first.
  private func readPhotograph() throws(Failure) -> PictureFile {
    try PictureFile.checkCanSave(Size(width: 1, height: 1), to: output)
    let photograph = try PictureFile(contentsOf: content)
    try PictureFile.checkCanSave(photograph.picture.size, to: output)
    return photograph
  }

  private func readStyles(_ photograph: PictureFile) throws(Failure) -> [Style] {
    var paintings: [Style] = []
    for style in styles {
      let picture = try PictureFile(contentsOf: style.path).picture
      if picture.isWhollyTransparent {
        throw Failure(.badFile, "\(style.path) is wholly transparent: there is nothing in it to paint like.")
      }
      if picture == photograph.picture {
        tell("\(style.path) is the photograph itself: the painting will look like it.")
      }
      paintings.append(Style(picture, weight: style.weight))
    }
    return paintings
  }

  private func readStart(_ size: Size) throws(Failure) -> Picture? {
    guard let initial = running.initial else { return nil }
    let picture = try PictureFile(contentsOf: initial).picture
    if picture.size != size { tell("\(initial) is \(picture.size): it is brought to the photograph's \(size).") }
    return picture.resized(to: size)
  }

  private func makeJob(
    _ photograph: PictureFile, _ styles: [Style], _ start: Picture?, _ weights: Weights
  ) throws(Failure) -> Job {
    do throws(StylizationError) {
      return try Job(
        settings: painting.settings, content: photograph.picture, styles: styles, initial: start, weights: weights,
        hasPreviews: running.saveEvery != nil)
    } catch {
      throw Failure(error)
    }
  }

  private func paint(_ job: Job, _ photograph: PictureFile, weightsPath: String) throws(Failure) {
    var report = ProgressReport(running.progress ?? .bar)
    var failure: Failure?
    var iterations = 0
    var isStopped = false
    let picture: Picture?
    do throws(StylizationError) {
      picture = try job.run { progress, preview in
        iterations += 1
        report.show(progress)
        do throws(Failure) {
          if let saveEvery = running.saveEvery, iterations % saveEvery == 0 {
            try photograph.save(preview(), to: output)
          }
        } catch {
          failure = error
          return .discard
        }
        isStopped = Interruption.isWished
        return isStopped ? .keep : .goOn
      }
    } catch {
      report.clear()
      throw error.kind == .failed ? .notFinite(weightsPath) : Failure(error)
    }
    report.clear()
    if let failure { throw failure }
    guard let picture else { return }
    try photograph.save(picture, to: output)
    if isStopped {
      throw Failure(
        .interrupted,
        "interrupted: \(output) holds the painting as it stood after \(iterations) "
          + (iterations == 1 ? "iteration." : "iterations."))
    }
    if let failure = report.failure { throw failure }
  }
}
