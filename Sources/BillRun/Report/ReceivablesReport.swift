// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres

/// What customers owe at the end of a day, by seller, currency and age (RULES 3).
public enum ReceivablesReport {
  /// Reads what is owed at the end of a day; nil means every seller.
  ///
  /// Throws `BillRunError` when there is no such seller.
  public static func read(
    asOf: LocalDate, seller: String?, on connection: isolated Connection
  ) throws -> TabularReport {
    try SellerRecord.refuseUnknown(seller, on: connection)
    var report = TabularReport(
      "receivables_report", "receivables",
      "at the end of \(asOf)" + (seller.map { ", seller \($0)" } ?? ""))
    report.asked = [("as_of", .day(asOf))] + (seller.map { [("seller", .text($0))] } ?? [])
    report.tables = [try table(asOf: asOf, seller: seller, on: connection)]
    return report
  }

  static func table(
    asOf: LocalDate, seller: String?, on connection: isolated Connection
  ) throws -> ReportTable {
    let owed = try Receivables.read(seller: seller, asOf: asOf, on: connection)
    let ages = zip(Receivables.ages, ["1–30", "31–60", "61–90", "91–120", "over 120"])
    var table = ReportTable(
      "receivables", "Receivables by age",
      [
        .init("seller"), .init("currency"), .init("invoices", nil, .count),
        .init("current", nil, .amount),
      ] + ages.map { .init($0, $1, .amount) } + [
        .init("total", nil, .amount), .init("unapplied_credit", "unapplied credit", .amount),
        .init("disputed", nil, .amount),
      ])
    table.note = """
      Days past due. Unapplied credit is not taken off the total, and disputed payments are no \
      part of it.
      """
    table.rows = owed.map { one in
      let amounts = [one.current] + one.overdue + [one.total, one.unappliedCredit, one.disputed]
      return [.text(one.seller), .text(one.currency), .init(one.invoices)]
        + amounts.map { .amount($0, digits: one.digits) }
    }
    let heads = ["current", "1–30", "31–60", "61–90", "91–120", "over 120"]
    for one in owed {
      table.charts.append(
        ReportChart(
          "Owed to \(one.seller) by days past due", .columns, currency: one.currency,
          digits: one.digits, Array(zip(heads, [one.current] + one.overdue))))
    }
    return table
  }
}
