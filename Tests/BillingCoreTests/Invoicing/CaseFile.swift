// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// An example as text: what is given, `--`, and what comes out.
///
/// A line is a keyword and phrases, which two or more blanks separate:
///
///     today      DAY  invoiced DAY  after DAY…       (of runs before, for one subscription)
///     seller     rounding half even  tax per line  tax by period end  suppress zero  in DE
///                registered in FR  CURRENCY  cash 0.05
///     customer   NAME  CURRENCY  TAX…  terms NET 30  exempt REASON  consolidated  in FR
///                vat id FR40303265045  checked
///     plan       NAME  PRICE monthly  from DAY  PHRASE…  TAX…      (a subscription)
///     addon      NAME  PRICE monthly  PHRASE…                      (of the plan above)
///     offer      NAME  PRICE monthly                               (a plan to change to)
///     change     DAY  plan NAME  quantity 2  amount 5.00  addon NAME…  no addons  paused  resumed
///                not prorated  entered DAY                         (of the plan above)
///     tier       to 50  2.00  flat 5.00                            (of the price above)
///     tier       above  1.50
///     used       NAME  2026-11-01..2026-12-01  123.5  billed 9.00  (of a measured plan or add-on;
///                billed before this usage came in, late)
///     discount   10%  on NAME  2 periods  until DAY  exclusive
///     pending    NAME  2 x 5.00  TAX…  tax 0.38  not taxable  not discountable
///     credit     20.00  money  until DAY
///
/// A PRICE is `2.00`, `2.00 flat`, `custom -2.00`, `5.00 per 20`, `2.9%`, or `tiered`, `volume` or
/// `stairstep` with tiers on the lines below; `included 10` and `minimum 100.00` may follow, and
/// `measured` where the quantity is not ordered.
/// A TAX is `tax CODE 19%`, with `included` or `compound` after it, or `tax CODE 0.40 a line`.
struct CaseFile {
  /// The text above the dashes.
  let given: String
  /// The text below them.
  let expected: String
  private(set) var books = Books(plans: [])
  private(set) var asOf = LocalDate.on("2026-01-01")
  private(set) var invoiceDate: LocalDate?
  /// The runs before the one that is shown.
  private(set) var earlier: [LocalDate] = []
  private var payer = CaseCustomer()
  private var orders: [CaseOrder] = []
  private var charges: [CaseCharge] = []
  private var pendingItems: [PendingItem] = []
  private var credits: [Credit] = []

  /// A line that means nothing.
  struct Unreadable: Error, CustomStringConvertible {
    let description: String
  }

  init(_ text: String) throws {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let dashes = lines.firstIndex(of: "--") ?? lines.count
    given = lines[..<dashes].joined(separator: "\n")
    expected = lines[dashes...].dropFirst().joined(separator: "\n")
    for line in lines[..<dashes] where !line.isEmpty && !line.hasPrefix("#") {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      let phrases = words.count == 2 ? CasePhrase.split(words[1]) : []
      do throws(CasePhrase.Unknown) {
        try read(words[0], phrases)
      } catch {
        throw Unreadable(description: "\(error.text) in: \(line)")
      }
    }
    do throws(CasePhrase.Unknown) {
      for charge in charges {
        books.plans.append(try charge.made(ID(Int64(books.plans.count + 1))))
      }
    } catch {
      throw Unreadable(description: error.text)
    }
  }

  /// The account that the lines describe.
  var account: AccountSnapshot {
    AccountSnapshot(
      payer: payer.made,
      subscriptions: orders.enumerated().map { $1.made(ID(Int64($0 + 1))) },
      pendingItems: pendingItems, credits: credits)
  }

  /// What the first subscription has been billed by the runs before.
  var ledger: TimelineLedger {
    TimelineLedger(books, payer.made) { [orders] day, applied, coverage, billed in
      orders[0].made(ID(1), on: day, applied: applied, covered: coverage, billed: billed)
    }
  }

