// SPDX-License-Identifier: Apache-2.0

/// A value for `$1`, `$2`, … of a statement; a nil is NULL of that type.
///
/// Texts and `null` leave the type to the server, all others bring theirs, so that SQL needs few
/// casts. One statement always gets parameters of the same types, since it is prepared once.
public enum Parameter: Hashable, Sendable {
  /// NULL of whatever type the server takes the parameter for.
  case null
  /// A `boolean`.
  case bool(Bool?)
  /// A `smallint`.
  case int16(Int16?)
  /// An `integer`.
  case int32(Int32?)
  /// A `bigint`.
  case int64(Int64?)
  /// A `numeric` of coefficient × 10^-scale, the scale 0 to 38.
  case numeric(coefficient: Int128?, scale: Int)
  /// A `date` as days since 2000-01-01.
  case date(daysSince2000: Int32?)
  /// A `timestamptz` as microseconds since 2000-01-01 00:00 UTC.
  case timestamptz(microseconds: Int64?)
  /// A text, or whatever the server takes the parameter for in its text form.
  case string(String?)
  /// JSON text for a `jsonb`.
  case jsonb(String?)
  /// A `bytea`.
  case bytea([UInt8]?)

  /// A `boolean[]`, in which nil is NULL.
  case boolArray([Bool?])
  /// A `smallint[]`, in which nil is NULL.
  case int16Array([Int16?])
  /// An `integer[]`, in which nil is NULL.
  case int32Array([Int32?])
  /// A `bigint[]`, in which nil is NULL.
  case int64Array([Int64?])
  /// A `numeric[]` of coefficients at one scale, in which nil is NULL.
  case numericArray(coefficients: [Int128?], scale: Int)
  /// A `date[]` as days since 2000-01-01, in which nil is NULL.
  case dateArray(daysSince2000: [Int32?])
  /// A `text[]`, in which nil is NULL.
  case stringArray([String?])
  /// A `bytea[]`, in which nil is NULL.
  case byteaArray([[UInt8]?])
}

extension Parameter {
  /// A `timestamptz` as seconds since 1970-01-01 00:00 UTC.
  public static func timestamptz(unixSeconds: Int64) -> Parameter {
    .timestamptz(microseconds: (unixSeconds - 946_684_800) * 1_000_000)
  }

  /// The server's number of the type; 0 when the server is to find it out.
  var type: UInt32 {
    switch self {
    case .null, .string: TypeID.unspecified
    case .bool: TypeID.bool
    case .int16: TypeID.int2
    case .int32: TypeID.int4
    case .int64: TypeID.int8
    case .numeric: TypeID.numeric
    case .date: TypeID.date
    case .timestamptz: TypeID.timestamptz
    case .jsonb: TypeID.jsonb
    case .bytea: TypeID.bytea
    case .boolArray: TypeID.boolArray
    case .int16Array: TypeID.int2Array
    case .int32Array: TypeID.int4Array
    case .int64Array: TypeID.int8Array
    case .numericArray: TypeID.numericArray
    case .dateArray: TypeID.dateArray
    case .stringArray: TypeID.textArray
    case .byteaArray: TypeID.byteaArray
    }
  }

  /// Whether it is sent in text form, so that the server may take it for any type.
  var isText: Bool {
    if case .string = self { true } else { false }
  }

  /// Whether it is NULL.
  var isNull: Bool {
    switch self {
    case .null, .bool(nil), .int16(nil), .int32(nil), .int64(nil), .numeric(nil, _), .date(nil),
      .timestamptz(nil), .string(nil), .jsonb(nil), .bytea(nil):
      true
    default: false
    }
  }

  /// Writes the value as COPY would write a field: length and bytes.
  func write(to buffer: inout CopyBuffer) {
    switch self {
    case .null: buffer.null()
    case .bool(let value): buffer.bool(value)
    case .int16(let value): buffer.int2(value)
    case .int32(let value): buffer.int4(value)
    case .int64(let value): buffer.int8(value)
    case .numeric(let value, let scale): buffer.numeric(coefficient: value, scale: scale)
    case .date(let value): buffer.date(daysSince2000: value)
    case .timestamptz(let value): buffer.timestamptz(microseconds: value)
    case .string(let value): buffer.text(value)
    case .jsonb(let value): buffer.jsonb(value)
    case .bytea(let value): buffer.bytes(value)
    case .boolArray(let values): Self.write(values, of: TypeID.bool, to: &buffer) { $0.bool($1) }
    case .int16Array(let values): Self.write(values, of: TypeID.int2, to: &buffer) { $0.int2($1) }
    case .int32Array(let values): Self.write(values, of: TypeID.int4, to: &buffer) { $0.int4($1) }
    case .int64Array(let values): Self.write(values, of: TypeID.int8, to: &buffer) { $0.int8($1) }
    case .numericArray(let values, let scale):
      Self.write(values, of: TypeID.numeric, to: &buffer) {
        $0.numeric(coefficient: $1, scale: scale)
      }
    case .dateArray(let values): Self.write(values, of: TypeID.date, to: &buffer) { $0.int4($1) }
    case .stringArray(let values): Self.write(values, of: TypeID.text, to: &buffer) { $0.text($1) }
    case .byteaArray(let values): Self.write(values, of: TypeID.bytea, to: &buffer) { $0.bytes($1) }
    }
  }

  private static func write<Element>(
    _ values: [Element?], of type: UInt32, to buffer: inout CopyBuffer,
    element: (inout CopyBuffer, Element?) -> Void
  ) {
    buffer.array(values, of: type, hasNulls: values.contains { $0 == nil }, element: element)
  }
}

extension Parameter: ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByStringLiteral, ExpressibleByNilLiteral
{
  /// Makes a `bigint`.
  public init(integerLiteral value: Int64) { self = .int64(value) }

  /// Makes a `boolean`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }

  /// Makes a text.
  public init(stringLiteral value: String) { self = .string(value) }

  /// Makes a NULL without a type.
  public init(nilLiteral: ()) { self = .null }
}
