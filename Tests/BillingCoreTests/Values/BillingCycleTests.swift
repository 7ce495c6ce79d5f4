// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

@Suite("BillingCycle") struct BillingCycleTests {
  private func cycle(
    _ interval: Interval, _ count: Int = 1, from iso: String, day: Int? = nil
  ) throws -> BillingCycle {
    let anchor = try #require(LocalDate(iso: iso))
    return try #require(
      BillingCycle(interval: interval, count: count, anchor: anchor, anchorDay: day ?? anchor.day))
  }

  @Test(
    "periods start from the anchor and don't drift",
    arguments: [
      (.month, 1, "2027-01-31", 31, ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
      (.month, 1, "2027-02-28", 31, ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]),
      (.month, 1, "2027-02-28", 28, ["2027-02-28", "2027-03-28", "2027-04-28", "2027-05-28"]),
      (.month, 3, "2026-11-30", 30, ["2026-11-30", "2027-02-28", "2027-05-30", "2027-08-30"]),
      (.year, 1, "2028-02-29", 29, ["2028-02-29", "2029-02-28", "2030-02-28"]),
      (.year, 2, "2028-02-29", 29, ["2028-02-29", "2030-02-28", "2032-02-29"]),
      (.week, 2, "2026-12-30", 30, ["2026-12-30", "2027-01-13", "2027-01-27"]),
      (.day, 10, "2027-02-25", 25, ["2027-02-25", "2027-03-07", "2027-03-17"]),
    ] as [(Interval, Int, String, Int, [String])])
  func starts(interval: Interval, count: Int, anchor: String, day: Int, expected: [String]) throws {
    let cycle = try cycle(interval, count, from: anchor, day: day)
    let starts = expected.indices.map { cycle.start(ofPeriod: $0).description }
    #expect(starts == expected)
  }

  @Test("is nil where the anchor is not the anchor day of its month, or a number is out of range")
  func invalid() throws {
    let day = try #require(LocalDate(iso: "2027-02-27"))
    let cases: [(Interval, Int, Int)] = [
      (.month, 1, 28), (.month, 1, 26), (.year, 1, 31), (.month, 0, 27), (.month, -1, 27),
      (.day, 0, 1), (.day, 10000, 1), (.month, .max, 27), (.week, 1, 0), (.week, 1, 32),
    ]
    for (interval, count, anchorDay) in cases {
      #expect(
        BillingCycle(interval: interval, count: count, anchor: day, anchorDay: anchorDay) == nil,
        "\(count) \(interval) on \(anchorDay)")
    }
    #expect(BillingCycle(interval: .week, count: 1, anchor: day, anchorDay: 1) != nil)
  }

  @Test("every anchor day × every start month × 48 periods", arguments: 1...31)
  func exhaustive(anchorDay: Int) throws {
    for month in 0..<48 {
      let first = try #require(LocalDate(year: 2023 + month / 12, month: month % 12 + 1, day: 1))
      let anchor = first.adding(months: 0, anchorDay: anchorDay)
      for (interval, count) in [(Interval.month, 1), (.month, 3), (.year, 1)] {
        let cycle = try #require(
          BillingCycle(interval: interval, count: count, anchor: anchor, anchorDay: anchorDay))
        #expect(cycle.start(ofPeriod: 0) == anchor)
        for n in -24..<24 {
          let period = cycle.period(n)
          let months = n * count * (interval == .year ? 12 : 1)
          let (year, calendarMonth, day) = period.start.components
          let isRight =
            period.start < period.end && period.end == cycle.start(ofPeriod: n + 1)
            && year * 12 + calendarMonth == 2023 * 12 + month + 1 + months
            && day == min(anchorDay, period.start.daysInMonth)
          if !isRight { Issue.record("period \(n) of \(cycle) is \(period)") }
        }
      }
    }
  }

  @Test("each day is in the period of its index, also before the anchor", arguments: 0..<200)
  func index(seed: Int) throws {
    var random = SplitMix64(seed: seed)
    for interval in Interval.allCases {
      let anchorDay = Int.random(in: 1...31, using: &random)
      let month = LocalDate(daysSince1970: Int32.random(in: -50_000...100_000, using: &random))
      let cycle = try #require(
        BillingCycle(
          interval: interval, count: Int.random(in: 1...15, using: &random),
          anchor: month.adding(months: 0, anchorDay: anchorDay), anchorDay: anchorDay))
      for _ in 0..<100 {
        let day = LocalDate(daysSince1970: Int32.random(in: -200_000...300_000, using: &random))
        #expect(cycle.period(cycle.index(containing: day)).contains(day), "\(day) in \(cycle)")
      }
      for n in -50..<50 {
        let period = cycle.period(n)
        #expect(cycle.index(containing: period.start) == n, "period \(n) of \(cycle)")
        #expect(cycle.index(containing: period.lastDay) == n, "period \(n) of \(cycle)")
      }
    }
  }
}
