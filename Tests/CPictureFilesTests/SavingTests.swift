import CPictureFiles
import Foundation
import TestSupport
import Testing

@Suite struct SavingTests {
  @Test(arguments: ["png", "tif", "tiff"], [8, 16] as [Int32])
  func `bits, alpha, profile and colours are kept`(ending: String, bits: Int32) throws {
    try withFolder { folder in
      for hasProfile in [false, true] {
        var picture = PictureFile.load(ExamplePicture.file(hasProfile ? "wide.png" : "rgb.png")).picture
        picture.bits = bits
        picture.alpha = ExamplePicture.alpha
        picture.pixels = picture.pixels.map { min(max($0, 0), 1) }
        let path = "\(folder)/out.\(ending)"
        #expect(picture.save(to: path).result == PICTURE_FILES_OK)
        let back = PictureFile.load(path).picture
        #expect(back.bits == bits)
        #expect(largestDifference(back.alpha ?? [], ExamplePicture.alpha) < (bits == 8 ? 1e-6 : 1e-5))
        #expect(largestDifference(back.pixels, picture.pixels) < (hasProfile ? bits == 16 ? 1e-3 : 0.04 : 1e-5))
        if hasProfile { #expect(back.profile == picture.profile) }
        #expect(contents(of: folder) == ["out.\(ending)"])
      }
    }
  }

  @Test(arguments: ["jpg", "jpeg", "webp", "JPG"])
  func `lossy files are near the picture and carry its profile`(ending: String) throws {
    try withFolder { folder in
      var picture = PictureFile.load(ExamplePicture.file("wide.png")).picture
      picture.bits = 16
      let path = "\(folder)/out.\(ending)"
      let answer = picture.save(to: path)
      #expect(answer.result == PICTURE_FILES_OK)
      #expect(answer.message.isEmpty)
      let back = PictureFile.load(path).picture
      #expect(back.bits == 8)
      #expect(back.profile == picture.profile)
      let differences = zip(back.pixels, picture.pixels).map { abs(min(max($0, 0), 1) - min(max($1, 0), 1)) }
      #expect(differences.reduce(0, +) / Float(differences.count) < 0.02)
    }
  }

  @Test func `WebP keeps alpha, JPEG says that it cannot`() throws {
    try withFolder { folder in
      let picture = PictureFile.load(ExamplePicture.file("rgba.png")).picture
      #expect(picture.save(to: folder + "/out.webp").message.isEmpty)
      #expect(
        largestDifference(PictureFile.load(folder + "/out.webp").picture.alpha ?? [], ExamplePicture.alpha) < 1e-6)
      #expect(picture.save(to: folder + "/out.jpg").message.contains("holds no transparency"))
      #expect(PictureFile.load(folder + "/out.jpg").picture.alpha == nil)
    }
  }

  @Test func `a profile too large for JPEG is left out, and that is said`() throws {
    try withFolder { folder in
      var picture = PictureFile.load(ExamplePicture.file("rgba.png")).picture
      picture.profile = [UInt8](repeating: 0, count: 17_000_000)
      let answer = picture.save(to: folder + "/out.jpg")
      #expect(answer.result == PICTURE_FILES_OK)
      #expect(answer.message.contains("neither transparency nor a colour profile as large as this"))
      picture.alpha = nil
      #expect(picture.save(to: folder + "/out.jpg").message.contains("no colour profile as large as this"))
      // GEGL's encoder adds sRGB's.
      #expect((PictureFile.load(folder + "/out.jpg").picture.profile ?? []).count < 10_000)
    }
  }

  @Test(arguments: ["png", "jpg", "tif", "webp"])
  func `a large profile comes back byte for byte`(ending: String) throws {
    try withFolder { folder in
      var picture = PictureFile.load(ExamplePicture.file("rgb.png")).picture
      var generator = SeededGenerator(seed: 1)
      let wide = [UInt8](try Data(contentsOf: URL(filePath: ExamplePicture.file("wide.icc"))))
      picture.profile = wide + (0..<150_001).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let path = "\(folder)/out.\(ending)"
      #expect(picture.save(to: path).result == PICTURE_FILES_OK)
      #expect(PictureFile.load(path).picture.profile == picture.profile)
    }
  }

  @Test func `values out of range are cut off`() throws {
    try withFolder { folder in
      let picture = PictureFile(width: 2, height: 1, pixels: [-1, 0.5, 2, 0, 1, 0.2])
      #expect(picture.save(to: folder + "/out.png").result == PICTURE_FILES_OK)
      let back = PictureFile.load(folder + "/out.png").picture.pixels
      #expect(largestDifference(back, [0, 0.5, 1, 0, 1, 0.2]) < 0.003)
    }
  }

  @Test func `a file that is there is replaced, whole`() throws {
    try withFolder { folder in
      let path = folder + "/out.png"
      try Data("old".utf8).write(to: URL(filePath: path))
      #expect(PictureFile.load(ExamplePicture.file("rgb.png")).picture.save(to: path).result == PICTURE_FILES_OK)
      #expect(PictureFile.load(path).picture == PictureFile.load(ExamplePicture.file("rgb.png")).picture)
      #expect(contents(of: folder) == ["out.png"])
    }
  }

  @Test(arguments: [0o600, 0o640, 0o666])
  func `who could not read what was there cannot read what replaces it`(mode: mode_t) throws {
    try withFolder { folder in
      let path = folder + "/out.png"
      try Data("old".utf8).write(to: URL(filePath: path))
      #expect(chmod(path, mode) == 0)
      #expect(PictureFile.load(ExamplePicture.file("rgb.png")).picture.save(to: path).result == PICTURE_FILES_OK)
      var status = stat()
      #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == mode)
    }
  }

  @Test(arguments: [
    ("absent/out.png", 24, "cannot be written: No such file or directory."),
    ("out.bmp", 24, "cannot be written: a name ending in .png, .jpg, .tif or .webp was expected."),
    ("out", 24, "cannot be written: a name ending in"), (".png", 24, "cannot be written: a name ending in"),
    ("folder.png", 24, "cannot be written: it is there already and no ordinary file."),
    ("out.webp", 16384, "cannot be written: WebP holds at most 16383 pixels a side, not 16384x1."),
    ("out.jpg", 65501, "cannot be written: JPEG holds at most 65500 pixels a side, not 65501x1."),
  ])
  func `a place that cannot be written to is known beforehand`(name: String, width: Int32, complaint: String) throws {
    try withFolder { folder in
      try FileManager.default.createDirectory(atPath: folder + "/folder.png", withIntermediateDirectories: true)
      var message = [CChar](repeating: 1, count: Int(PICTURE_FILES_MESSAGE_SIZE))
      let path = "\(folder)/\(name)"
      #expect(picture_file_can_save(path, width, 1, &message) == PICTURE_FILES_CANNOT_WRITE)
      let sentence = message.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
      #expect(sentence.hasPrefix("\(path) \(complaint)"))
      #expect(contents(of: folder) == ["folder.png"])
    }
  }

  @Test func `a place that can be written to is left as it was`() throws {
    try withFolder { folder in
      var message = [CChar](repeating: 1, count: Int(PICTURE_FILES_MESSAGE_SIZE))
      #expect(picture_file_can_save(folder + "/out.png", 5000, 4000, &message) == PICTURE_FILES_OK)
      #expect(message[0] == 0)
      #expect(contents(of: folder).isEmpty)
    }
  }
}
