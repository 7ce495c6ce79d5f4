// SPDX-License-Identifier: Apache-2.0

extension Rows {
  /// A `boolean`.
  public func bool(_ row: Int, _ column: Int) throws -> Bool {
    try present(optionalBool(row, column), row, column)
  }

  /// A `boolean`; nil when it is null.
  public func optionalBool(_ row: Int, _ column: Int) throws -> Bool? {
    guard try type(row, column) == TypeID.bool else {
      throw wrongType(row, column, wanted: "boolean")
    }
    return try fixed(row, column, as: UInt8.self).map { $0 != 0 }
  }

  /// A `smallint`.
  public func int16(_ row: Int, _ column: Int) throws -> Int16 {
    try present(optionalInt16(row, column), row, column)
  }

  /// A `smallint`; nil when it is null.
  public func optionalInt16(_ row: Int, _ column: Int) throws -> Int16? {
    guard try type(row, column) == TypeID.int2 else {
      throw wrongType(row, column, wanted: "smallint")
    }
    return try fixed(row, column, as: Int16.self)
  }

  /// An `integer` or `smallint`.
  public func int32(_ row: Int, _ column: Int) throws -> Int32 {
    try present(optionalInt32(row, column), row, column)
  }

  /// An `integer` or `smallint`; nil when it is null.
  public func optionalInt32(_ row: Int, _ column: Int) throws -> Int32? {
    switch try type(row, column) {
    case TypeID.int4: try fixed(row, column, as: Int32.self)
    case TypeID.int2: try fixed(row, column, as: Int16.self).map(Int32.init)
    default: throw wrongType(row, column, wanted: "integer")
    }
  }

  /// A `bigint`, `integer` or `smallint`.
  public func int64(_ row: Int, _ column: Int) throws -> Int64 {
    try present(optionalInt64(row, column), row, column)
  }

  /// A `bigint`, `integer` or `smallint`; nil when it is null.
  public func optionalInt64(_ row: Int, _ column: Int) throws -> Int64? {
    switch try type(row, column) {
    case TypeID.int8: try fixed(row, column, as: Int64.self)
    case TypeID.int4: try fixed(row, column, as: Int32.self).map(Int64.init)
    case TypeID.int2: try fixed(row, column, as: Int16.self).map(Int64.init)
    default: throw wrongType(row, column, wanted: "bigint")
    }
  }

  /// A `date` as days since 2000-01-01.
  public func date(_ row: Int, _ column: Int) throws -> Int32 {
    try present(optionalDate(row, column), row, column)
  }

  /// A `date` as days since 2000-01-01; nil when it is null.
  public func optionalDate(_ row: Int, _ column: Int) throws -> Int32? {
    guard try type(row, column) == TypeID.date else {
      throw wrongType(row, column, wanted: "date")
    }
    return try fixed(row, column, as: Int32.self)
  }

  /// A `timestamptz` as microseconds since 2000-01-01 00:00 UTC.
  public func timestamptz(_ row: Int, _ column: Int) throws -> Int64 {
    try present(optionalTimestamptz(row, column), row, column)
  }

  /// A `timestamptz` as microseconds since 2000-01-01 00:00 UTC; nil when it is null.
  public func optionalTimestamptz(_ row: Int, _ column: Int) throws -> Int64? {
    guard try type(row, column) == TypeID.timestamptz else {
      throw wrongType(row, column, wanted: "timestamptz")
    }
    return try fixed(row, column, as: Int64.self)
  }

  /// The coefficient of a `numeric` at the scale; throws when it needs more places, or is no
  /// number.
  public func numeric(_ row: Int, _ column: Int, scale: Int) throws -> Int128 {
    try present(optionalNumeric(row, column, scale: scale), row, column)
  }

  /// The coefficient of a `numeric` at the scale; nil when it is null.
  ///
  /// Throws when it needs more places than the scale, does not fit, or is `NaN` or infinite.
  public func optionalNumeric(_ row: Int, _ column: Int, scale: Int) throws -> Int128? {
    guard try type(row, column) == TypeID.numeric else {
      throw wrongType(row, column, wanted: "numeric")
    }
    guard let bytes = unsafe bytes(at: row, column) else { return nil }
    guard let value = unsafe BinaryNumeric(bytes)?.coefficient(scale: scale) else {
      throw error(row, column, "it is no number of at most \(scale) places that fits")
    }
    return value
  }

  /// A `bytea`.
  public func bytes(_ row: Int, _ column: Int) throws -> [UInt8] {
    try present(optionalBytes(row, column), row, column)
  }

  /// A `bytea`; nil when it is null.
  public func optionalBytes(_ row: Int, _ column: Int) throws -> [UInt8]? {
    guard try type(row, column) == TypeID.bytea else {
      throw wrongType(row, column, wanted: "bytea")
    }
    return unsafe bytes(at: row, column).map { unsafe [UInt8]($0) }
  }
}
