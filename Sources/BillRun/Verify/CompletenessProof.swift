// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// What became of every day of every subscription, by month: billed, covered for a reason, or not
/// covered and why not.
public struct CompletenessProof: Sendable {
  /// The days that are looked at, half-open.
  public let days: Period
  /// Only this seller's; nil for all.
  public let seller: String?
  /// One for each month in which a subscription is active, in order.
  public let months: [Month]

  /// A month of subscriptions' days.
  public struct Month: Sendable {
    /// Its first day.
    public let first: LocalDate
    /// Active subscriptions.
    public let subscriptions: Int64
    /// Active days.
    public let active: Int64
    /// The same days by what became of them: `billed`, a reason, or why nothing covers them.
    public let parts: [String: Int64]

    /// Whether the parts come to the active days: no day is counted twice or not at all.
    public var addsUp: Bool { parts.values.reduce(0, +) == active }
  }

  /// What becomes of days, in the order of the report.
  static let categories = [
    "billed", "trial", "paused", "zero", "waived", "migrated", "skipped", "before_backfill",
    "awaiting_renewal", "released", "held", "due", "not_due", "missing",
  ]

  /// Whether every month adds up and no day is missing.
  public var isComplete: Bool {
    months.allSatisfy { $0.addsUp && $0.parts["missing", default: 0] == 0 }
  }

  /// The status to leave with; `software` when days are missing or counted twice.
  public var exitCode: ExitStatus { isComplete ? .ok : .software }

  /// Counts the days of a span, as of now.
  ///
  /// Throws `BillRunError` when there is no such seller.
  public static func read(
    _ days: Period, seller: String?, on connection: isolated Connection
  ) throws -> CompletenessProof {
    if let seller, try SellerRecord.list(code: seller, on: connection).isEmpty {
      throw BillRunError.unknownSeller(seller)
    }
    let rows = try connection.query(
      Statement(SQLFiles.reportSubscriptionDays),
      [.day(days.start), .day(days.end), .string(seller)])
    var months: [Month] = []
    var row = 0
    while row < rows.count {
      let first = try rows.localDate(row, 0)
      var (subscriptions, active): (Int64, Int64) = (0, 0)
      var parts: [String: Int64] = [:]
      while try row < rows.count && rows.localDate(row, 0) == first {
        let category = try rows.string(row, 1)
        if category == "active" {
          (subscriptions, active) = (try rows.int64(row, 2), try rows.int64(row, 3))
        } else {
          parts[category] = try rows.int64(row, 3)
        }
        row += 1
      }
      months.append(
        Month(first: first, subscriptions: subscriptions, active: active, parts: parts))
    }
    return CompletenessProof(days: days, seller: seller, months: months)
  }
}

extension CompletenessProof {
  /// A line a month, a column for what occurs, then the verdict; each line with its line feed.
  public var text: String {
    let shown = Self.categories.filter { name in months.contains { $0.parts[name] != nil } }
    var table = TextTable(
      [("month", .left), ("subscriptions", .right), ("active days", .right)]
        + shown.map { (String($0.map { $0 == "_" ? " " : $0 }), .right) } + [("adds up", .left)])
    for month in months {
      table.add(
        [
          String(month.first.description.prefix(7)), Figure.count(month.subscriptions),
          Figure.count(month.active),
        ]
          + shown.map { Figure.count(month.parts[$0, default: 0]) }
          + [month.addsUp ? "yes" : "NO"])
    }
    let missing = months.reduce(0) { $0 + $1.parts["missing", default: 0] }
    let wrong = Int64(months.count { !$0.addsUp })
    let verdict =
      isComplete
      ? "complete: every active day is billed, has its reason, or waits for its run"
      : "NOT COMPLETE: \(Figure.counted(missing, "day")) missing, "
        + "\(Figure.counted(wrong, "month")) that do not add up"
    return "days of subscriptions, \(days.start) to \(days.end.adding(days: -1))\n"
      + "\(table.text)\(verdict)\n"
  }

  /// Writes the proof as one object.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "completeness_proof")
      $0.field("from", days.start.description)
      $0.field("to", days.end.adding(days: -1).description)
      $0.field("seller", seller)
      $0.field("complete", isComplete)
      $0.field("months", objects: months) { object, month in
        object.field("month", String(month.first.description.prefix(7)))
        object.field("subscriptions", month.subscriptions)
        object.field("active_days", month.active)
        object.field(
          "days",
          object: { parts in
            for name in Self.categories { parts.field(name, month.parts[name, default: 0]) }
          })
        object.field("adds_up", month.addsUp)
      }
      $0.field("exit_code", exitCode.rawValue)
    }
  }
}
