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
    var uses: [OpenCredits.Use] = []
    for invoice in invoices {
      uses += open.take(invoice.balance, for: invoice, on: try openToday(operation, invoice))
    }
    for kind in [Credit.Kind.creditNote, .money] {
      for (day, uses) in Dictionary(grouping: uses.filter { $0.kind == kind }, by: \.day) {
        try settle(uses, of: kind, on: day, connection)
      }
    }
    try connection.execute(
      Statement(SQLFiles.useCredits),
      [.int64Array(uses.map(\.credit)), .int64Array(uses.map(\.amount))])
    return Set(uses.map(\.invoice))
  }

  func settle(
    _ uses: [OpenCredits.Use], of kind: Credit.Kind, on day: LocalDate,
    _ connection: isolated Connection
  ) throws {
    let ids = Parameter.int64Array(uses.map(\.invoice))
    let amounts = Parameter.int64Array(uses.map(\.amount))
    try connection.execute(
      Statement(SQLFiles.settleInvoices),
      [
        ids, .string(kind == .money ? "credit" : "credit_note"), amounts, .day(day),
        .int64Array(uses.map(\.credit)), .int64(nil),
      ])
    let account = kind == .money ? "2100" : "2110"
    try connection.execute(
      Statement(SQLFiles.bookAmounts),
      [ids, .string("apply_credit"), .day(day), .string(account), .string("1200"), amounts])
  }
}

/// What payers have open, as it is used up; goodwill is a discount and pays nothing (RULES 1.12).
struct OpenCredits {
  private var credits: [Open] = []

  private struct Open {
    let customer: Int64
    let credit: Int64
    let kind: Credit.Kind
    let currency: Currency
    var amount: Int64
    let expiresOn: LocalDate?
  }

  /// A part of a credit that pays an invoice, in minor units.
  struct Use {
    let invoice: Int64
    let credit: Int64
    let kind: Credit.Kind
    let amount: Int64
    let day: LocalDate
  }

  init(of customers: [Int64], on connection: isolated Connection) throws {
    let rows = try connection.query(Statement(SQLFiles.loadCredits), [.int64Array(customers)])
    for row in 0..<rows.count {
      let kind: Credit.Kind = try rows.choice(row, 2)
      if kind == .goodwill { continue }
      credits.append(
        Open(
          customer: try rows.int64(row, 0), credit: try rows.int64(row, 1), kind: kind,
          currency: try rows.currency(row, 3), amount: try rows.int64(row, 4),
          expiresOn: try rows.optionalLocalDate(row, 5)))
    }
  }

  /// Takes what pays a balance, as far as it goes.
  mutating func take(
    _ balance: Int64, for invoice: LockedInvoice, on day: LocalDate
  ) -> [Use] {
    take(balance, for: invoice.id, of: invoice.customer, in: invoice.currency, on: day)
  }

  /// The same for a document that is not open yet.
  mutating func take(
    _ balance: Int64, for invoice: Int64, of customer: Int64, in currency: Currency,
    on day: LocalDate
  ) -> [Use] {
    var uses: [Use] = []
    var rest = balance
    for index in credits.indices
    where credits[index].customer == customer && credits[index].currency == currency
      && credits[index].expiresOn.map({ day <= $0 }) ?? true
    {
      let amount = min(rest, credits[index].amount)
      if amount == 0 { continue }
      credits[index].amount -= amount
      rest -= amount
      uses.append(
        Use(
          invoice: invoice, credit: credits[index].credit, kind: credits[index].kind,
          amount: amount, day: day))
    }
    return uses
  }
}
