// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Turns due invoices into intents, a block a transaction (RULES 0.5, 0.6).
struct ChargeClaim {
  let seller: Int64
  let asOf: LocalDate
  /// In UNIX seconds.
  let moment: Int64
  /// The run whose step this is, nil for none.
  let run: Int64?
  let gateways: GatewaySet
  var isManual = false
  /// Whether the payer asks, for whom AutoPay may be off.
  var isByPayer = false

  /// What a block came to.
  struct Block {
    var attempts: [ChargeAttempt] = []
    /// Due invoices that are not charged, by reason.
    var uncharged: [String: Int] = [:]
    /// Where the next block begins; nil at the end.
    var next: Place?
  }

  /// An invoice in the order in which they are due.
  struct Place {
    let day: LocalDate
    let invoice: Int64
  }

  /// What is to be charged of an invoice.
  private struct Due {
    let attempt: ChargeAttempt
    let source: Int64
    /// What the gateway wants frozen of the source, as JSON.
    let details: String?
  }

  /// Claims the next block of due invoices within a transaction of its own.
  func block(
    after place: Place?, limit: Int, without down: Set<String>, on connection: isolated Connection
  ) throws -> Block {
    try connection.inTransaction {
      try connection.planByKeys()
      let rows = try connection.query(
        Statement(SQLFiles.lockDueCharges),
        [
          .int64(seller), .day(asOf), timestamp, .day(place?.day), .int64(place?.invoice),
          .int64(Int64(limit)),
        ])
      let places = try (0..<rows.count).map {
        Place(day: try rows.localDate($0, 1), invoice: try rows.int64($0, 0))
      }
      let locked = try places.indices.filter { try rows.bool($0, 2) }.map { places[$0].invoice }
      var block = try claim(locked, without: down, on: connection)
      if locked.count < places.count {
        block.uncharged[DueCharges.busy, default: 0] += places.count - locked.count
      }
      block.next = places.last
      return block
    }
  }

  /// Claims invoices whose payers the caller has locked.
  func claim(
    _ invoices: [Int64], without down: Set<String>, on connection: isolated Connection
  ) throws -> Block {
    var block = Block()
    if invoices.isEmpty { return block }
    let rows = try connection.query(
      Statement(SQLFiles.loadCharges),
      [.int64Array(invoices), .day(asOf), timestamp, .bool(isManual), .bool(isByPayer)])
    var due: [Due] = []
    var putOff: [(invoice: Int64, day: LocalDate?, moment: Int64?)] = []
    for row in 0..<rows.count {
      var verdict = try rows.string(row, 12)
      let invoice = try rows.int64(row, 0)
      if verdict == "due" {
        let (found, reason, opens) = try self.due(rows, row, without: down)
        if let found { due.append(found) }
        if let opens { putOff.append((invoice, asOf, opens)) }
        verdict = reason
      }
      if ["settled", "no_autopay", "money_went_back"].contains(verdict) {
        putOff.append((invoice, nil, nil))
      }
      if verdict == "source_waits" {
        putOff.append((invoice, try rows.localDate(row, 13), nil))
      }
      if verdict != "due", verdict != "settled" { block.uncharged[verdict, default: 0] += 1 }
    }
    if !isManual { try Self.schedule(putOff, on: connection) }
    block.attempts = try intend(due, on: connection)
    return block
  }

  /// What a charge of an invoice would be made of, and why it is not made; nil for no reason.
  func look(
    _ invoice: Int64, on connection: isolated Connection
  ) throws -> (seen: ChargeEngine.Seen, reason: String?)? {
    let rows = try connection.query(
      Statement(SQLFiles.loadCharges),
      [.int64Array([invoice]), .day(asOf), timestamp, .bool(isManual), .bool(isByPayer)])
    if rows.count == 0 { return nil }
    let seen = ChargeEngine.Seen(
      amount: try rows.int64(0, 4), number: try rows.int32(0, 5),
      source: try rows.optionalInt64(0, 6) ?? 0)
    var verdict = try rows.string(0, 12)
    if verdict == "due" { verdict = try due(rows, 0, without: []).reason }
    return (seen, verdict == "due" ? nil : verdict)
  }

