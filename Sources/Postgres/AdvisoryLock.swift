// SPDX-License-Identifier: Apache-2.0

/// A lock of two numbers in the database, held by a session until it unlocks or ends.
public struct AdvisoryLock: Hashable, Sendable {
  /// The key's first number.
  public let first: Int32

  /// The key's second number.
  public let second: Int32

  /// Who else may hold the lock at the same time.
  public enum Mode: Sendable {
    /// Nobody else.
    case exclusive
    /// Others who share it.
    case shared
  }

  /// Makes a lock of a key that the caller computes; it is not taken yet.
  public init(_ first: Int32, _ second: Int32) {
    self.first = first
    self.second = second
  }

  /// Takes the lock if that is possible at once; true when the session now holds it.
  ///
  /// A session may take it several times, and must then unlock it as many times.
  public func tryLock(_ mode: Mode, on connection: isolated Connection) throws -> Bool {
    let statement = mode == .exclusive ? Self.takeAlone : Self.takeShared
    return try connection.query(statement, key).bool(0, 0)
  }

  /// Takes the lock alone until the transaction ends, if it can be had at once; true when it was.
  public func tryLockForTransaction(on connection: isolated Connection) throws -> Bool {
    try connection.query(Self.takeForTransaction, key).bool(0, 0)
  }

  /// Gives the lock back; false when the session did not hold it in this mode.
  @discardableResult
  public func unlock(_ mode: Mode, on connection: isolated Connection) throws -> Bool {
    let statement = mode == .exclusive ? Self.giveAlone : Self.giveShared
    return try connection.query(statement, key).bool(0, 0)
  }

  /// Whether any session of this database holds the lock in any mode.
  public func isHeld(on connection: isolated Connection) throws -> Bool {
    // `pg_locks` shows the numbers without a sign.
    let shown: [Parameter] = [first, second].map { .int64(Int64(UInt32(bitPattern: $0))) }
    return try connection.query(Self.look, shown).bool(0, 0)
  }

  private var key: [Parameter] { [.int32(first), .int32(second)] }

  private static let takeAlone = Statement(
    name: "advisory_try_lock", text: "select pg_try_advisory_lock($1, $2)")
  private static let takeShared = Statement(
    name: "advisory_try_lock_shared", text: "select pg_try_advisory_lock_shared($1, $2)")
  private static let takeForTransaction = Statement(
    name: "advisory_try_lock_for_transaction", text: "select pg_try_advisory_xact_lock($1, $2)")
  private static let giveAlone = Statement(
    name: "advisory_unlock", text: "select pg_advisory_unlock($1, $2)")
  private static let giveShared = Statement(
    name: "advisory_unlock_shared", text: "select pg_advisory_unlock_shared($1, $2)")
  private static let look = Statement(
    name: "advisory_is_held",
    text: """
      select exists (
        select from pg_catalog.pg_locks
        where locktype = 'advisory' and granted and objsubid = 2
          and database = (select oid from pg_catalog.pg_database where datname = current_database())
          and classid::bigint = $1 and objid::bigint = $2)
      """)
}
