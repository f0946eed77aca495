import Testing

@testable import Network

@Suite struct WeightsJSONTests {
  @Test func readsEveryKindOfValue() throws {
    let text =
      #" { "a" : [ 1, -2 , 3.5e1, true, false, null ], "b" : { } , "c":[],"#
      + #""d":"\"\\\/\b\f\n\r\t\u00e9\ud83c\udfa8é🎨" } "#
    let expected = SafetensorsJSON.object([
      "a": .array([.integer(1), .integer(-2), .other, .other, .other, .other]), "b": .object([:]), "c": .array([]),
      "d": .string("\"\\/\u{8}\u{C}\n\r\té🎨é🎨"),
    ])
    #expect(try SafetensorsJSON(parsing: Array(text.utf8)) == expected)
  }

  @Test(arguments: [
    ("", 0, "a value"), ("{", 1, "a string"), ("{\"a\"}", 4, "a colon"),
    ("{\"a\":1", 6, "a comma or the end of the object"),
    ("[1 2]", 3, "a comma or the end of the array"), ("[1,]", 3, "a value"), ("\"a", 2, "the end of the string"),
    ("\"\u{1}\"", 1, "no control character in a string"), (#""\x""#, 2, "a known escape"),
    (#""\u12g4""#, 5, "four hexadecimal digits"), (#""\ud800""#, 7, "a pair of surrogates"),
    (#""\ud800\u0041""#, 13, "a pair of surrogates"), (#""\udc00\ud800""#, 7, "a pair of surrogates"),
    ("inf", 0, "a value"), ("nan", 0, "a value"), ("+1", 0, "a value"), ("0x1", 0, "a value"), ("tru", 0, "a value"),
    ("1 1", 2, "nothing more"), ("-", 0, "a value"),
  ])
  func saysWhatItExpectedAndWhere(text: String, offset: Int, expected: String) {
    #expect(throws: SafetensorsJSON.Failure(offset: offset, expected: expected)) {
      try SafetensorsJSON(parsing: Array(text.utf8))
    }
  }

  @Test func refusesBytesThatAreNoText() {
    #expect(throws: SafetensorsJSON.Failure(offset: 4, expected: "UTF-8 in a string")) {
      try SafetensorsJSON(parsing: [0x22, 0xC3, 0x28, 0x22])
    }
  }
}
