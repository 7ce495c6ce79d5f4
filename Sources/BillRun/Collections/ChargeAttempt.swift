// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// An attempt that is under way: its intent is committed, its outcome is not known.
struct ChargeAttempt: Sendable {
  let id: Int64
  let invoice: Int64
  let customer: Int64
  let gateway: String
  /// `card` or `bank_account`.
  let object: String
  /// Whether it was sent to the bank already and is awaited.
  let isPending: Bool
  var request: ChargeRequest

  /// Reads attempts that an earlier process left, or that gateways could not tell; without those
  /// that are pending at gateways that cannot be asked.
  static func live(
    of seller: Int64, after id: Int64, limit: Int64, silent: [String] = [],
    on connection: isolated Connection
  ) throws -> [ChargeAttempt] {
    try read(
      connection.query(
        Statement(SQLFiles.listLiveAttempts),
        [.int64(seller), .int64(id), .int64(limit), .stringArray(silent)]))
  }

  /// Reads those of some attempts whose outcome is not known, in order of id.
  static func live(_ ids: [Int64], on connection: isolated Connection) throws -> [ChargeAttempt] {
    try read(connection.query(Statement(SQLFiles.loadLiveAttempts), [.int64Array(ids)]))
  }

  private static func read(_ rows: Rows) throws -> [ChargeAttempt] {
    try (0..<rows.count).map { row in
      let id = try rows.int64(row, 0)
      return ChargeAttempt(
        id: id, invoice: try rows.int64(row, 1), customer: try rows.int64(row, 2),
        gateway: try rows.string(row, 4), object: try rows.string(row, 13),
        isPending: try rows.string(row, 3) == "pending",
        request: ChargeRequest(
          attempt: id, idempotencyKey: try rows.string(row, 5),
          amount: Money(minor: try rows.int64(row, 7), currency: try rows.currency(row, 6)),
          token: try rows.string(row, 8), invoice: try rows.string(row, 9),
          number: try rows.int32(row, 10), intendedAt: try rows.int64(row, 11),
          reference: try rows.optionalString(row, 12)))
    }
  }
}
