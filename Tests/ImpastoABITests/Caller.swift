import CImpasto
import TestSupport

/// The library as a C program sees it: pointers, numbers and messages.
struct Answer: Equatable {
  let result: impasto_result
  let message: String
}

/// Makes a call with room for its message.
func call(_ body: (UnsafeMutablePointer<CChar>) -> impasto_result) -> Answer {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IMPASTO_MESSAGE_SIZE)) { room in
    room.initialize(repeating: 0x7f)
    guard let start = room.baseAddress else { return Answer(result: -1, message: "") }
    let result = body(start)
    return Answer(result: result, message: String(cString: start))
  }
}

/// A picture in C's form, with memory of its own.
final class CPicture {
  private let pixels: UnsafeMutableBufferPointer<Float>
  private let alpha: UnsafeMutableBufferPointer<Float>?
  var picture: impasto_picture

  init(_ width: Int32, _ height: Int32, alpha opacity: Float? = nil, value: (Int) -> Float = { Float($0 % 7) / 7 }) {
    let area = Int(width) * Int(height)
    pixels = .allocate(capacity: area * 3)
    for index in 0..<area * 3 { pixels.initializeElement(at: index, to: value(index)) }
    alpha = opacity.map { opacity in
      let alpha = UnsafeMutableBufferPointer<Float>.allocate(capacity: area)
      alpha.initialize(repeating: opacity)
      return alpha
    }
    picture = impasto_picture(
      width: width, height: height, pixels: UnsafePointer(pixels.baseAddress), alpha: UnsafePointer(alpha?.baseAddress),
      weight: 1)
  }

  deinit {
    pixels.deallocate()
    alpha?.deallocate()
  }
}

/// The default options, with the shipped weights and changed as wanted.
func withOptions<Result>(
  _ change: (inout impasto_options) -> Void = { _ in }, _ body: (UnsafePointer<impasto_options>) -> Result
) -> Result {
  RepositoryFile.weights.withCString { weights in
    var options = impasto_options()
    library.optionsDefault(&options)
    options.weights = weights
    change(&options)
    return body(&options)
  }
}

/// A job for painting a small picture like a smaller one.
func newJob(
  content: CPicture = CPicture(48, 40), style: CPicture = CPicture(40, 32) { Float($0 % 11) / 11 },
  initial: CPicture? = nil, _ change: (inout impasto_options) -> Void = { _ in }
) -> (job: OpaquePointer?, answer: Answer) {
  var job: OpaquePointer?
  let answer = withOptions(change) { options in
    call { message in
      guard let initial else {
        return library.jobNew(options, &content.picture, &style.picture, 1, nil, &job, message)
      }
      return library.jobNew(options, &content.picture, &style.picture, 1, &initial.picture, &job, message)
    }
  }
  return (job, answer)
}

/// The state of a job.
func status(of job: OpaquePointer?) -> impasto_status {
  var status = impasto_status()
  _ = call { library.jobStatus(job, &status, $0) }
  return status
}
