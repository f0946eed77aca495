import Foundation

/// The reference numbers of Tests/Oracle, whose README says what they are.
package enum Oracle {
  /// One evaluation of a recipe, or of the network's energy (which has a padding, and no recipe, content or style).
  package struct Case: Decodable, Sendable {
    package let name: String
    package let recipe: String?
    package let pooling: String
    package let padding: String?
    package let content: String?
    package let style: String?
    package let image: String
    package let loss: Double
    package let terms: [String: Double]
    package let gradientNorm: Double
  }

  /// Ten steps of an optimizer: eleven losses.
  package struct Trajectory: Decodable, Sendable {
    package let name: String
    package let recipe: String
    package let content: String
    package let style: String
    package let losses: [Double]
    package let lossesInSinglePrecision: [Double]
  }

  /// A .npy array of 8-bit or 32-bit values; 8-bit ones divided by 255.
  package struct Values: Sendable {
    package let shape: [Int]
    package let elements: [Float]
  }

  package struct Unreadable: Error { package let path: String }

  package static func cases() throws -> [Case] { try decoded("cases.json") }
  package static func energies() throws -> [Case] { try decoded("energies.json") }
  package static func trajectories() throws -> [Trajectory] { try decoded("trajectories.json") }

  /// A picture by name, (height, width, 3), R'G'B', 0 to 1.
  package static func picture(_ name: String) throws -> Values { try values("pictures/\(name).npy") }
  /// A gradient by the name of its case, (height, width, 3).
  package static func gradient(_ name: String) throws -> Values { try values("gradients/\(name).npy") }

  private static func data(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(RepositoryFile.root)/Tests/Oracle/\(path)"))
  }

  private static func decoded<Item: Decodable>(_ path: String) throws -> [Item] {
    try JSONDecoder().decode([Item].self, from: data(path))
  }

  /// Reads what numpy.save writes: version 1.0, a header like {'descr': '<f4', 'fortran_order': False, 'shape': (2,
  /// 3)}.
  private static func values(_ path: String) throws -> Values {
    let bytes = [UInt8](try data(path))
    guard bytes.count > 10, bytes.prefix(8) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0] else {
      throw Unreadable(path: path)
    }
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    let header = String(decoding: bytes[10..<min(start, bytes.count)], as: UTF8.self)
    guard let open = header.lastIndex(of: "("), let close = header.lastIndex(of: ")"), open < close,
      header.contains("'fortran_order': False")
    else { throw Unreadable(path: path) }
    let shape = header[header.index(after: open)..<close].split(separator: ",")
      .compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
    let count = shape.reduce(1, *)
    let body = Array(bytes.dropFirst(start))
    if header.contains("'|u1'"), body.count == count {
      return Values(shape: shape, elements: body.map { Float($0) / 255 })
    }
    guard header.contains("'<f4'"), body.count == 4 * count else { throw Unreadable(path: path) }
    let elements = body.withUnsafeBytes { raw in
      (0..<count).map {
        Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
      }
    }
    return Values(shape: shape, elements: elements)
  }
}
