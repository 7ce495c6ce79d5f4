// SPDX-License-Identifier: Apache-2.0
public import Postgres
import SQLFiles

extension Connection {
  /// Does what somebody asks for in one transaction, and once more where somebody else was first.
  ///
  /// Whatever is to be unique is looked for before it is written, and refused in words. What
  /// another transaction writes meanwhile, only the unique key tells of: then the second try finds
  /// it, as if it had been there from the beginning. Throws `BillRunError` with 65 where it does
  /// not, or where the body must not be run twice (`repeats`).
  ///
  /// `user` is whom a request for a second person names.
  public func operation<Value: Sendable>(
    repeats: Bool = true, by user: String = SystemUser.name,
    _ body: @Sendable (isolated Connection) throws -> Value
  ) throws -> Value {
    try inOperation(repeats: repeats, by: user) { try body(self) }
  }

  /// The same for who is already on this connection.
  public func inOperation<Value>(
    repeats: Bool = true, by user: String = SystemUser.name, _ body: () throws -> Value
  ) throws -> Value {
    try asking(by: user) { try inOneOperation(repeats: repeats, body) }
  }

  /// Until the transaction ends, waits no longer than this for what somebody else has locked; then
  /// the error is retryable.
  public func limitLockWaits(milliseconds: Int) throws {
    try enqueue(Statement(SQLFiles.limitLockWaits), [.string("\(milliseconds)")])
  }

  private func inOneOperation<Value>(repeats: Bool, _ body: () throws -> Value) throws -> Value {
    do {
      return try inTransaction(body)
    } catch let error as PostgresError where error.isUniqueViolation {
      guard repeats else { throw BillRunError.overtaken(error) }
    }
    do {
      return try inTransaction(body)
    } catch let error as PostgresError where error.isUniqueViolation {
      throw BillRunError.overtaken(error)
    }
  }
}

extension BillRunError {
  /// Somebody else has written what may be there once only, and a look before did not find it.
  fileprivate static func overtaken(_ error: PostgresError) -> BillRunError {
    BillRunError(
      .dataError, code: "known_already",
      "nothing written, on \(error.table ?? "a table"), somebody else has written the same "
        + "(constraint \(error.constraint ?? "unknown"))",
      hint: "the same command again tells what it is")
  }
}
