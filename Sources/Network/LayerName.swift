/// The name of a convolution of VGG, as its papers write it: `conv4_2` is the second convolution of the fourth block.
///
/// What is meant is the layer's activations after ReLU. Names compare in the order in which the network computes them.
/// A name says nothing about whether a given `Architecture` has such a layer: `conv5_4` is VGG-19's alone.
package struct LayerName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The block, counted from 1: a pooling stands between two blocks.
  package let block: Int
  /// The convolution within its block, counted from 1.
  package let convolution: Int

  /// The layer of these numbers, each 1 to 9; others are the caller's bug.
  package init(block: Int, convolution: Int) {
    precondition((1...9).contains(block) && (1...9).contains(convolution), "a layer is conv1_1 to conv9_9")
    self.block = block
    self.convolution = convolution
  }

  /// The layer that `name` writes as "convB_C", each of B and C one digit from 1 to 9; nil for anything else.
  package init?(_ name: some StringProtocol) {
    let bytes = Array(name.utf8)
    let digits = UInt8(ascii: "1")...UInt8(ascii: "9")
    guard bytes.count == 7, bytes.starts(with: "conv".utf8), digits.contains(bytes[4]),
      bytes[5] == UInt8(ascii: "_"), digits.contains(bytes[6])
    else { return nil }
    self.init(block: Int(bytes[4] - UInt8(ascii: "0")), convolution: Int(bytes[6] - UInt8(ascii: "0")))
  }

  package var description: String { "conv\(block)_\(convolution)" }

  package static func < (a: Self, b: Self) -> Bool {
    (a.block, a.convolution) < (b.block, b.convolution)
  }
}
