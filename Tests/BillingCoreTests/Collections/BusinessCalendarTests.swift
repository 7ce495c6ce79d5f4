// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@Suite struct BusinessCalendarTests {
  @Test("weekends and holidays are none")
  func days() throws {
    let friday = try #require(LocalDate(iso: "2026-12-25"))
    let calendar = BusinessCalendar(holidays: [friday])
    #expect(calendar.isBusinessDay(friday.adding(days: -1)))
    #expect(calendar.businessDay(onOrAfter: friday) == friday.adding(days: 3))
    #expect(BusinessCalendar().businessDay(onOrAfter: friday) == friday)
  }
}