  private mutating func read(
    _ keyword: String, _ phrases: [CasePhrase]
  ) throws(CasePhrase.Unknown) {
    switch keyword {
    case "today":
      asOf = try phrases.first.orThrow("no day").day("")
      for phrase in phrases.dropFirst() {
        if phrase.after("after ") != nil {
          earlier.append(try phrase.day("after "))
        } else {
          invoiceDate = try phrase.day("invoiced ")
        }
      }
    case "seller": try readSeller(phrases)
    case "customer": try readCustomer(phrases)
    case "plan":
      orders.append(CaseOrder(currency: payer.currency))
      try readCharge(phrases)
    case "addon": try readCharge(phrases)
    case "offer":
      guard phrases.count == 2 else { throw CasePhrase.Unknown(text: "a price") }
      charges.append(try CaseCharge(phrases[0].text, phrases[1], currency: payer.currency))
    case "change":
      guard !orders.isEmpty else { throw CasePhrase.Unknown(text: "a plan") }
      try orders[orders.count - 1].readChange(phrases, plans: charges.map(\.name))
    case "tier":
      guard !charges.isEmpty else { throw CasePhrase.Unknown(text: "a price") }
      try charges[charges.count - 1].readTier(phrases)
    case "used": try readUsage(phrases)
    case "discount": try readDiscount(phrases)
    case "pending": try readPendingItem(phrases)
    case "credit": try readCredit(phrases)
    default: throw CasePhrase.Unknown(text: keyword)
    }
  }

  private mutating func readSeller(_ phrases: [CasePhrase]) throws(CasePhrase.Unknown) {
    var rounding = RoundingMode.halfUp
    var place = Seller.TaxRounding.group
    var point = Seller.TaxPoint.invoiceDate
    var zero = Seller.ZeroInvoices.issue
    var (country, registered): (String, Set<String>) = ("US", [])
    var (currency, cash): (Currency, CashRounding?) = (.usd, nil)
    for phrase in phrases {
      if let home = phrase.after("in ") {
        country = home
      } else if let other = phrase.after("registered in ") {
        registered.insert(other)
      } else if let coin = phrase.after("cash ") {
        cash = CashRounding(increment: Money.of(coin, currency).minor)
      } else if let known = Currency(code: phrase.text) {
        currency = known
      } else if let mode = phrase.after("rounding ") {
        rounding = try RoundingMode(rawValue: mode.replacing(" ", with: "_")).orThrow(phrase.text)
      } else if phrase.text == "tax per line" {
        place = .line
      } else if let day = phrase.after("tax by ") {
        point = try Seller.TaxPoint(rawValue: day.replacing(" ", with: "_")).orThrow(phrase.text)
      } else if phrase.text == "suppress zero" {
        zero = .suppress
      } else {
        throw CasePhrase.Unknown(text: phrase.text)
      }
    }
    books.seller = Seller(
      id: ID(1), country: country, taxRegistrations: registered, currency: currency,
      rounding: rounding, cashRounding: cash, taxRounding: place, taxPoint: point,
      zeroInvoices: zero)
  }

  private mutating func readCustomer(_ phrases: [CasePhrase]) throws(CasePhrase.Unknown) {
    guard phrases.count >= 2 else { throw CasePhrase.Unknown(text: "name and currency") }
    payer.currency = try Currency(code: phrases[1].text).orThrow(phrases[1].text)
    for phrase in phrases.dropFirst(2) {
      if let rate = try phrase.taxRate(payer.currency) {
        payer.taxes.append(place(of: rate))
      } else if let terms = phrase.after("terms ") {
        payer.terms = terms
      } else if let reason = phrase.after("exempt ") {
        payer.exemptReason = reason
      } else if let country = phrase.after("in ") {
        payer.country = country
      } else if let number = phrase.after("vat id ") {
        payer.taxID = number
      } else if phrase.text == "checked" {
        payer.isTaxIDChecked = true
      } else if phrase.text == "consolidated" {
        payer.isConsolidated = true
      } else {
        throw CasePhrase.Unknown(text: phrase.text)
      }
    }
  }

  private mutating func readCharge(_ phrases: [CasePhrase]) throws(CasePhrase.Unknown) {
    guard phrases.count >= 2, !orders.isEmpty else { throw CasePhrase.Unknown(text: "a price") }
    var order = orders.removeLast()
    let plan = charges.count
    var charge = try CaseCharge(phrases[0].text, phrases[1], currency: payer.currency)
    for phrase in phrases.dropFirst(2) where try !charge.read(phrase) {
      if let rate = try phrase.taxRate(payer.currency) {
        order.taxes.append(place(of: rate))
      } else if try !order.read(phrase) {
        throw CasePhrase.Unknown(text: phrase.text)
      }
    }
    order.add(charge, plan: plan)
    charges.append(charge)
    orders.append(order)
  }

