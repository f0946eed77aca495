import CPictureFiles
import Foundation
import TestSupport
import Testing

@Suite struct LoadingTests {
  struct Good: Sendable {
    let name: String
    var bits: Int32 = 8
    var isGray = false
    var hasAlpha = false
    var tolerance: Float = 1e-6
  }

  static let good = [
    Good(name: "rgb.png"), Good(name: "rgb.tif"), Good(name: "rgb.webp"), Good(name: "rgb.jpg", tolerance: 0.012),
    Good(name: "progressive.jpg", tolerance: 0.012), Good(name: "interlaced.png"),
    Good(name: "rgba.png", hasAlpha: true), Good(name: "rgba.tif", hasAlpha: true),
    Good(name: "rgba.webp", hasAlpha: true),
    Good(name: "rgb16.png", bits: 16), Good(name: "rgba16.png", bits: 16, hasAlpha: true),
    Good(name: "rgba16.tif", bits: 16, hasAlpha: true), Good(name: "float.tif", bits: 16),
    Good(name: "gray.png", isGray: true), Good(name: "gray.tif", isGray: true),
    Good(name: "gray.jpg", isGray: true, tolerance: 0.012), Good(name: "min-is-white.tif", isGray: true),
    Good(name: "palette.tif", tolerance: 0.05), Good(name: "tiled.tif"), Good(name: "planes.tif"),
    Good(name: "big-endian.tif"),
  ]

  @Test(arguments: good)
  func `every kind of file gives the same picture`(file: Good) {
    let (answer, picture) = PictureFile.load(ExamplePicture.file(file.name))
    #expect(answer.result == PICTURE_FILES_OK)
    #expect(answer.message.isEmpty)
    #expect(picture.width == ExamplePicture.width)
    #expect(picture.height == ExamplePicture.height)
    #expect(picture.bits == file.bits)
    #expect(picture.profile == nil)
    #expect((picture.alpha != nil) == file.hasAlpha)
    #expect(
      largestDifference(picture.pixels, file.isGray ? ExamplePicture.grayPixels : ExamplePicture.pixels)
        < file.tolerance)
    if let alpha = picture.alpha { #expect(largestDifference(alpha, ExamplePicture.alpha) < 1e-6) }
  }

  @Test(
    arguments: (2...8).map { "turned\($0).jpg" } + [
      "turned6.png", "turned6.tif", "turned6.webp", "turned2-palette.tif", "turned6-palette.tif",
    ])
  func `a picture taken on its side is set upright`(name: String) {
    let picture = PictureFile.load(ExamplePicture.file(name)).picture
    #expect(picture.width == ExamplePicture.width)
    #expect(largestDifference(picture.pixels, ExamplePicture.pixels) < (name.contains("palette") ? 0.05 : 0.012))
  }

  @Test(
    arguments: [("wide.png", 1e-3), ("wide.tif", 1e-3), ("wide.webp", 1e-3), ("wide.jpg", 0.05)] as [(String, Float)])
  func `colours come out of the profile's space`(name: String, tolerance: Float) throws {
    let picture = PictureFile.load(ExamplePicture.file(name)).picture
    #expect(picture.profile == [UInt8](try Data(contentsOf: URL(filePath: ExamplePicture.file("wide.icc")))))
    let expected = stride(from: 0, to: ExamplePicture.pixels.count, by: 3).flatMap { first in
      adobeToSRGB(ExamplePicture.pixels[first..<first + 3].map(Double.init)).map(Float.init)
    }
    let inside = expected.indices.filter { (0.02...0.98).contains(expected[$0]) }
    #expect(inside.count > 500)
    #expect(largestDifference(inside.map { picture.pixels[$0] }, inside.map { expected[$0] }) < tolerance)
  }

  @Test(arguments: ["wide.png", "wide.tif", "wide.webp", "rgb16.png"])
  func `the numbers can be had as they are stored`(name: String) {
    let picture = PictureFile.load(ExamplePicture.file(name), reading: PICTURE_FILES_AS_STORED).picture
    #expect(picture.profile == nil)
    #expect(largestDifference(picture.pixels, ExamplePicture.pixels) < 1e-6)
  }

