internal import CImpasto
internal import Glibc
internal import Network
internal import Pictures
internal import Stylization

extension Settings {
  /// The settings in C's form; everything is checked.
  init(_ pointer: UnsafePointer<impasto_options>?) throws(Refusal) {
    guard let options = pointer?.pointee else { throw .badArgument("options is NULL") }
    self.init()
    if let name = options.recipe.map({ String(cString: $0) }) {
      guard let named = Recipe.named(name) else {
        let names = Recipe.all.map(\.name).joined(separator: ", ")
        throw .badArgument("there is no recipe '\(name)'; there are \(names)")
      }
      recipe = named
    }
    schedule = try flag(options.original_schedule, "original_schedule") ? .original : .fast
    strength = options.strength
    brushSize = options.brush_size
    keepColors = try flag(options.keep_colors, "keep_colors")
    workingSize = options.working_size == 0 ? nil : Int(options.working_size)
    iterations = options.iterations == 0 ? nil : Int(options.iterations)
    seed = UInt64(UInt32(bitPattern: options.seed))
    threads = options.threads == 0 ? nil : Int(options.threads)
    memory = options.memory == 0 ? nil : Int(options.memory)
    do throws(StylizationError) { try validate() } catch { throw Refusal(error) }
  }
}

extension impasto_options {
  /// The defaults, as `Settings` declares them.
  static var defaults: impasto_options {
    let settings = Settings()
    return impasto_options(
      strength: settings.strength, brush_size: settings.brushSize, keep_colors: settings.keepColors ? 1 : 0,
      working_size: Int32(settings.workingSize ?? 0), seed: Int32(truncatingIfNeeded: settings.seed),
      iterations: Int32(settings.iterations ?? 0), threads: Int32(settings.threads ?? 0),
      original_schedule: settings.schedule == .original ? 1 : 0, memory: Int64(settings.memory ?? 0), recipe: nil,
      weights: nil)
  }
}

private func flag(_ value: Int32, _ name: String) throws(Refusal) -> Bool {
  guard value == 0 || value == 1 else { throw .badArgument("the flag \(name) is \(value), but must be 0 or 1") }
  return value == 1
}

extension Weights {
  /// The weights that the options name, or those that are installed.
  init(_ pointer: UnsafePointer<impasto_options>?) throws(Refusal) {
    do throws(WeightsError) {
      if let path = pointer?.pointee.weights {
        self = try Weights(contentsOf: String(cString: path))
      } else {
        self = try Weights(contentsOf: WeightsLocation.find())
      }
    } catch {
      throw Refusal(error)
    }
  }
}

extension Size {
  /// No side is longer than the largest image of GIMP.
  private static let longestSide: Int32 = 524_288

  init(width: Int32, height: Int32, of name: String) throws(Refusal) {
    let sides = 1...Self.longestSide
    guard sides.contains(width), sides.contains(height) else {
      throw .badArgument("\(name) is \(width)x\(height), but its sides must be from 1 to \(Self.longestSide) pixels")
    }
    self.init(width: Int(width), height: Int(height))
  }
}

extension Picture {
  /// A copy of a picture in C's form; `name` is what to call it.
  init(_ picture: impasto_picture, named name: String) throws(Refusal) {
    let size = try Size(width: picture.width, height: picture.height, of: name)
    guard let pixels = picture.pixels else { throw .badArgument("the pixels of \(name) are NULL") }
    let bytes = size.area * MemoryLayout<Float>.stride * (picture.alpha == nil ? 3 : 4)
    guard bytes < sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / 2 else {
      throw Refusal(IMPASTO_NO_MEMORY, "\(name) is \(size), which does not fit into this machine's memory")
    }
    self.init(
      width: size.width, height: size.height, pixels: Array(UnsafeBufferPointer(start: pixels, count: size.area * 3)),
      alpha: picture.alpha.map { Array(UnsafeBufferPointer(start: $0, count: size.area)) })
  }

  /// Copies the pixels to where the caller has room for them.
  func copy(to pixels: UnsafeMutablePointer<Float>) {
    self.pixels.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { pixels.update(from: start, count: source.count) }
    }
  }
}

extension Job {
  /// More styles than anyone mixes.
  private static let styleCounts: ClosedRange<Int32> = 1...64

  /// Refuses a number of styles that is not one.
  static func check(styleCount: Int32) throws(Refusal) {
    guard styleCounts.contains(styleCount) else {
      throw .badArgument("there are \(styleCount) styles, but there must be from 1 to \(styleCounts.upperBound)")
    }
  }

  /// The job that a caller describes; everything is checked and copied.
  init(
    options: UnsafePointer<impasto_options>?, content: UnsafePointer<impasto_picture>?,
    styles: UnsafePointer<impasto_picture>?, count: Int32, initial: UnsafePointer<impasto_picture>?
  ) throws(Refusal) {
    let settings = try Settings(options)
    guard let content else { throw .badArgument("content is NULL") }
    guard let styles else { throw .badArgument("styles is NULL") }
    try Self.check(styleCount: count)
    let photograph = try Picture(content.pointee, named: "the content picture")
    var paintings: [Style] = []
    for style in UnsafeBufferPointer(start: styles, count: Int(count)) {
      paintings.append(Style(try Picture(style, named: "the style picture"), weight: style.weight))
    }
    let start: Picture?
    if let initial {
      start = try Picture(initial.pointee, named: "the initial picture")
    } else {
      start = nil
    }
    let weights = try Weights(options)
    do throws(StylizationError) {
      try self.init(settings: settings, content: photograph, styles: paintings, initial: start, weights: weights)
    } catch {
      throw Refusal(error)
    }
  }
}
