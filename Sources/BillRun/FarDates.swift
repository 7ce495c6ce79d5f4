// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// Days that are more often a slip than meant; `--yes` says that one is.
enum FarDates {
  /// As an invoice date a day beyond would close the series to all days before it.
  private static let daysAhead = 62
  /// Of a payment (import_check_old_payments.sql).
  private static let daysBack = 366

  /// Refuses a day far ahead of today, called by what it is: `invoice date`.
  static func refuseAhead(
    _ day: LocalDate, of today: LocalDate, _ name: String, code: String
  ) throws {
    if day - today <= daysAhead { return }
    throw BillRunError(
      .usage, code: code, "\(name) \(day) is more than \(daysAhead) days ahead of \(today)",
      hint: "--yes if it is meant")
  }

  /// Refuses an invoice date far ahead of today.
  static func refuseInvoiceDate(_ day: LocalDate, aheadOf today: LocalDate) throws {
    try refuseAhead(day, of: today, "invoice date", code: "invoice_date_far_ahead")
  }

  /// Refuses a payment of a day long before today.
  static func refusePaymentDate(_ day: LocalDate, before today: LocalDate) throws {
    if today - day <= daysBack { return }
    throw BillRunError(
      .usage, code: "payment_date_far_back",
      "payment date \(day) is more than \(daysBack) days before \(today)",
      hint: "--yes if it is meant")
  }
}
