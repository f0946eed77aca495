import CZlib

extension SafetensorsFile {
  /// Throws unless the tensors' bytes, all that follow the header, have the checksum that the file's metadata states as
  /// `crc32`: eight hexadecimal digits, of the CRC-32 that zlib and PNG use. Files that state none are taken at their
  /// word.
  ///
  /// Nothing else tells damage within the numbers: of codebooks, any bytes are an index.
  func verifyChecksum() throws(SafetensorsHeader.Damage) {
    guard let stated = header.metadata["crc32"] else { return }
    guard stated.count == 8, stated.allSatisfy(\.isHexDigit), let expected = UInt32(stated, radix: 16) else {
      throw .init("states crc32 \"\(stated)\" (expected 8 hexadecimal digits)")
    }
    var checksum = crc32(0, nil, 0)
    try forEachPiece { piece in
      checksum = crc32_z(checksum, piece.bindMemory(to: UInt8.self).baseAddress, piece.count)
    }
    guard checksum == UInt(expected) else {
      throw .init("is damaged: the checksum of its tensors is \(hexadecimal(checksum)) (expected \(stated))")
    }
  }
}

private func hexadecimal(_ checksum: UInt) -> String {
  let digits = String(checksum, radix: 16)
  return String(repeating: "0", count: 8 - digits.count) + digits
}
