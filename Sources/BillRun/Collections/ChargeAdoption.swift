// SPDX-License-Identifier: Apache-2.0
public import BillingCore
import Postgres
import SQLFiles

/// Takes in charges of these books that a gateway has approved and the books know nothing of, as
/// after a backup was restored, or after a copy has charged (RULES 0.6).
///
/// Who paid tells whose a charge is: the customer who has its payment source. The invoice in its
/// key may be another's by now, since ids are handed out again after a restore.
public struct ChargeAdoption: Sendable {
  /// A charge that the books have not.
  public struct Charge: Sendable, Equatable {
    /// The key of the charge.
    public let key: String
    /// The gateway's own id.
    public let reference: String
    /// What was charged.
    public let amount: Money
    /// The payment source that was charged, nil where the gateway does not say.
    public let token: String?
    /// When it was charged, in UNIX seconds.
    public let chargedAt: Int64
    /// Whose payment source it is, nil where nobody has it, or several have.
    public let customer: Int64?
    /// The invoice that the key names, nil where it names none.
    public let named: Int64?
    /// The same where it is the customer's, and older than the charge.
    public let invoice: Int64?
    /// Why it cannot be taken in, nil where it can.
    public let problem: String?
    /// What it pays, and what of it becomes credit; nil where it cannot be taken in.
    public internal(set) var pays: RecordedPayment?
    let source: Int64?
    let object: String?
    let today: LocalDate?

