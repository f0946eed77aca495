import CPictureFiles
import Foundation
import TestSupport
import Testing

/// Picture files damaged anywhere.
@Suite struct DamageTests {
  /// Whatever is not refused by name is a picture, whole; no codec takes this process with it.
  @Test func `damaged pictures are refused, or read whole`() throws {
    let folder = RepositoryFile.root + "/Tests/Images/files"
    let seeds = try contents(of: folder).map { [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))) }
    var fuzzer = try Fuzzer(
      "pictures", seeds: seeds,
      tokens: [
        "IHDR", "IDAT", "IEND", "iCCP", "tRNS", "gAMA", "PLTE", "ICC_PROFILE\0", "VP8X", "VP8L", "ALPH", "Exif\0\0",
      ],
      longest: 6000)
    try withFolder { folder in
      let path = folder + "/picture"
      try fuzzer.run(rounds: 20) { bytes in
        try Data(bytes).write(to: URL(filePath: path))
        let (answer, picture) = PictureFile.load(path)
        guard answer.result == PICTURE_FILES_OK else {
          #expect(answer.result == PICTURE_FILES_BAD_FILE)
          #expect(answer.message.hasPrefix(path + " ") && answer.message.hasSuffix("."))
          #expect(picture == PictureFile(bits: 0))
          return answer.message.dropFirst(path.count).filter { !$0.isNumber }
        }
        #expect(picture.width > 0 && picture.height > 0 && [8, 16].contains(picture.bits))
        #expect(contents(of: folder) == ["picture"])
        let kind = String(decoding: bytes.prefix(3), as: UTF8.self)
        return "\(kind) \(picture.bits) \(picture.alpha != nil) \(picture.profile != nil) \(answer.message.isEmpty)"
      }
    }
  }
}
