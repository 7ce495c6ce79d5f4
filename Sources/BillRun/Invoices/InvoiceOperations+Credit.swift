// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Pays open invoices by what their payers have open, in the order in which credit is used:
  /// expiring first, then credit notes, then money, the oldest first (RULES 3).
  ///
  /// Throws `BillRunError` with 65 where an invoice is not open, or its payer has nothing.
  public func applyCredit(_ ids: [Int64], on connection: isolated Connection) throws {
    let invoices = try begin(.applyCredit, ids, on: connection)
    let paid = try payByCredit(invoices, in: .applyCredit, on: connection)
    for invoice in invoices where !paid.contains(invoice.id) {
      throw refusal(
        .applyCredit, "nothing_open",
        "customer \(invoice.customer) has no credit in \(invoice.currency) for \(invoice.name)")
    }
  }

  /// Pays documents, in order of id, as far as credit goes; returns those that got some.
  @discardableResult
  func payByCredit(
    _ invoices: [LockedInvoice], in operation: InvoiceOperation,
    on connection: isolated Connection
  ) throws -> Set<Int64> {
    var open = try OpenCredits(of: invoices.map(\.customer), on: connection)
    var uses: [UsedCredit] = []
    for invoice in invoices {
      uses += open.take(invoice.balance, for: invoice, on: try openToday(operation, invoice))
    }
    try use(uses, on: connection)
    return Set(uses.map(\.invoice))
  }

  /// Pays documents by parts of credits: settles them, and books it, one entry a document and kind.
  func use(_ uses: [UsedCredit], on connection: isolated Connection) throws {
    if uses.isEmpty { return }
    try settle(
      uses.map {
        Settlement(
          invoice: $0.invoice, kind: $0.kind == .money ? .credit : .creditNote, amount: $0.amount,
          day: $0.day, credit: $0.credit)
      }, on: connection)
    for kind in [Credit.Kind.creditNote, .money] {
      for (day, uses) in Dictionary(grouping: uses.filter { $0.kind == kind }, by: \.day) {
        try connection.execute(
          Statement(SQLFiles.bookAmounts),
          [
            .int64Array(uses.map(\.invoice)), .string("apply_credit"), .day(day),
            .string(kind == .money ? "2100" : "2110"), .string("1200"),
            .int64Array(uses.map(\.amount)),
          ])
      }
    }
    try connection.execute(
      Statement(SQLFiles.useCredits),
      [.int64Array(uses.map(\.credit)), .int64Array(uses.map(\.amount))])
  }
}

/// A part of a credit that pays an invoice, in minor units.
struct UsedCredit {
  let invoice: Int64
  let credit: Int64
  let kind: Credit.Kind
  let amount: Int64
  let day: LocalDate
}

/// What payers have open, as it is used up; goodwill is a discount and pays nothing (RULES 1.12).
struct OpenCredits {
  private var credits: [Int64: [Open]] = [:]

  private struct Open {
    let credit: Int64
    let kind: Credit.Kind
    let currency: Currency
    var amount: Int64
    let expiresOn: LocalDate?
  }

  init(of customers: [Int64], on connection: isolated Connection) throws {
    let call = Self.reading(customers)
    try self.init(connection.query(call.statement, call.parameters))
  }

  /// What reads it, to be sent with other statements.
  static func reading(_ customers: [Int64]) -> Connection.Call {
    Connection.Call(Statement(SQLFiles.loadCredits), [.int64Array(customers)])
  }

  /// What was read.
  init(_ rows: Rows) throws {
    for row in 0..<rows.count {
      let kind: Credit.Kind = try rows.choice(row, 2)
      if kind == .goodwill { continue }
      credits[try rows.int64(row, 0), default: []].append(
        Open(
          credit: try rows.int64(row, 1), kind: kind,
          currency: try rows.currency(row, 3), amount: try rows.int64(row, 4),
          expiresOn: try rows.optionalLocalDate(row, 5)))
    }
  }

  /// Takes what pays a balance, as far as it goes.
  mutating func take(
    _ balance: Int64, for invoice: LockedInvoice, on day: LocalDate
  ) -> [UsedCredit] {
    take(balance, for: invoice.id, of: invoice.customer, in: invoice.currency, on: day)
  }

  /// The same for a document that is not open yet.
  mutating func take(
    _ balance: Int64, for invoice: Int64, of customer: Int64, in currency: Currency,
    on day: LocalDate
  ) -> [UsedCredit] {
    guard var own = credits[customer] else { return [] }
    var uses: [UsedCredit] = []
    var rest = balance
    for index in own.indices
    where own[index].currency == currency && own[index].expiresOn.map({ day <= $0 }) ?? true {
      let amount = min(rest, own[index].amount)
      if amount == 0 { continue }
      own[index].amount -= amount
      rest -= amount
      uses.append(
        UsedCredit(
          invoice: invoice, credit: own[index].credit, kind: own[index].kind, amount: amount,
          day: day))
    }
    credits[customer] = own
    return uses
  }
}
