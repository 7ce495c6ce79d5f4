// SPDX-License-Identifier: Apache-2.0

/// One row of a result, with columns by index (quick) or by name (convenient).
///
/// A wrong type, a null where none is expected and an unknown column are thrown as `RowError`.
public struct Row: Sendable {
  private let rows: Rows

  /// The row's index in its result.
  public let index: Int

  init(of rows: Rows, at index: Int) {
    self.rows = rows
    self.index = index
  }

  /// Whether the value is null.
  public func isNull(_ column: some ColumnReference) throws -> Bool {
    try rows.isNull(index, column.index(in: rows))
  }

  /// Lends the UTF-8 bytes of a text that is not null, to compare it without making a `String`.
  public func withText<Value>(
    _ column: some ColumnReference, _ body: (Span<UInt8>) throws -> Value
  ) throws -> Value {
    try rows.withText(index, column.index(in: rows), body)
  }

  /// The coefficient of a `numeric` at the scale; throws when it needs more places.
  public func numeric(_ column: some ColumnReference, scale: Int) throws -> Int128 {
    try rows.numeric(index, column.index(in: rows), scale: scale)
  }

  /// The coefficient of a `numeric` at the scale; nil when it is null.
  public func optionalNumeric(_ column: some ColumnReference, scale: Int) throws -> Int128? {
    try rows.optionalNumeric(index, column.index(in: rows), scale: scale)
  }

  /// The coefficients of a `numeric[]` without nulls, all at the scale.
  public func numericArray(_ column: some ColumnReference, scale: Int) throws -> [Int128] {
    try rows.numericArray(index, column.index(in: rows), scale: scale)
  }

  /// The coefficients of a `numeric[]` without nulls, all at the scale; nil when the array is null.
  public func optionalNumericArray(_ column: some ColumnReference, scale: Int) throws -> [Int128]? {
    try rows.optionalNumericArray(index, column.index(in: rows), scale: scale)
  }
}

extension Row {
  /// A `boolean`.
  public func bool(_ column: some ColumnReference) throws -> Bool {
    try rows.bool(index, column.index(in: rows))
  }

  /// A `boolean`; nil when it is null.
  public func optionalBool(_ column: some ColumnReference) throws -> Bool? {
    try rows.optionalBool(index, column.index(in: rows))
  }

  /// A `smallint`.
  public func int16(_ column: some ColumnReference) throws -> Int16 {
    try rows.int16(index, column.index(in: rows))
  }

  /// A `smallint`; nil when it is null.
  public func optionalInt16(_ column: some ColumnReference) throws -> Int16? {
    try rows.optionalInt16(index, column.index(in: rows))
  }

  /// An `integer` or `smallint`.
  public func int32(_ column: some ColumnReference) throws -> Int32 {
    try rows.int32(index, column.index(in: rows))
  }

  /// An `integer` or `smallint`; nil when it is null.
  public func optionalInt32(_ column: some ColumnReference) throws -> Int32? {
    try rows.optionalInt32(index, column.index(in: rows))
  }

  /// A `bigint`, `integer` or `smallint`.
  public func int64(_ column: some ColumnReference) throws -> Int64 {
    try rows.int64(index, column.index(in: rows))
  }

  /// A `bigint`, `integer` or `smallint`; nil when it is null.
  public func optionalInt64(_ column: some ColumnReference) throws -> Int64? {
    try rows.optionalInt64(index, column.index(in: rows))
  }

  /// A `date` as days since 2000-01-01.
  public func date(_ column: some ColumnReference) throws -> Int32 {
    try rows.date(index, column.index(in: rows))
  }

  /// A `date` as days since 2000-01-01; nil when it is null.
  public func optionalDate(_ column: some ColumnReference) throws -> Int32? {
    try rows.optionalDate(index, column.index(in: rows))
  }

  /// A `timestamptz` as microseconds since 2000-01-01 00:00 UTC.
  public func timestamptz(_ column: some ColumnReference) throws -> Int64 {
    try rows.timestamptz(index, column.index(in: rows))
  }

  /// A `timestamptz` as microseconds since 2000-01-01 00:00 UTC; nil when it is null.
  public func optionalTimestamptz(_ column: some ColumnReference) throws -> Int64? {
    try rows.optionalTimestamptz(index, column.index(in: rows))
  }

  /// A text, or the JSON text of a `json` or `jsonb`.
  public func string(_ column: some ColumnReference) throws -> String {
    try rows.string(index, column.index(in: rows))
  }

  /// A text, or the JSON text of a `json` or `jsonb`; nil when it is null.
  public func optionalString(_ column: some ColumnReference) throws -> String? {
    try rows.optionalString(index, column.index(in: rows))
  }

  /// A `bytea`.
  public func bytes(_ column: some ColumnReference) throws -> [UInt8] {
    try rows.bytes(index, column.index(in: rows))
  }

  /// A `bytea`; nil when it is null.
  public func optionalBytes(_ column: some ColumnReference) throws -> [UInt8]? {
    try rows.optionalBytes(index, column.index(in: rows))
  }

  /// A `smallint[]` without nulls.
  public func int16Array(_ column: some ColumnReference) throws -> [Int16] {
    try rows.int16Array(index, column.index(in: rows))
  }

  /// A `smallint[]` without nulls; nil when the array is null.
  public func optionalInt16Array(_ column: some ColumnReference) throws -> [Int16]? {
    try rows.optionalInt16Array(index, column.index(in: rows))
  }

  /// An `integer[]` without nulls.
  public func int32Array(_ column: some ColumnReference) throws -> [Int32] {
    try rows.int32Array(index, column.index(in: rows))
  }

  /// An `integer[]` without nulls; nil when the array is null.
  public func optionalInt32Array(_ column: some ColumnReference) throws -> [Int32]? {
    try rows.optionalInt32Array(index, column.index(in: rows))
  }

  /// A `bigint[]` without nulls.
  public func int64Array(_ column: some ColumnReference) throws -> [Int64] {
    try rows.int64Array(index, column.index(in: rows))
  }

  /// A `bigint[]` without nulls; nil when the array is null.
  public func optionalInt64Array(_ column: some ColumnReference) throws -> [Int64]? {
    try rows.optionalInt64Array(index, column.index(in: rows))
  }

  /// A `date[]` without nulls, as days since 2000-01-01.
  public func dateArray(_ column: some ColumnReference) throws -> [Int32] {
    try rows.dateArray(index, column.index(in: rows))
  }

  /// A `date[]` without nulls, as days since 2000-01-01; nil when the array is null.
  public func optionalDateArray(_ column: some ColumnReference) throws -> [Int32]? {
    try rows.optionalDateArray(index, column.index(in: rows))
  }

  /// A `text[]` without nulls.
  public func stringArray(_ column: some ColumnReference) throws -> [String] {
    try rows.stringArray(index, column.index(in: rows))
  }

  /// A `text[]` without nulls; nil when the array is null.
  public func optionalStringArray(_ column: some ColumnReference) throws -> [String]? {
    try rows.optionalStringArray(index, column.index(in: rows))
  }
}
