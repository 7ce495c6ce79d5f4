// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

extension SimulatedGateway {
  /// It pays back what it has charged.
  public var canRefund: Bool { true }

  /// Refunds once for one key, and never more than the charge; the charge's token tells whether the
  /// first answer is lost.
  public func refund(_ request: RefundRequest) async -> ChargeOutcome {
    let token = SimulatedToken(request.charge.token)
    if case .unavailable = token?.behavior {
      return .unknown(reason: "the gateway answered 503")
    }
    switch await ledger.refund(request) {
    case .approved:
      if case .timeoutThenApprove = token?.behavior { return .unknown(reason: "time-out") }
      return .approved(reference: Self.refundReference(request.idempotencyKey))
    case .approvedBefore: return .approved(reference: Self.refundReference(request.idempotencyKey))
    case .otherAmount: return .declined(code: "amount_too_large", reference: nil)
    case .unreachable(let reason): return .notSent(reason: reason, retryAfter: nil)
    case .lost(let reason): return .unknown(reason: reason)
    }
  }

  /// Looks the key up among the refunds.
  public func findRefund(_ request: RefundRequest) async -> ChargeLookup {
    do {
      guard try await ledger.hasRefund(request.idempotencyKey) else { return .absent }
      return .found(.approved(reference: Self.refundReference(request.idempotencyKey)))
    } catch {
      return .unknown(reason: BillRunError(describing: error).message)
    }
  }

  /// Gives the refunds by the server's clock.
  public func refunded(
    since moment: Int64, _ page: ([GatewayRefund]) throws -> Void
  ) async throws {
    var last = ""
    while true {
      let found: [(key: String, amount: Money)]
      do {
        found = try await ledger.refunds(since: moment, after: last, limit: pageSize)
      } catch {
        throw Self.unavailable(name, error)
      }
      guard let end = found.last else { return }
      try page(
        found.map {
          GatewayRefund(
            idempotencyKey: $0.key, reference: Self.refundReference($0.key), amount: $0.amount)
        })
      guard found.count == pageSize else { return }
      last = end.key
    }
  }

  private static func refundReference(_ key: String) -> String { "sim_\(key)" }
}

extension SimulatedLedger {
  /// Writes a refund of an approved charge, unless its key is there or it is more than is left:
  /// `otherAmount`.
  func refund(_ request: RefundRequest) async -> Answer {
    do {
      return try await withLedger { connection in
        do {
          return try await connection.transaction { connection in
            let charge = Parameter.string(request.charge.idempotencyKey)
            // The charge is locked first: what others refund of it meanwhile is seen after.
            try connection.execute(Statement(SQLFiles.lockSimulatedApproval), [charge])
            let rows = try connection.query(
              Statement(SQLFiles.writeSimulatedRefund),
              [
                .string(request.idempotencyKey), charge, .int64(request.amount.minor),
                .string(request.amount.currency.code),
              ])
            switch try rows.string(0, 0) {
            case "new": return .approved
            case "known": return .approvedBefore
            default: return .otherAmount
            }
          }
        } catch {
          return .lost(reason: BillRunError(describing: error).message)
        }
      }
    } catch {
      return .unreachable(reason: BillRunError(describing: error).message)
    }
  }

  /// At most so many refunds since a moment whose keys come after this one, in their order.
  func refunds(
    since moment: Int64, after key: String, limit: Int
  ) async throws -> [(key: String, amount: Money)] {
    try await withLedger { connection in
      let rows = try await connection.query(
        Statement(SQLFiles.listSimulatedRefunds),
        [.int64(moment), .string(key), .int64(Int64(limit))])
      return try rows.map { (try $0.string(0), try Self.amount(of: $0)) }
    }
  }

  /// Whether a refund with this key was made.
  func hasRefund(_ key: String) async throws -> Bool {
    try await withLedger { connection in
      try await connection.query(Statement(SQLFiles.findSimulatedRefund), [.string(key)]).count > 0
    }
  }
}
