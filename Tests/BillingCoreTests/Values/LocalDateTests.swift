// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

@Suite("LocalDate") struct LocalDateTests {
  @Test("all days of 1600 to 2400 follow each other and come back")
  func everyDay() throws {
    let first = try #require(LocalDate(year: 1600, month: 1, day: 1))
    #expect(first.weekday == 6)
    var (number, weekday) = (first.daysSince1970, first.weekday)
    for year in 1600...2400 {
      let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
      let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      for (month, length) in zip(1..., lengths) {
        for day in 1...length {
          let date = LocalDate(daysSince1970: number)
          let isRight =
            date.components == (year, month, day) && date.weekday == weekday
            && LocalDate(year: year, month: month, day: day) == date
            && LocalDate(iso: date.description) == date
            && date.daysInMonth == length && date.isLeapYear == isLeap
          if !isRight { Issue.record("\(year)-\(month)-\(day) is \(date)") }
          number += 1
          weekday = weekday % 7 + 1
        }
        #expect(LocalDate(year: year, month: month, day: length + 1) == nil)
      }
    }
  }

  @Test(
    "counts from 1970 and from 2000",
    arguments: [
      ("1970-01-01", 0, 4), ("2000-01-01", 10957, 6), ("1969-12-31", -1, 3),
      ("2026-12-01", 20788, 2), ("0001-01-01", -719_162, 1), ("9999-12-31", 2_932_896, 5),
      ("2024-02-29", 19782, 4),
    ] as [(String, Int32, Int)])
  func knownDays(iso: String, number: Int32, weekday: Int) throws {
    let day = try #require(LocalDate(iso: iso))
    #expect(day.daysSince1970 == number)
    #expect(day.daysSince2000 == number - LocalDate.postgresEpoch)
    #expect(LocalDate(daysSince2000: day.daysSince2000) == day)
    #expect(day.weekday == weekday)
    #expect(day.description == iso)
  }

  @Test(
    "refuses days that are none",
    arguments: [
      (2025, 2, 29), (2024, 2, 30), (1900, 2, 29), (2025, 4, 31), (2025, 0, 1), (2025, 13, 1),
      (2025, 1, 0), (2025, 1, 32), (0, 1, 1), (10000, 1, 1), (-1, 1, 1), (.max, 1, 1),
      (2025, .min, 1), (2025, 1, .max),
    ])
  func noDays(year: Int, month: Int, day: Int) {
    #expect(LocalDate(year: year, month: month, day: day) == nil)
  }

  @Test(
    "reads strictly YYYY-MM-DD",
    arguments: [
      "", "2025-1-01", "2025-01-1", "25-01-01", "2025/01/01", "2025-01-01 ", " 2025-01-01",
      "2025-01-01T00", "20250101", "2025-02-29", "0000-01-01", "-001-01-01", "2025-0a-01",
      "２025-01-1", "+2025-01-1", "2025-01--1",
    ])
  func strict(text: String) {
    #expect(LocalDate(iso: text) == nil)
  }

  @Test(
    "months are added from the anchor day, clipped to the month",
    arguments: [
      ("2027-01-31", 1, 31, "2027-02-28"), ("2027-02-28", 1, 31, "2027-03-31"),
      ("2027-01-31", 2, 31, "2027-03-31"), ("2028-01-31", 1, 31, "2028-02-29"),
      ("2028-02-29", 12, 29, "2029-02-28"), ("2028-02-29", 48, 29, "2032-02-29"),
      ("2027-01-15", -1, 15, "2026-12-15"), ("2027-03-31", -1, 31, "2027-02-28"),
      ("2027-12-31", 1, 1, "2028-01-01"), ("2027-05-05", 0, 31, "2027-05-31"),
    ])
  func months(from: String, months: Int, anchorDay: Int, expected: String) throws {
    let day = try #require(LocalDate(iso: from))
    #expect(day.adding(months: months, anchorDay: anchorDay).description == expected)
  }

  @Test("an anchor day that no month has is a bug")
  func badAnchorDay() async {
    await #expect(processExitsWith: .failure) {
      _ = LocalDate(daysSince1970: 0).adding(months: 1, anchorDay: 32)
    }
    await #expect(processExitsWith: .failure) {
      _ = LocalDate(daysSince1970: 0).adding(months: 1, anchorDay: 0)
    }
  }

  @Test("differences and sums of days agree")
  func differences() throws {
    let (left, right) = (
      try #require(LocalDate(iso: "2024-03-01")), try #require(LocalDate(iso: "2024-02-01"))
    )
    #expect(left - right == 29)
    #expect(right - left == -29)
    #expect(right.adding(days: 29) == left)
    #expect(right < left)
  }

  @Test("the parts are those of the components")
  func parts() throws {
    let day = try #require(LocalDate(iso: "2026-12-09"))
    #expect((day.year, day.month, day.day) == (2026, 12, 9))
  }

  @Test("days outside the valid range still calculate")
  func outside() throws {
    let last = try #require(LocalDate(iso: "9999-12-31"))
    let next = last.adding(days: 1)
    #expect(next.components == (10000, 1, 1))
    #expect("\(next)" == "day 2932897")
    #expect(next.adding(months: -1, anchorDay: 31).description == "9999-12-31")
    for number in [Int32.min, .max] {
      let (year, month, day) = LocalDate(daysSince1970: number).components
      #expect((year, month, day) == (number < 0 ? (-5_877_641, 6, 23) : (5_881_580, 7, 11)))
    }
  }

  // The folder of published cases is not part of every clone.
  @Test("published month arithmetic", .enabled(if: SharedFolder.path != nil, "no shared folder"))
  func publishedCases() throws {
    var checked = 0
    for example in try SharedCase.read("date_schedules.json")
    where example.kind == "month_arithmetic" {
      let day = try #require(example.inputs["date"]?.day)
      let months =
        (example.inputs["months"]?.number ?? 0) + 12 * (example.inputs["years"]?.number ?? 0)
      #expect(
        day.adding(months: months, anchorDay: day.day) == example.expected["result"]?.day,
        "\(example.id)")
      checked += 1
    }
    #expect(checked == 9)
  }
}
