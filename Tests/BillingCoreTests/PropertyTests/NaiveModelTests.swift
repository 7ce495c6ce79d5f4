// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@Suite struct NaiveModelTests {
  @Test("the core bills random accounts as the naive model does", arguments: 0..<100)
  func documents(seed: Int) throws {
    for index in 0..<20 {
      let random = RandomAccount(seed: seed * 1000 + index)
      let billed = try random.books.bill(random.account, asOf: random.asOf)
      let naive = NaiveModel(random.books, random.account, asOf: random.asOf)
      let comment = Comment("account \(seed * 1000 + index)")
      for (core, model) in zip(billed.documents, naive.documents) {
        try #require(core.figures == model.figures, comment)
      }
      try #require(billed.documents.count == naive.documents.count, comment)
      for (subscription, days) in zip(random.account.subscriptions, naive.reasoned) {
        let differing = days.symmetricDifference(billed.result.days(of: subscription.id))
        try #require(differing.min { $0.day < $1.day } == nil, comment)
      }
    }
  }

  @Test("the random accounts are worth the work: each rule occurs among them")
  func variety() throws {
    var (documents, notes, suppressed, credited, parts, discounted) = (0, 0, 0, 0, 0, 0)
    var (inclusive, compound, missed, consolidated) = (0, 0, 0, 0)
    var (tiered, minimums) = (0, 0)
    for seed in 0..<500 {
      let random = RandomAccount(seed: seed)
      let billed = try random.books.bill(random.account, asOf: random.asOf)
      documents += billed.documents.count
      notes += billed.documents.count { $0.kind == .creditNote }
      suppressed += billed.result.reasoned.contains { $0.reason == .zero } ? 1 : 0
      credited += billed.documents.count { !$0.creditsApplied.isEmpty }
      parts += billed.documents.count { $0.lines.contains { $0.wholePeriod != nil } }
      discounted += billed.documents.count { !$0.discounts.isEmpty }
      minimums += billed.documents.count { $0.lines.contains { $0.kind == .minimum } }
      tiered += billed.documents.count { draft in
        draft.lines.contains { !$0.coversPeriod && $0.kind == .period }
      }
      missed += billed.documents.count(where: \.isMissed)
      consolidated += billed.documents.count { Set($0.lines.compactMap(\.subscription)).count > 1 }
      for tax in billed.documents.flatMap(\.taxes) {
        if tax.isInclusive && !tax.amount.isZero { inclusive += 1 }
        if let rate = tax.rate, random.books.taxRates[rate].compound { compound += 1 }
      }
    }
    #expect(documents > 1500)
    #expect(
      [
        notes, suppressed, credited, parts, discounted, inclusive, compound, missed, consolidated,
        tiered, minimums,
      ].allSatisfy { $0 > 25 })
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
      "tax \(tax.rate ?? -1) \(tax.version) \(tax.reason ?? "")"
        + " \(tax.base.minor) \(tax.amount.minor)"
    }
    return ["\(kind.rawValue) \(currency) \(isMissed)"] + lines
      + discounts.map { "discount \($0.amount.minor)" } + taxes.sorted()
      + ["\(subtotal.minor) \(discount.minor) \(tax.minor) \(total.minor)"]
      + creditsApplied.map { "credit \($0.credit) \($0.amount.minor)" }
  }
}

extension NaiveModel.Document {
  /// The same shape.
  fileprivate var figures: [String] {
    let lines = lines.map { line in
      let days = line.days.map { "\($0.lowerBound)..\($0.upperBound)" } ?? "-"
      return "line \(days) \(line.amount) \(line.discount) \(line.net)"
    }
    let taxes = taxes.map { tax in
      "tax \(tax.key?.rate ?? -1) \(tax.key?.version ?? 0) \(tax.reason ?? "")"
        + " \(tax.base) \(tax.amount)"
    }
    return ["\(name) \(currency) \(isMissed)"] + lines
      + discounts.map { "discount \($0)" } + taxes.sorted()
      + ["\(subtotal) \(discount) \(tax) \(total)"] + credits.map { "credit \($0)" }
  }
}
