// SPDX-License-Identifier: Apache-2.0

/// How bytes and texts travel in a message (RFC 2045, 2047, 2231).
enum MailEncoding {
  /// Base64 in lines of 76 columns, each ended by CR LF.
  static func base64Lines(_ bytes: [UInt8]) -> [UInt8] {
    var lines: [UInt8] = []
    lines.reserveCapacity(bytes.count * 78 / 57 + 80)
    var place = 0
    while place < bytes.count {
      let end = min(place + 57, bytes.count)
      appendBase64(bytes[place..<end], to: &lines)
      lines += crlf
      place = end
    }
    return lines
  }

  /// Base64 in one piece.
  static func base64(_ bytes: some Collection<UInt8>) -> String {
    var out: [UInt8] = []
    appendBase64(Array(bytes)[...], to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  private static let crlf: [UInt8] = [13, 10]
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static func appendBase64(_ bytes: ArraySlice<UInt8>, to out: inout [UInt8]) {
    var place = bytes.startIndex
    while place < bytes.endIndex {
      let left = bytes.endIndex - place
      let second = left > 1 ? bytes[place + 1] : 0
      let third = left > 2 ? bytes[place + 2] : 0
      let value = UInt32(bytes[place]) << 16 | UInt32(second) << 8 | UInt32(third)
      out.append(alphabet[Int(value >> 18 & 63)])
      out.append(alphabet[Int(value >> 12 & 63)])
      out.append(left > 1 ? alphabet[Int(value >> 6 & 63)] : UInt8(ascii: "="))
      out.append(left > 2 ? alphabet[Int(value & 63)] : UInt8(ascii: "="))
      place += 3
    }
  }

  /// Quoted-printable, in lines of at most 76 columns; line ends of any kind become CR LF.
  static func quotedPrintable(_ text: String) -> [UInt8] {
    var out: [UInt8] = []
    for line in lines(of: text) {
      var column = 0
      let bytes = Array(line.utf8)
      for (index, byte) in bytes.enumerated() {
        // White space at the end of a line does not survive the way.
        let isLast = index == bytes.count - 1
        let isPlain =
          byte != UInt8(ascii: "=")
          && (0x21...0x7E ~= byte || (byte == 0x20 || byte == 0x09) && !isLast)
        let width = isPlain ? 1 : 3
        if column + width > 75 {
          out += [UInt8(ascii: "="), 13, 10]
          column = 0
        }
        if isPlain { out.append(byte) } else { out += escaped(byte) }
        column += width
      }
      out += crlf
    }
    return out
  }

  private static func escaped(_ byte: UInt8) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    return [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  /// Whether a text may travel as it is: ASCII, in short lines, without white space at their ends.
  static func isPlain(_ text: String) -> Bool {
    lines(of: text).allSatisfy { line in
      line.utf8.count <= 76 && line.utf8.last != 0x20 && line.utf8.last != 0x09
        && !line.hasPrefix("From ")
        && line.utf8.allSatisfy { 0x20...0x7E ~= $0 || $0 == 0x09 }
    }
  }

  /// The same text with CR LF at the end of each line.
  static func withLineEnds(_ text: String) -> [UInt8] {
    lines(of: text).flatMap { Array($0.utf8) + crlf }
  }

  /// The lines of a text, whichever way they end; an end at the very end begins no further line.
  private static func lines(of text: String) -> [Substring] {
    var lines = text.split(omittingEmptySubsequences: false) {
      $0 == "\n" || $0 == "\r\n" || $0 == "\r"
    }
    if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
