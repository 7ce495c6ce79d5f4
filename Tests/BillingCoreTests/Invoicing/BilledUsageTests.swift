// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct BilledUsageTests {
  private let november = Period.days("2026-11-01", "2026-12-01")

  private func line(
    _ invoice: Int64, _ base: String, _ days: Period, payer: Int64 = 1, credited: String = "0",
    discounts: [BilledLine.Discount] = []
  ) -> BilledLine {
    BilledLine(
      invoice: ID(invoice), payer: ID(payer), number: 1, days: days, liveDays: days.days,
      base: .of(base), credited: .of(credited), discounts: discounts)
  }

  private func billed(
    _ lines: [BilledLine], of days: Period? = nil, others: [BilledSpan] = [],
    released: [ReleasedSpan] = []
  ) throws -> BilledUsage {
    let span = BilledSpan(
      slot: 1, days: november, cover: .billed(.init(plan: 0, quantity: nil), lines))
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: november.start,
      billed: [span] + others)
    let item = DueItem(
      subscription: 0, charge: 0, isBase: false, span: days ?? november, period: november,
      startsOn: november.start, dueOn: november.end, isLate: true)
    return try BilledUsage(
      of: item, slot: 1, AccountSnapshot(payer: .plain(), subscriptions: [subscription]),
      released: released, currency: .usd, rounding: .halfUp)
  }

  @Test("what late usage was billed with counts, what somebody gave back by hand does not")
  func late() throws {
    let found = try billed([line(1, "100", november, credited: "60"), line(2, "-7", november)])
    #expect(found.amount == .of("93"))
    #expect(found.ownAmount == .of("93"))
    #expect(found.otherPayer == nil)
  }

  @Test("days that this run gives back have taken their share along (RULES 5, plan change, usage)")
  func released() throws {
    let lines = [line(1, "100", november), line(2, "5", november)]
    let given = ReleasedSpan(
      subscription: ID(1), slot: 1, spanStart: november.start,
      days: .days("2026-11-16", "2026-12-01"), lines: lines)
    let found = try billed(lines, of: .days("2026-11-01", "2026-11-16"), released: [given])
    #expect(found.amount == .of("52.50"))
  }

  @Test("what another was billed is told apart")
  func payers() throws {
    let found = try billed([line(1, "100", november, payer: 7), line(2, "5", november)])
    #expect(found.amount == .of("105"))
    #expect(found.ownAmount == .of("5"))
    #expect(found.otherPayer == ID(7))
  }

  @Test("a discount's shares on other lines of the period's document are known (RULES 1.6)")
  func discounts() throws {
    func discount(_ amount: String) -> BilledLine.Discount {
      .init(coupon: 0, amount: .of(amount))
    }
    let others = [
      BilledSpan(
        slot: 0, days: november,
        cover: .billed(
          .init(plan: 0, quantity: .one),
          [
            BilledLine(
              invoice: ID(1), number: 2, days: november, liveDays: 30, base: .of("0"),
              credited: .of("0"), discounts: [discount("3")])
          ]))
    ]
    let found = try billed(
      [
        line(1, "0", november, discounts: [discount("2")]),
        line(2, "9", november, discounts: [discount("1")]),
      ], others: others)
    #expect(found.amount == .of("12"))
    #expect(found.discounts.map(\.taken) == [.of("3")])
    #expect(found.discounts.map(\.takenOfAll) == [.of("6")])
  }

  @Test("days that are covered for a reason are free, but not those that came to nothing")
  func free() throws {
    for (reason, isFree) in [(ReasonedSpan.Reason.skipped, true), (.zero, false)] {
      let span = BilledSpan(slot: 2, days: november, cover: .reason(reason))
      let subscription = Subscription(
        id: ID(1), charges: [.init(slot: 0, plan: 0)], start: november.start, billed: [span])
      let item = DueItem(
        subscription: 0, charge: 0, isBase: false, span: november, period: november,
        startsOn: november.start, dueOn: november.end, isLate: true)
      let found = try BilledUsage(
        of: item, slot: 2, AccountSnapshot(payer: .plain(), subscriptions: [subscription]),
        released: [], currency: .usd, rounding: .halfUp)
      #expect(found.isFree == isFree)
      #expect(found.lines.isEmpty)
    }
  }
}
