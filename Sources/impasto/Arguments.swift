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

extension [StyleArgument] {
  /// Refuses a weight out of its range, and a style without a name.
  func validate() throws(ValidationError) {
    for style in self {
      try checkPath(style.path, "--style")
      guard Settings.styleWeights.contains(style.weight) else {
        throw ValidationError(
          "the weight of style \(style.path) is \(style.weight), but must be from \(Settings.styleWeights.lowerBound) "
            + "to \(Settings.styleWeights.upperBound).")
      }
    }
  }
}

/// Refuses an empty path, which the system's own words would not name.
func checkPath(_ path: String?, _ argument: String) throws(ValidationError) {
  if path?.isEmpty == true { throw ValidationError("\(argument) is empty, but must be the path of a file.") }
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

/// A number of bytes, plain or with K, M, G or T after it: `2G` is two gibibytes, and so are `2GB` and `2GiB`.
struct MemorySize: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    let units: [Character: Double] = ["K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40]
    var digits = argument.uppercased()[...]
    if let ending = ["IB", "B"].first(where: digits.hasSuffix) {
      digits = digits.dropLast(ending.count)
      guard digits.last.flatMap({ units[$0] }) != nil else { return nil }
    }
    let unit = digits.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? digits : digits.dropLast()),
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
  package static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

extension Settings.Schedule: ExpressibleByArgument {}
extension Pooling: ExpressibleByArgument {}

extension CompletionKind {
  /// The files that can be read and written.
  static let pictures = CompletionKind.file(extensions: ["png", "jpg", "jpeg", "tif", "tiff", "webp"])
}
