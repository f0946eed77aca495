import Foundation

/// Files of the checkout that the tests are compiled from.
package enum RepositoryFile {
  /// The top of the checkout.
  package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The weights that are shipped.
  package static let weights = root + "/weights/vgg19.safetensors"
}
