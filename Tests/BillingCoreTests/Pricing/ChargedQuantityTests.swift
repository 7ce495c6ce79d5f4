// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct ChargedQuantityTests {
  private func charged(
    _ quantity: String, days: Int64 = 1, of: Int64 = 1, measured: Bool = false
  ) -> ChargedQuantity {
    ChargedQuantity(
      .number(quantity), customPrice: nil, share: Ratio(days, of) ?? .one, isMeasured: measured,
      currency: .usd, rounding: .halfUp)
  }

  @Test("of a measured part only the days' share is included, of an ordered quantity all of it")
  func included() throws {
    var ordered = charged("50", days: 10, of: 30)
    try ordered.include(.number("10"))
    #expect(ordered.billable == .number("40"))
    #expect(ordered.unitShare == Ratio(Int64(1), Int64(3)))
    var measured = charged("50", days: 10, of: 30, measured: true)
    try measured.include(.number("10"))
    #expect(measured.included == .number("3.333333333333"))
    #expect(measured.billable == .number("46.666666666667"))
    #expect(measured.unitShare == .one)
  }

  @Test("a line says what it was priced from only where its figures do not")
  func basis() throws {
    let plain = charged("3")
    #expect(
      try plain.line(of: .one, times: plain.billable, share: .one, by: .plain(.perUnit)).basis
        == nil)
    var less = charged("3")
    try less.include(.one)
    #expect(
      try less.line(of: .one, times: less.billable, share: .one, by: .plain(.perUnit)).basis
        == .quantity(
          .init(total: .number("3"), included: .one, factors: nil), .plain(.perUnit)))
    let many = charged("300000000000", days: 1, of: 3)
    #expect(
      try many.line(of: .one, times: many.billable, share: many.share, by: .plain(.perUnit)).basis
        == .quantity(
          .init(
            total: .number("300000000000"), included: .zero,
            factors: .init(quantity: .number("300000000000"), price: .one)), .plain(.perUnit)))
  }
}