  @Test func `as it is stored, a picture taken on its side lies there`() {
    let picture = PictureFile.load(ExamplePicture.file("turned6.png"), reading: PICTURE_FILES_AS_STORED).picture
    #expect(picture.width == ExamplePicture.height && picture.height == ExamplePicture.width)
  }

  @Test func `a profile that cannot be used is passed on with a remark`() {
    let (answer, picture) = PictureFile.load(ExamplePicture.file("useless-profile.png"))
    #expect(answer.result == PICTURE_FILES_OK)
    #expect(answer.message.contains("useless-profile.png has a colour profile that GEGL cannot convert by"))
    #expect(picture.profile?.count == 228)
    #expect(largestDifference(picture.pixels, ExamplePicture.pixels) < 1e-6)
  }

  @Test func `a gray picture's profile is used and left behind`() {
    let picture = PictureFile.load(ExamplePicture.file("gray-with-profile.png")).picture
    #expect(picture.profile == nil)
    let expected = ExamplePicture.grayPixels.map { Float(encoded(pow(Double($0), 1.8))) }
    #expect(largestDifference(picture.pixels, expected) < 3e-3)
  }

  @Test func `of several pages the first is taken, with a remark`() {
    let (answer, picture) = PictureFile.load(ExamplePicture.file("pages.tif"))
    #expect(answer.result == PICTURE_FILES_OK)
    #expect(answer.message.hasSuffix("pages.tif has several pages: the first is taken."))
    #expect(largestDifference(picture.pixels, ExamplePicture.pixels) < 1e-6)
  }

  @Test(arguments: [
    ("absent.png", PICTURE_FILES_CANNOT_OPEN, "cannot be opened: No such file or directory."),
    ("", PICTURE_FILES_CANNOT_OPEN, "is a folder; a picture file was expected."),
    ("empty.png", PICTURE_FILES_BAD_FILE, "is empty; a picture file was expected."),
    ("text.png", PICTURE_FILES_BAD_FILE, "is not a picture; a PNG, JPEG, TIFF or WebP file was expected."),
    ("cut.png", PICTURE_FILES_BAD_FILE, "is cut short: a whole PNG file was expected."),
    ("cut.jpg", PICTURE_FILES_BAD_FILE, "is cut short: a whole JPEG file was expected."),
    ("cut.tif", PICTURE_FILES_BAD_FILE, "is cut short: a whole TIFF file was expected."),
    ("cut.webp", PICTURE_FILES_BAD_FILE, "is cut short: a whole WebP file was expected."),
    ("damaged.png", PICTURE_FILES_BAD_FILE, "is damaged; a whole PNG file was expected."),
    ("half.jpg", PICTURE_FILES_BAD_FILE, "is damaged; a whole JPEG file was expected."),
    ("bad-table.jpg", PICTURE_FILES_BAD_FILE, "is damaged; a whole JPEG file was expected."),
    ("animation.png", PICTURE_FILES_BAD_FILE, "is an animation (APNG); a single picture was expected."),
    ("animation.webp", PICTURE_FILES_BAD_FILE, "is an animation (WebP); a single picture was expected."),
    ("animation.gif", PICTURE_FILES_BAD_FILE, "is a GIF file"),
    ("cmyk.tif", PICTURE_FILES_BAD_FILE, "is a CMYK picture; an RGB or gray one was expected."),
    ("cmyk.jpg", PICTURE_FILES_BAD_FILE, "is a CMYK picture; an RGB or gray one was expected."),
    ("lab.tif", PICTURE_FILES_BAD_FILE, "is a Lab picture; an RGB or gray one was expected."),
    ("huge.png", PICTURE_FILES_BAD_FILE, "says it is 2147483647x2147483647;"),
    ("gray-profile.png", PICTURE_FILES_BAD_FILE, "has a colour profile that is not one for RGB"),
  ])
  func `what cannot be painted is refused by name`(name: String, result: picture_files_result, complaint: String) {
    let (answer, picture) = PictureFile.load(ExamplePicture.file(name))
    #expect(answer.result == result)
    #expect(answer.message.hasPrefix("\(ExamplePicture.file(name)) \(complaint)"))
    #expect(picture == PictureFile(bits: 0))
  }

