import Foundation

/// Files of the checkout that the tests are compiled from.
package enum RepositoryFile {
  /// The top of the checkout.
  package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The weights that are shipped.
  package static let weights = root + "/weights/vgg19.safetensors"

  /// The version of the newest entry of the changelog that has one; nil if there is none.
  package static func newestVersion() throws -> String? {
    let changelog = try String(contentsOfFile: root + "/CHANGELOG.md", encoding: .utf8)
    return changelog.firstMatch(of: /\n## \[([0-9.]+)\] - \d{4}-\d\d-\d\d\n/).map { String($0.output.1) }
  }
}
