internal import CImpasto
internal import Network
internal import Stylization

/// Why a call is not answered: what it returns, and its sentence.
struct Refusal: Error {
  let result: impasto_result
  let sentence: String

  init(_ result: impasto_result, _ sentence: String) {
    self.result = result
    self.sentence = sentence
  }

  static func badArgument(_ sentence: String) -> Refusal { Refusal(IMPASTO_BAD_ARGUMENT, sentence) }

  static var unknownJob: Refusal { .badArgument("there is no such job; it may have been freed") }

  init(_ error: StylizationError) {
    let result =
      switch error.kind {
      case .badArgument: IMPASTO_BAD_ARGUMENT
      case .noMemory: IMPASTO_NO_MEMORY
      case .failed: IMPASTO_FAILED
      }
    self.init(result, error.description)
  }

  init(_ error: WeightsError) {
    self.init(
      IMPASTO_BAD_WEIGHTS, "the network's weights cannot be used: \(error); install Impasto again to have them back")
  }
}

/// Writes a sentence, with a capital letter and a full stop, where the caller has room for IMPASTO_MESSAGE_SIZE bytes.
/// One that is too long is cut between two characters.
func write(_ sentence: String, to message: UnsafeMutablePointer<CChar>?) {
  guard let message else { return }
  var text = sentence.prefix(1).uppercased() + sentence.dropFirst()
  if !text.isEmpty && !text.hasSuffix(".") { text += "." }
  let room = Int(IMPASTO_MESSAGE_SIZE) - 1
  if text.utf8.count > room {
    while text.utf8.count > room - "…".utf8.count { text.removeLast() }
    text += "…"
  }
  for (index, byte) in text.utf8.enumerated() { message[index] = CChar(bitPattern: byte) }
  message[text.utf8.count] = 0
}

/// Runs the body of a call, and turns a refusal into its result and message.
func answer(_ message: UnsafeMutablePointer<CChar>?, _ body: () throws(Refusal) -> Void) -> impasto_result {
  do throws(Refusal) {
    try body()
    write("", to: message)
    return IMPASTO_OK
  } catch {
    write(error.sentence, to: message)
    return error.result
  }
}