  /// What is charged of a row; else why not, and from which moment on where the scheme's cap is
  /// what keeps it.
  private func due(
    _ rows: Rows, _ row: Int, without down: Set<String>
  ) throws -> (Due?, reason: String, opens: Int64?) {
    let gateway = try rows.string(row, 8)
    guard let adapter = gateways[gateway] else { return (nil, "gateway_unknown", nil) }
    if down.contains(gateway) { return (nil, "gateway_down", nil) }
    let amount = Money(minor: try rows.int64(row, 4), currency: try rows.currency(row, 3))
    if amount.minor < adapter.minimum(in: amount.currency) {
      return (nil, "below_minimum", nil)
    }
    let details: String?
    switch adapter.terms(of: try ChargeSource(rows, row), for: amount, on: asOf) {
    case .accepted(let frozen): details = frozen
    case .refused(let reason): return (nil, reason, nil)
    }
    let isCard = try rows.string(row, 7) == "card"
    let cap = isCard ? SchemeCap(brand: try rows.optionalString(row, 10)) : nil
    if let opens = cap?.opens(after: try rows.int64Array(row, 11), now: moment) {
      return (nil, "scheme_cap", opens)
    }
    let invoice = try rows.int64(row, 0)
    let request = ChargeRequest(
      attempt: 0, idempotencyKey: "", amount: amount, token: try rows.string(row, 9),
      invoice: try rows.optionalString(row, 2) ?? String(invoice), number: try rows.int32(row, 5),
      intendedAt: moment)
    return (
      Due(
        attempt: ChargeAttempt(
          id: 0, invoice: invoice, customer: try rows.int64(row, 1), gateway: gateway,
          object: try rows.string(row, 7), isPending: false, request: request),
        source: try rows.int64(row, 6), details: details),
      "due", nil
    )
  }

  /// Writes the intents, with what is sent.
  private func intend(_ due: [Due], on connection: isolated Connection) throws -> [ChargeAttempt] {
    if due.isEmpty { return [] }
    let rows = try connection.query(
      Statement(SQLFiles.writeIntents),
      [
        .int64Array(due.map(\.attempt.invoice)), .int32Array(due.map(\.attempt.request.number)),
        .int64Array(due.map(\.source)), .stringArray(due.map(\.attempt.gateway)),
        .stringArray(due.map(\.attempt.request.amount.currency.code)),
        .int64Array(due.map(\.attempt.request.amount.minor)),
        .stringArray(due.map { $0.attempt.request.frozen(with: $0.details) }), .day(asOf),
        timestamp, .bool(!isManual),
        .int64(run),
      ])
    let written = Dictionary(
      uniqueKeysWithValues: try (0..<rows.count).map {
        (try rows.int64($0, 0), (try rows.int64($0, 1), try rows.string($0, 2)))
      })
    return due.compactMap { due in
      let attempt = due.attempt
      guard let (id, key) = written[attempt.invoice] else { return nil }
      let request = attempt.request
      return ChargeAttempt(
        id: id, invoice: attempt.invoice, customer: attempt.customer, gateway: attempt.gateway,
        object: attempt.object, isPending: false,
        request: ChargeRequest(
          attempt: id, idempotencyKey: key, amount: request.amount, token: request.token,
          invoice: request.invoice, number: request.number, intendedAt: request.intendedAt))
    }
  }

  /// Sets when invoices are charged next; a moment is in UNIX seconds.
  static func schedule(
    _ rows: [(invoice: Int64, day: LocalDate?, moment: Int64?)], attempts: Int32 = 0,
    on connection: isolated Connection
  ) throws {
    if rows.isEmpty { return }
    try connection.execute(
      Statement(SQLFiles.scheduleCharges),
      [
        .int64Array(rows.map(\.invoice)), .dateArray(daysSince2000: rows.map(\.day?.daysSince2000)),
        .int64Array(rows.map(\.moment)),
        .int32Array(rows.map { _ in attempts }),
      ])
  }

  private var timestamp: Parameter {
    .timestamptz(unixSeconds: moment)
  }
}

extension ChargeRequest {
  /// What the intent freezes beside amount, currency and source.
  fileprivate func frozen(with details: String?) -> String {
    var writer = JSONWriter()
    writer.object {
      $0.field("token", token)
      $0.field("invoice", invoice)
      if let details { $0.field("debit", raw: details) }
    }
    return writer.text
  }
}

extension ChargeSource {
  /// Reads what `load_charges` says of a source.
  fileprivate init(_ rows: Rows, _ row: Int) throws {
    self.init(token: try rows.string(row, 9))
    mandate = try rows.optionalString(row, 14)
    mandateChargedOn = try rows.optionalLocalDate(row, 15)
    isMandateUsed = try rows.bool(row, 16)
    payer = try rows.string(row, 17)
    address.country = try rows.optionalString(row, 18)?.uppercased()
    address.city = try rows.optionalString(row, 19)
    address.postalCode = try rows.optionalString(row, 20)
    address.lines = try [21, 22].compactMap { try rows.optionalString(row, $0) }
  }
}
