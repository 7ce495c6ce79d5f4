// SPDX-License-Identifier: Apache-2.0
public import BillingCore
import FoundationEssentials
public import Postgres
import SQLFiles

/// What time it is, for the edge of the program: every rule takes its day as a value.
public struct WallClock: Sendable {
  /// The moment, in seconds since 1970-01-01 00:00 UTC.
  public let now: @Sendable () -> Int64

  /// Makes a clock that reads the moment in this way.
  public init(now: @escaping @Sendable () -> Int64) { self.now = now }

  /// The clock of this host.
  public static let system = WallClock(now: { Int64(Date().timeIntervalSince1970) })

  /// A clock that stands still, at 12:00 UTC of a day.
  public static func fixed(_ day: LocalDate) -> WallClock {
    WallClock(now: { Int64(day.daysSince1970) * 86_400 + 43_200 })
  }

  /// The day in a time zone by its IANA name; the server knows the zones, and throws for others.
  public func today(in zone: String, on connection: Connection) async throws -> LocalDate {
    let rows = try await connection.query(
      Statement(SQLFiles.readToday), [.int64(now()), .string(zone)])
    return LocalDate(daysSince2000: try rows.date(0, 0))
  }
}
