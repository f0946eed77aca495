/// An array in NumPy's format, version 1.0: a magic word, the length of a header that is a Python literal padded to 64
/// bytes, and the numbers as little-endian float32 in C order.
func numpyFile(_ values: [Float], shape: [Int]) -> [UInt8] {
  let sides = shape.map { "\($0)" }.joined(separator: ", ")
  var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sides)), }"
  let preamble = 10
  header += String(repeating: " ", count: 63 - (preamble + header.utf8.count) % 64) + "\n"
  var file: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
  file += [UInt8(header.utf8.count % 256), UInt8(header.utf8.count / 256)]
  file += Array(header.utf8)
  for value in values {
    withUnsafeBytes(of: value.bitPattern.littleEndian) { file.append(contentsOf: $0) }
  }
  return file
}
