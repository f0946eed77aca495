/// One convolution's weights in the form its file has them, checked.
struct WeightsLayer: Sendable {
  private enum Form: Sendable {
    /// The weight at a place is the table's entry at that place's index.
    case codebook(index: [UInt8], table: [Float])
    case floats([Float])
    case halves([Float16])
  }

  private let form: Form
  /// [out]
  let bias: [Float]

  /// The layer whose tensors are named `prefix` and ".weight", ".weight.index", ".weight.table", ".bias".
  init(prefix: String, outputs: Int, inputs: Int, in file: borrowing SafetensorsFile) throws(SafetensorsHeader.Damage) {
    let tensors = file.header.tensors
    let shape = [outputs, inputs, 3, 3]
    let (weight, index, table) = ("\(prefix).weight", "\(prefix).weight.index", "\(prefix).weight.table")
    if tensors[index] != nil {
      guard tensors[weight] == nil else { throw .init("has both \(weight) and \(index) (expected one of them)") }
      form = .codebook(
        index: try file.elements(of: try file.tensor(index, types: ["U8"], shape: shape), as: UInt8.self),
        table: try file.floats(table, types: ["F32"], shape: [256]))
    } else if tensors[weight]?.type == "F16" {
      let halves = try file.elements(of: try file.tensor(weight, types: ["F16"], shape: shape), as: Float16.self)
      guard halves.withoutInfinities else { throw .notFinite(weight) }
      form = .halves(halves)
    } else {
      form = .floats(try file.floats(weight, types: ["F32", "F16"], shape: shape))
    }
    bias = try file.floats("\(prefix).bias", types: ["F32", "F16"], shape: [outputs])
  }

  /// [out][in][3][3]
  var kernel: [Float] {
    switch form {
    case .codebook(let index, let table): index.map { table[Int($0)] }
    case .floats(let weights): weights
    case .halves(let weights): weights.map { Float($0) }
    }
  }
}

extension SafetensorsFile {
  /// The tensor of this name, which must have one of these types and this shape.
  fileprivate func tensor(
    _ name: String, types: [String], shape: [Int]
  ) throws(SafetensorsHeader.Damage) -> SafetensorsHeader.Tensor {
    let expected = "\(types.joined(separator: " or ")) \(shape)"
    guard let tensor = header.tensors[name] else { throw .init("lacks \(name) (expected \(expected))") }
    guard types.contains(tensor.type), tensor.shape == shape else {
      throw .init("has \(name) as \(tensor.type) \(tensor.shape) (expected \(expected))")
    }
    return tensor
  }

  /// The numbers of such a tensor, F32 or F16, all of them finite.
  fileprivate func floats(
    _ name: String, types: [String], shape: [Int]
  ) throws(SafetensorsHeader.Damage) -> [Float] {
    let tensor = try tensor(name, types: types, shape: shape)
    let numbers =
      tensor.type == "F16"
      ? try elements(of: tensor, as: Float16.self).map { Float($0) } : try elements(of: tensor, as: Float.self)
    guard numbers.withoutInfinities else { throw .notFinite(name) }
    return numbers
  }
}

extension SafetensorsHeader.Damage {
  fileprivate static func notFinite(_ name: String) -> Self {
    .init("holds a value in \(name) that is not a number or infinite (expected finite numbers)")
  }
}

extension Array where Element: BinaryFloatingPoint {
  /// Whether every number is finite: neither infinite nor NaN.
  fileprivate var withoutInfinities: Bool { allSatisfy(\.isFinite) }
}
