// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

/// A published invoice as one-off items: each line with its allowances as discounts of its own,
/// each charge, and each allowance of the document, as an item beside it.
///
/// What a credit note says is billed with the sign turned, so that it becomes one.
struct PublishedInvoice {
  private(set) var books = Books()
  private(set) var items: [PendingItem] = []
  /// Whether one of its taxes is taken off, or comes on top of another one.
  private(set) var hasOtherTaxes: Bool
  let isCreditNote: Bool
  private let example: PublishedCase
  private let currency: Currency
  private let isIncluded: Bool
  /// The places of each line's items, and last those of the document's.
  private var places: [[Int]] = []
  /// Category and rate by place in the catalog.
  private var keys: [String] = []

  init(_ example: PublishedCase) throws {
    self.example = example
    currency = .named(example.inputs["currency"]?.text ?? "")
    isIncluded = example.inputs["prices_include_tax"] == .flag(true)
    isCreditNote = ["credit_note", "credit-note"].contains(example.inputs["document_type"]?.text)
    hasOtherTaxes = example.expected["retained_tax"] != nil
    // What is payable is rounded to whole units in all of them that round it.
    let isRounded = example.inputs["rounding"]?.decimal.map { $0 != .zero } ?? false
    books.seller = Seller(
      id: ID(1), currency: currency,
      cashRounding: isRounded ? CashRounding(increment: Int64(currency.minorUnits)) : nil)
    for line in example.inputs["lines"]?.list ?? [] { try add(line) }
    places.append([])
    for (key, sign) in [("document_allowances", Int64(-1)), ("document_charges", 1)] {
      for extra in example.inputs[key]?.list ?? [] { try add(extra, sign, taxes(of: extra)) }
    }
  }

  private mutating func add(_ line: Field) throws {
    let taxes = taxes(of: line)
    let base = Fraction(line["price_base_quantity"]?.decimal ?? .one)
    let price = Fraction(try #require(line["unit_price"]?.decimal)) / base
    let quantity = try #require(line["quantity"]?.decimal)
    let allowances = (line["allowances"]?.list ?? []).compactMap { $0["amount"]?.decimal }
    places.append([])
    let unit = price * Fraction(1_000_000_000_000)
    if unit.below == 1 {
      add(ExactDecimal(coefficient: unit.above), quantity, taxes, less: allowances)
    } else {
      // A price per 365 of a unit has no end of places: the line as one of its amount.
      let amount = price * Fraction(quantity) * Fraction(Int128(currency.minorUnits))
      let rounded = Money(minor: amount.rounded(.halfUp), currency: currency)
      add(ExactDecimal(rounded), .one, taxes, less: allowances)
    }
    for charge in line["charges"]?.list ?? [] { try add(charge, 1, taxes) }
  }

  private mutating func add(_ extra: Field, _ sign: Int64, _ taxes: [Int]) throws {
    let amount = try #require(extra["amount"]?.decimal)
    add(sign < 0 ? amount.negated() : amount, .one, taxes, less: [])
  }

  private mutating func add(
    _ price: ExactDecimal, _ quantity: ExactDecimal, _ taxes: [Int], less: [ExactDecimal]
  ) {
    let quantity = isCreditNote ? quantity.negated() : quantity
    places[places.count - 1].append(items.count)
    items.append(
      PendingItem(
        id: ID(Int64(items.count)), name: "line", quantity: quantity, unitCost: price,
        currency: currency, taxes: taxes, addedOn: .on("2020-01-01"),
        discounts: isCreditNote ? [] : less.map { .amount($0) }))
    // Turned once more: it lessens what is given back.
    if isCreditNote {
      for amount in less { add(amount, ExactDecimal.one.negated(), taxes, less: []) }
    }
  }

  /// The places of a line's taxes in the catalog, each category and rate once.
  private mutating func taxes(of line: Field) -> [Int] {
    var found: [Int] = []
    for tax in (line["taxes"]?.list ?? []) + [line["tax"]].compactMap({ $0 }) {
      if tax["surcharge_rate"] != nil { hasOtherTaxes = true }
      guard let percent = tax["rate"]?.decimal else { continue }
      let key = "\(tax["category"]?.written ?? "") \(percent)"
      if let known = keys.firstIndex(of: key) {
        found.append(known)
      } else {
        found.append(keys.count)
        keys.append(key)
        books.taxRates.append(.percent(key, "\(percent)", inclusive: isIncluded))
      }
    }
    return found
  }

  /// Bills it, with what was paid before as credit.
  func bill() throws -> InvoiceDraft {
    var credits: [Credit] = []
    if let prepaid = example.inputs["prepaid"]?.decimal, prepaid > .zero {
      credits = [Credit(id: ID(1), kind: .money, open: .of("\(prepaid)", currency))]
    }
    return try #require(try books.bill(items: items, credits: credits).documents.first)
  }

  // MARK: - What is expected

  /// An amount in minor units; nil where the case has none, or one with more places.
  func minor(_ key: String) -> Int64? { Self.minor(example.expected[key], currency) }

  private static func minor(_ field: Field?, _ currency: Currency) -> Int64? {
    guard let decimal = field?.decimal else { return nil }
    let amount = Fraction(decimal) * Fraction(Int128(currency.minorUnits))
    return amount.below == 1 ? Int64(amount.above) : nil
  }

  /// What an input of the whole document comes to in minor units, zero for none.
  func given(_ key: String) -> Int64 { Self.minor(example.inputs[key], currency) ?? 0 }

  /// What each line comes to with its own allowances and charges, as printed.
  func nets(of draft: InvoiceDraft) -> [Int64?] {
    places.dropLast().map { places in
      places.reduce(0) { $0 + draft.lines[$1].amount.minor - draft.lines[$1].discount.minor }
    }
  }

  var expectedNets: [Int64?] {
    (example.expected["line_nets"]?.list ?? []).map { Self.minor($0["net"], currency) }
  }

  /// Base and tax by category and rate.
  func taxes(of draft: InvoiceDraft) -> [String: [Int64?]] {
    var found: [String: [Int64?]] = [:]
    for tax in draft.taxes {
      if let rate = tax.rate { found[keys[rate]] = [tax.base.minor, tax.amount.minor] }
    }
    return found
  }

  /// The same as published, but for groups without a rate, which bear none.
  var expectedTaxes: [String: [Int64?]] {
    var expected: [String: [Int64?]] = [:]
    for tax in example.expected["tax_subtotals"]?.list ?? [] {
      guard let percent = tax["rate"]?.decimal else { continue }
      expected["\(tax["category"]?.written ?? "") \(percent)"] = [
        Self.minor(tax["taxable"], currency), Self.minor(tax["tax"], currency),
      ]
    }
    return expected
  }
}
