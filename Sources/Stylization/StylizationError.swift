/// Why a picture could not be painted: one sentence that names what was wrong and what was expected.
package struct StylizationError: Error, Equatable, CustomStringConvertible {
  package enum Kind: Sendable {
    /// A setting or a picture that cannot be worked with.
    case badArgument
    /// The work does not fit into the memory it may use.
    case noMemory
    /// The optimization itself went wrong.
    case failed
  }

  package let kind: Kind
  package let description: String

  package init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