  @Test(arguments: ["rgb.png", "rgb.jpg", "rgb.tif", "rgb.webp"])
  func `a file cut anywhere is refused`(name: String) throws {
    let whole = try Data(contentsOf: URL(filePath: ExamplePicture.file(name)))
    try withFolder { folder in
      let path = folder + "/cut"
      for length in 0..<whole.count {
        try whole.prefix(length).write(to: URL(filePath: path))
        #expect(
          PictureFile.load(path).answer.result == PICTURE_FILES_BAD_FILE, "the first \(length) of \(whole.count) bytes")
      }
    }
  }

  @Test(arguments: ["-", "a:2", "it's \"named\" $HOME *.png", "Gemälde – 絵.png"])
  func `any name will do`(name: String) throws {
    try withFolder { folder in
      try FileManager.default.copyItem(atPath: ExamplePicture.file("rgb.png"), toPath: "\(folder)/\(name)")
      #expect(PictureFile.load("\(folder)/\(name)").answer.result == PICTURE_FILES_OK)
    }
  }
}

/// From Adobe RGB (1998), the space of wide.icc, to sRGB, by their definitions under D65 and clipped.
private func adobeToSRGB(_ color: [Double]) -> [Double] {
  let linear = color.map { pow($0, 2.19921875) }
  let rows = [[1.39835574, -0.39835574, 0], [0, 1, 0], [0, -0.04292898, 1.04292898]]
  return rows.map { row in encoded(zip(row, linear).map { $0 * $1 }.reduce(0, +)) }
}

/// sRGB's transfer function on [0, 1].
private func encoded(_ linear: Double) -> Double {
  let value = min(max(linear, 0), 1)
  return value <= 0.0031308 ? 12.92 * value : 1.055 * pow(value, 1 / 2.4) - 0.055
}

/// Files made of the examples' own bytes.
extension LoadingTests {
  /// What an example gives when its bytes are changed.
  private func load(_ name: String, _ change: (inout Data) throws -> Void) throws -> (
    answer: PictureFile.Answer, picture: PictureFile
  ) {
    var loaded = PictureFile.load("/absent")
    try withFolder { folder in
      var data = try Data(contentsOf: URL(filePath: ExamplePicture.file(name)))
      try change(&data)
      try data.write(to: URL(filePath: folder + "/changed.jpg"))
      loaded = PictureFile.load(folder + "/changed.jpg")
    }
    return loaded
  }

  @Test func `the parts of a profile are joined in the order of their numbers`() throws {
    let whole = PictureFile.load(ExamplePicture.file("wide.jpg"))
    let profile = try #require(whole.picture.profile)
    let changed = try load("wide.jpg") { data in
      let name = try #require(data.firstRange(of: Data("ICC_PROFILE\0".utf8)))
      let start = name.lowerBound - 4
      func part(_ number: UInt8, _ bytes: some Sequence<UInt8>) -> Data {
        let content = Data("ICC_PROFILE\0".utf8) + [number, 2] + bytes
        return Data([0xff, 0xe2, UInt8((content.count + 2) >> 8), UInt8((content.count + 2) & 0xff)]) + content
      }
      data.replaceSubrange(
        start..<name.upperBound + 2 + profile.count,
        with: part(2, profile.dropFirst(100)) + part(1, profile.prefix(100)))
    }
    #expect(changed.answer.result == PICTURE_FILES_OK, "\(changed.answer.message)")
    #expect(changed.picture.profile == profile)
    #expect(changed.picture.pixels == whole.picture.pixels)
  }

  @Test func `data that make no sense to the decoder are remarked on`() throws {
    let changed = try load("rgb.jpg") { data in
      let table = try #require(data.firstRange(of: Data([0xff, 0xdb])))
      data.insert(contentsOf: [1, 2, 3, 4], at: table.lowerBound)
    }
    #expect(changed.answer.result == PICTURE_FILES_OK)
    #expect(changed.answer.message.hasSuffix("may be damaged: some of its data make no sense to the decoder."))
    #expect(changed.picture.pixels == PictureFile.load(ExamplePicture.file("rgb.jpg")).picture.pixels)
  }
}
