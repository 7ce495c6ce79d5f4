// SPDX-License-Identifier: Apache-2.0
public import BillingCore
import FoundationEssentials
public import Postgres
import SQLFiles

/// What time it is, for the edge of the program: every rule takes its day as a value.
public struct WallClock: Sendable {
  /// The moment, in seconds since 1970-01-01 00:00 UTC.
  public let now: @Sendable () -> Int64

  /// The day in a time zone by its IANA name; the server knows the zones, and throws for others.
  public let today: @Sendable (_ zone: String, _ connection: Connection) async throws -> LocalDate

  /// The clock of this host.
  public static let system = WallClock(
    now: { Int64(Date().timeIntervalSince1970) },
    today: { zone, connection in
      let moment = Int64(Date().timeIntervalSince1970)
      let rows = try await connection.query(readToday, [.int64(moment), .string(zone)])
      return LocalDate(daysSince2000: try rows.date(0, 0))
    })

  /// A clock that stands still: at noon UTC of a day, which is that day in every zone.
  public static func fixed(_ day: LocalDate) -> WallClock {
    WallClock(
      now: { Int64(day.daysSince1970) * 86_400 + 43_200 },
      today: { _, _ in day })
  }
}

private let readToday = Statement(SQLFiles.readToday)
