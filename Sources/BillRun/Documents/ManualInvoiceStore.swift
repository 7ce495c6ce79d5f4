// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// An invoice made by hand as it was read: what it charges, and whom.
struct ManualInvoiceRow {
  /// Its line, over all files.
  let line: Int32
  /// The id that it brings along.
  let id: Int64?
  /// The seller's code.
  let seller: String
  let date: LocalDate
  let payer: Customer
  let invoice: ManualInvoice
  /// Whether it stays a draft.
  let isDraft: Bool
  /// The day in the seller's zone.
  let today: LocalDate
}

/// Reads staged invoices, some lines at a time.
struct ManualInvoiceStore {
  let index: CatalogIndex

  /// The good invoices between two lines, both inclusive, in order, their customers locked.
  func read(
    _ lines: ClosedRange<Int32>, on connection: isolated Connection
  ) throws -> [ManualInvoiceRow] {
    let range: [Parameter] = [.int32(lines.lowerBound), .int32(lines.upperBound)]
    let found = try connection.queryAll([
      .init(Statement(SQLFiles.loadManualInvoices), range),
      .init(Statement(SQLFiles.loadManualItems), range),
    ])
    let (heads, rows) = (found[0], found[1])
    if heads.isEmpty { return [] }
    let customers = try self.customers(
      Set(try (0..<heads.count).map { try heads.int64($0, 2) }).sorted(), on: connection)
    var next = 0
    return try (0..<heads.count).map { head in
      let (line, date) = (try heads.int32(head, 0), try heads.localDate(head, 5))
      let currency = try heads.currency(head, 4)
      var items: [PendingItem] = []
      while try next < rows.count && rows.int32(next, 0) == line {
        items.append(try item(rows, next, currency, date))
        next += 1
      }
      guard let customer = customers[try heads.int64(head, 2)] else { throw CatalogChanged() }
      let method: CashRounding.Method? =
        try heads.isNull(head, 10) ? nil : try heads.choice(head, 10)
      return ManualInvoiceRow(
        line: line, id: try heads.optionalInt64(head, 1), seller: try heads.string(head, 3),
        date: date,
        payer: customer.with(
          paymentTerms: try heads.optionalString(head, 7), autopay: try heads.bool(head, 8),
          chase: try heads.bool(head, 9), paymentMethod: method ?? .other),
        invoice: ManualInvoice(
          currency: currency, items: items, discounts: try discounts(heads, head, 13),
          taxes: index.places(ofTaxRates: try heads.stringArray(head, 11)),
          taxAmount: try heads.exactDecimal(head, 12),
          dueDate: try heads.optionalLocalDate(head, 6)),
        isDraft: try heads.bool(head, 15), today: try heads.localDate(head, 16))
    }
  }

  /// Customers by id, locked as whoever uses their credit locks them (RULES 0.8).
  private func customers(
    _ ids: [Int64], on connection: isolated Connection
  ) throws -> [Int64: Customer] {
    try connection.enqueue(Statement(SQLFiles.lockCustomers), [.int64Array(ids)])
    let rows = try connection.query(Statement(SQLFiles.loadCustomers), [.int64Array(ids)])
    let store = AccountStore(index: index)
    var customers: [Int64: Customer] = [:]
    for row in 0..<rows.count {
      customers[try rows.int64(row, 0)] = try store.customer(row, of: rows)
    }
    return customers
  }

  private func item(
    _ rows: Rows, _ row: Int, _ currency: Currency, _ date: LocalDate
  ) throws -> PendingItem {
    PendingItem(
      id: ID(try rows.int64(row, 1)), name: try rows.string(row, 2),
      description: try rows.optionalString(row, 3),
      item: try rows.optionalInt64(row, 4).map { ID($0) }, quantity: try rows.exactDecimal(row, 5),
      unitCost: try rows.exactDecimal(row, 6), currency: currency,
      discountable: try rows.bool(row, 7), taxable: try rows.bool(row, 8),
      taxCategory: try rows.optionalString(row, 9),
      taxes: index.places(ofTaxRates: try rows.stringArray(row, 10)),
      taxAmount: try rows.exactDecimal(row, 11), addedOn: date,
      discounts: try discounts(rows, row, 12))
  }

  private func discounts(
    _ rows: Rows, _ row: Int, _ column: Int
  ) throws -> [PendingItem.Discount] {
    try zip(rows.int64Array(row, column), rows.stringArray(row, column + 1)).map { coupon, amount in
      if coupon == 0 { return .amount(ExactDecimal(amount) ?? .zero) }
      guard let place = index.coupons[coupon] else { throw CatalogChanged() }
      return .coupon(place)
    }
  }
}

/// The goodwill that customers have open, as it is used up.
struct OpenGoodwill {
  private var credits: [Int64: [Credit]] = [:]

  /// Reads it, locked, in the order in which it is used.
  init(of customers: [Int64], on connection: isolated Connection) throws {
    let rows = try connection.query(Statement(SQLFiles.loadCredits), [.int64Array(customers)])
    for row in 0..<rows.count {
      let kind: Credit.Kind = try rows.choice(row, 2)
      guard kind == .goodwill else { continue }
      let currency = try rows.currency(row, 3)
      credits[try rows.int64(row, 0), default: []].append(
        Credit(
          id: ID(try rows.int64(row, 1)), kind: kind,
          open: Money(minor: try rows.int64(row, 4), currency: currency),
          expiresOn: try rows.optionalLocalDate(row, 5)))
    }
  }

  /// What a customer has.
  func of(_ customer: Int64) -> [Credit] { credits[customer] ?? [] }

  /// Takes off what a document uses.
  mutating func use(_ draft: InvoiceDraft, of customer: Int64) throws {
    for discount in draft.discounts {
      guard let id = discount.credit,
        let index = credits[customer]?.firstIndex(where: { $0.id == id }),
        let credit = credits[customer]?[index]
      else { continue }
      credits[customer]?[index] = Credit(
        id: id, kind: credit.kind, open: try credit.open.subtracting(discount.amount),
        expiresOn: credit.expiresOn)
    }
  }
}
