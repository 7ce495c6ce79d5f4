// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

@Suite("Period") struct PeriodTests {
  private func day(_ number: Int) -> LocalDate { LocalDate(daysSince1970: Int32(number)) }

  private func period(_ start: Int, _ end: Int) throws -> Period {
    try #require(Period(from: day(start), to: day(end)))
  }

  @Test("has a day at least")
  func neverEmpty() throws {
    #expect(Period(from: day(5), to: day(5)) == nil)
    #expect(Period(from: day(5), to: day(4)) == nil)
    #expect(try period(5, 6).days == 1)
    #expect(try period(5, 6).lastDay == day(5))
  }

  @Test("is half open, and printed so")
  func halfOpen() throws {
    let start = try #require(LocalDate(iso: "2026-12-01"))
    let end = try #require(LocalDate(iso: "2027-01-01"))
    let december = try #require(Period(from: start, to: end))
    #expect(december.days == 31)
    #expect(december.lastDay == LocalDate(iso: "2026-12-31"))
    #expect(december.contains(december.start))
    #expect(december.contains(december.lastDay))
    #expect(!december.contains(december.end))
    #expect(!december.contains(december.start.adding(days: -1)))
    #expect("\(december)" == "2026-12-01..2027-01-01")
  }

  @Test("meets another in the days of both", arguments: 0..<100)
  func sets(seed: Int) throws {
    var random = SplitMix64(seed: seed)
    func next() throws -> Period {
      let start = Int.random(in: 0..<20, using: &random)
      return try period(start, start + Int.random(in: 1...10, using: &random))
    }
    for _ in 0..<50 {
      let whole = try next()
      let others = try (0..<Int.random(in: 0...4, using: &random)).map { _ in try next() }
      if let other = others.first {
        let both = days(whole).intersection(days(other))
        #expect(whole.overlaps(other) == !both.isEmpty)
        #expect(whole.intersection(other).map(days) == (both.isEmpty ? nil : both))
      }
      let left = whole.subtracting(others)
      #expect(Set(left.flatMap(days)) == days(whole).subtracting(others.flatMap(days)))
      #expect(zip(left, left.dropFirst()).allSatisfy { $0.end < $1.start })
    }
  }

  private func days(_ period: Period) -> Set<LocalDate> {
    Set((0..<period.days).map { period.start.adding(days: $0) })
  }
}
