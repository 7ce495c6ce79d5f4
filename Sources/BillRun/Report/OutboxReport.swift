// SPDX-License-Identifier: Apache-2.0
public import Postgres
import SQLFiles

/// How the outbox stands: what waits, is held, bounced or failed, and which addresses are stopped.
public enum OutboxReport {
  private static let maxStopped: Int64 = 1_000

  /// Reads what waits or is held, and of the rest what was queued within so many days.
  public static func read(
    days: Int32, on connection: isolated Connection
  ) throws -> TabularReport {
    var report = TabularReport("outbox_report", "outbox", "\(days) days")
    report.asked = [("days", .init(days))]
    report.tables = [
      try messages(days: days, on: connection), try stopped(on: connection),
    ]
    return report
  }

  private static func messages(
    days: Int32, on connection: isolated Connection
  ) throws -> ReportTable {
    let rows = try connection.query(Statement(SQLFiles.reportOutbox), [.int64(Int64(days))])
    var table = ReportTable(
      "messages", "channel",
      [
        .init("channel"), .init("state"), .init("count", "messages", .count),
        .init("oldest_hours", "oldest h", .count), .init("code", "why"),
      ])
    table.rows = try rows.indices.map { row in
      let code = try rows.string(row, 2)
      return [
        .init(try rows.string(row, 0)), .init(try rows.string(row, 1)),
        .init(try rows.int64(row, 3)), .init(try rows.int64(row, 4)),
        .init(code.isEmpty ? nil : code),
      ]
    }
    return table
  }

  private static func stopped(on connection: isolated Connection) throws -> ReportTable {
    let rows = try connection.query(
      Statement(SQLFiles.listStoppedAddresses), [.int64(maxStopped)])
    var table = ReportTable(
      "stopped", "stopped address",
      [
        .init("address", "stopped address"), .init("customer", nil, .integer), .init("name"),
        .init("since", "since (UTC)", .moment), .init("reason", "why"),
      ])
    table.rows = try rows.indices.map { row in
      [
        .init(try rows.string(row, 0)), .init(try rows.int64(row, 1)),
        .init(try rows.string(row, 2)), .init(try rows.int64(row, 5)),
        .init(try rows.string(row, 3)),
      ]
    }
    return table
  }
}
