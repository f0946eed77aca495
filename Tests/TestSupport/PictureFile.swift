package import CPictureFiles

/// A picture file as CPictureFiles reads and writes it, in values.
package struct PictureFile: Equatable, Sendable {
  package var width: Int
  package var height: Int
  package var bits: Int32
  package var pixels: [Float]
  package var alpha: [Float]?
  package var profile: [UInt8]?

  package init(width: Int = 0, height: Int = 0, bits: Int32 = 8, pixels: [Float] = []) {
    self.width = width
    self.height = height
    self.bits = bits
    self.pixels = pixels
  }

  /// What a call answered.
  package struct Answer: Sendable {
    package let result: picture_files_result
    package let message: String
  }

  package static func load(
    _ path: String, reading: picture_files_reading = PICTURE_FILES_AS_SEEN
  ) -> (answer: Answer, picture: PictureFile) {
    var file = picture_file()
    var message = [CChar](repeating: 1, count: Int(PICTURE_FILES_MESSAGE_SIZE))
    let result = picture_file_load(path, reading, &file, &message)
    defer { picture_file_free(&file) }
    let area = Int(file.width * file.height)
    var picture = PictureFile(
      width: Int(file.width), height: Int(file.height), bits: file.bits,
      pixels: Array(UnsafeBufferPointer(start: file.pixels, count: area * 3)))
    picture.alpha = file.alpha.map { Array(UnsafeBufferPointer(start: $0, count: area)) }
    picture.profile = file.profile.map { Array(UnsafeBufferPointer(start: $0, count: file.profile_size)) }
    return (Answer(result: result, message: text(message)), picture)
  }

  package func save(to path: String) -> Answer {
    var (pixels, alpha, profile) = (pixels, alpha ?? [], profile ?? [])
    var message = [CChar](repeating: 1, count: Int(PICTURE_FILES_MESSAGE_SIZE))
    let result = pixels.withUnsafeMutableBufferPointer { pixels in
      alpha.withUnsafeMutableBufferPointer { alpha in
        profile.withUnsafeMutableBufferPointer { profile in
          var file = picture_file(
            width: Int32(width), height: Int32(height), bits: bits, pixels: pixels.baseAddress,
            alpha: self.alpha == nil ? nil : alpha.baseAddress,
            profile: self.profile == nil ? nil : profile.baseAddress, profile_size: profile.count)
          return picture_file_save(path, &file, &message)
        }
      }
    }
    return Answer(result: result, message: Self.text(message))
  }

  /// The upper left of a picture without alpha.
  package func corner(width: Int, height: Int) -> PictureFile {
    let rows = (0..<height).map { pixels[$0 * self.width * 3..<($0 * self.width + width) * 3] }
    return PictureFile(width: width, height: height, bits: bits, pixels: Array(rows.joined()))
  }

  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// The picture that all good files under Tests/Images/files show: see make_files.py there.
package enum ExamplePicture {
  package static let width = 24
  package static let height = 16

  package static let pixels: [Float] = positions.flatMap { x, y in
    [10 * x, 16 * y, 5 * (x + y)].map { Float($0) / 255 }
  }
  package static let grayPixels: [Float] = positions.flatMap { x, _ in (0..<3).map { _ in Float(10 * x) / 255 } }
  package static let alpha: [Float] = positions.map { x, y in Float(255 - 4 * x - 4 * y) / 255 }

  /// The path of one of the files.
  package static func file(_ name: String) -> String { RepositoryFile.root + "/Tests/Images/files/" + name }

  private static var positions: [(Int, Int)] { (0..<height).flatMap { y in (0..<width).map { ($0, y) } } }
}

/// Of two lists of the same length; infinite if they are not.
package func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
  a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}
