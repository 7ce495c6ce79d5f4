// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// What payments change, gathered so that it is written in sets.
struct PaymentSheet {
  /// An event of the journal on a day.
  struct Entry: Hashable {
    let event: String
    let day: LocalDate
  }

  /// An early discount that is granted (sign 1) or taken back (-1), in minor units.
  struct Discount {
    let invoice: Int64
    let seller: Int64
    let total: Int64
    let amount: Int64
    let currency: Currency
    let rounding: RoundingMode
    let day: LocalDate
    let sign: Int64
  }

  /// The account where the money of a kind of payment source is until its gateway pays it out
  /// (RULES 7): clearing, or debits in transit.
  static func clearing(of object: String) -> String {
    object == "bank_account" ? "1060" : "1050"
  }

  var settlements: [Settlement] = []
  /// Credits that settle less than they did.
  var returned: [(credit: Int64, amount: Int64)] = []
  /// Money that becomes credit.
  var credits: [(payment: Int64, amount: Int64, day: LocalDate)] = []
  var discounts: [Discount] = []
  private(set) var amounts: [(entry: Entry, side: BookedAmount)] = []

  /// Books both sides of an amount; nothing when it is zero.
  mutating func book(
    _ event: String, on day: LocalDate, seller: Int64, _ currency: Currency, _ amount: Int64,
    debit: String, credit: String
  ) {
    if amount == 0 { return }
    let entry = Entry(event: event, day: day)
    for (account, amount) in [(debit, amount), (credit, -amount)] {
      amounts.append(
        (entry, BookedAmount(seller: seller, currency: currency, account: account, amount: amount)))
    }
  }

  /// Writes settlements, credits and the journal; entries name the invoice where there is one only.
  mutating func write(
    _ operations: InvoiceOperations, on connection: isolated Connection
  ) throws {
    try bookDiscounts(on: connection)
    try operations.settle(settlements, on: connection)
    if !credits.isEmpty {
      try connection.execute(
        Statement(SQLFiles.writePaymentCredits),
        [
          .int64Array(credits.map(\.payment)), .int64Array(credits.map(\.amount)),
          .dateArray(daysSince2000: credits.map(\.day.daysSince2000)),
        ])
    }
    if !returned.isEmpty {
      try connection.execute(
        Statement(SQLFiles.useCredits),
        [.int64Array(returned.map(\.credit)), .int64Array(returned.map { -$0.amount })])
    }
    let touched = Set(settlements.map(\.invoice))
    let entries = Dictionary(grouping: amounts, by: \.entry)
    for (entry, amounts) in entries.sorted(by: {
      ($0.key.day, $0.key.event) < ($1.key.day, $1.key.event)
    }) {
      try operations.book(
        entry.event, amounts.map(\.side), on: entry.day,
        invoice: touched.count == 1 ? touched.first : nil, connection)
    }
  }

  /// Books discounts without their tax, and the share of each tax (RULES 1.13, 7).
  private mutating func bookDiscounts(on connection: isolated Connection) throws {
    if discounts.isEmpty { return }
    let rows = try connection.query(
      Statement(SQLFiles.listDocumentTaxes), [.int64Array(discounts.map(\.invoice))])
    var taxes: [Int64: [(version: Int64?, amount: Int64)]] = [:]
    for row in 0..<rows.count {
      let tax = (try rows.isNull(row, 1) ? nil : rows.int64(row, 1), try rows.int64(row, 2))
      taxes[try rows.int64(row, 0), default: []].append(tax)
    }
    for discount in discounts {
      let currency = discount.currency
      let taxes = taxes[discount.invoice] ?? []
      let split = try EarlyDiscountShares(
        Money(minor: discount.amount, currency: currency),
        ofTotal: Money(minor: discount.total, currency: currency),
        taxes: taxes.map { Money(minor: $0.amount, currency: currency) },
        rounding: discount.rounding)
      let entry = Entry(
        event: discount.sign > 0 ? "early_discount" : "early_discount_undone", day: discount.day)
      var sides = [("6200", try split.net().minor, nil as Int64?), ("1200", -discount.amount, nil)]
      for (tax, share) in zip(taxes, split.taxes) {
        sides.append(("2200", share.minor, tax.version))
      }
      for (account, amount, version) in sides where amount != 0 {
        amounts.append(
          (
            entry,
            BookedAmount(
              seller: discount.seller, currency: currency, account: account,
              amount: discount.sign * amount, taxRateVersion: version)
          ))
      }
    }
  }
}