    /// When it was charged, as people read it, in UTC.
    public var chargedAtText: String {
      let day = LocalDate(daysSince1970: Int32(clamping: chargedAt / 86_400))
      let parts = [chargedAt / 3600 % 24, chargedAt / 60 % 60, chargedAt % 60]
      return "\(day) " + parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":") + " UTC"
    }
  }

  let database: Database
  let gateway: any Gateway
  /// In UNIX seconds.
  let moment: Int64
  let user: String

  /// Prepares it for a gateway of the settings, at a moment in UNIX seconds, by a user of the
  /// operating system; throws `BillRunError` with 64 when there is no such gateway.
  public init(
    of name: String, among gateways: GatewaySet, in database: Database, at moment: Int64,
    by user: String
  ) throws {
    guard let gateway = gateways[name] else {
      throw BillRunError(
        .usage, code: "gateway_not_found", "gateway \(name) not found, the settings have none",
        hint: "billrun check lists them")
    }
    self.database = database
    self.gateway = gateway
    self.moment = moment
    self.user = user
  }

  /// Ends a trial: what it has written is undone.
  private struct Trial: Error {
    let found: [Charge]
  }

  /// Lists what there is to take in, of charges since a moment in UNIX seconds, or since the books
  /// may not know of some, with what each would pay; writes nothing.
  ///
  /// Throws `BillRunError` with 69 when the gateway cannot be reached.
  public func list(since start: Int64) async throws -> [Charge] {
    let connection = try await database.open()
    let charges = try await approved(since: start, on: connection)
    var found: [Charge] = []
    do {
      try await connection.transaction { [charges, self] connection in
        try GatewayComparison.takeIn(charges, of: gateway.name, on: connection)
        throw Trial(found: try book(read(on: connection), on: connection))
      }
    } catch let trial as Trial {
      found = trial.found
    }
    await connection.close()
    return found
  }

  private func approved(
    since moment: Int64, on connection: Connection
  ) async throws -> [GatewayCharge] {
    let start = try await GatewayComparison.start(moment, of: gateway.name, on: connection)
    var charges: [GatewayCharge] = []
    try await gateway.approved(since: start) { charges += $0 }
    return charges
  }

  private func read(on connection: isolated Connection) throws -> [Charge] {
    let rows = try connection.query(
      Statement(SQLFiles.listAdoptableCharges),
      [.string(gateway.name), .timestamptz(unixSeconds: moment)])
    return try (0..<rows.count).map { row in
      Charge(
        key: try rows.string(row, 0), reference: try rows.string(row, 1),
        amount: Money(minor: try rows.int64(row, 3), currency: try rows.currency(row, 2)),
        token: try rows.optionalString(row, 4), chargedAt: try rows.int64(row, 5),
        customer: try rows.optionalInt64(row, 6), named: try rows.optionalInt64(row, 9),
        invoice: try rows.optionalInt64(row, 10), problem: try rows.optionalString(row, 12),
        source: try rows.optionalInt64(row, 7), object: try rows.optionalString(row, 8),
        today: try rows.optionalLocalDate(row, 11))
    }
  }

  /// Books charges that were listed as payments of those who paid, all or none, and compares: where
  /// the books know all charges then, charging goes on, and true is returned.
  ///
  /// Throws `BillRunError` with 75 when somebody is charging.
  public func adopt(_ charges: [Charge], since start: Int64) async throws -> Bool {
    let connection = try await database.open()
    let sellers = try await SellerRecord.list(code: nil, on: connection)
    for seller in sellers {
      let lock = RunLock.charging(schema: database.schema, seller: seller.seller.id)
      if try await !lock.tryTake(on: connection) { throw ChargeEngine.atWork(seller.code) }
    }
    try await connection.transaction { [self] connection in
      _ = try book(charges, on: connection)
    }
    let isSettled = try await compare(since: start)
    // What was locked is free once the connection is closed.
    await connection.close()
    return isSettled
  }

  private func compare(since start: Int64) async throws -> Bool {
    try await GatewayComparison.read(
      GatewaySet([gateway]), only: gateway.name, since: start, at: moment, of: database
    ).strange == 0
  }

  /// Notes that a person has dealt with charges that cannot be taken in.
  ///
  /// They were paid back at the gateway, say: the books know them from now on, and book nothing.
  /// Compares as `adopt` does.
  ///
  /// Throws `BillRunError` with 64 when there is no such charge.
  public func dismiss(
    _ references: [String], because reason: String, since start: Int64
  ) async throws -> Bool {
    let connection = try await database.open()
    let charges = try await approved(since: start, on: connection)
    try await connection.transaction { [charges, self] connection in
      try GatewayComparison.takeIn(charges, of: gateway.name, on: connection)
      for reference in references {
        try dismiss(reference, because: reason, on: connection)
      }
    }
    let isSettled = try await compare(since: start)
    await connection.close()
    return isSettled
  }

  private func dismiss(
    _ reference: String, because reason: String, on connection: isolated Connection
  ) throws {
    let dismissed = try connection.query(
      Statement(SQLFiles.dismissCharge),
      [.string(gateway.name), .string(reference), .string(reason)])
    guard let row = dismissed.first else {
      throw BillRunError(
        .usage, code: "charge_not_found",
        "charge \(reference) not found, on \(gateway.name), or the books know it",
        hint: "billrun charge adopt --gateway \(gateway.name) lists those that they do not know")
    }
    let key = try row.string(0)
    var detail = JSONWriter()
    detail.object {
      $0.field("gateway", gateway.name)
      $0.field("reference", reference)
      $0.field("idempotency_key", key)
      $0.field("reason", reason)
      $0.field("os_user", user)
    }
    try connection.execute(
      Statement(SQLFiles.recordEvent),
      [.string("charge_dismissed"), .string("book"), .int64(1), .jsonb(detail.text)])
  }

  // MARK: - Booking

  /// Books the charges without a problem, and says of each what it pays.
  private func book(
    _ charges: [Charge], on connection: isolated Connection
  ) throws -> [Charge] {
    let good = charges.filter { $0.problem == nil }
    if good.isEmpty { return charges }
    let operations = PaymentOperations(at: moment, by: user)
    // Whoever pays otherwise meanwhile waits, before the attempts are written.
    _ = try operations.lock(good.compactMap(\.customer), on: connection)
    let rows = try connection.query(
      Statement(SQLFiles.adoptCharges),
      [
        .string(gateway.name), .stringArray(good.map(\.key)),
        .stringArray(good.map(\.reference)), .stringArray(good.map(\.amount.currency.code)),
        .int64Array(good.map(\.amount.minor)), .int64Array(good.map(\.invoice)),
        .int64Array(good.map(\.source)), .int64Array(good.map(\.chargedAt)),
        .dateArray(daysSince2000: good.map { $0.today?.daysSince2000 }),
        .timestamptz(unixSeconds: moment),
      ])
    let attempts = Dictionary(
      uniqueKeysWithValues: try (0..<rows.count).map {
        (try rows.string($0, 0), try rows.int64($0, 1))
      })
    let taken = good.compactMap { charge -> (String, PaymentOperations.Adopted)? in
      guard let attempt = attempts[charge.key], let customer = charge.customer,
        let object = charge.object
      else { return nil }
      return (
        charge.key,
        PaymentOperations.Adopted(
          attempt: attempt, customer: customer, invoice: charge.invoice, amount: charge.amount,
          object: object, reference: charge.reference)
      )
    }
    let recorded = try operations.receive(adopted: taken.map(\.1), on: connection)
    let pays = Dictionary(uniqueKeysWithValues: zip(taken.map(\.0), recorded))
    return charges.map { charge in
      var charge = charge
      charge.pays = pays[charge.key]
      return charge
    }
  }
}
