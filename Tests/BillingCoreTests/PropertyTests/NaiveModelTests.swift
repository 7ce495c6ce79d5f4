// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@Suite struct NaiveModelTests {
  @Test("the core bills random accounts as the naive model does", arguments: 0..<100)
  func documents(seed: Int) throws {
    for index in 0..<20 {
      let random = RandomAccount(seed: seed * 1000 + index, .init(mayBeHeld: true))
      let naive = NaiveModel(random)
      let comment = Comment("account \(seed * 1000 + index)")
      let billed: Books.Billed
      do throws(BillingCore.Issue) {
        billed = try random.bill()
      } catch {
        try #require(error.code == naive.hold, comment)
        continue
      }
      try #require(naive.hold == nil, comment)
      for (core, model) in zip(billed.documents, naive.documents) {
        try #require(core.figures == model.figures(naive), comment)
      }
      try #require(billed.documents.count == naive.documents.count, comment)
      let awaitsRenewal = billed.result.nothingDue == .awaitingRenewal
      try #require(awaitsRenewal == naive.awaitsRenewal, comment)
      for (subscription, days) in zip(random.account.subscriptions, naive.reasoned) {
        let differing = days.symmetricDifference(billed.result.days(of: subscription.id))
        try #require(differing.min { $0.day < $1.day } == nil, comment)
      }
    }
  }

  @Test("the random accounts are worth the work: each rule occurs among them")
  func variety() throws {
    var count = Variety()
    for seed in 0..<500 {
      let random = RandomAccount(seed: seed, .init(mayBeHeld: true))
      do throws(BillingCore.Issue) {
        count.add(try random.bill(), of: random)
      } catch {
        count.rules["held \(error.code)", default: 0] += 1
      }
    }
    #expect(count.documents > 1300)
    for rule in Variety.all { #expect(count.rules[rule, default: 0] > 15, "\(rule)") }
    for rule in Variety.rare { #expect(count.rules[rule, default: 0] > 2, "\(rule)") }
  }
}

/// How often the rules occur among some accounts.
private struct Variety {
  static let all = [
    "credit note", "suppressed", "credit used", "part", "discount", "own discount", "minimum",
    "tiers", "missed", "consolidated", "included", "compound", "no rate", "no rate and compound",
    "category S", "category Z", "category E", "category AE", "category O", "cash", "usage",
    "part of usage", "own plan's usage", "late usage", "held tax_id_invalid",
  ]
  static let rare = [
    "late credit note", "awaits renewal", "held tax_id_unchecked", "held taxes_conflict",
  ]

  var documents = 0
  var rules: [String: Int] = [:]

  mutating func add(_ billed: Books.Billed, of random: RandomAccount) {
    documents += billed.documents.count
    count("suppressed", billed.result.reasoned.contains { $0.reason == .zero })
    count("awaits renewal", billed.result.nothingDue == .awaitingRenewal)
    for draft in billed.documents {
      let lines = draft.lines
      count("credit note", draft.kind == .creditNote)
      count("credit used", !draft.creditsApplied.isEmpty)
      count("part", lines.contains { $0.wholePeriod != nil })
      count("discount", !draft.discounts.isEmpty)
      count("own discount", draft.discounts.contains { $0.line != nil })
      count("minimum", lines.contains { $0.kind == .minimum })
      count("tiers", lines.contains { !$0.coversPeriod && $0.kind == .period })
      count("missed", draft.isMissed)
      count("consolidated", Set(lines.compactMap(\.subscription)).count > 1)
      count("cash", !draft.rounding.isZero)
      count("usage", lines.contains { $0.kind == .usage && !$0.quantity.isZero })
      count("part of usage", lines.contains { $0.kind == .usage && $0.wholePeriod != nil })
      count("own plan's usage", lines.contains { $0.kind == .usage && $0.slot == 0 })
      count("late usage", lines.contains(where: \.isLateUsage))
      count(
        "late credit note",
        draft.kind == .creditNote && lines.contains(where: \.isLateUsage))
      add(draft.taxes, of: random)
    }
  }

  private mutating func add(_ taxes: [TaxDraft], of random: RandomAccount) {
    let hasAmount = taxes.contains { $0.rate == nil && $0.category == .standard }
    let compound = taxes.contains { tax in
      tax.rate.map { random.books.taxRates[$0].compound } ?? false
    }
    count("included", taxes.contains { $0.isInclusive && !$0.amount.isZero })
    count("compound", compound)
    count("no rate", hasAmount)
    count("no rate and compound", hasAmount && compound)
    for category in Set(taxes.map(\.category)) { count("category \(category.rawValue)", true) }
  }

  private mutating func count(_ rule: String, _ occurs: Bool) {
    if occurs { rules[rule, default: 0] += 1 }
  }
}

extension AccountResult {
  /// The days of a subscription that are covered without a line.
  fileprivate func days(of subscription: ID<Subscription>) -> Set<NaiveDue.Reasoned> {
    var days: Set<NaiveDue.Reasoned> = []
    for found in reasoned where found.subscription == subscription {
      for day in found.span.start.number..<found.span.end.number {
        days.insert(.init(slot: found.slot, day: day, reason: found.reason.rawValue))
      }
    }
    return days
  }
}

extension InvoiceDraft {
  /// All figures in one comparable shape.
  fileprivate var figures: [String] {
    let lines = lines.map { line in
      let days = line.period.map { "\($0.start.number)..\($0.end.number)" } ?? "-"
      return "line \(days) \(line.amount.minor) \(line.discount.minor) \(line.net.minor)"
    }
    let taxes = taxes.map { tax in
      "tax \(tax.rate ?? -1) \(tax.version) \(tax.category.rawValue) \(tax.reason ?? "")"
        + " \(tax.base.minor) \(tax.amount.minor)"
    }
    return ["\(kind.rawValue) \(currency) \(isMissed)"] + lines
      + discounts.map { "discount \($0.amount.minor)" } + taxes.sorted()
      + ["\(subtotal.minor) \(discount.minor) \(tax.minor) \(total.minor) \(rounding.minor)"]
      + creditsApplied.map { "credit \($0.credit) \($0.amount.minor)" }
  }
}

extension NaiveModel.Document {
  /// The same shape.
  fileprivate func figures(_ model: NaiveModel) -> [String] {
    let lines = lines.map { line in
      let days = line.days.map { "\($0.lowerBound)..\($0.upperBound)" } ?? "-"
      return "line \(days) \(line.amount) \(line.discount) \(line.net)"
    }
    let taxes = taxes.map { tax in
      "tax \(tax.key?.rate ?? -1) \(tax.key?.version ?? 0)"
        + " \(NaiveTaxes(books: model.books).category(of: tax)) \(tax.untaxed?.reason ?? "")"
        + " \(tax.base) \(tax.amount)"
    }
    return ["\(name) \(currency) \(isMissed)"] + lines
      + discounts.map { "discount \($0)" } + taxes.sorted()
      + ["\(subtotal) \(discount) \(tax) \(total) \(rounding)"] + credits.map { "credit \($0)" }
  }
}
