// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// What chasing came to in some days, who is overdue and not chased, and whom to call.
public enum ChasingReport {
  private static let maxTasks: Int64 = 1_000

  /// Reads the steps taken in some days, and how things stand now, a moment in UNIX seconds; nil
  /// means every seller.
  ///
  /// Throws `BillRunError` when there is no such seller.
  public static func read(
    _ days: Period, seller: String?, at moment: Int64, on connection: isolated Connection
  ) throws -> TabularReport {
    try SellerRecord.refuseUnknown(seller, on: connection)
    let rows = try connection.query(
      Statement(SQLFiles.reportChasing),
      [
        .day(days.start), .day(days.end), .string(seller), .timestamptz(unixSeconds: moment),
      ])
    let sums = try ReportSum.read(rows)
    var report = TabularReport("chasing_report", "chasing", of: days, seller: seller)
    report.tables = [
      ReportTable("steps", "steps", of: sums, hasMoney: false),
      ReportTable("refused", "refused", of: sums, hasMoney: false),
      ReportTable("chased", "chased", of: sums),
      ReportTable("not_chased", "not chased", of: sums),
      try tasks(seller: seller, on: connection),
    ]
    return report
  }

  private static func tasks(
    seller: String?, on connection: isolated Connection
  ) throws -> ReportTable {
    let tasks = try connection.query(
      Statement(SQLFiles.listChaseTasks), [.string(seller), .int64(maxTasks)])
    var table = ReportTable(
      "tasks", "task",
      [
        .init("action", "task"), .init("since", nil, .day), .init("assignee", "for"),
        .init("customer", nil, .integer), .init("name"), .init("phone"), .init("invoice"),
        .init("balance", nil, .amount), .init("currency"),
      ])
    table.rows = try tasks.indices.map { row in
      [
        .init(try tasks.string(row, 0)), .init(try tasks.localDate(row, 1)),
        .init(try tasks.optionalString(row, 2)), .init(try tasks.int64(row, 3)),
        .init(try tasks.string(row, 4)), .init(try tasks.optionalString(row, 5)),
        .init(try tasks.string(row, 6)),
        .amount(Int128(try tasks.int64(row, 7)), digits: Int(try tasks.int32(row, 9))),
        .init(try tasks.string(row, 8)),
      ]
    }
    return table
  }
}
