// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// What charging came to in some days: outcomes, what was recovered by which attempt, what is
/// scheduled, and who owes on AutoPay without an attempt ahead.
public enum CollectionsReport {
  private static let maxUnknown: Int64 = 1_000

  /// Reads the attempts made for some days, and how AutoPay stands now, a moment in UNIX seconds;
  /// nil means every seller.
  ///
  /// Throws `BillRunError` when there is no such seller.
  public static func read(
    _ days: Period, seller: String?, at moment: Int64, on connection: isolated Connection
  ) throws -> TabularReport {
    try SellerRecord.refuseUnknown(seller, on: connection)
    let rows = try connection.query(
      Statement(SQLFiles.reportCollections),
      [.day(days.start), .day(days.end), .string(seller)])
    let sums = try ReportSum.read(rows)
    var report = TabularReport("collections_report", "collections", of: days, seller: seller)
    report.tables = [
      ReportTable("attempts", "attempts", of: sums),
      ReportTable("recovered", "recovered", of: sums),
      ReportTable("scheduled", "scheduled", of: sums),
      ReportTable("not_scheduled", "not scheduled", of: sums),
      try unknown(at: moment, on: connection),
    ]
    report.tables[0].charts = charts(of: sums.filter { $0.section == "attempts" })
    return report
  }

  /// The outcomes of the attempts, a chart for each currency.
  private static func charts(of sums: [ReportSum]) -> [ReportChart] {
    Dictionary(grouping: sums, by: \.currency).sorted { $0.key < $1.key }.map { currency, sums in
      ReportChart(
        "Attempts by outcome", .rows, currency: currency, digits: sums.first?.digits ?? 0,
        sums.map { ($0.label, Int128($0.amount)) })
    }
  }

  /// The charges whose outcome nobody knows, of every seller.
  private static func unknown(
    at moment: Int64, on connection: isolated Connection
  ) throws -> ReportTable {
    let open = try connection.query(
      Statement(SQLFiles.listUnknownAttempts), [.int64(maxUnknown)])
    var table = ReportTable(
      "unknown", "unknown attempt",
      [
        .init("attempt", "unknown attempt", .integer), .init("invoice"), .init("gateway"),
        .init("hours", nil, .count), .init("idempotency_key", "key"), .init("reason", "why"),
      ])
    table.rows = try open.indices.map { row in
      [
        .init(try open.int64(row, 0)),
        .init(
          try open.optionalString(row, 2) ?? open.optionalInt64(row, 1).map { String($0) }),
        .init(try open.string(row, 3)),
        .init(max(0, moment - (try open.int64(row, 7))) / 3600),
        .init(try open.string(row, 4)), .init(try open.optionalString(row, 6)),
      ]
    }
    return table
  }
}
