// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// A refund that is under way: its intent is committed, its outcome is not known.
struct OpenRefund: Sendable {
  let id: Int64
  let payment: Int64
  let gateway: String
  /// `intended`, `pending` (the gateway has it and will tell later) or `unknown`.
  let state: String
  /// Where the gateway takes the money from (RULES 7).
  let account: String
  let request: RefundRequest

  /// What stands for now.
  func standing(because detail: String?) -> RefundEngine.Refunded {
    .init(refund: id, payment: payment, state: state, detail: detail)
  }

  /// Reads refunds whose outcome is not known, of a seller, or the one named.
  static func list(
    of seller: Int64?, only refund: Int64? = nil, on connection: isolated Connection
  ) throws -> [OpenRefund] {
    let rows = try connection.query(
      Statement(SQLFiles.listOpenRefunds), [.int64(seller), .int64(refund)])
    return try (0..<rows.count).map { row in
      let currency = try rows.currency(row, 5)
      let charge = ChargeRequest(
        attempt: try rows.int64(row, 9), idempotencyKey: try rows.string(row, 10),
        amount: Money(minor: try rows.int64(row, 12), currency: currency),
        token: try rows.string(row, 13), invoice: try rows.string(row, 14),
        number: try rows.int32(row, 15), intendedAt: try rows.int64(row, 16),
        reference: try rows.optionalString(row, 11))
      return OpenRefund(
        id: try rows.int64(row, 0), payment: try rows.int64(row, 1),
        gateway: try rows.string(row, 3), state: try rows.string(row, 2),
        account: PaymentSheet.clearing(of: try rows.string(row, 17)),
        request: RefundRequest(
          refund: try rows.int64(row, 0), idempotencyKey: try rows.string(row, 4),
          amount: Money(minor: try rows.int64(row, 6), currency: currency),
          intendedAt: try rows.int64(row, 7), charge: charge,
          reference: try rows.optionalString(row, 8)))
    }
  }
}
