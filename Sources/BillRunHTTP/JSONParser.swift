// SPDX-License-Identifier: Apache-2.0

/// Reads JSON text byte by byte.
struct JSONParser {
  private let bytes: [UInt8]
  private var place = 0
  private var depth = 0

  private static let deepest = 32
  private static let longest = 64

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The one value that the text has.
  mutating func document() throws(JSONTree.Malformed) -> JSONTree {
    let value = try value()
    skipBlanks()
    if place < bytes.count { throw malformed }
    return value
  }

  private var malformed: JSONTree.Malformed { JSONTree.Malformed(offset: place) }

  private mutating func value() throws(JSONTree.Malformed) -> JSONTree {
    skipBlanks()
    guard place < bytes.count else { throw malformed }
    switch bytes[place] {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func object() throws(JSONTree.Malformed) -> JSONTree {
    try descend()
    var fields: [JSONTree.Field] = []
    var names: Set<String> = []
    if take("}") { return leave(.object([])) }
    repeat {
      skipBlanks()
      guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { throw malformed }
      let name = try string()
      // A key that stands twice means one thing to one reader and another to the next.
      guard names.insert(name).inserted, take(":") else { throw malformed }
      fields.append(JSONTree.Field(name: name, value: try value()))
    } while take(",")
    guard take("}") else { throw malformed }
    return leave(.object(fields))
  }

  private mutating func array() throws(JSONTree.Malformed) -> JSONTree {
    try descend()
    var elements: [JSONTree] = []
    if take("]") { return leave(.array([])) }
    repeat { elements.append(try value()) } while take(",")
    guard take("]") else { throw malformed }
    return leave(.array(elements))
  }

  private mutating func descend() throws(JSONTree.Malformed) {
    depth += 1
    place += 1
    if depth > Self.deepest { throw malformed }
  }

  private mutating func leave(_ value: JSONTree) -> JSONTree {
    depth -= 1
    return value
  }

  private mutating func word(
    _ word: String, _ value: JSONTree
  ) throws(JSONTree.Malformed) -> JSONTree {
    guard bytes[place...].starts(with: word.utf8) else { throw malformed }
    place += word.utf8.count
    return value
  }

  /// An optional minus, digits without a leading zero, a fraction, an exponent; no figure of money
  /// is as long as `longest`, and an exponent of more than two digits is work for who reads it.
  private mutating func number() throws(JSONTree.Malformed) -> String {
    let start = place
    if peek == UInt8(ascii: "-") { place += 1 }
    let isZero = peek == UInt8(ascii: "0")
    let whole = try digits()
    if isZero && whole > 1 { throw malformed }
    if peek == UInt8(ascii: ".") {
      place += 1
      _ = try digits()
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      place += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { place += 1 }
      if try digits() > 2 { throw malformed }
    }
    if place - start > Self.longest { throw malformed }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private mutating func digits() throws(JSONTree.Malformed) -> Int {
    let start = place
    while let byte = peek, 48...57 ~= byte { place += 1 }
    if place == start { throw malformed }
    return place - start
  }

  private mutating func string() throws(JSONTree.Malformed) -> String {
    place += 1
    var text: [UInt8] = []
    while let byte = peek, byte != UInt8(ascii: "\"") {
      if byte < 0x20 { throw malformed }
      place += 1
      if byte == UInt8(ascii: "\\") { try escape(into: &text) } else { text.append(byte) }
    }
    guard peek != nil, let string = String(validating: text, as: UTF8.self) else { throw malformed }
    place += 1
    return string
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONTree.Malformed) {
    guard let byte = peek else { throw malformed }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "u"): try character(into: &text)
    default: throw malformed
    }
  }

  /// Four hex digits, or twice four for what lies beyond the first plane.
  private mutating func character(into text: inout [UInt8]) throws(JSONTree.Malformed) {
    var code = try hex()
    if 0xd800..<0xdc00 ~= code {
      guard bytes[place...].starts(with: "\\u".utf8) else { throw malformed }
      place += 2
      let low = try hex()
      guard 0xdc00..<0xe000 ~= low else { throw malformed }
      code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
    }
    // PostgreSQL keeps no NUL in a text.
    guard code > 0, let scalar = Unicode.Scalar(code) else { throw malformed }
    text += String(Character(scalar)).utf8
  }

  private mutating func hex() throws(JSONTree.Malformed) -> UInt32 {
    guard place + 4 <= bytes.count,
      let code = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16),
      bytes[place] != UInt8(ascii: "+")
    else { throw malformed }
    place += 4
    return code
  }

  private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard peek == UInt8(ascii: sign) else { return false }
    place += 1
    return true
  }

  private mutating func skipBlanks() {
    while let byte = peek, [0x20, 0x0a, 0x0d, 0x09].contains(byte) { place += 1 }
  }
}
