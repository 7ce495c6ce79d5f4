// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// Tax of posted documents by jurisdiction, category and rate.
public enum TaxReport {
  /// Reads the tax of the documents dated in some days; nil means every seller.
  ///
  /// Throws `BillRunError` when there is no such seller.
  public static func read(
    _ days: Period, seller: String?, on connection: isolated Connection
  ) throws -> TabularReport {
    try SellerRecord.refuseUnknown(seller, on: connection)
    var report = TabularReport("tax_report", "tax", of: days, seller: seller)
    report.tables = [try table(days, seller: seller, on: connection)]
    return report
  }

  static func table(
    _ days: Period, seller: String?, on connection: isolated Connection
  ) throws -> ReportTable {
    var table = try ReportTable(
      "taxes", "Tax by jurisdiction and rate",
      [
        .init("seller"), .init("country"), .init("state"), .init("tax"), .init("category"),
        .init("percent", "%"), .init("currency"), .init("documents", nil, .count),
        .init("base", nil, .amount), .init("tax_amount", "tax", .amount),
        .init("discounted", nil, .amount), .init("due", nil, .amount),
      ], of: Statement(SQLFiles.reportTaxes),
      [.day(days.start), .day(days.end), .string(seller)], on: connection)
    table.note = """
      Posted documents by their date, less credit notes; voided ones are left out. Discounted is \
      the tax share of early payment discounts, which lessens what is due.
      """
    return table
  }
}
