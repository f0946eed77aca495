import Foundation

/// A safetensors file that a test puts together, piece by piece, so that it can be wrong in any piece.
struct WeightsFixture {
  struct Tensor {
    var name: String
    var type: String
    var shape: [Int]
    var bytes: [UInt8]
  }

  var metadata: [(key: String, value: String)] = []
  var tensors: [Tensor] = []

  /// A network of seeded numbers named `convB_C`, from conv1_1 to as many layers as `outputs` has numbers of channels.
  static func plain(outputs: [Int], type: String = "F32", names: [String] = ["conv1_1", "conv1_2", "conv2_1"]) -> Self {
    var fixture = Self()
    for (layer, (name, out)) in zip(names, outputs).enumerated() {
      let inputs = layer == 0 ? 3 : outputs[layer - 1]
      let weight = numbers(out * inputs * 9, of: layer)
      fixture.add("\(name).weight", type, [out, inputs, 3, 3], type == "F16" ? halves(weight) : floats(weight))
      fixture.add("\(name).bias", "F32", [out], floats((0..<out).map { Float($0 % 7) / 8 }))
    }
    return fixture
  }

  /// The weights of a layer counted from 0: multiples of 1/64, which half precision holds exactly.
  static func numbers(_ count: Int, of layer: Int) -> [Float] {
    (0..<count).map { (i: Int) -> Float in Float((i * 37 + layer) % 101 - 50) / 64 }
  }

  /// The indices of a layer of codebooks.
  static func indices(_ count: Int) -> [UInt8] {
    (0..<count).map { (i: Int) -> UInt8 in UInt8(i * 31 % 256) }
  }

  /// The table of every layer of codebooks.
  static let table = (0..<256).map { (i: Int) -> Float in Float(i - 128) / 512 }

  /// conv1_1 and conv1_2 as codebooks.
  static func codebooks() -> Self {
    var fixture = Self()
    for (name, inputs) in [("conv1_1", 3), ("conv1_2", 64)] {
      fixture.add("\(name).weight.index", "U8", [64, inputs, 3, 3], indices(64 * inputs * 9))
      fixture.add("\(name).weight.table", "F32", [256], floats(table))
      fixture.add("\(name).bias", "F32", [64], floats((0..<64).map { Float($0) / 8 }))
    }
    return fixture
  }

  mutating func add(_ name: String, _ type: String, _ shape: [Int], _ bytes: [UInt8]) {
    tensors.append(Tensor(name: name, type: type, shape: shape, bytes: bytes))
  }

  /// The tensor of this name, to be changed; the name must be there.
  subscript(name: String) -> Tensor {
    get { tensors[index(of: name)] }
    set { tensors[index(of: name)] = newValue }
  }

  mutating func remove(_ name: String) { tensors.remove(at: index(of: name)) }

  private func index(of name: String) -> Int {
    guard let index = tensors.firstIndex(where: { $0.name == name }) else { preconditionFailure("no tensor \(name)") }
    return index
  }

  var headerText: String {
    var members: [String] = []
    if !metadata.isEmpty {
      members.append(
        #""__metadata__":{"# + metadata.map { #""\#($0.key)":"\#($0.value)""# }.joined(separator: ",") + "}")
    }
    var end = 0
    for tensor in tensors {
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        #""\#(tensor.name)":{"dtype":"\#(tensor.type)","shape":[\#(shape)],"#
          + #""data_offsets":[\#(end),\#(end + tensor.bytes.count)]}"#)
      end += tensor.bytes.count
    }
    return "{" + members.joined(separator: ",") + "}"
  }

  /// The file; `header` in place of its own, and `length` in place of that header's, where a test wants it so.
  func bytes(header: String? = nil, length: UInt64? = nil) -> [UInt8] {
    let text = Array((header ?? headerText).utf8)
    let announced = length ?? UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: announced >> (8 * UInt64($0))) } + text
      + tensors.flatMap(\.bytes)
  }

  static func floats(_ values: [Float]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }
  static func halves(_ values: [Float]) -> [UInt8] { values.map { Float16($0) }.withUnsafeBytes { Array($0) } }
}

/// A folder of a test's own, gone when the test is over.
struct ScratchFolder: ~Copyable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/impasto-weights-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and says where.
  func write(_ bytes: [UInt8], as name: String = "weights.safetensors") throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    return "\(path)/\(name)"
  }
}

/// Where the package is checked out.
let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().path
