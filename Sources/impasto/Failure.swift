import Network
import Stylization

/// Why the program ends before its work is done: a sentence for the user and an exit status for scripts.
struct Failure: Error {
  /// Those of sysexits.h, and the shell's for an interrupt.
  enum Status: Int32 {
    case usage = 64
    case badFile = 65
    case cannotOpen = 66
    case unavailable = 69
    case failed = 70
    case cannotWrite = 73
    case interrupted = 130
  }

  let status: Status
  let sentence: String

  init(_ status: Status, _ sentence: String) {
    self.status = status
    self.sentence = sentence
  }

  init(_ error: WeightsError) {
    switch error.kind {
    case .missing, .unreadable: self.init(.unavailable, error.description)
    case .damaged: self.init(.badFile, error.description)
    }
  }

  /// Settings have been checked when a job is made: an argument that is bad then is a picture.
  init(_ error: StylizationError) {
    switch error.kind {
    case .badArgument: self.init(.badFile, error.description)
    case .noMemory: self.init(.usage, error.description)
    case .failed: self.init(.failed, error.description)
    }
  }
}