  private mutating func readUsage(_ phrases: [CasePhrase]) throws(CasePhrase.Unknown) {
    let name = try phrases.first.orThrow("no plan").text
    let plan = charges.firstIndex { $0.name == name }
    for index in orders.indices {
      guard let slot = plan.flatMap({ orders[index].slot(ofPlan: $0) }) else { continue }
      return try orders[index].readUsage(of: slot, phrases.dropFirst())
    }
    throw CasePhrase.Unknown(text: name)
  }

  private mutating func readDiscount(_ phrases: [CasePhrase]) throws(CasePhrase.Unknown) {
    let value = try phrases.first.orThrow("no value").text
    var (cycles, until, exclusive): (Int?, LocalDate?, Bool) = (nil, nil, false)
    for phrase in phrases.dropFirst() {
      if let name = phrase.after("on ") {
        let place = orders.firstIndex { charges[$0.plan].name == name }
        orders[try place.orThrow(name)].coupons.append(books.coupons.count)
      } else if let count = phrase.before(" periods") ?? phrase.before(" period") {
        cycles = try Int(count).orThrow(phrase.text)
      } else if phrase.text == "exclusive" {
        exclusive = true
      } else {
        until = try phrase.day("until ")
      }
    }
    books.coupons.append(
      Coupon(
        id: ID(Int64(books.coupons.count)), code: value,
        value: value.hasSuffix("%")
          ? .percent(.percent(String(value.dropLast()))) : .fixed(.of(value, payer.currency)),
        exclusive: exclusive, expirationDate: until, durationCycles: cycles))
  }

  private mutating func readPendingItem(_ phrases: [CasePhrase]) throws(CasePhrase.Unknown) {
    guard phrases.count >= 2 else { throw CasePhrase.Unknown(text: "a price") }
    let parts = phrases[1].text.split(separator: " x ").map(String.init)
    var (taxes, isTaxable, isDiscountable) = ([Int](), true, true)
    var taxAmount = ExactDecimal.zero
    for phrase in phrases.dropFirst(2) {
      if let amount = phrase.after("tax ").flatMap({ ExactDecimal($0) }) {
        taxAmount = amount
      } else if let rate = try phrase.taxRate(payer.currency) {
        taxes.append(place(of: rate))
      } else if phrase.text == "not taxable" {
        isTaxable = false
      } else if phrase.text == "not discountable" {
        isDiscountable = false
      } else {
        throw CasePhrase.Unknown(text: phrase.text)
      }
    }
    pendingItems.append(
      PendingItem(
        id: ID(Int64(pendingItems.count + 1)), name: phrases[0].text,
        quantity: .number(parts.count == 2 ? parts[0] : "1"),
        unitCost: .number(parts[parts.count - 1]),
        currency: payer.currency, discountable: isDiscountable, taxable: isTaxable, taxes: taxes,
        taxAmount: taxAmount, addedOn: .on("2000-01-01")))
  }

  private mutating func readCredit(_ phrases: [CasePhrase]) throws(CasePhrase.Unknown) {
    guard phrases.count >= 2 else { throw CasePhrase.Unknown(text: "amount and kind") }
    let kind = Credit.Kind(rawValue: phrases[1].text.replacing(" ", with: "_"))
    var until: LocalDate?
    for phrase in phrases.dropFirst(2) { until = try phrase.day("until ") }
    credits.append(
      Credit(
        id: ID(Int64(credits.count + 1)), kind: try kind.orThrow(phrases[1].text),
        open: .of(phrases[0].text, payer.currency), expiresOn: until))
  }

  /// The place of a rate in the catalog, where it is taken in once.
  private mutating func place(of rate: TaxRate) -> Int {
    if let known = books.taxRates.firstIndex(where: { $0.code == rate.code }) { return known }
    books.taxRates.append(rate)
    return books.taxRates.count - 1
  }
}

/// Who is billed in an example.
private struct CaseCustomer {
  var currency = Currency.usd
  var taxes: [Int] = []
  var terms: String?
  var exemptReason: String?
  var isConsolidated = false
  var country: String?
  var taxID: String?
  var isTaxIDChecked = false

  var made: Customer {
    Customer(
      id: ID(1), country: country, taxID: taxID, isTaxIDChecked: isTaxIDChecked,
      taxable: exemptReason == nil, taxExemptReason: exemptReason, taxes: taxes,
      paymentTerms: terms, consolidated: isConsolidated)
  }
}
