// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres

/// Who is not billed and why, and for how long.
public enum HoldsReport {
  /// Reads the holds that stand, with their age on a day, or at a moment in UNIX seconds; nil means
  /// every seller.
  ///
  /// Throws `BillRunError` when there is no such seller.
  public static func read(
    asOf: LocalDate?, seller: String?, at moment: Int64, on connection: isolated Connection
  ) throws -> TabularReport {
    try SellerRecord.refuseUnknown(seller, on: connection)
    let day = asOf ?? LocalDate(daysSince1970: Int32(moment / 86_400))
    var report = TabularReport(
      "holds_report", "holds", "on \(day)" + (seller.map { ", seller \($0)" } ?? ""))
    report.asked = [("as_of", .day(day))] + (seller.map { [("seller", .text($0))] } ?? [])
    report.tables = tables(
      of: try HoldStore(at: moment).holds(seller: seller, asOf: asOf, on: connection))
    return report
  }

  /// The reasons, and each hold, of which people are shown so many.
  static func tables(of holds: [Hold], shown: Int = 1_000) -> [ReportTable] {
    var reasons = ReportTable(
      "held_reasons", "Held customers by reason and age",
      [.init("code", "reason"), .init("by"), .init("holds", nil, .count)]
        + ages.map { .init($0.key, $0.head, .count) } + [.init("oldest_days", "oldest", .count)])
    let groups = Dictionary(grouping: holds) { [$0.code, $0.placedBy] }
    reasons.rows = groups.sorted { ($1.value.count, $0.key[0]) < ($0.value.count, $1.key[0]) }.map {
      key, group in
      [.text(key[0]), .text(key[1]), .init(group.count)]
        + ages.map { age in .init(group.count { age.days.contains($0.days) }) }
        + [.init(group.map(\.days).max())]
    }
    var list = ReportTable(
      "holds", "Held customers",
      [
        .init("customer", nil, .integer), .init("name"), .init("by"), .init("code", "reason"),
        .init("days", nil, .count), .init("tries", nil, .count), .init("message"),
      ])
    list.rows = holds.map {
      [
        .init($0.customer), .text($0.customerName), .text($0.placedBy), .text($0.code),
        .init($0.days), .init($0.tries), .text($0.message),
      ]
    }
    list.shown = shown
    list.more = "billrun hold list"
    return [reasons, list]
  }

  private static let ages: [(key: String, head: String, days: ClosedRange<Int32>)] = [
    ("days_1", "up to 1 day", 0...1), ("days_7", "2–7", 2...7), ("days_30", "8–30", 8...30),
    ("older", "over 30", 31...Int32.max),
  ]
}
