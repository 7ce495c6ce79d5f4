// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct BusinessCalendarTests {
  @Test("weekends and holidays are none")
  func days() throws {
    let friday = try #require(LocalDate(iso: "2026-12-25"))
    let calendar = BusinessCalendar(holidays: [friday])
    #expect(calendar.isBusinessDay(friday.adding(days: -1)))
    #expect(calendar.businessDay(onOrAfter: friday) == friday.adding(days: 3))
    #expect(BusinessCalendar().businessDay(onOrAfter: friday) == friday)
  }

  @Test(
    "Easter Sundays of almanacs",
    arguments: [
      "1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23",
      "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25", "2049-04-18",
    ])
  func easter(text: String) throws {
    let day = try #require(LocalDate(iso: text))
    #expect(BusinessCalendar.easterSunday(of: day.year) == day)
  }

  @Test(
    "TARGET is closed on six days a year and at weekends",
    arguments: [
      ("2026-01-01", false), ("2026-01-02", true), ("2026-04-02", true), ("2026-04-03", false),
      ("2026-04-04", false), ("2026-04-06", false), ("2026-04-07", true), ("2026-05-01", false),
      ("2026-05-14", true), ("2026-12-24", true), ("2026-12-25", false), ("2026-12-26", false),
      ("2025-12-26", false), ("2026-12-31", true), ("2026-10-03", false), ("2025-10-03", true),
    ])
  func target(text: String, isOpen: Bool) throws {
    let day = try #require(LocalDate(iso: text))
    #expect(BusinessCalendar.target.isBusinessDay(day) == isOpen)
  }

  @Test(
    "business days are counted over what is none",
    arguments: [
      ("2026-04-01", 1, "2026-04-02"), ("2026-04-02", 1, "2026-04-07"),
      ("2026-04-04", 1, "2026-04-07"), ("2026-12-23", 6, "2027-01-04"),
      ("2026-11-06", 0, "2026-11-06"), ("2026-11-02", 5, "2026-11-09"),
    ])
  func counted(from: String, count: Int, to: String) throws {
    let day = try #require(LocalDate(iso: from))
    #expect(BusinessCalendar.target.adding(businessDays: count, to: day).description == to)
  }
}
