/// What the header of a safetensors file says: each tensor's type, shape and place, and the file's own remarks.
struct SafetensorsHeader: Equatable {
  struct Tensor: Equatable {
    /// As the format writes it: "F32", "F16", "U8", ...
    let type: String
    let shape: [Int]
    /// Among the bytes that follow the header.
    let bytes: Range<Int>
  }

  /// What is wrong with a file, and what was expected; whoever knows its path makes it a `WeightsError`.
  struct Damage: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
  }

  let tensors: [String: Tensor]
  let metadata: [String: String]

  /// Bytes of one element, for the types that weights come in; others may stand in the file and are not looked into.
  static let elementSizes = ["U8": 1, "F16": 2, "F32": 4]

  /// Reads `text`, the JSON of a header that `dataCount` bytes of tensors follow.
  ///
  /// As the format demands, the tensors must fill those bytes: none overlaps another, and none is left over.
  init(parsing text: [UInt8], dataCount: Int) throws(Damage) {
    let json: SafetensorsJSON
    do throws(SafetensorsJSON.Failure) {
      json = try SafetensorsJSON(parsing: text)
    } catch {
      throw Damage("has a header that is not JSON (expected \(error.expected) at its byte \(error.offset))")
    }
    guard case .object(var members) = json else { throw Damage("has a header that is no JSON object") }
    metadata = try Self.strings(members.removeValue(forKey: "__metadata__") ?? .object([:]))
    var tensors: [String: Tensor] = [:]
    for (name, value) in members { tensors[name] = try Self.tensor(value, name: name, dataCount: dataCount) }
    self.tensors = tensors
    try checkPlaces(dataCount: dataCount)
  }

  private static func strings(_ value: SafetensorsJSON) throws(Damage) -> [String: String] {
    var result: [String: String] = [:]
    guard case .object(let members) = value else { throw Damage("has __metadata__ that is no JSON object") }
    for (key, member) in members {
      guard case .string(let text) = member else {
        throw Damage("has metadata \"\(key)\" that is not text (expected a JSON string)")
      }
      result[key] = text
    }
    return result
  }

  private static func tensor(_ value: SafetensorsJSON, name: String, dataCount: Int) throws(Damage) -> Tensor {
    guard case .object(let members) = value, case .string(let type) = members["dtype"],
      let shape = naturals(members["shape"]), let offsets = naturals(members["data_offsets"]), offsets.count == 2
    else { throw Damage("describes \(name) badly (expected its dtype, shape and two data_offsets)") }
    guard offsets[0] <= offsets[1], offsets[1] <= dataCount else {
      throw Damage(
        "places \(name) at bytes \(offsets[0]) to \(offsets[1]) "
          + "(expected them within the \(dataCount) bytes there are)")
    }
    if let size = elementSizes[type] {
      let needed = (shape + [size]).reduce(Int?.some(1)) { total, factor in
        total.flatMap { total in
          let (product, overflow) = total.multipliedReportingOverflow(by: factor)
          return overflow ? nil : product
        }
      }
      guard needed == offsets[1] - offsets[0] else {
        throw Damage(
          "gives \(name) \(offsets[1] - offsets[0]) bytes (expected \(needed.map { "\($0)" } ?? "far more") "
            + "for \(type) \(shape))")
      }
    }
    return Tensor(type: type, shape: shape, bytes: offsets[0]..<offsets[1])
  }

  /// The integers of a JSON array of integers, none negative; nil for anything else.
  private static func naturals(_ value: SafetensorsJSON?) -> [Int]? {
    guard case .array(let elements) = value else { return nil }
    let integers = elements.compactMap { if case .integer(let n) = $0, n >= 0 { n } else { nil } }
    return integers.count == elements.count ? integers : nil
  }

  private func checkPlaces(dataCount: Int) throws(Damage) {
    var end = 0
    let order = { (name: String, tensor: Tensor) in (tensor.bytes.lowerBound, tensor.bytes.upperBound, name) }
    for (name, tensor) in tensors.sorted(by: { order($0.key, $0.value) < order($1.key, $1.value) }) {
      guard tensor.bytes.lowerBound == end else {
        throw Damage("places \(name) at byte \(tensor.bytes.lowerBound) (expected it at \(end), where the last ended)")
      }
      end = tensor.bytes.upperBound
    }
    guard end == dataCount else {
      throw Damage("holds \(dataCount) bytes of tensors (expected the \(end) that its header describes)")
    }
  }
}
