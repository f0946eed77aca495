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
      Pictures are PNG, JPEG, TIFF or WebP files of 8 or 16 bits. The painting has the photograph's size, alpha, bits and \
      colour profile. The first interrupt saves the painting as it stands; the second leaves at once.
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

  @Option(name: .customLong("init"), help: "A picture to start from in place of the photograph.", completion: .pictures)
  var initial: String?

  @Option(help: "Save the painting as it stands, under its own name, every so many iterations.")
  var saveEvery: Int?

  @Option(help: "How to show progress: json writes a line for each iteration to stdout. (default: bar, on a terminal)")
  var progress: ProgressStyle?

  func validate() throws {
    for style in styles where !Settings.styleWeights.contains(style.weight) {
      throw ValidationError(
        "the weight of style \(style.path) is \(style.weight), but must be from \(Settings.styleWeights.lowerBound) to "
          + "\(Settings.styleWeights.upperBound).")
    }
    if let saveEvery, saveEvery < 1 { throw ValidationError("--save-every is \(saveEvery), but must be 1 or more.") }
  }

  func run() throws {
    Interruption.watch()
    let photograph = try readPhotograph()
    let job = try makeJob(photograph)
    try paint(job, photograph)
  }

  /// Everything that can be refused is refused before the work begins, the output first.
  private func readPhotograph() throws(Failure) -> PictureFile {
    try PictureFile.checkCanSave(Size(width: 1, height: 1), to: output)
    let photograph = try PictureFile(contentsOf: content)
    try PictureFile.checkCanSave(photograph.picture.size, to: output)
    return photograph
  }

  private func makeJob(_ photograph: PictureFile) throws(Failure) -> Job {
    var paintings: [Style] = []
    for style in styles {
      paintings.append(Style(try PictureFile(contentsOf: style.path).picture, weight: style.weight))
      if paintings.last?.picture == photograph.picture {
        tell("\(style.path) is the photograph itself: the painting will look like it.")
      }
    }
    let start = try readStart(photograph.picture.size)
    let weights = try Weights.found(for: painting.recipe)
    do throws(StylizationError) {
      return try Job(
        settings: painting.settings, content: photograph.picture, styles: paintings, initial: start, weights: weights,
        hasPreviews: saveEvery != nil)
    } catch {
      throw Failure(error)
    }
  }

  private func readStart(_ size: Size) throws(Failure) -> Picture? {
    guard let initial else { return nil }
    let picture = try PictureFile(contentsOf: initial).picture
    if picture.size != size { tell("\(initial) is \(picture.size): it is brought to the photograph's \(size).") }
    return picture.resized(to: size)
  }

  private func paint(_ job: Job, _ photograph: PictureFile) throws(Failure) {
    var report = ProgressReport(progress ?? .bar)
    var failure: Failure?
    var iterations = 0
    var isStopped = false
    let picture: Picture?
    do throws(StylizationError) {
      picture = try job.run { progress, preview in
        iterations += 1
        do throws(Failure) {
          try report.show(progress)
          if let saveEvery, iterations % saveEvery == 0 { try photograph.save(preview(), to: output) }
        } catch {
          failure = error
          return .discard
        }
        isStopped = Interruption.isWished
        return isStopped ? .keep : .goOn
      }
    } catch {
      report.clear()
      throw Failure(error)
    }
    report.clear()
    if let failure { throw failure }
    guard let picture else { return }
    try photograph.save(picture, to: output)
    if isStopped {
      throw Failure(
        .interrupted, "interrupted: \(output) holds the painting as it stood after \(iterations) iterations.")
    }
  }
}
