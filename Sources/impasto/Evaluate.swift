import ArgumentParser
import CPictureFiles
import Compute
import Network
import Pictures
import Stylization

/// `impasto evaluate`: the value of a recipe's objective for one image, and its gradient.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the loss of an image, term by term, as JSON.",
    discussion: """
      Nothing is resized: IMAGE has the size of CONTENT; for recipe keras, STYLE has it too. The numbers in the files \
      are taken as they are, without their colour profiles. The recipe is taken as it stands: a painting by impasto \
      lets content and tone weigh less where it is large, content more at the sizes on its way there, and leaves the \
      deepest style layers out where it is small.
      """)

  @Option(help: "The objective.")
  var recipe: Recipe

  @Option(help: "The photograph.", completion: .pictures)
  var content: String

  @Option(help: "The painting.", completion: .pictures)
  var style: String

  @Option(help: "The image that is judged.", completion: .pictures)
  var image: String

  @Option(help: "In place of the recipe's own pooling.")
  var pool: Pooling?

  @Option(
    help: ArgumentHelp(
      "Write d loss / d image here, as .npy: float32, (height, width, 3), RGB in [0, 1].", valueName: "file"),
    completion: .file(extensions: ["npy"]))
  var gradient: String?

  @Option(
    parsing: .unconditional, help: "What the work may take, as in 2G or 512M. (default: half of what is free)")
  var memory: MemorySize?

  func validate() throws {
    for (path, name) in [(content, "--content"), (style, "--style"), (image, "--image")] { try checkPath(path, name) }
    try checkPath(gradient, "--gradient")
  }

  func run() throws {
    if let gradient { try WholeFile.checkCanWrite(gradient) }
    let (content, style, image) = try (numbers(of: content), numbers(of: style), numbers(of: image))
    let weights = try Weights.found(for: recipe)
    let evaluation: Evaluation
    do throws(StylizationError) {
      evaluation = try Evaluation(
        recipe: recipe, pooling: pool, content: content, style: style, image: image, weights: weights,
        memory: memory?.bytes, on: ThreadPool(threads: Machine.processors))
    } catch {
      throw Failure(error)
    }
    guard evaluation.loss.isFinite else { throw Failure.notFinite(weights.path) }
    if let gradient {
      try WholeFile.write(numpyFile(evaluation.gradient, shape: [image.height, image.width, 3]), to: gradient)
    }
    let terms = evaluation.terms.map { ($0.name, JSON.number($0.value)) }
    try output(JSON.object([("loss", JSON.number(evaluation.loss)), ("terms", JSON.object(terms))]))
  }

  private func numbers(of path: String) throws(Failure) -> Picture {
    try PictureFile(contentsOf: path, reading: PICTURE_FILES_AS_STORED).picture
  }
}
