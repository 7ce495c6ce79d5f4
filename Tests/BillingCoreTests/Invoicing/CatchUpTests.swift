// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

/// Missed periods: each, merged, capped, from a day on, covered for a reason (RULES 5, catch-up).
@Suite struct CatchUpTests {
  /// What becomes of 10.00 a month since 2026-01-01, half of it off for two cycles, on 2026-04-15.
  private func bill(
    _ catchUp: CatchUp, inArrears: Bool = false, consolidated: Bool = false
  ) throws -> Books.Billed {
    var books = Books()
    books.coupons = [
      Coupon(id: ID(1), code: "half", value: .percent(.percent("50")), durationCycles: 2)
    ]
    let subscriptions = [1, 2].map { id in
      Subscription(
        id: ID(Int64(id)), charges: [.init(slot: 0, plan: 0, quantity: .one)],
        start: .on("2026-0\(id)-01"), inArrears: inArrears,
        discounts: id == 1 ? [.init(coupon: 0, cyclesUsed: 0)] : [])
    }
    let payer = Customer(id: ID(3), consolidated: consolidated)
    let items = [
      PendingItem(
        id: ID(1), name: "One-off", quantity: .one, unitCost: .number("3"), currency: .usd,
        addedOn: .on("2026-01-01"))
    ]
    return try books.bill(
      AccountSnapshot(payer: payer, subscriptions: subscriptions, pendingItems: items),
      asOf: .on("2026-04-15"), catchUp)
  }

  /// Each document's lines: first day and amount after discounts.
  private func lines(_ billed: Books.Billed) -> [String] {
    billed.documents.map { draft in
      draft.lines.map { line in
        "\(line.period?.start.description.dropFirst(5) ?? "item") \(line.net.minor)"
      }.joined(separator: ", ")
    }
  }

  @Test("each missed period is billed alone, and only the newest is collected")
  func each() throws {
    let billed = try bill(CatchUp())
    #expect(
      lines(billed) == [
        "01-01 500, item 300", "02-01 500", "02-01 1000", "03-01 1000", "03-01 1000", "04-01 1000",
        "04-01 1000",
      ])
    #expect(billed.documents.map(\.isMissed) == [true, true, true, true, true, false, false])
  }

  @Test("merged: one invoice a subscription, each period with its own coupon cycle")
  func merged() throws {
    let billed = try bill(CatchUp(.merged))
    #expect(
      lines(billed) == [
        "01-01 500, 02-01 500, 03-01 1000, 04-01 1000, item 300",
        "02-01 1000, 03-01 1000, 04-01 1000",
      ])
    #expect(billed.documents.map(\.isMissed) == [false, false])
    #expect(billed.documents.map(\.subscription) == [ID(1), ID(2)])
    #expect(billed.result.couponCycles.map(\.cycles) == [2])
    let all = try bill(CatchUp(.merged), consolidated: true)
    #expect(
      lines(all) == [
        "01-01 500, 02-01 500, 03-01 1000, 04-01 1000, 02-01 1000, 03-01 1000, 04-01 1000, item 300"
      ])
  }

  @Test("capped: the oldest periods now, the rest stays due", arguments: [false, true])
  func capped(inArrears: Bool) throws {
    let billed = try bill(CatchUp(.capped(2), sweepsItems: false), inArrears: inArrears)
    #expect(lines(billed) == ["01-01 500", "02-01 500", "02-01 1000", "03-01 1000"])
    #expect(
      billed.result.cursors.map(\.nextBillOn)
        == (inArrears
          ? [.on("2026-04-01"), .on("2026-05-01")] : [.on("2026-03-01"), .on("2026-04-01")]))
    #expect(
      billed.result.cursors.map(\.coveredThrough) == [.on("2026-03-01"), .on("2026-04-01")])
    let all = try bill(CatchUp(.capped(9)))
    #expect(all.documents.count == 7)
  }

  @Test("capped, a period has the terms that the run knows, though they change after it began")
  func cappedChange() throws {
    let books = Books()
    let change = SubscriptionChange(
      id: ID(1), effective: .on("2026-01-11"), quantity: .number("32"))
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0, quantity: .one)], start: .on("2026-01-01"),
      changes: [change])
    let account = AccountSnapshot(payer: .plain(), subscriptions: [subscription])
    let billed = try books.bill(account, asOf: .on("2026-11-20"), CatchUp(.capped(1)))
    // 10 of 31 days of 10.00, 21 of 320.00.
    #expect(billed.documents.map { $0.lines.map(\.amount) } == [[.of("3.23"), .of("216.77")]])
    #expect(billed.result.cursors.map(\.nextBillOn) == [.on("2026-02-01")])
    #expect(billed.result.applied == [ID(1)])
  }

  @Test("periods before a day are covered for a reason, those from another day on are left")
  func window() throws {
    let billed = try bill(
      CatchUp(
        from: .on("2026-02-01"), earlier: .beforeBackfill, to: .on("2026-04-01"),
        collecting: .none, sweepsItems: false))
    #expect(lines(billed) == ["02-01 500", "02-01 1000", "03-01 500", "03-01 1000"])
    #expect(billed.documents.allSatisfy { $0.isMissed })
    #expect(
      billed.result.reasoned == [
        ReasonedSpan(
          subscription: ID(1), slot: 0, span: .days("2026-01-01", "2026-02-01"),
          reason: .beforeBackfill)
      ])
    #expect(billed.result.cursors.map(\.nextBillOn) == [.on("2026-04-01"), .on("2026-04-01")])
  }

  @Test("moved forward: every due period is covered, and nothing is billed")
  func covered() throws {
    let billed = try bill(CatchUp(.covered(.migrated), sweepsItems: false))
    #expect(billed.documents.isEmpty)
    #expect(billed.result.nothingDue == .migrated)
    #expect(billed.result.reasoned.map(\.reason) == Array(repeating: .migrated, count: 7))
    #expect(billed.result.couponCycles.isEmpty)
    #expect(billed.result.cursors.map(\.nextBillOn) == [.on("2026-05-01"), .on("2026-05-01")])
    let skipped = try bill(CatchUp(.covered(.skipped), to: .on("2026-03-01"), sweepsItems: false))
    #expect(
      skipped.result.reasoned.map(\.span.start.description)
        == ["2026-01-01", "2026-02-01", "2026-02-01"])
    #expect(skipped.result.nothingDue == .skipped)
  }

  @Test("what is missed is collected where that is asked for")
  func collecting() throws {
    let billed = try bill(CatchUp(collecting: .all))
    #expect(billed.documents.allSatisfy { !$0.isMissed })
  }
}
