// SPDX-License-Identifier: Apache-2.0

// MARK: - Exporting

extension SQLFiles {
  /// Writes sellers as an import takes them.
  public static let exportSellers = SQLFile(
    "export_sellers", PackageResources.export_sellers_sql)
  /// Writes tax rates as an import takes them.
  public static let exportTaxRates = SQLFile(
    "export_tax_rates", PackageResources.export_tax_rates_sql)
  /// Writes coupons as an import takes them.
  public static let exportCoupons = SQLFile(
    "export_coupons", PackageResources.export_coupons_sql)
  /// Writes items as an import takes them.
  public static let exportItems = SQLFile(
    "export_items", PackageResources.export_items_sql)
  /// Writes plans as an import takes them.
  public static let exportPlans = SQLFile(
    "export_plans", PackageResources.export_plans_sql)
  /// Writes retry policies as an import takes them.
  public static let exportRetryPolicies = SQLFile(
    "export_retry_policies", PackageResources.export_retry_policies_sql)
  /// Writes holidays as an import takes them.
  public static let exportHolidays = SQLFile(
    "export_holidays", PackageResources.export_holidays_sql)
  /// Writes chasing cadences as an import takes them.
  public static let exportChasingCadences = SQLFile(
    "export_chasing_cadences", PackageResources.export_chasing_cadences_sql)
  /// Writes customers as an import takes them.
  public static let exportCustomers = SQLFile(
    "export_customers", PackageResources.export_customers_sql)
  /// Writes subscriptions as an import takes them.
  public static let exportSubscriptions = SQLFile(
    "export_subscriptions", PackageResources.export_subscriptions_sql)
  /// Writes subscription changes as an import takes them.
  public static let exportSubscriptionChanges = SQLFile(
    "export_subscription_changes", PackageResources.export_subscription_changes_sql)
  /// Lists from which days on the changes of subscriptions count.
  public static let listChangeDays = SQLFile(
    "list_change_days", PackageResources.list_change_days_sql)
  /// Writes usage records as an import takes them.
  public static let exportUsageRecords = SQLFile(
    "export_usage_records", PackageResources.export_usage_records_sql)
  /// Writes pending line items as an import takes them.
  public static let exportPendingLineItems = SQLFile(
    "export_pending_line_items", PackageResources.export_pending_line_items_sql)
  /// Writes credits as an import takes them.
  public static let exportCredits = SQLFile(
    "export_credits", PackageResources.export_credits_sql)
  /// Writes open invoices as an import takes them.
  public static let exportInvoices = SQLFile(
    "export_invoices", PackageResources.export_invoices_sql)
  /// Writes what payments have settled of open invoices as an import takes it.
  public static let exportPayments = SQLFile(
    "export_payments", PackageResources.export_payments_sql)
  /// Counts what an export leaves behind and somebody should end before.
  public static let countLeftBehind = SQLFile(
    "count_left_behind", PackageResources.count_left_behind_sql)
}
