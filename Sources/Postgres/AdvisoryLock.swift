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

  /// Waits so many milliseconds for the lock; true when the session now holds it.
  ///
  /// Who waits goes before those who come later, also before those who would share it.
  public func lock(
    _ mode: Mode, milliseconds: Int, on connection: isolated Connection
  ) throws -> Bool {
    let before = try connection.query(Self.readTimeout, []).string(0, 0)
    _ = try connection.query(Self.setTimeout, [.string("\(milliseconds)ms")])
    let taken: Bool
    do {
      _ = try connection.query(mode == .exclusive ? Self.awaitAlone : Self.awaitShared, key)
      taken = true
    } catch let error as PostgresError where error.sqlState == "55P03" {
      taken = false
    }
    _ = try connection.query(Self.setTimeout, [.string(before)])
    return taken
  }

  /// Takes the lock until the transaction ends, if it can be had at once; true when it was.
  public func tryLockForTransaction(
    _ mode: Mode, on connection: isolated Connection
  ) throws -> Bool {
    try connection.query(
      mode == .exclusive ? Self.takeAloneForTransaction : Self.takeSharedForTransaction, key
    ).bool(0, 0)
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
  private static let awaitAlone = Statement(
    name: "advisory_lock", text: "select pg_advisory_lock($1, $2)::text")
  private static let awaitShared = Statement(
    name: "advisory_lock_shared", text: "select pg_advisory_lock_shared($1, $2)::text")
  private static let readTimeout = Statement(
    name: "advisory_read_timeout", text: "select current_setting('lock_timeout')")
  private static let setTimeout = Statement(
    name: "advisory_set_timeout", text: "select set_config('lock_timeout', $1, false)")
  private static let takeAloneForTransaction = Statement(
    name: "advisory_try_lock_for_transaction", text: "select pg_try_advisory_xact_lock($1, $2)")
  private static let takeSharedForTransaction = Statement(
    name: "advisory_try_lock_shared_for_transaction",
    text: "select pg_try_advisory_xact_lock_shared($1, $2)")
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
