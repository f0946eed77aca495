import ArgumentParser
import Glibc
import Network
import Stylization

/// `STYLE[:WEIGHT]`: a picture file, and its share among several.
struct StyleArgument: ExpressibleByArgument {
  let path: String
  let weight: Double

  /// A colon parts the weight from the path if a number follows it, unless the whole is the name of a file.
  init(argument: String) {
    if access(argument, F_OK) != 0, let colon = argument.lastIndex(of: ":"),
      let weight = Double(argument[argument.index(after: colon)...])
    {
      self.path = String(argument[..<colon])
      self.weight = weight
    } else {
      path = argument
      weight = 1
    }
  }
}

/// `LONG-SIDE` or `full`.
struct WorkingSize: ExpressibleByArgument {
  /// nil is the picture's own.
  let longSide: Int?

  init(longSide: Int?) { self.longSide = longSide }

  init?(argument: String) {
    guard let longSide = argument == "full" ? .some(nil) : Int(argument).map(Optional.some) else { return nil }
    self.longSide = longSide
  }

  var defaultValueDescription: String { longSide.map { "\($0)" } ?? "full" }
}

/// A number of bytes, plain or with K, M, G or T after it: `2G` is two gibibytes.
struct MemorySize: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    let units: [Character: Double] = ["K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40]
    let unit = argument.last.flatMap { units[Character($0.uppercased())] }
    guard let number = Double(unit == nil ? argument[...] : argument.dropLast()),
      let bytes = Int(exactly: (number * (unit ?? 1)).rounded())
    else { return nil }
    self.bytes = bytes
  }
}

extension Recipe: ExpressibleByArgument {
  package init?(argument: String) {
    guard let recipe = Recipe.named(argument) else { return nil }
    self = recipe
  }

  package var defaultValueDescription: String { name }
  package static var allValueStrings: [String] { all.map(\.name) }
}

extension Settings.Schedule: ExpressibleByArgument {}
extension Pooling: ExpressibleByArgument {}

extension CompletionKind {
  /// The files that can be read and written.
  static let pictures = CompletionKind.file(extensions: ["png", "jpg", "jpeg", "tif", "tiff", "webp"])
}
