import CImpasto
import Stylization
import TestSupport
import Testing

/// What callers get wrong: each is answered with its kind and a sentence that names it.
@Suite struct RefusalTests {
  @Test func defaultsAndRangesAreThoseOfTheEngine() {
    var options = impasto_options()
    library.optionsDefault(&options)
    let settings = Settings()
    #expect(options.strength == settings.strength && options.strength == IMPASTO_STRENGTH_DEFAULT)
    #expect(options.brush_size == settings.brushSize && options.brush_size == IMPASTO_BRUSH_SIZE_DEFAULT)
    #expect(Int(options.working_size) == settings.workingSize && options.working_size == IMPASTO_WORKING_SIZE_DEFAULT)
    #expect(Settings.strengths == IMPASTO_STRENGTH_MIN...IMPASTO_STRENGTH_MAX)
    #expect(Settings.brushSizes == IMPASTO_BRUSH_SIZE_MIN...IMPASTO_BRUSH_SIZE_MAX)
    #expect(Settings.workingSizes == Int(IMPASTO_WORKING_SIZE_MIN)...Int(IMPASTO_WORKING_SIZE_MAX))
    #expect(settings.recipe.name == IMPASTO_RECIPE_DEFAULT)
  }

  @Test func version() throws {
    let version = String(cString: try #require(library.version()))
    #expect(version == (try RepositoryFile.newestVersion()))
  }

  @Test func nullsAreNamed() {
    let content = CPicture(20, 20)
    var job: OpaquePointer?
    withOptions { options in
      let calls: [(String, Answer)] = [
        ("Options", call { library.jobNew(nil, &content.picture, &content.picture, 1, nil, &job, $0) }),
        ("Content", call { library.jobNew(options, nil, &content.picture, 1, nil, &job, $0) }),
        ("Styles", call { library.jobNew(options, &content.picture, nil, 1, nil, &job, $0) }),
        ("Job", call { library.jobNew(options, &content.picture, &content.picture, 1, nil, nil, $0) }),
        ("Job", call { library.jobStart(nil, $0) }),
        ("Job", call { library.jobStop(nil, 1, $0) }),
        ("Job", call { library.jobWait(nil, 0, $0) }),
        ("Job", call { library.jobPreview(nil, nil, $0) }),
        ("Job", call { library.jobResult(nil, nil, $0) }),
        ("Status", call { library.jobStatus(nil, nil, $0) }),
        ("Cost", call { library.estimate(options, 100, 100, 1, nil, $0) }),
      ]
      for (name, answer) in calls {
        #expect(answer == Answer(result: IMPASTO_BAD_ARGUMENT, message: "\(name) is NULL."))
      }
    }
    #expect(job == nil)
    library.optionsDefault(nil)
    library.jobFree(nil)
    #expect(library.jobStart(nil, nil) == IMPASTO_BAD_ARGUMENT)
  }

  @Test func missingPixels() {
    let content = CPicture(20, 20)
    content.picture.pixels = nil
    let answer = newJob(content: content).answer
    #expect(answer == Answer(result: IMPASTO_BAD_ARGUMENT, message: "The pixels of the content picture are NULL."))
  }

  @Test(arguments: [(0, 20), (20, 0), (-1, 20), (.max, 20), (.max, .max), (.min, .min)] as [(Int32, Int32)])
  func impossibleSizes(width: Int32, height: Int32) {
    let content = CPicture(20, 20)
    (content.picture.width, content.picture.height) = (width, height)
    let answer = newJob(content: content).answer
    #expect(answer.result == IMPASTO_BAD_ARGUMENT)
    #expect(answer.message.contains("content picture is \(width)x\(height)"))
    #expect(newJob(style: content).answer.message.contains("style picture is \(width)x\(height)"))
    #expect(newJob(initial: content).answer.message.contains("initial picture is \(width)x\(height)"))
  }

  @Test func hugeSizesDoNotFit() {
    let content = CPicture(20, 20)
    (content.picture.width, content.picture.height) = (524_288, 524_288)
    let answer = newJob(content: content).answer
    #expect(answer.result == IMPASTO_NO_MEMORY)
    #expect(answer.message.contains("524288x524288"))
  }

  @Test func initialOfAnotherSize() {
    let answer = newJob(initial: CPicture(47, 40)).answer
    #expect(answer.result == IMPASTO_BAD_ARGUMENT)
    #expect(answer.message.contains("47x40") && answer.message.contains("48x40"))
  }

  @Test(arguments: [0, -1, 65, Int32.min, Int32.max] as [Int32])
  func impossibleStyleCounts(count: Int32) {
    let content = CPicture(20, 20)
    var job: OpaquePointer?
    let answer = withOptions { options in
      call { library.jobNew(options, &content.picture, &content.picture, count, nil, &job, $0) }
    }
    #expect(answer.result == IMPASTO_BAD_ARGUMENT)
    #expect(answer.message.contains("\(count) styles"))
  }

  @Test(arguments: [0, -1, .nan, .infinity] as [Double])
  func impossibleStyleWeights(weight: Double) {
    let style = CPicture(20, 20)
    style.picture.weight = weight
    let answer = newJob(style: style).answer
    #expect(answer.result == IMPASTO_BAD_ARGUMENT)
    #expect(answer.message.contains("weight of a style"))
  }

  @Test(arguments: [.nan, 0, -1] as [Float])
  func aStyleWithNothingInIt(alpha: Float) {
    let answer = newJob(style: CPicture(20, 20, alpha: alpha)).answer
    #expect(answer.result == IMPASTO_BAD_ARGUMENT)
    #expect(answer.message == "A style picture is wholly transparent: there is nothing in it to paint like.")
  }

  @Test func settingsOutOfRange() {
    let changes: [(String, (inout impasto_options) -> Void)] = [
      ("strength is 100.5", { $0.strength = 100.5 }), ("strength is nan", { $0.strength = .nan }),
      ("brush size is -1", { $0.brush_size = -1 }), ("brush size is inf", { $0.brush_size = .infinity }),
      ("working size is 15", { $0.working_size = 15 }), ("working size is -2147483648", { $0.working_size = .min }),
      ("flag keep_colors is 2", { $0.keep_colors = 2 }),
      ("flag original_schedule is -1", { $0.original_schedule = -1 }),
      ("iterations is -5", { $0.iterations = -5 }), ("threads is 2147483647", { $0.threads = .max }),
      ("memory is -1", { $0.memory = -1 }),
      ("recipe impasto was not published", { $0.original_schedule = 1 }),
    ]
    for (words, change) in changes {
      let (job, answer) = newJob(change)
      #expect(job == nil)
      #expect(answer.result == IMPASTO_BAD_ARGUMENT)
      #expect(answer.message.contains(words))
      #expect(answer.message.hasSuffix("."))
    }
  }

  @Test func unknownRecipe() {
    let answer = "oils".withCString { name in newJob { $0.recipe = name }.answer }
    #expect(answer.result == IMPASTO_BAD_ARGUMENT)
    #expect(answer.message.contains("'oils'") && answer.message.contains("gatys"))
  }

  @Test func missingWeights() {
    let answer = "/nowhere/weights.safetensors".withCString { path in newJob { $0.weights = path }.answer }
    #expect(answer.result == IMPASTO_BAD_WEIGHTS)
    #expect(answer.message.contains("/nowhere/weights.safetensors"))
  }

  @Test func longMessagesAreCutBetweenCharacters() {
    let path = "/" + String(repeating: "ö", count: 2000)
    let answer = path.withCString { path in newJob { $0.weights = path }.answer }
    #expect(answer.message.utf8.count < Int(IMPASTO_MESSAGE_SIZE))
    #expect(answer.message.hasSuffix("ö…"))
  }

  @Test func tooLittleMemory() {
    let (job, answer) = newJob(content: CPicture(1200, 900)) { $0.memory = 64 << 20 }
    #expect(job == nil)
    #expect(answer.result == IMPASTO_NO_MEMORY)
    #expect(answer.message.contains("MB"))
  }
}
