// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// What charging came to in some days: outcomes, what was recovered by which attempt, what is
/// scheduled, and who owes on AutoPay without an attempt ahead.
public struct CollectionsReport: Sendable {
  /// A charge whose outcome nobody knows.
  private struct Unknown: Sendable {
    let attempt: Int64
    let invoice: String
    let gateway: String
    let key: String
    let reason: String?
    let hours: Int64
  }

  private let days: Period
  private let sums: [ReportSum]
  private let unknown: [Unknown]
  private static let maxUnknown: Int64 = 1_000

  /// Reads the attempts made for some days, and how AutoPay stands now, a moment in UNIX seconds.
  public static func read(
    _ days: Period, seller: String?, at moment: Int64, on connection: isolated Connection
  ) throws -> CollectionsReport {
    if let seller, try SellerRecord.list(code: seller, on: connection).isEmpty {
      throw BillRunError.unknownSeller(seller)
    }
    let rows = try connection.query(
      Statement(SQLFiles.reportCollections),
      [.day(days.start), .day(days.end), .string(seller)])
    let open = try connection.query(
      Statement(SQLFiles.listUnknownAttempts), [.int64(maxUnknown)])
    return CollectionsReport(
      days: days,
      sums: try ReportSum.read(rows),
      unknown: try (0..<open.count).map { row in
        Unknown(
          attempt: try open.int64(row, 0),
          invoice: try open.optionalString(row, 2) ?? String(open.int64(row, 1)),
          gateway: try open.string(row, 3), key: try open.string(row, 4),
          reason: try open.optionalString(row, 6),
          hours: max(0, moment - (try open.int64(row, 7))) / 3600)
      })
  }

  /// The report for people.
  public var text: String {
    var text = "collections, \(days.start) to \(days.end.adding(days: -1))\n"
    text += ReportSum.text(sums)
    if !unknown.isEmpty {
      var table = TextTable([
        ("unknown attempt", .left), ("invoice", .left), ("gateway", .left), ("hours", .right),
        ("key", .left), ("", .left),
      ])
      for one in unknown {
        table.add([
          String(one.attempt), one.invoice, one.gateway, String(one.hours), one.key,
          one.reason ?? "",
        ])
      }
      text += table.text
    }
    return text
  }

  /// The report as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { object in
      object.field("object", "collections_report")
      object.field("from", days.start.description)
      object.field("to", days.end.adding(days: -1).description)
      for (key, section) in [
        ("attempts", "attempts"), ("recovered", "recovered"), ("scheduled", "scheduled"),
        ("not_scheduled", "not scheduled"),
      ] {
        object.field(key, of: sums.filter { $0.section == section })
      }
      object.field("unknown", objects: unknown) { element, one in
        element.field("attempt", one.attempt)
        element.field("invoice", one.invoice)
        element.field("gateway", one.gateway)
        element.field("idempotency_key", one.key)
        element.field("reason", one.reason)
        element.field("hours", one.hours)
      }
    }
  }
}
