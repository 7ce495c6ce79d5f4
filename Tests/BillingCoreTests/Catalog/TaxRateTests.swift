// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct TaxRateTests {
  @Test(
    "a version counts from its first day up to, and without, the day it ends",
    arguments: [
      ("2006-12-31", nil), ("2007-01-01", 0), ("2020-06-30", 0), ("2020-07-01", 1),
      ("2020-12-31", 1), ("2021-01-01", nil),
    ] as [(String, Int?)])
  func version(day: String, index: Int?) {
    func version(_ from: String, _ until: String) -> TaxRate.Version {
      TaxRate.Version(
        id: ID(1), validFrom: .on(from), validUntil: .on(until), value: .fixed(.of("1")))
    }
    let rate = TaxRate(
      id: ID(1), code: "vat", inclusive: false, compound: false, rule: nil,
      versions: [version("2020-07-01", "2021-01-01"), version("2007-01-01", "2020-07-01")])
    #expect(rate.version(on: .on(day)) == index)
  }
}
