// SPDX-License-Identifier: Apache-2.0
public import BillingCore
import Postgres
import SQLFiles

/// Takes in charges of these books that a gateway has approved and the books know nothing of, as
/// after a backup was restored, or after a copy has charged (RULES 0.6).
public struct ChargeAdoption: Sendable {
  /// A charge that the books have not.
  public struct Charge: Sendable, Equatable {
    /// The key of the charge.
    public let key: String
    /// The gateway's own id.
    public let reference: String
    /// What was charged.
    public let amount: Money
    /// The invoice that the key names, nil where it names none.
    public let invoice: Int64?
    /// Why it cannot be taken in, nil where it can.
    public let problem: String?
    let number: Int32?
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

  /// Lists what there is to take in, of charges since a moment in UNIX seconds; writes nothing.
  ///
  /// Throws `BillRunError` with 69 when the gateway cannot be reached.
  public func list(since start: Int64) async throws -> [Charge] {
    var charges: [GatewayCharge] = []
    try await gateway.approved(since: start) { charges += $0 }
    let connection = try await database.open()
    let found = try await connection.transaction { [charges, name = gateway.name] connection in
      try GatewayComparison.takeIn(charges, of: name, on: connection)
      return try Self.read(name, on: connection)
    }
    await connection.close()
    return found
  }

  private static func read(
    _ gateway: String, on connection: isolated Connection
  ) throws -> [Charge] {
    let rows = try connection.query(Statement(SQLFiles.listAdoptableCharges), [.string(gateway)])
    return try (0..<rows.count).map { row in
      Charge(
        key: try rows.string(row, 0), reference: try rows.string(row, 1),
        amount: Money(minor: try rows.int64(row, 3), currency: try rows.currency(row, 2)),
        invoice: try rows.optionalInt64(row, 4), problem: try rows.optionalString(row, 6),
        number: try rows.optionalInt32(row, 5))
    }
  }

  /// Books charges as payments of their invoices; what an invoice no longer owes becomes credit.
  ///
  /// They are committed as unknown first, so a crash leaves what the next `charge` asks for. Throws
  /// `BillRunError` with 75 when somebody is charging.
  public func adopt(_ charges: [Charge]) async throws {
    let connection = try await database.open()
    for seller in try await SellerRecord.list(code: nil, on: connection) {
      let lock = RunLock.charging(schema: database.schema, seller: seller.seller.id)
      if try await !lock.tryTake(on: connection) { throw ChargeEngine.atWork(seller.code) }
      let clock = WallClock(now: { [moment] in moment })
      let today = try await clock.today(in: seller.timeZone, on: connection)
      try await adopt(charges, of: seller.seller.id.rawValue, on: today, connection)
      try await lock.release(on: connection)
    }
    await connection.close()
  }

  private func adopt(
    _ charges: [Charge], of seller: Int64, on day: LocalDate, _ connection: isolated Connection
  ) throws {
    let rows = try connection.query(
      Statement(SQLFiles.adoptCharges),
      [
        .string(gateway.name), .stringArray(charges.map(\.key)),
        .stringArray(charges.map(\.reference)), .int64Array(charges.map(\.amount.minor)),
        .int64Array(charges.map(\.invoice)), .int32Array(charges.map { $0.number ?? 0 }),
        .day(day), .timestamptz(unixSeconds: moment), .int64(seller),
      ])
    let adopted = Set(try (0..<rows.count).map { try rows.int64($0, 0) })
    let outcomes = ChargeOutcomes(asOf: day, moment: moment, user: user)
    var supply = OpenAttempts(seller: seller, blockSize: 500)
    while true {
      let (attempts, rest) = try supply.next(without: [], on: connection)
      guard let attempts else { return }
      supply = rest
      let answers = attempts.filter { adopted.contains($0.id) }
        .map { ($0, ChargeOutcome.approved(reference: $0.request.reference ?? "")) }
      _ = try outcomes.write(answers, adding: ChargeSummary(), on: connection)
    }
  }
}
