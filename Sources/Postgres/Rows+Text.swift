// SPDX-License-Identifier: Apache-2.0

extension Rows {
  /// A text, or the JSON text of a `json` or `jsonb`.
  public func string(_ row: Int, _ column: Int) throws -> String {
    try present(optionalString(row, column), row, column)
  }

  /// A text, or the JSON text of a `json` or `jsonb`; nil when it is null.
  public func optionalString(_ row: Int, _ column: Int) throws -> String? {
    try unsafe text(row, column).map { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// Lends the UTF-8 bytes of a text that is not null, to compare it without making a `String`.
  public func withText<Value>(
    _ row: Int, _ column: Int, _ body: (Span<UInt8>) throws -> Value
  ) throws -> Value {
    let text = try unsafe present(text(row, column), row, column)
    return try unsafe body(Span(_unsafeElements: text.bindMemory(to: UInt8.self)))
  }

  /// Whether the value is exactly this text, byte by byte; false when it is null.
  public func text(_ row: Int, _ column: Int, equals other: StaticString) throws -> Bool {
    guard let text = try unsafe text(row, column) else { return false }
    return other.withUTF8Buffer { unsafe text.elementsEqual($0) }
  }

  private func text(_ row: Int, _ column: Int) throws -> UnsafeRawBufferPointer? {
    switch try type(row, column) {
    case TypeID.text, TypeID.varchar, TypeID.bpchar, TypeID.name, TypeID.json:
      return unsafe bytes(at: row, column)
    case TypeID.jsonb:  // one byte of version, then text
      guard let bytes = unsafe bytes(at: row, column) else { return nil }
      return unsafe UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
    default: throw wrongType(row, column, wanted: "text")
    }
  }
}
