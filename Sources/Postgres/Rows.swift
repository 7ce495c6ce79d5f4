// SPDX-License-Identifier: Apache-2.0
import CLibPQ

/// The rows of a result, read where libpq keeps them.
///
/// Values are read by row and column, both counted from 0; a wrong type, a null where none is
/// expected and a column that does not exist are thrown as `RowError`. Reading a value of a fixed
/// width allocates nothing.
@safe public final class Rows: Sendable {
  // libpq never changes a finished result, and only `deinit` frees it.
  nonisolated(unsafe) private let result: OpaquePointer?
  private let columns: Columns
  private let types: [UInt32]

  /// How many rows there are.
  public let count: Int

  /// Takes over a result of libpq, and frees it in the end.
  init(owning result: OpaquePointer?, columns: Columns) {
    unsafe self.result = result
    self.columns = columns
    types = columns.types
    count = unsafe Int(PQntuples(result))
  }

  deinit { unsafe PQclear(result) }

  /// The index of the column of that name; throws when there is none.
  public func column(_ name: String) throws -> Int {
    guard let index = columns.names.firstIndex(of: name) else {
      throw RowError(
        statement: columns.statement, row: 0, column: name, problem: "there is no such column")
    }
    return index
  }

  /// How many columns there are.
  var columnCount: Int { columns.names.count }

  /// The names of the columns, in order.
  public var columnNames: [String] { columns.names }

  /// Whether the value is null.
  public func isNull(_ row: Int, _ column: Int) throws -> Bool {
    _ = try type(row, column)
    return unsafe PQgetisnull(result, Int32(row), Int32(column)) == 1
  }

  /// The name of the statement that they are of.
  public var statementName: String { columns.statement }

  /// What the server did, such as `COMMIT`.
  var command: String { unsafe String(cString: PQcmdStatus(result)) }

  /// How many rows the statement changed; of a query, how many it returned.
  public var affectedCount: Int {
    unsafe Int(String(cString: PQcmdTuples(result))) ?? 0
  }

  /// The columns, for the next result of the same statement.
  var sharedColumns: Columns { columns }
}

// MARK: - What the readers of single types are made of

extension Rows {
  /// The type of a column, after checking that row and column exist.
  @inline(__always)
  func type(_ row: Int, _ column: Int) throws -> UInt32 {
    guard column >= 0, column < types.count, row >= 0, row < count else {
      throw error(row, column, "there is no such row or column")
    }
    return types[column]
  }

  /// The bytes of a value, which live as long as the result; nil when it is null.
  @inline(__always)
  func bytes(at row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
    let length = unsafe PQgetlength(result, Int32(row), Int32(column))
    if unsafe length == 0 && PQgetisnull(result, Int32(row), Int32(column)) == 1 { return nil }
    return unsafe UnsafeRawBufferPointer(
      start: PQgetvalue(result, Int32(row), Int32(column)), count: Int(length))
  }

  /// An integer of exactly this width; nil when the value is null.
  @inline(__always)
  func fixed<Value: FixedWidthInteger & BitwiseCopyable>(
    _ row: Int, _ column: Int, as type: Value.Type
  ) throws -> Value? {
    guard let bytes = unsafe bytes(at: row, column) else { return nil }
    guard bytes.count == MemoryLayout<Value>.size else {
      throw error(row, column, "it has \(bytes.count) bytes")
    }
    return unsafe Value(bigEndian: bytes.loadUnaligned(as: Value.self))
  }

  /// Throws when a value that must not be null is null.
  @inline(__always)
  func present<Value>(_ value: Value?, _ row: Int, _ column: Int) throws -> Value {
    guard let value else { throw error(row, column, "it is null") }
    return value
  }

  /// The error for a type that the reader does not read.
  @inline(never)
  func wrongType(_ row: Int, _ column: Int, wanted: String) -> RowError {
    error(row, column, "type \(columns.types[column]) was not expected, but \(wanted)")
  }

  /// An error that names statement, row and column.
  @inline(never)
  func error(_ row: Int, _ column: Int, _ problem: String) -> RowError {
    let name = columns.names.indices.contains(column) ? columns.names[column] : "#\(column)"
    return RowError(statement: columns.statement, row: row, column: name, problem: problem)
  }
}

extension Rows: RandomAccessCollection {
  /// The index of the first row.
  public var startIndex: Int { 0 }

  /// The index after the last row.
  public var endIndex: Int { count }

  /// The row at an index; reading from a row that does not exist throws.
  public subscript(row: Int) -> Row { Row(of: self, at: row) }
}
