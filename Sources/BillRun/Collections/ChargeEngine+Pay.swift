// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Attempts that are claimed already.
private struct ClaimedAttempts: ChargeSupply {
  let attempts: [ChargeAttempt]
  var isGiven = false

  func next(
    without down: Set<String>, on connection: isolated Connection
  ) throws -> (attempts: [ChargeAttempt]?, rest: ClaimedAttempts) {
    var rest = self
    rest.isGiven = true
    return (isGiven ? nil : attempts, rest)
  }
}

extension ChargeEngine {
  /// What became of a charge that a person asked for.
  public struct Charged: Sendable, Equatable {
    /// The invoice's id.
    public let invoice: Int64
    /// `approved`, `declined`, `pending`, `unknown`, or `intended` where it was not sent.
    public let state: String
    /// How people read it: the code of a decline, or the reason.
    public let detail: String?
  }

  /// What a payer saw who asked for a charge: nothing else is charged.
  public struct Seen: Sendable, Hashable {
    /// In minor units.
    public let amount: Int64
    /// Which attempt of the invoice it would be.
    public let number: Int32
    /// The payment source; 0 for none.
    public let source: Int64
  }

  /// Charges open invoices at once, whatever their schedule, which it doesn't use up (RULES 4).
  ///
  /// All of one seller or none. Throws `BillRunError` with 65 for what is not open, not on AutoPay,
  /// or not chargeable now, with 75 when somebody is charging, with 78 when the books are a copy.
  /// `seen` is what the payer saw who asks, of one invoice, whose AutoPay may be off: what has
  /// changed since is refused, too.
  public func pay(_ ids: [Int64], asSeen seen: Seen? = nil) async throws -> [Charged] {
    let connection = try await database.open()
    let sellers = try await connection.query(
      Statement(SQLFiles.listInvoiceSellers), [.int64Array(ids)])
    var charged: [Charged] = []
    for row in 0..<sellers.count {
      charged += try await pay(
        try sellers.int64Array(row, 1), of: try sellers.int64(row, 0), asSeen: seen, on: connection)
    }
    await connection.close()
    return charged
  }

  private func pay(
    _ ids: [Int64], of seller: Int64, asSeen seen: Seen?, on connection: Connection
  ) async throws -> [Charged] {
    let lock = RunLock.charging(schema: database.schema, seller: .init(seller))
    // Who charges all that is due asks for open attempts, too; another `pay` makes its own only.
    if try await !lock.share(on: connection) {
      let sellers = try await SellerRecord.list(code: nil, on: connection)
      throw Self.atWork(sellers.first { $0.seller.id.rawValue == seller }?.code ?? "\(seller)")
    }
    let moment = clock.now()
    var summary = ChargeSummary()
    summary.down = try await GatewayWatch(gateways: gateways, moment: moment)
      .check(on: connection).sorted()
    let (attempts, asOf) = try await claim(
      ids, of: seller, asSeen: seen, at: moment, without: Set(summary.down), on: connection)
    let pump = ChargePump(
      gateways: gateways, options: options, stop: stop,
      outcomes: ChargeOutcomes(asOf: asOf, moment: moment, user: user), moment: moment)
    _ = try await pump.run(
      ClaimedAttempts(attempts: attempts), adding: summary,
      on: .init(intents: connection, outcomes: connection))
    try await lock.unshare(on: connection)
    let rows = try await connection.query(
      Statement(SQLFiles.listAttempts), [.int64Array(attempts.map(\.id))])
    return try (0..<rows.count).map { row in
      Charged(
        invoice: try rows.int64(row, 1), state: try rows.string(row, 2),
        detail: try rows.optionalString(row, 3) ?? rows.optionalString(row, 4))
    }
  }

  /// Writes the intents of all of them, or refuses.
  private func claim(
    _ ids: [Int64], of seller: Int64, asSeen seen: Seen?, at moment: Int64,
    without down: Set<String>, on connection: Connection
  ) async throws -> ([ChargeAttempt], LocalDate) {
    let operations = InvoiceOperations(at: moment, by: user)
    let gateways = gateways
    return try await connection.transaction { connection in
      let invoices = try operations.beginPaying(ids, byPayer: seen != nil, on: connection)
      let today = invoices.map(\.today).max() ?? LocalDate(daysSince1970: 0)
      let claim = ChargeClaim(
        seller: seller, asOf: today, moment: moment, run: nil, gateways: gateways, isManual: true,
        isByPayer: seen != nil)
      if let seen {
        guard let id = ids.first, try claim.look(id, on: connection)?.seen == seen else {
          throw operations.refusal(
            .pay, "changed", "an invoice is not charged: it has changed since the payer saw it")
        }
        try operations.noteAttempt(on: id, seen, on: connection)
      }
      let block = try claim.claim(ids, without: down, on: connection)
      if let reason = block.uncharged.keys.min() {
        throw operations.refusal(
          .pay, reason, "an invoice is not charged: \(reason.replacing("_", with: " "))",
          hint: reason == DueCharges.busy
            ? "several invoices of one payment source are charged one after the other"
            : "docs/COLLECTIONS.md lists the reasons")
      }
      return (block.attempts, today)
    }
  }
}
