// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import Testing

@Suite struct DeadlineTests {
  @Test(
    "a deadline is a time of day", arguments: ["5:30", "24:00", "12:60", "", "noon", "05:30:00"])
  func wrong(_ text: String) { #expect(Deadline(text) == nil) }

  @Test(
    "of its occurrences the nearest counts: one of the last twelve hours is over",
    arguments: [
      ("22:00", "05:30", 27_000), ("05:29", "05:30", 60), ("05:30", "05:30", nil),
      ("06:00", "05:30", nil), ("17:30", "05:30", 43_200), ("17:29", "05:30", nil),
    ])
  func left(now: String, deadline: String, seconds: Int64?) throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .current
    let parts = now.split(separator: ":").compactMap { Int($0) }
    let date = try #require(
      calendar.date(
        from: DateComponents(year: 2026, month: 12, day: 1, hour: parts[0], minute: parts[1])))
    let left = try #require(Deadline(deadline)).secondsLeft(at: Int64(date.timeIntervalSince1970))
    #expect(left == seconds)
  }

  @Test("it prints as it is written")
  func text() { #expect(Deadline("05:30")?.description == "05:30") }
}
