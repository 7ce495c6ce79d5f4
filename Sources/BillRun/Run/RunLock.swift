// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres

/// Whoever holds it is at work for a seller of a set of books; the server lets go of it when the
/// process dies.
struct RunLock: Sendable {
  private let lock: AdvisoryLock
  /// A process that was killed can hold its lock for a moment, until the server notices.
  private static let patience = 2_000

  init(schema: String, seller: ID<Seller>) {
    // FNV-1a: advisory locks are numbers, and all books of a database share them.
    let hash = schema.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    lock = AdvisoryLock(Int32(bitPattern: hash), Int32(truncatingIfNeeded: seller.rawValue))
  }

  /// Whoever holds it is charging for a seller, which may go on beside a run.
  static func charging(schema: String, seller: ID<Seller>) -> RunLock {
    RunLock(schema: "\(schema) charge", seller: seller)
  }

  /// Whoever holds it is chasing for a seller, which may go on beside a run.
  static func chasing(schema: String, seller: ID<Seller>) -> RunLock {
    RunLock(schema: "\(schema) chase", seller: seller)
  }

  /// Whoever holds it writes files to banks for a seller.
  static func banking(schema: String, seller: ID<Seller>) -> RunLock {
    RunLock(schema: "\(schema) bank", seller: seller)
  }

  /// Whether anybody is at work.
  func isHeld(on connection: isolated Connection) throws -> Bool {
    try lock.isHeld(on: connection)
  }

  func tryTakeForTransaction(on connection: isolated Connection) throws -> Bool {
    try lock.tryLockForTransaction(.exclusive, on: connection)
  }

  func tryTake(on connection: isolated Connection) throws -> Bool {
    try lock.tryLock(.exclusive, on: connection)
  }

  /// Waits a moment for what holds it only for a moment.
  func take(on connection: isolated Connection) throws -> Bool {
    try lock.lock(.exclusive, milliseconds: Self.patience, on: connection)
  }

  /// The same beside others who share it.
  func share(on connection: isolated Connection) throws -> Bool {
    try lock.lock(.shared, milliseconds: Self.patience, on: connection)
  }

  /// Takes the lock, or throws that another run is at work (75).
  func take(for seller: String, on connection: Connection) async throws {
    guard try await take(on: connection) else {
      throw BillRunError(
        .tryAgain, code: "run_at_work", "another run is at work for seller \(seller)",
        hint: "billrun run --join --as-of DAY helps it, or wait until it is done")
    }
  }

  /// Keeps runs from beginning until the transaction ends, beside others who do; throws that one
  /// is at work (75).
  func takeForTransaction(on connection: isolated Connection) throws {
    if try lock.tryLockForTransaction(.shared, on: connection) { return }
    throw BillRunError(
      .tryAgain, code: "run_at_work", "a run is at work that may bill beside it",
      hint: "the same command again when billrun runs list shows it closed")
  }

  func release(on connection: isolated Connection) throws {
    _ = try lock.unlock(.exclusive, on: connection)
  }

  func unshare(on connection: isolated Connection) throws {
    _ = try lock.unlock(.shared, on: connection)
  }
}
