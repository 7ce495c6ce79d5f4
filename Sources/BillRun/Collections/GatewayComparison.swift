// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Compares what gateways say they have charged and refunded with the books, both ways (RULES 0.6).
public struct GatewayComparison: Sendable {
  /// Where a gateway and the books differ.
  public struct Difference: Sendable, Equatable {
    /// The gateway's name.
    public let gateway: String
    /// The key of the charge, or of the refund.
    public let key: String
    /// The invoice of a charge, nil where the books know nothing of it.
    public let invoice: Int64?
    /// The refund that it is about, nil for a charge and where the books know nothing of it.
    public let refund: Int64?
    /// What differs.
    public let problem: String
    /// Whether it is only that the books don't know yet, and ask for it themselves.
    public let isOpen: Bool
  }

  /// How many charges of these books each gateway knows, by its name.
  public private(set) var compared: [String: Int64] = [:]
  /// How many refunds of these books each gateway knows, by its name.
  public private(set) var refunds: [String: Int64] = [:]
  /// The gateways that payment sources name and the settings don't, in order.
  public private(set) var unconfigured: [String] = []
  /// The gateways that cannot be asked, in order: the files that they send tell.
  public private(set) var silent: [String] = []
  /// Why nobody is charged at some of those, by name: a person has to say that nothing is missing.
  public private(set) var doubts: [String: String] = [:]
  /// At most 100 a gateway.
  public private(set) var differences: [Difference] = []
  /// How many differences there are, listed or not.
  public private(set) var count: Int64 = 0
  /// How many of them are charges that the books don't know, or know otherwise: nobody is charged
  /// before they are taken in or dismissed.
  public private(set) var strange: Int64 = 0

  /// 70 where a charge or a refund is missing on one side or differs, 78 where a gateway is not
  /// configured, 65 where the books only don't know yet or a person has to say, else 0.
  public var exitCode: ExitStatus {
    if differences.contains(where: { !$0.isOpen }) { return .software }
    if !unconfigured.isEmpty { return .configuration }
    return differences.isEmpty && doubts.isEmpty ? .ok : .dataError
  }

  /// Compares all gateways that payment sources name, or one, for charges since a moment in UNIX
  /// seconds, or since the books may not know of some; where they know all, charging goes on.
  ///
  /// Throws `BillRunError` when a gateway cannot be reached (69).
  public static func read(
    _ gateways: GatewaySet, only one: String? = nil, since moment: Int64, at now: Int64,
    of database: Database
  ) async throws -> GatewayComparison {
    let connection = try await database.open()
    var comparison = GatewayComparison()
    let used = try await GatewayWatch.used(on: connection)
    for name in one.map({ [$0] }) ?? used {
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
      doubts[gateway.name] = try await FileConfirmation.doubt(
        of: gateway.name, account, on: connection)
      return
    }
    let start = try await Self.start(moment, of: gateway.name, on: connection)
    var charges: [GatewayCharge] = []
    try await gateway.approved(since: start) { charges += $0 }
    var refunds: [GatewayRefund] = []
    try await gateway.refunded(since: start) { refunds += $0 }
    let found = try await connection.transaction { [charges] connection in
      try Self.compare(gateway.name, charges, since: moment, on: connection)
    }
    try await compare(gateway.name, refunds, since: moment, on: connection)
    compared[gateway.name] = found.charged
    differences += found.listed
    count += found.all
    strange += found.strange
    if found.strange == 0 {
      try await GatewayWatch.settle(gateway.name, account, at: now, on: connection)
    } else {
      try await GatewayWatch.note(
        "it has charges of these books that they do not know", of: gateway.name, on: connection)
    }
  }

  /// From when on charges are asked for: a day before what was asked for, since clocks need not
  /// agree, and no later than from when on the books may not know of some.
  static func start(
    _ moment: Int64, of gateway: String, on connection: isolated Connection
  ) throws -> Int64 {
    let memory = try GatewayWatch.Memory.load([gateway], on: connection)[gateway]
    return min(moment - 86_400, memory?.since ?? moment)
  }

