// SPDX-License-Identifier: Apache-2.0

/// Writes JSON as UTF-8 bytes, piece by piece and without a tree in between.
///
/// Commas are put by the writer. `{"id":17,"total":58.85}` is written as
///
///     writer.object {
///       $0.field("id", 17)
///       $0.field("total", minor: 5885, digits: 2)
///     }
///
/// That keys and values alternate inside an object is the caller's part.
public struct JSONWriter: Sendable {
  /// What is written so far.
  public private(set) var bytes: [UInt8] = []

  /// Whether a value stands before this place, so that the next one is preceded by a comma.
  private var followsValue = false

  /// Makes an empty writer, with room for as many bytes.
  public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// What is written so far, as text.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Writes an object whose fields the body writes.
  public mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
    open(UInt8(ascii: "{"))
    try body(&self)
    close(UInt8(ascii: "}"))
  }

  /// Writes an array whose elements the body writes.
  public mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
    open(UInt8(ascii: "["))
    try body(&self)
    close(UInt8(ascii: "]"))
  }

  /// Writes a key; exactly one value must follow.
  public mutating func key(_ name: String) {
    separate()
    quote(name)
    bytes.append(UInt8(ascii: ":"))
    followsValue = false
  }

  /// Writes a text, escaped as JSON asks; nil is `null`.
  public mutating func string(_ value: String?) {
    guard let value else { return null() }
    separate()
    quote(value)
  }

  /// Writes a whole number; nil is `null`.
  public mutating func integer(_ value: Int64?) {
    guard let value else { return null() }
    separate()
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    append(value.magnitude)
  }

  /// Writes an amount in major units as an exact number: 385 with 2 digits is `3.85`; nil is
  /// `null`.
  ///
  /// `minor` is in minor units, of which a major one has ten to the power of `digits`. Zeros at the
  /// end of the fraction are left out unless `trimmed` is false: 4500 with 2 digits is `45`.
  public mutating func amount(
    minor: (some BinaryInteger)?, digits: Int, trimmed: Bool = true
  ) {
    guard let minor else { return null() }
    separate()
    if minor < 0 { bytes.append(UInt8(ascii: "-")) }
    // Nearly all amounts fit a machine word, whose division costs a tenth.
    if let short = UInt64(exactly: minor.magnitude) {
      append(short, places: digits, trimmed: trimmed)
    } else {
      append(UInt128(minor.magnitude), places: digits, trimmed: trimmed)
    }
  }

  /// Writes `true` or `false`; nil is `null`.
  public mutating func bool(_ value: Bool?) {
    guard let value else { return null() }
    raw(value ? "true" : "false")
  }

  /// Writes `null`.
  public mutating func null() { raw("null") }

  /// Writes text that is one JSON value already, such as a `jsonb` of the database or a decimal.
  public mutating func raw(_ json: String) {
    separate()
    bytes.append(contentsOf: json.utf8)
  }

  /// Writes bytes that are one JSON value already, or several with commas between them.
  public mutating func raw(_ json: [UInt8]) {
    separate()
    bytes += json
  }

  /// Writes bytes as a text of two hexadecimal digits each, in lower case.
  public mutating func hex(_ value: [UInt8]) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    for byte in value {
      bytes.append(Self.hexDigit(byte >> 4))
      bytes.append(Self.hexDigit(byte & 15))
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Ends a document with a line feed: the next value begins another one, as in JSON Lines.
  public mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
    followsValue = false
  }

  /// Empties what is written, for the next piece of the same document; the memory stays.
  public mutating func removeWritten() { bytes.removeAll(keepingCapacity: true) }

  /// Empties what is written, for another document; the memory stays.
  public mutating func reset() {
    removeWritten()
    followsValue = false
  }

  /// Begins an array that `closeArray()` ends, for a list that is written piece by piece.
  public mutating func openArray() { open(UInt8(ascii: "[")) }

  /// Ends the array that `openArray()` began.
  public mutating func closeArray() { close(UInt8(ascii: "]")) }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    followsValue = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    followsValue = true
  }

  /// Puts the comma that a value or a key needs, and counts it as written.
  private mutating func separate() {
    if followsValue { bytes.append(UInt8(ascii: ",")) }
    followsValue = true
  }

  /// Appends digits from the last to the first, and turns them round.
  private mutating func append<Magnitude: FixedWidthInteger & UnsignedInteger>(
    _ magnitude: Magnitude, places: Int = 0, trimmed: Bool = false
  ) {
    let start = bytes.count
    var (rest, places) = (magnitude, places)
    while trimmed, places > 0, rest % 10 == 0 {
      rest /= 10
      places -= 1
    }
    let point = start + places
    repeat {
      if places > 0 && bytes.count == point { bytes.append(UInt8(ascii: ".")) }
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0 || bytes.count <= point && places > 0
    bytes[start...].reverse()
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    let utf8 = text.utf8.span
    if utf8.indices.contains(where: { Self.isEscaped(utf8[$0]) }) {
      for place in utf8.indices {
        if Self.isEscaped(utf8[place]) { escape(utf8[place]) } else { bytes.append(utf8[place]) }
      }
    } else {
      bytes.append(contentsOf: text.utf8)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private mutating func escape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
    case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
    case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
    default:
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(Self.hexDigit(byte >> 4))
      bytes.append(Self.hexDigit(byte & 15))
    }
  }

  /// The character of a hexadecimal digit, 0 to 15.
  static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}

extension JSONWriter {
  /// Writes a key and a text; nil is `null`.
  public mutating func field(_ name: String, _ value: String?) {
    key(name)
    string(value)
  }

  /// Writes a key and a whole number; nil is `null`.
  public mutating func field(_ name: String, _ value: (some FixedWidthInteger & SignedInteger)?) {
    key(name)
    integer(value.map { Int64($0) })
  }

  /// Writes a key and `true` or `false`; nil is `null`.
  public mutating func field(_ name: String, _ value: Bool?) {
    key(name)
    bool(value)
  }

  /// Writes a key and an amount in minor units as a number in major ones; nil is `null`.
  public mutating func field(
    _ name: String, minor: (some BinaryInteger)?, digits: Int, trimmed: Bool = true
  ) {
    key(name)
    amount(minor: minor, digits: digits, trimmed: trimmed)
  }

  /// Writes a key and text that is one JSON value already; nil is `null`.
  public mutating func field(_ name: String, raw json: String?) {
    key(name)
    raw(json ?? "null")
  }

  /// Writes a key and an object whose fields the body writes.
  public mutating func field(
    _ name: String, object body: (inout JSONWriter) throws -> Void
  ) rethrows {
    key(name)
    try object(body)
  }

  /// Writes a key and an array whose elements the body writes.
  public mutating func field(
    _ name: String, array body: (inout JSONWriter) throws -> Void
  ) rethrows {
    key(name)
    try array(body)
  }

  /// Writes a key and an array with an object for each element, whose fields the body writes.
  public mutating func field<Elements: Sequence>(
    _ name: String, objects elements: Elements,
    _ body: (inout JSONWriter, Elements.Element) throws -> Void
  ) rethrows {
    try field(
      name,
      array: { list in for element in elements { try list.object { try body(&$0, element) } } })
  }
}
