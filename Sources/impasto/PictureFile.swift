import CPictureFiles
import Glibc
import Pictures

/// A picture with what its file says beyond colours and alpha, so that a painting of it can be saved alike.
struct PictureFile {
  let picture: Picture
  /// Of each channel in the file: 8 or 16.
  let bits: Int32
  /// The ICC profile embedded in the file.
  let profile: [UInt8]?

  /// Reads the file at `path`, its colours converted to sRGB and its rows set upright unless it is to be taken as
  /// stored. A remark that is worth passing on goes to stderr.
  init(contentsOf path: String, reading: picture_files_reading = PICTURE_FILES_AS_SEEN) throws(Failure) {
    var file = picture_file()
    try call { message in picture_file_load(path, reading, &file, message) }
    defer { picture_file_free(&file) }
    let area = Int(file.width) * Int(file.height)
    try Self.checkRoom(for: (file.alpha == nil ? 3 : 4) * area * MemoryLayout<Float>.stride, path)
    picture = Picture(
      width: Int(file.width), height: Int(file.height),
      pixels: Array(UnsafeBufferPointer(start: file.pixels, count: area * 3)),
      alpha: file.alpha.map { Array(UnsafeBufferPointer(start: $0, count: area)) })
    bits = file.bits
    profile = file.profile.map { Array(UnsafeBufferPointer(start: $0, count: file.profile_size)) }
  }

  /// Refuses a picture whose copy there is no room for: an array ends the process where memory is refused.
  private static func checkRoom(for bytes: Int, _ path: String) throws(Failure) {
    let room = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard room != MAP_FAILED else {
      throw Failure(.cannotOpen, "\(path) does not fit into memory: \(bytes >> 20) MB more are needed for it.")
    }
    munmap(room, bytes)
  }

  /// Asks, before a long run, whether a picture of this size could be saved under that name.
  static func checkCanSave(_ size: Size, to path: String) throws(Failure) {
    try call { message in picture_file_can_save(path, Int32(size.width), Int32(size.height), message) }
  }

  /// Saves a painting of this picture with its bits and profile: a whole file or none.
  func save(_ painting: Picture, to path: String) throws(Failure) {
    try painting.pixels.withUnsafeBufferPointer { pixels throws(Failure) in
      try (painting.alpha ?? []).withUnsafeBufferPointer { alpha throws(Failure) in
        try (profile ?? []).withUnsafeBufferPointer { profile throws(Failure) in
          var file = picture_file(
            width: Int32(painting.width), height: Int32(painting.height), bits: bits, pixels: pixels.onlyRead,
            alpha: alpha.onlyRead, profile: profile.onlyRead, profile_size: profile.count)
          try call { message in picture_file_save(path, &file, message) }
        }
      }
    }
  }
}

extension UnsafeBufferPointer {
  /// As `picture_file` has it, which is for loading, too; saving only reads. Nil where there is nothing.
  fileprivate var onlyRead: UnsafeMutablePointer<Element>? {
    isEmpty ? nil : baseAddress.map { UnsafeMutablePointer(mutating: $0) }
  }
}

/// Calls into CPictureFiles: throws its sentence, or passes on its remark.
private func call(_ function: (UnsafeMutablePointer<CChar>) -> picture_files_result) throws(Failure) {
  var buffer = [CChar](repeating: 0, count: Int(PICTURE_FILES_MESSAGE_SIZE))
  let result = buffer.withUnsafeMutableBufferPointer { pointer in
    pointer.baseAddress.map(function) ?? PICTURE_FILES_NO_ENGINE
  }
  let message = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  switch result {
  case PICTURE_FILES_OK: if !message.isEmpty { tell(message) }
  case PICTURE_FILES_CANNOT_OPEN: throw Failure(.cannotOpen, message)
  case PICTURE_FILES_BAD_FILE: throw Failure(.badFile, message)
  case PICTURE_FILES_CANNOT_WRITE: throw Failure(.cannotWrite, message)
  default: throw Failure(.unavailable, message)
  }
}
