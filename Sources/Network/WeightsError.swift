/// Why a weight file cannot be used, in one sentence that names the file and says what was expected of it.
package struct WeightsError: Error, Equatable, CustomStringConvertible {
  package enum Kind: Sendable {
    /// There is no such file.
    case missing
    /// The file is there and the system will not hand it out.
    case unreadable
    /// The file was read and is not what it should be.
    case damaged
  }

  package let kind: Kind
  package let path: String
  package let reason: String

  package init(_ kind: Kind, _ path: String, _ reason: String) {
    self.kind = kind
    self.path = path
    self.reason = reason
  }

  package var description: String { "\(path): \(reason)" }
}
