// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@Suite("Interval") struct IntervalTests {
  @Test("has the four units of plans, by their names")
  func names() {
    #expect(Interval.allCases.map(\.rawValue) == ["day", "week", "month", "year"])
    #expect(Interval(rawValue: "month") == .month)
    #expect(Interval(rawValue: "fortnight") == nil)
  }
}