  private static func compare(
    _ gateway: String, _ charges: [GatewayCharge], since moment: Int64,
    on connection: isolated Connection
  ) throws -> (charged: Int64, listed: [Difference], all: Int64, strange: Int64) {
    try takeIn(charges, of: gateway, on: connection)
    let rows = try connection.query(
      Statement(SQLFiles.compareGatewayCharges),
      [
        .string(gateway), .timestamptz(unixSeconds: moment),
      ])
    let found = try (0..<rows.count).compactMap { row -> Difference? in
      guard let key = try rows.optionalString(row, 1) else { return nil }
      return Difference(
        gateway: gateway, key: key, invoice: try rows.optionalInt64(row, 2), refund: nil,
        problem: try rows.string(row, 3), isOpen: try rows.bool(row, 4))
    }
    return (try rows.int64(0, 0), found, try rows.int64(0, 5), try rows.int64(0, 6))
  }

  private mutating func compare(
    _ gateway: String, _ refunds: [GatewayRefund], since moment: Int64, on connection: Connection
  ) async throws {
    let rows = try await connection.query(
      Statement(SQLFiles.compareGatewayRefunds),
      [
        .string(gateway), .timestamptz(unixSeconds: moment),
        .stringArray(refunds.map(\.idempotencyKey)), .stringArray(refunds.map(\.reference)),
        .stringArray(refunds.map(\.amount.currency.code)),
        .int64Array(refunds.map(\.amount.minor)),
      ])
    for row in rows.indices {
      guard let key = try rows.optionalString(row, 1) else { continue }
      differences.append(
        Difference(
          gateway: gateway, key: key, invoice: nil, refund: try rows.optionalInt64(row, 2),
          problem: try rows.string(row, 3), isOpen: try rows.bool(row, 4)))
    }
    self.refunds[gateway] = try rows.int64(0, 0)
    count += try rows.int64(0, 5)
  }

  /// Writes what a gateway says into a table that lives until the transaction ends.
  static func takeIn(
    _ charges: [GatewayCharge], of gateway: String, on connection: isolated Connection
  ) throws {
    try connection.execute(Statement(SQLFiles.makeGatewayCharges), [])
    try connection.execute(
      Statement(SQLFiles.addGatewayCharges),
      [
        .string(gateway), .stringArray(charges.map(\.idempotencyKey)),
        .stringArray(charges.map(\.reference)),
        .stringArray(charges.map(\.amount.currency.code)),
        .int64Array(charges.map(\.amount.minor)), .stringArray(charges.map(\.token)),
        .int64Array(charges.map(\.chargedAt)),
      ])
  }

  /// A line for each gateway and difference.
  public var text: String {
    var lines = compared.sorted { $0.key < $1.key }
      .map {
        "gateway \($0.key): \($0.value) charges and \(refunds[$0.key] ?? 0) refunds of these books "
          + "compared"
      }
    lines += unconfigured.map { "gateway \($0) is not configured, nothing compared" }
    lines += silent.map { "gateway \($0) cannot be asked: read its statements, billrun bank read" }
    for (name, doubt) in doubts.sorted(by: { $0.key < $1.key }) {
      lines.append("nobody is charged at \(name): \(doubt): billrun charge adopt --gateway \(name)")
    }
    for one in differences {
      let invoice =
        one.invoice.map { "invoice \($0), " } ?? one.refund.map { "refund \($0), " } ?? ""
      let word = one.isOpen ? "open" : "WRONG"
      lines.append("\(word) \(one.gateway): \(invoice)\(one.key): \(one.problem)")
    }
    if strange > 0 { lines.append("nobody is charged: billrun charge adopt lists what to do") }
    let unlisted = count - Int64(differences.count)
    if unlisted > 0 { lines.append("and \(unlisted) more") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The same as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { object in
      object.field("object", "gateway_comparison")
      object.field("gateways", objects: compared.sorted(by: { $0.key < $1.key })) {
        element, entry in
        element.field("gateway", entry.key)
        element.field("compared", entry.value)
        element.field("refunds", refunds[entry.key] ?? 0)
      }
      object.field("unconfigured", array: { list in unconfigured.forEach { list.string($0) } })
      object.field("silent", array: { list in silent.forEach { list.string($0) } })
      object.field("doubts", objects: doubts.sorted(by: { $0.key < $1.key })) { element, entry in
        element.field("gateway", entry.key)
        element.field("doubt", entry.value)
      }
      object.field("differences", objects: differences) { element, one in
        element.field("gateway", one.gateway)
        element.field("idempotency_key", one.key)
        element.field("invoice", one.invoice)
        element.field("refund", one.refund)
        element.field("problem", one.problem)
        element.field("open", one.isOpen)
      }
      object.field("count", count)
      object.field("strange", strange)
      object.field("exit_code", Int(exitCode.rawValue))
    }
  }
}
