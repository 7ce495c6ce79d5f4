// SPDX-License-Identifier: Apache-2.0

// MARK: - Reports

extension SQLFiles {
  /// Counts what needs a person now.
  public static let reportAttention = SQLFile(
    "report_attention", PackageResources.report_attention_sql)

  /// Lists the sellers whose last start of a run was refused.
  public static let listRefusedRuns = SQLFile(
    "list_refused_runs", PackageResources.list_refused_runs_sql)

  /// Lists the drafts of runs that are over.
  public static let listWaitingDrafts = SQLFile(
    "list_waiting_drafts", PackageResources.list_waiting_drafts_sql)

  /// Sums what active subscriptions bring in a month, by plan.
  public static let reportRecurring = SQLFile(
    "report_recurring", PackageResources.report_recurring_sql)

  /// Sums net revenue by month and by plan or item.
  public static let reportRevenue = SQLFile("report_revenue", PackageResources.report_revenue_sql)

  /// Sums tax by jurisdiction, category and rate.
  public static let reportTaxes = SQLFile("report_taxes", PackageResources.report_taxes_sql)
}
