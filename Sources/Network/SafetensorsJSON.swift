/// The JSON of a safetensors header (RFC 8259), read strictly: every file is a stranger's.
///
/// Written here because the header needs five kinds of value and the engine is to stay free of Foundation, which would
/// triple its size.
enum SafetensorsJSON: Equatable {
  case object([String: SafetensorsJSON])
  case array([SafetensorsJSON])
  case string(String)
  case integer(Int)
  /// Any number that is not an integer of 64 bits, true, false and null: valid, and of no use in a header.
  case other

  /// What is wrong, and at which byte.
  struct Failure: Error, Equatable {
    let offset: Int
    let expected: String
  }

  /// The one value that `bytes` hold, spaces around it allowed.
  init(parsing bytes: [UInt8]) throws(Failure) {
    var parser = Parser(bytes: bytes)
    self = try parser.value(depth: 0)
    parser.skipSpaces()
    if !parser.isAtEnd { throw parser.failure("nothing more") }
  }
}

private struct Parser {
  /// A header nests three deep; a limit keeps a hostile one from overflowing the stack.
  static let deepest = 16

  let bytes: [UInt8]
  var offset = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }
  var next: UInt8? { isAtEnd ? nil : bytes[offset] }

  func failure(_ expected: String) -> SafetensorsJSON.Failure { .init(offset: offset, expected: expected) }

  mutating func skipSpaces() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { offset += 1 }
  }

  /// Steps over `character` if it comes next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  mutating func value(depth: Int) throws(SafetensorsJSON.Failure) -> SafetensorsJSON {
    guard depth < Self.deepest else { throw failure("less nesting") }
    skipSpaces()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    default: return try word()
    }
  }

  private mutating func object(depth: Int) throws(SafetensorsJSON.Failure) -> SafetensorsJSON {
    offset += 1
    var members: [String: SafetensorsJSON] = [:]
    skipSpaces()
    if take("}") { return .object(members) }
    repeat {
      skipSpaces()
      let key = try string()
      skipSpaces()
      guard take(":") else { throw failure("a colon") }
      guard members.updateValue(try value(depth: depth + 1), forKey: key) == nil else {
        throw failure("each name once, not \"\(key)\" again")
      }
      skipSpaces()
    } while take(",")
    guard take("}") else { throw failure("a comma or the end of the object") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(SafetensorsJSON.Failure) -> SafetensorsJSON {
    offset += 1
    var elements: [SafetensorsJSON] = []
    skipSpaces()
    if take("]") { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpaces()
    } while take(",")
    guard take("]") else { throw failure("a comma or the end of the array") }
    return .array(elements)
  }

  private mutating func string() throws(SafetensorsJSON.Failure) -> String {
    guard take("\"") else { throw failure("a string") }
    var text: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw failure("no control character in a string") }
      offset += 1
      if byte == UInt8(ascii: "\\") {
        text += Array(String(try escaped()).utf8)
      } else {
        text.append(byte)
      }
    }
    guard take("\"") else { throw failure("the end of the string") }
    guard let result = String(validating: text, as: UTF8.self) else { throw failure("UTF-8 in a string") }
    return result
  }

  /// What a backslash and the characters after it stand for.
  private mutating func escaped() throws(SafetensorsJSON.Failure) -> Unicode.Scalar {
    let short: [UInt8: Unicode.Scalar] = [
      UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
      UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
    if let byte = next, let scalar = short[byte] {
      offset += 1
      return scalar
    }
    guard take("u") else { throw failure("a known escape") }
    let unit = try fourHexDigits()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xDC00, take("\\"), take("u") else { throw failure("a pair of surrogates") }
    let low = try fourHexDigits()
    guard (0xDC00..<0xE000).contains(low), let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw failure("a pair of surrogates") }
    return scalar
  }

  private mutating func fourHexDigits() throws(SafetensorsJSON.Failure) -> UInt32 {
    var result: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("four hexadecimal digits")
      }
      result = result << 4 | UInt32(digit)
      offset += 1
    }
    return result
  }

  /// A number, true, false or null.
  private mutating func word() throws(SafetensorsJSON.Failure) -> SafetensorsJSON {
    let start = offset
    while let byte = next, Self.wordCharacters.contains(byte) { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if ["true", "false", "null"].contains(text) { return .other }
    // Swift spells some numbers that JSON does not: "inf", "+1", "0x1".
    let isNumber = !text.contains { $0.isLetter && $0 != "e" && $0 != "E" } && !text.hasPrefix("+")
    if isNumber, let integer = Int(text) { return .integer(integer) }
    if isNumber, Double(text) != nil { return .other }
    offset = start
    throw failure("a value")
  }

  private static let wordCharacters = Set("+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
}
