// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@Suite struct CollectionCalendarTests {
  private let calendar = CollectionCalendar(leadDays: 1, settleDays: 5)

  @Test(
    "a file is collected a business day later, after the cut-off another one",
    arguments: [
      ("2026-11-02", false, "2026-11-03"), ("2026-11-02", true, "2026-11-04"),
      ("2026-11-06", false, "2026-11-09"), ("2026-11-06", true, "2026-11-10"),
      ("2026-11-07", false, "2026-11-10"), ("2026-11-07", true, "2026-11-10"),
      ("2026-04-02", false, "2026-04-07"), ("2026-04-02", true, "2026-04-08"),
    ])
  func first(ready: String, isLate: Bool, collected: String) throws {
    let day = try #require(LocalDate(iso: ready))
    #expect(
      calendar.firstCollection(fileReady: day, afterCutOff: isLate).description == collected)
  }

  @Test(
    "the notice period and the bank both have their time, and TARGET is open",
    arguments: [
      ("2026-11-02", 14, "2026-11-03", "2026-11-16"), ("2026-11-02", 1, "2026-11-05", "2026-11-05"),
      ("2026-10-31", 14, "2026-11-03", "2026-11-16"),
      ("2026-12-11", 14, "2026-11-03", "2026-12-28"),
    ])
  func collection(notice: String, days: Int, first: String, collected: String) throws {
    let (noticeDay, firstDay) = (
      try #require(LocalDate(iso: notice)), try #require(LocalDate(iso: first))
    )
    let day = calendar.collection(noticeOn: noticeDay, noticeDays: days, notBefore: firstDay)
    #expect(day.description == collected)
  }

  @Test("it is final five business days later")
  func final() throws {
    let day = try #require(LocalDate(iso: "2026-12-21"))
    #expect(calendar.finalDay(of: day).description == "2026-12-29")
  }
}
