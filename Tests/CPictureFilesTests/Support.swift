import CPictureFiles
import Foundation
import TestSupport

/// A picture file as CPictureFiles gives it, in values.
struct Loaded: Equatable {
  var width = 0
  var height = 0
  var bits: Int32 = 8
  var pixels: [Float] = []
  var alpha: [Float]?
  var profile: [UInt8]?
}

/// What a call answered.
struct Answer {
  let result: picture_files_result
  let message: String
}

func load(_ path: String) -> (answer: Answer, picture: Loaded) {
  var file = picture_file()
  var message = [CChar](repeating: 1, count: Int(PICTURE_FILES_MESSAGE_SIZE))
  let result = picture_file_load(path, &file, &message)
  defer { picture_file_free(&file) }
  let area = Int(file.width * file.height)
  let picture = Loaded(
    width: Int(file.width), height: Int(file.height), bits: file.bits,
    pixels: Array(UnsafeBufferPointer(start: file.pixels, count: area * 3)),
    alpha: file.alpha.map { Array(UnsafeBufferPointer(start: $0, count: area)) },
    profile: file.profile.map { Array(UnsafeBufferPointer(start: $0, count: file.profile_size)) })
  return (Answer(result: result, message: text(message)), picture)
}

func save(_ picture: Loaded, to path: String) -> Answer {
  var (pixels, alpha, profile) = (picture.pixels, picture.alpha ?? [], picture.profile ?? [])
  var message = [CChar](repeating: 1, count: Int(PICTURE_FILES_MESSAGE_SIZE))
  let result = pixels.withUnsafeMutableBufferPointer { pixels in
    alpha.withUnsafeMutableBufferPointer { alpha in
      profile.withUnsafeMutableBufferPointer { profile in
        var file = picture_file(
          width: Int32(picture.width), height: Int32(picture.height), bits: picture.bits, pixels: pixels.baseAddress,
          alpha: picture.alpha == nil ? nil : alpha.baseAddress,
          profile: picture.profile == nil ? nil : profile.baseAddress, profile_size: profile.count)
        return picture_file_save(path, &file, &message)
      }
    }
  }
  return Answer(result: result, message: text(message))
}

private func text(_ message: [CChar]) -> String {
  String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// A file under Tests/Images/files.
func example(_ name: String) -> String { RepositoryFile.root + "/Tests/Images/files/" + name }

/// The picture that all the good files show: see Tests/Images/make_files.py.
enum Example {
  static let (width, height) = (24, 16)

  static let pixels: [Float] = positions.flatMap { x, y in [10 * x, 16 * y, 5 * (x + y)].map { Float($0) / 255 } }
  static let grayPixels: [Float] = positions.flatMap { x, _ in (0..<3).map { _ in Float(10 * x) / 255 } }
  static let alpha: [Float] = positions.map { x, y in Float(255 - 4 * x - 4 * y) / 255 }

  private static var positions: [(Int, Int)] { (0..<height).flatMap { y in (0..<width).map { ($0, y) } } }
}

func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
  a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}

/// Runs `body` with a folder of its own, which is removed afterwards.
func withFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "impasto-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try body(folder)
}

/// The names in a folder, hidden ones too.
func contents(of folder: String) -> [String] {
  (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? ["(no folder)"]
}
