// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Pays charged money back through the gateway that charged it: intent, call, outcome, as a charge
/// is made (RULES 3).
///
/// A crash anywhere leaves an intent whose outcome is not known; it is asked for again with the
/// same key, which a gateway refunds once, so that several may ask at the same time.
public struct RefundEngine: Sendable {
  /// Where tests stop it.
  public enum FaultPoint: Sendable {
    /// The intent is committed, nothing is sent.
    case intended
    /// The gateway has answered, nothing is written.
    case called
  }

  /// What became of a refund.
  public struct Refunded: Sendable, Equatable {
    /// The refund's id.
    public let refund: Int64
    /// The payment's id.
    public let payment: Int64
    /// `approved`, `declined`, `pending`, `unknown`, or `intended` where it was not sent.
    public let state: String
    /// The code of a decline, or the reason.
    public let detail: String?
  }

  private let database: Database
  private let gateways: GatewaySet
  private let clock: WallClock
  private let stop: StopSignal
  private let user: String
  private let fault: @Sendable (FaultPoint) throws -> Void

  /// Prepares to refund; nothing is read before.
  public init(
    database: Database, gateways: GatewaySet, clock: WallClock = .system,
    stop: StopSignal = StopSignal(), user: String,
    fault: @escaping @Sendable (FaultPoint) throws -> Void = { _ in }
  ) {
    self.database = database
    self.gateways = gateways
    self.clock = clock
    self.stop = stop
    self.user = user
    self.fault = fault
  }

  /// Pays so much of a payment back, in minor units, to the source that it was charged to.
  ///
  /// First it is taken off invoices, the newest settlement first. Throws `BillRunError` with 65 as
  /// a refund by hand does and where the gateway cannot refund, with 69 when it does not answer,
  /// with 78 when it is not configured or the books are a copy: then nothing is changed.
  public func refund(
    _ payment: Int64, amount: Int64, reason: String? = nil
  ) async throws -> Refunded {
    let connection = try await database.open()
    let moment = clock.now()
    let operations = PaymentOperations(at: moment, by: user)
    let gateway = try await gateway(of: payment, on: connection)
    let down = try await GatewayWatch(gateways: gateways, moment: moment).check(on: connection)
    if down.contains(gateway.name) {
      throw BillRunError(
        .unavailable, code: "gateway_unavailable",
        "gateway not reachable, on \(gateway.name), nothing is refunded",
        hint: "the same command again")
    }
    let id = try await connection.operation(repeats: false) { connection in
      try operations.intendRefund(
        payment, amount: amount, at: gateway.name, reason: reason, on: connection)
    }
    try fault(.intended)
    let open = try await OpenRefund.list(of: nil, only: id, on: connection)
    let refunded =
      if let refund = open.first {
        try await settle(refund, by: operations, at: moment, on: connection)
      } else {
        // Somebody who asks for all that is open was quicker.
        try await operations.standing(ofRefund: id, on: connection)
      }
    await connection.close()
    return refunded
  }

  private func gateway(
    of payment: Int64, on connection: isolated Connection
  ) throws -> any Gateway {
    let rows = try connection.query(Statement(SQLFiles.showChargeOfPayment), [.int64(payment)])
    guard rows.count == 1 else {
      throw PaymentOperations.uncharged(
        payment, hint: "pay it back, and note it with --recorded")
    }
    let name = try rows.string(0, 0)
    guard let gateway = gateways[name] else {
      throw BillRunError(
        .configuration, code: "gateway_unknown",
        "gateway \(name), which charged payment \(payment), is not in the settings",
        hint: "gateways in billrun.yaml, docs/GATEWAYS.md")
    }
    if !gateway.canRefund {
      throw PaymentOperations.refusal(
        PaymentOperations.refunding, "unsupported", "gateway \(name) pays nothing back",
        hint: "pay it back otherwise, and note it with --recorded")
    }
    return gateway
  }

  /// Asks again for all refunds whose outcome is not known, of a seller, nil for all.
  ///
  /// Throws `BillRunError` with 78 when the books are a copy.
  public func resume(seller: String? = nil) async throws -> [Refunded] {
    let connection = try await database.open()
    let sellers = try await SellerRecord.list(code: seller, on: connection)
    if let seller, sellers.isEmpty { throw BillRunError.unknownSeller(seller) }
    let down = try await GatewayWatch(gateways: gateways, moment: clock.now())
      .check(on: connection)
    let refunded = try await resume(
      of: seller == nil ? nil : sellers.first?.seller.id.rawValue, except: down, on: connection)
    await connection.close()
    return refunded
  }

  /// The same once it is known that the books are no copy, and which gateways do not answer; they,
  /// and those that fail a few times in a row, are not asked.
  func resume(
    of seller: Int64?, except down: Set<String>, on connection: Connection
  ) async throws -> [Refunded] {
    let moment = clock.now()
    let operations = PaymentOperations(at: moment, by: user)
    var breaker = CircuitBreaker(limit: Self.patience)
    var all: [Refunded] = []
    for refund in try await OpenRefund.list(of: seller, on: connection) where !stop.isRequested {
      if down.union(breaker.down).contains(refund.gateway) {
        all.append(refund.standing(because: "gateway \(refund.gateway) does not answer"))
        continue
      }
      let outcome = await call(refund, at: moment)
      breaker.note(outcome, of: refund.gateway)
      all.append(
        try await settle(refund, as: outcome, by: operations, on: connection))
    }
    return all
  }

  /// How many calls in a row, one after the other, a gateway may leave without an answer.
  private static let patience = 3

  private func settle(
    _ refund: OpenRefund, by operations: PaymentOperations, at moment: Int64,
    on connection: Connection
  ) async throws -> Refunded {
    try await settle(refund, as: call(refund, at: moment), by: operations, on: connection)
  }

  private func settle(
    _ refund: OpenRefund, as outcome: ChargeOutcome, by operations: PaymentOperations,
    on connection: Connection
  ) async throws -> Refunded {
    try fault(.called)
    return try await connection.transaction { connection in
      try operations.settleRefund(refund, outcome, on: connection)
    }
  }

  /// Refunds, or asks what became of it where the gateway may have forgotten the key.
  private func call(_ refund: OpenRefund, at moment: Int64) async -> ChargeOutcome {
    guard let gateway = gateways[refund.gateway] else {
      return .notSent(reason: "no such gateway", retryAfter: nil)
    }
    if refund.state != "pending" && refund.request.intendedAt >= moment - ChargePump.keyLife {
      return await gateway.refund(refund.request)
    }
    switch await gateway.findRefund(refund.request) {
    case .found(let outcome): return outcome
    case .unknown(let reason): return .unknown(reason: reason)
    case .absent where refund.state == "pending":
      return .unknown(reason: "the gateway no longer knows the pending refund")
    case .absent: return .declined(code: ChargePump.neverSent, reference: nil)
    }
  }
}
