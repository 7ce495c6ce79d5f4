// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct BilledSpanTests {
  private let days = Period.days("2026-11-01", "2026-12-01")

  @Test("only days that lines billed have lines to credit")
  func lines() {
    let line = BilledLine(
      invoice: ID(7), number: 2, days: days, liveDays: 30, base: .of("30"), credited: .of("0"))
    let terms = BilledSpan.Terms(plan: 0, quantity: .one)
    #expect(BilledSpan(slot: 0, days: days, cover: .billed(terms, [line])).lines.count == 1)
    #expect(BilledSpan(slot: 0, days: days, cover: .reason(.paused)).lines.isEmpty)
    #expect(BilledSpan(slot: 0, days: days, cover: .fixed).lines.isEmpty)
  }

  @Test("terms are alike by plan, quantity and custom price")
  func terms() {
    let terms = BilledSpan.Terms(plan: 0, quantity: .one, amount: .number("5"))
    #expect(terms == .init(plan: 0, quantity: .number("1.0"), amount: .number("5.00")))
    #expect(terms != .init(plan: 0, quantity: .one, amount: .number("6")))
    #expect(terms != .init(plan: 1, quantity: .one, amount: .number("5")))
  }
}
