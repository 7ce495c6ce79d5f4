// SPDX-License-Identifier: Apache-2.0

// MARK: - Proofs and looks ahead

extension SQLFiles {
  /// Lists the documents that are made again, in blocks.
  public static let listReplayed = SQLFile("list_replayed", PackageResources.list_replayed_sql)
  /// Counts subscriptions' days by month and what became of them.
  public static let reportSubscriptionDays = SQLFile(
    "report_subscription_days", PackageResources.report_subscription_days_sql)
  /// Lines at a rate that is not that of their tax date any more.
  public static let listTaxDates = SQLFile("list_tax_dates", PackageResources.list_tax_dates_sql)
  /// Audits the series of numbers.
  public static let reportNumbers = SQLFile("report_numbers", PackageResources.report_numbers_sql)
  /// Reads the open credits of payers without locking them.
  public static let lookAtCredits = SQLFile(
    "look_at_credits", PackageResources.look_at_credits_sql)
  /// Lists for whom something may be due, in batches.
  public static let listSimulatedPayers = SQLFile(
    "list_simulated_payers", PackageResources.list_simulated_payers_sql)
}
