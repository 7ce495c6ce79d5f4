// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// What the usage records of a batch's due periods come to: one query, whatever their number.
struct UsageRows {
  private let rows: Rows
  private let rowsOf: [Int64: [Int]]

  /// Sums the usage of some days.
  init(_ windows: [UsageWindow], index: CatalogIndex, on connection: isolated Connection) throws {
    rows = try connection.query(
      Statement(SQLFiles.loadUsage),
      [
        .int64Array(windows.map(\.subscription.rawValue)),
        .int32Array(windows.map { Int32($0.slot) }),
        .int64Array(windows.map { index.catalog.plans[$0.plan].id.rawValue }),
        .dateArray(daysSince2000: windows.map(\.days.start.daysSince2000)),
        .dateArray(daysSince2000: windows.map(\.days.end.daysSince2000)),
      ])
    var rowsOf: [Int64: [Int]] = [:]
    for row in 0..<rows.count { rowsOf[try rows.int64(row, 0), default: []].append(row) }
    self.rowsOf = rowsOf
  }

  /// The sums of a subscription.
  func sums(of subscription: Int64, _ digest: inout DigestBuffer) throws -> [MeasuredUsage] {
    try (rowsOf[subscription] ?? []).compactMap { row in
      digest.append(row, of: rows)
      return try Period(from: rows.localDate(row, 2), to: rows.localDate(row, 3)).map {
        MeasuredUsage(
          slot: Int16(try rows.int32(row, 1)), days: $0,
          quantity: try rows.exactDecimal(row, 4))
      }
    }
  }
}
