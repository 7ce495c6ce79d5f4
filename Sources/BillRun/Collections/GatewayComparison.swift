// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Compares what gateways say they have approved with the books, both ways (RULES 0.6).
public struct GatewayComparison: Sendable {
  /// Where a gateway and the books differ.
  public struct Difference: Sendable, Equatable {
    /// The gateway's name.
    public let gateway: String
    /// The key of the charge.
    public let key: String
    /// The invoice, nil where the books know nothing of the charge.
    public let invoice: Int64?
    /// What differs.
    public let problem: String
  }

  /// How many charges of these books each gateway knows, by its name.
  public private(set) var compared: [String: Int64] = [:]
  /// The gateways that payment sources name and the settings don't, in order.
  public private(set) var unconfigured: [String] = []
  /// The gateways that cannot be asked, in order: the files that they send tell.
  public private(set) var silent: [String] = []
  /// At most 100 a gateway.
  public private(set) var differences: [Difference] = []

  /// Compares all gateways that payment sources name, for charges since a moment in UNIX seconds;
  /// where nothing differs, charging goes on.
  ///
  /// Throws `BillRunError` when a gateway cannot be reached (69).
  public static func read(
    _ gateways: GatewaySet, since moment: Int64, at now: Int64, of database: Database
  ) async throws -> GatewayComparison {
    let connection = try await database.open()
    var comparison = GatewayComparison()
    let used = try await connection.query(Statement(SQLFiles.listUsedGateways), [])
    for row in 0..<used.count {
      let name = try used.string(row, 0)
      guard let gateway = gateways[name] else {
        comparison.unconfigured.append(name)
        continue
      }
      try await comparison.compare(gateway, since: moment, at: now, on: connection)
    }
    await connection.close()
    return comparison
  }

  private mutating func compare(
    _ gateway: any Gateway, since moment: Int64, at now: Int64, on connection: Connection
  ) async throws {
    let account = try await gateway.account()
    if !gateway.canBeAsked {
      silent.append(gateway.name)
      let place = try await GatewayWatch.Place.read(on: connection)
      return try await GatewayWatch.remember(gateway.name, account, place, at: now, on: connection)
    }
    var charges: [GatewayCharge] = []
    try await gateway.approved(since: moment) { charges += $0 }
    let (count, found) = try await connection.transaction { [charges] connection in
      try Self.compare(gateway.name, charges, since: moment, on: connection)
    }
    compared[gateway.name] = count
    differences += found
    if found.isEmpty {
      let place = try await GatewayWatch.Place.read(on: connection)
      try await GatewayWatch.remember(gateway.name, account, place, at: now, on: connection)
    }
  }

  private static func compare(
    _ gateway: String, _ charges: [GatewayCharge], since moment: Int64,
    on connection: isolated Connection
  ) throws -> (Int64, [Difference]) {
    try connection.execute(Statement(SQLFiles.makeGatewayCharges), [])
    try connection.execute(
      Statement(SQLFiles.addGatewayCharges),
      [
        .string(gateway), .stringArray(charges.map(\.idempotencyKey)),
        .stringArray(charges.map(\.reference)),
        .stringArray(charges.map(\.amount.currency.code)),
        .int64Array(charges.map(\.amount.minor)),
      ])
    let rows = try connection.query(
      Statement(SQLFiles.compareGatewayCharges),
      [
        .string(gateway), .timestamptz(microseconds: (moment - 946_684_800) * 1_000_000),
      ])
    let found = try (0..<rows.count).compactMap { row -> Difference? in
      guard let key = try rows.optionalString(row, 1) else { return nil }
      return Difference(
        gateway: gateway, key: key, invoice: try rows.optionalInt64(row, 2),
        problem: try rows.string(row, 3))
    }
    return (try rows.int64(0, 0), found)
  }

  /// A line for each gateway and difference.
  public var text: String {
    var lines = compared.sorted { $0.key < $1.key }
      .map { "gateway \($0.key): \($0.value) charges of these books compared" }
    lines += unconfigured.map { "gateway \($0) is not configured, nothing compared" }
    lines += silent.map { "gateway \($0) cannot be asked: read its statements, billrun bank read" }
    for one in differences {
      let invoice = one.invoice.map { "invoice \($0), " } ?? ""
      lines.append("WRONG \(one.gateway): \(invoice)\(one.key): \(one.problem)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The same as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { object in
      object.field("object", "gateway_comparison")
      object.field(
        "gateways",
        array: { list in
          for (name, count) in compared.sorted(by: { $0.key < $1.key }) {
            list.object {
              $0.field("gateway", name)
              $0.field("compared", count)
            }
          }
        })
      object.field("unconfigured", array: { list in unconfigured.forEach { list.string($0) } })
      object.field("silent", array: { list in silent.forEach { list.string($0) } })
      object.field(
        "differences",
        array: { list in
          for one in differences {
            list.object {
              $0.field("gateway", one.gateway)
              $0.field("idempotency_key", one.key)
              $0.field("invoice", one.invoice)
              $0.field("problem", one.problem)
            }
          }
        })
    }
  }
}
