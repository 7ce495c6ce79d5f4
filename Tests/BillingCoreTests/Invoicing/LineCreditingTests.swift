// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct LineCreditingTests {
  private static let days = Period.days("2026-11-01", "2026-12-01")

  /// A rate, and one that is also taken of it.
  private static let catalog = Catalog(
    plans: [], taxRates: [.percent("gst", "5"), .percent("qst", "9.975", compound: true)])

  private func line(_ base: String, taxes: BilledTax..., credited: String = "0") -> BilledLine {
    BilledLine(
      invoice: ID(1), number: 1, days: Self.days, liveDays: 30, base: .of(base),
      credited: .of(credited), taxes: taxes)
  }

  private func tax(
    _ amount: String, of base: String, number: Int16 = 1, inclusive: Bool = false
  ) -> BilledTax {
    BilledTax(
      number: number, rate: (Int(number) - 1, 0), category: .standard, isInclusive: inclusive,
      reason: nil, amount: .of(amount), lines: 1, base: .of(base), creditedBase: .of("0"),
      creditedTax: .of("0"))
  }

  /// Credits a line stretch by stretch, as several runs or one may.
  private func credit(
    _ line: BilledLine, _ stretches: [(String, String)]
  ) throws -> InvoiceDraft {
    var crediting = LineCrediting(rounding: .halfUp)
    var draft = InvoiceDraft(currency: .usd, firstPeriodStart: .on("2026-11-01"))
    for (start, end) in stretches {
      let released = ReleasedSpan(
        subscription: ID(1), slot: 0, spanStart: .on("2026-11-01"),
        days: .days("2026-11-" + start, end), lines: [line])
      try crediting.credit(
        released, source: 0, plan: { _ in nil }, taxDate: .on("2026-11-01"), to: &draft)
    }
    try crediting.tax(&draft, catalog: Self.catalog)
    return draft
  }

  private static let thirds = [
    ("21", "2026-12-01"), ("11", "2026-11-21"), ("01", "2026-11-11"),
  ]

  @Test("each credit is rounded, and the one that leaves no day takes the rest (RULES 0.3)")
  func rest() throws {
    let draft = try credit(line("10.00"), Self.thirds)
    #expect(draft.lines.map(\.amount) == ["-3.33", "-3.33", "-3.34"].map { .of($0) })
    #expect(draft.lines.allSatisfy { $0.kind == .credit && !$0.isDiscountable && !$0.coversPeriod })
  }

  @Test("credits of 0.33, 0.33 and 0.34 at 19 % take back 0.19, not 0.18 (RULES 1.7)")
  func cumulative() throws {
    let draft = try credit(line("1.00", taxes: tax("0.19", of: "1.00")), Self.thirds)
    #expect(draft.lineCredits.map(\.amount) == ["0.33", "0.33", "0.34"].map { .of($0) })
    #expect(
      draft.lineCredits.map { $0.taxes[0].amount } == ["0.06", "0.07", "0.06"].map { .of($0) })
    #expect(draft.taxes.map(\.amount) == [.of("-0.19")])
    #expect(draft.taxes.map(\.base) == [.of("-1.00")])
    #expect(draft.tax == .of("-0.19"))
  }

  @Test("a line of a group with lines of both signs takes back what its own sign bears (RULES 1.7)")
  func mixed() throws {
    var above = tax("5.71", of: "30.05")
    above.opposite = .init(
      whole: .of("5.68"), base: .of("-0.13"), creditedBase: .of("0"), creditedTax: .of("0"))
    let half = try credit(line("30.05", taxes: above), [("16", "2026-12-01")])
    #expect(half.lineCredits.map(\.amount) == [.of("15.03")])
    #expect(half.lineCredits.map { $0.taxes[0].amount } == [.of("2.86")])
    // What leaves nothing of either sign takes exactly what is left of the group.
    above.opposite = .init(
      whole: .of("5.68"), base: .of("-0.13"), creditedBase: .of("-0.13"), creditedTax: .of("-0.02"))
    let all = try credit(line("30.05", taxes: above), [("01", "2026-12-01")])
    #expect(all.lineCredits.map { $0.taxes[0].amount } == [.of("5.70")])
  }

  @Test("a tax within the price is taken out of the credit's net (RULES 1.4)")
  func inclusive() throws {
    let draft = try credit(
      line("1.20", taxes: tax("0.20", of: "1.20", inclusive: true)), [("16", "2026-12-01")])
    #expect(draft.lines.map(\.amount) == [.of("-0.60")])
    #expect(draft.lines.map(\.net) == [.of("-0.50")])
    #expect(draft.taxes.map(\.amount) == [.of("-0.10")])
    #expect(draft.tax == .of("0"))
  }

  @Test("a compound tax gives back the base that it was taken of (RULES 1.4)")
  func compound() throws {
    let draft = try credit(
      line("100.00", taxes: tax("5.00", of: "100.00"), tax("10.47", of: "100.00", number: 2)),
      [("16", "2026-12-01")])
    #expect(draft.taxes.map(\.base) == [.of("-50.00"), .of("-52.50")])
    #expect(draft.taxes.map(\.amount) == [.of("-2.50"), .of("-5.24")])
  }

  @Test("compound taxes come after all that they are of, as on invoices (RULES 1.4)")
  func order() throws {
    func group(_ number: Int16, _ rate: Int, _ version: Int, _ amount: String) -> BilledTax {
      BilledTax(
        number: number, rate: (rate, version), category: .standard, isInclusive: false,
        reason: nil, amount: .of(amount), lines: 1, base: .of("100.00"), creditedBase: .of("0"),
        creditedTax: .of("0"))
    }
    var crediting = LineCrediting(rounding: .halfUp)
    var draft = InvoiceDraft(currency: .usd, firstPeriodStart: .on("2026-11-01"))
    let taxes = [
      [group(1, 0, 0, "5.00"), group(2, 1, 0, "10.47")],
      [group(1, 0, 1, "10.00"), group(2, 1, 0, "10.97")],
    ]
    for (index, taxes) in taxes.enumerated() {
      let line = BilledLine(
        invoice: ID(Int64(index + 1)), number: 1, days: Self.days, liveDays: 30,
        base: .of("100.00"), credited: .of("0"), taxes: taxes)
      let released = ReleasedSpan(
        subscription: ID(1), slot: 0, spanStart: Self.days.start, days: Self.days, lines: [line])
      try crediting.credit(
        released, source: 0, plan: { _ in nil }, taxDate: Self.days.start, to: &draft)
    }
    try crediting.tax(&draft, catalog: Self.catalog)
    #expect(draft.taxes.map(\.base) == ["-100", "-100", "-215"].map { .of($0) })
    #expect(draft.taxes.map(\.amount) == ["-5", "-10", "-21.44"].map { .of($0) })
  }

  @Test("a fixed tax of a line that came to nothing is given back by days, and in the end whole")
  func fixed() throws {
    let draft = try credit(line("0", taxes: tax("0.50", of: "0")), Self.thirds)
    #expect(draft.lines.map(\.amount) == ["0", "0", "0"].map { .of($0) })
    #expect(
      draft.lineCredits.map { $0.taxes[0].amount } == ["0.17", "0.16", "0.17"].map { .of($0) })
    #expect(draft.tax == .of("-0.50"))
  }

  @Test("never more than is left of the line (RULES 0.3, 0.7)")
  func capped() throws {
    let draft = try credit(line("10.00", credited: "8.00"), [("16", "2026-12-01")])
    #expect(draft.lines.map(\.amount) == [.of("-2.00")])
  }

  @Test("the credit of a negative line is a positive one")
  func negative() throws {
    let draft = try credit(line("-10.00"), Self.thirds)
    #expect(draft.lines.map(\.amount) == ["3.33", "3.33", "3.34"].map { .of($0) })
    #expect(draft.lines.allSatisfy { $0.quantity == .one })
  }

  @Test("what came to nothing makes no credit line")
  func nothing() throws {
    #expect(try credit(line("0"), Self.thirds).lines.isEmpty)
  }
}
