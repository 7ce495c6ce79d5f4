// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

struct WallClockTests {
  @Test(
    "a day is read as a date, or as the word today",
    arguments: [
      ("today", true), ("2026-12-01", true), ("2028-02-29", true), ("", false), ("Today", false),
      ("tomorrow", false), ("2026-02-29", false), ("2026-12-1", false), ("20261201", false),
    ])
  func days(_ text: String, isRight: Bool) {
    #expect((AsOf(text) != nil) == isRight)
  }

  @Test("today is the seller's day, and the server knows the zones")
  func today() async throws {
    try await withTemporaryDatabase(migrated: false) { database in
      let connection = try await database.connect()
      // On 2026-03-08 at 06:30 UTC it is still 7 March in Honolulu.
      let clock = WallClock(now: { 1_772_951_400 })
      let honolulu = try await AsOf.today.day(in: "Pacific/Honolulu", on: connection, by: clock)
      let kiritimati = try await AsOf.today.day(in: "Pacific/Kiritimati", on: connection, by: clock)
      #expect(honolulu.description == "2026-03-07")
      #expect(kiritimati.description == "2026-03-08")
      // What was asked for at that moment stays that day, whatever the clock shows by then.
      let later = WallClock(now: { 1_772_951_400 + 86_400 })
      let asked = AsOf.today.asked(at: 1_772_951_400)
      let kept = try await asked.day(in: "Pacific/Honolulu", on: connection, by: later)
      #expect(kept == honolulu && asked.asked(at: 0) == asked)
      let unknown = await #expect(throws: PostgresError.self) {
        try await clock.today(in: "Mars/Base", on: connection)
      }
      let told = unknown.map { BillRunError(describing: $0) }
      #expect(told?.code == "time_zone_unknown" && told?.status == .configuration)
    }
  }

  @Test("a fixed clock shows its day in every zone")
  func fixed() async throws {
    let day = try #require(LocalDate(iso: "2026-12-01"))
    #expect(WallClock.fixed(day).now() == 1_796_126_400)
  }
}
