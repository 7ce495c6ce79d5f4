// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import BillingCore

@Suite("Revenue recognition") struct RevenueRecognitionTests {
  private func rule(
    on date: String, through: String? = nil, rounding: RoundingMode = .halfUp, defers: Bool = true
  ) -> RevenueRecognition {
    RevenueRecognition(
      of: Seller(id: ID(1), currency: .usd, rounding: rounding, defersRevenue: defers),
      invoiceDate: .on(date), recognisedThrough: through.map { .on($0) })
  }

  private func usd(_ minor: Int64) -> Money { Money(minor: minor, currency: .usd) }

  private func period(_ start: String, _ end: String) throws -> Period {
    try #require(Period(from: .on(start), to: .on(end)))
  }

  @Test("a line is deferred whole when its period ends after the invoice date")
  func deferred() throws {
    let june = try period("2026-06-01", "2026-07-01")
    #expect(try rule(on: "2026-06-30").deferred(usd(900), over: june, isCredit: false) == usd(900))
    #expect(try rule(on: "2026-07-01").deferred(usd(900), over: june, isCredit: false) == usd(0))
    #expect(try rule(on: "2026-06-01").deferred(usd(900), over: nil, isCredit: false) == usd(0))
    let invoice = rule(on: "2026-06-01", defers: false)
    #expect(try invoice.deferred(usd(900), over: june, isCredit: false) == usd(0))
  }

  @Test("days that are recognised are revenue at once, of credits and in reopened books")
  func recognisedBefore() throws {
    let june = try period("2026-06-01", "2026-07-01")
    let later = rule(on: "2026-06-15", through: "2026-06-10")
    #expect(try later.deferred(usd(900), over: june, isCredit: false) == usd(900))
    #expect(try later.deferred(usd(-900), over: june, isCredit: true) == usd(-600))
    let reopened = rule(on: "2026-06-05", through: "2026-06-10")
    #expect(try reopened.deferred(usd(900), over: june, isCredit: false) == usd(600))
  }

  @Test("the days so far are rounded once, and the last day takes the rest")
  func shares() throws {
    let third = try period("2026-06-01", "2026-06-04")
    func shares(of minor: Int64, _ rounding: RoundingMode) throws -> [Int64] {
      let rule = rule(on: "2026-06-01", rounding: rounding)
      return try (-1...4).map {
        try rule.recognised(usd(minor), over: third, through: third.start.adding(days: $0)).minor
      }
    }
    #expect(try shares(of: 1000, .halfUp) == [0, 333, 667, 1000, 1000, 1000])
    #expect(try shares(of: -1000, .halfUp) == [0, -333, -667, -1000, -1000, -1000])
    #expect(try shares(of: 1000, .up) == [0, 334, 667, 1000, 1000, 1000])
    #expect(try shares(of: 1000, .down) == [0, 333, 666, 1000, 1000, 1000])
  }
}
