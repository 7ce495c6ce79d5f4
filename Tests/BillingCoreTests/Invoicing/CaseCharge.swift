// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// A plan or add-on of an example, with its price.
struct CaseCharge {
  let name: String
  private let currency: Currency
  private var interval = Interval.month
  private var count = 1
  private var price: CasePrice
  private var later: [Price] = []
  private var quantityType = Plan.QuantityType.constant
  private var isTaxable = true
  private var isDiscountable = true
  private(set) var quantity = ExactDecimal.one

  /// Reads a price and how often it is due: `49.00 monthly`, `49.00 flat every 3 months`.
  init(_ name: String, _ phrase: CasePhrase, currency: Currency) throws(CasePhrase.Unknown) {
    (self.name, self.currency) = (name, currency)
    var words = phrase.text.split(separator: " ").map(String.init)[...]
    price = try CasePrice(&words).orThrow(phrase.text)
    switch Array(words) {
    case ["daily"]: interval = .day
    case ["weekly"]: interval = .week
    case ["monthly"]: interval = .month
    case ["yearly"]: interval = .year
    default:
      guard words.count == 3, words.popFirst() == "every", let every = Int(words.removeFirst()),
        let unit = Interval(rawValue: String(words.removeFirst().dropLast()))
      else { throw CasePhrase.Unknown(text: phrase.text) }
      (count, interval) = (every, unit)
    }
  }

  /// The price that stands on the charge; nil where the plan has it.
  var amount: ExactDecimal? { price.custom }

  /// Takes in what a charge can have; false where it is nothing of a charge's.
  mutating func read(_ phrase: CasePhrase) throws(CasePhrase.Unknown) -> Bool {
    if let number = phrase.after("quantity ") {
      quantity = try ExactDecimal(number).orThrow(phrase.text)
    } else if let number = phrase.after("included ") {
      price.included = try ExactDecimal(number).orThrow(phrase.text)
    } else if let number = phrase.after("minimum ") {
      price.minimum = try ExactDecimal(number).orThrow(phrase.text)
    } else if phrase.text == "measured" {
      quantityType = .usage
    } else if phrase.text == "not taxable" {
      isTaxable = false
    } else if phrase.text == "not discountable" {
      isDiscountable = false
    } else if let text = phrase.after("then ") {
      let parts = text.split(separator: " from ").map(String.init)
      guard parts.count == 2, let figure = ExactDecimal(parts[0]),
        let day = LocalDate(iso: parts[1])
      else { throw CasePhrase.Unknown(text: phrase.text) }
      later.append(
        Price(id: ID(Int64(later.count + 1)), validFrom: day, model: .perUnit(figure)))
    } else {
      return false
    }
    return true
  }

  /// Reads a tier: `to 50  2.00  flat 5.00`, or `above  1.50` for the last.
  mutating func readTier(_ phrases: [CasePhrase]) throws(CasePhrase.Unknown) {
    guard let first = phrases.first else { throw CasePhrase.Unknown(text: "a tier") }
    var upTo: ExactDecimal?
    if first.text != "above" {
      upTo = try first.after("to ").flatMap { ExactDecimal($0) }.orThrow(first.text)
    }
    var (unit, flat) = (ExactDecimal.zero, ExactDecimal.zero)
    for phrase in phrases.dropFirst() {
      if let cost = phrase.after("flat ") {
        flat = try ExactDecimal(cost).orThrow(phrase.text)
      } else {
        unit = try ExactDecimal(phrase.text).orThrow(phrase.text)
      }
    }
    price.tiers.append(PriceTiers.Tier(upTo: upTo, unitCost: unit, flatCost: flat))
  }

  /// The plan.
  func made(_ id: ID<Plan>) throws(CasePhrase.Unknown) -> Plan {
    let first = Price(
      id: ID(0), validFrom: .on("1900-01-01"), model: try price.model.orThrow("tiers of \(name)"),
      includedQuantity: price.included, minimumAmount: price.minimum)
    let prices = ([first] + later).map { price in
      Price(
        id: ID(id.rawValue * 100 + price.id.rawValue), validFrom: price.validFrom,
        model: price.model, includedQuantity: price.includedQuantity,
        minimumAmount: price.minimumAmount)
    }
    return Plan(
      id: id, code: name, currency: currency, interval: interval, intervalCount: count,
      quantityType: quantityType, taxable: isTaxable, discountable: isDiscountable, prices: prices)
  }
}

/// A price of an example: `49.00`, `49.00 flat`, `custom -5.00`, `5.00 per 20`, `2.9%`, `tiered`,
/// `volume` or `stairstep`.
private struct CasePrice {
  private let kind: String
  private let figure: ExactDecimal
  private var size = ExactDecimal.one
  var tiers: [PriceTiers.Tier] = []
  var included = ExactDecimal.zero
  var minimum: ExactDecimal?

  /// Takes the words of the price off; nil where they are none.
  init?(_ words: inout ArraySlice<String>) {
    guard let first = words.popFirst() else { return nil }
    if let number = ExactDecimal(first) {
      figure = number
      guard let next = words.first, next == "flat" || next == "per" else {
        kind = "unit"
        return
      }
      words = words.dropFirst()
      kind = next
      if kind == "per" {
        guard let units = words.popFirst().flatMap({ ExactDecimal($0) }) else { return nil }
        size = units
      }
    } else if first.hasSuffix("%"), let percent = ExactDecimal(String(first.dropLast())) {
      (kind, figure) = ("%", percent)
    } else if first == "custom", let number = words.popFirst().flatMap({ ExactDecimal($0) }) {
      (kind, figure) = (first, number)
    } else {
      guard ["tiered", "volume", "stairstep"].contains(first) else { return nil }
      (kind, figure) = (first, .zero)
    }
  }

  var custom: ExactDecimal? { kind == "custom" ? figure : nil }

  /// Nil where its tiers are not sound.
  var model: PriceModel? {
    switch kind {
    case "unit": .perUnit(figure)
    case "flat": .flat(figure)
    case "per": PriceModel.Package(price: figure, size: size).map { .package($0) }
    case "%": .percentage(figure)
    case "tiered": PriceTiers(tiers).map { .tiered($0) }
    case "volume": PriceTiers(tiers).map { .volume($0) }
    case "stairstep": PriceTiers(tiers).map { .stairstep($0) }
    default: .custom
    }
  }
}
