// SPDX-License-Identifier: Apache-2.0

/// One SQL file of this folder, embedded in the binary.
public struct SQLFile: Sendable {
  /// The file's name without `.sql`: the name of the prepared statement in logs and errors.
  public let name: String
  /// The statement.
  public let text: String

  init(_ name: String, _ bytes: [UInt8]) {
    self.name = name
    self.text = String(decoding: bytes, as: UTF8.self)
  }
}

/// Every SQL file, named once.
public enum SQLFiles {
  /// The migrations, oldest first; the number is in the name.
  public static let migrations = [
    SQLFile("m0001_sellers", PackageResources.m0001_sellers_sql),
    SQLFile("m0002_catalog", PackageResources.m0002_catalog_sql),
    SQLFile("m0003_customers", PackageResources.m0003_customers_sql),
    SQLFile("m0004_subscriptions", PackageResources.m0004_subscriptions_sql),
    SQLFile("m0005_usage_and_pending_items", PackageResources.m0005_usage_and_pending_items_sql),
    SQLFile("m0006_runs", PackageResources.m0006_runs_sql),
    SQLFile("m0007_invoices", PackageResources.m0007_invoices_sql),
    SQLFile("m0008_coverage", PackageResources.m0008_coverage_sql),
    SQLFile("m0009_settlements", PackageResources.m0009_settlements_sql),
    SQLFile("m0010_journal_and_events", PackageResources.m0010_journal_and_events_sql),
    SQLFile("m0011_chasing_and_outbox", PackageResources.m0011_chasing_and_outbox_sql),
    SQLFile("m0012_currency", PackageResources.m0012_currency_sql),
    SQLFile("m0013_views", PackageResources.m0013_views_sql),
  ]
}

// MARK: - The edge: server and clock

extension SQLFiles {
  /// What the server is, who we are on it, and whether this session can write at all.
  public static let readServer = SQLFile("read_server", PackageResources.read_server_sql)

  /// The tables of a schema that the session's role may not read, insert into and update.
  public static let listClosedTables = SQLFile(
    "list_closed_tables", PackageResources.list_closed_tables_sql)

  /// The sellers whose time zone the server does not know.
  public static let listSellersWithoutZone = SQLFile(
    "list_sellers_without_zone", PackageResources.list_sellers_without_zone_sql)

  /// The day that a moment falls on in a time zone.
  public static let readToday = SQLFile("read_today", PackageResources.read_today_sql)
}

// MARK: - Reading: runs

extension SQLFiles {
  /// A run with what it charged and chased.
  public static let showRun = SQLFile("show_run", PackageResources.show_run_sql)

  /// How the accounts of a run ended, and why.
  public static let listRunReasons = SQLFile(
    "list_run_reasons", PackageResources.list_run_reasons_sql)

  /// What a run billed, by currency.
  public static let listRunTotals = SQLFile(
    "list_run_totals", PackageResources.list_run_totals_sql)

  /// The phases of a run and how long they took.
  public static let listRunPhases = SQLFile(
    "list_run_phases", PackageResources.list_run_phases_sql)

  /// The runs, the newest first.
  public static let listRuns = SQLFile("list_runs", PackageResources.list_runs_sql)
}

// MARK: - Reading: documents, holds and the report

extension SQLFiles {
  /// The documents that an id or a number names.
  public static let showInvoiceId = SQLFile("show_invoice_id", PackageResources.show_invoice_id_sql)

  /// Documents by filter, as columns and as the seeds' Invoice object.
  public static let listInvoices = SQLFile("list_invoices", PackageResources.list_invoices_sql)

  /// The lines of a document as people read them.
  public static let listInvoiceLines = SQLFile(
    "list_invoice_lines", PackageResources.list_invoice_lines_sql)

  /// Discounts and taxes of a document.
  public static let listInvoiceCharges = SQLFile(
    "list_invoice_charges", PackageResources.list_invoice_charges_sql)

  /// The holds, the oldest first.
  public static let listHolds = SQLFile("list_holds", PackageResources.list_holds_sql)

  /// Places an operator's hold.
  public static let placeHold = SQLFile("place_hold", PackageResources.place_hold_sql)

  /// Ends operators' holds.
  public static let releaseHolds = SQLFile("release_holds", PackageResources.release_holds_sql)

  /// The newest run of each seller.
  public static let listLatestRuns = SQLFile(
    "list_latest_runs", PackageResources.list_latest_runs_sql)

  /// What customers owe, by age and currency.
  public static let reportReceivables = SQLFile(
    "report_receivables", PackageResources.report_receivables_sql)
}

// MARK: - Verify

extension SQLFiles {
  /// Names the transaction's snapshot.
  public static let exportSnapshot = SQLFile(
    "export_snapshot", PackageResources.export_snapshot_sql)

  /// The checks of `verify`, the longest first; each header tells what must hold.
  public static let checks = [
    SQLFile("verify_totals", PackageResources.verify_totals_sql),
    SQLFile("verify_taxes", PackageResources.verify_taxes_sql),
    SQLFile("verify_line_amounts", PackageResources.verify_line_amounts_sql),
    SQLFile("verify_billed_periods", PackageResources.verify_billed_periods_sql),
    SQLFile("verify_coverage_lines", PackageResources.verify_coverage_lines_sql),
    SQLFile("verify_discount_shares", PackageResources.verify_discount_shares_sql),
    SQLFile("verify_coverage_spans", PackageResources.verify_coverage_spans_sql),
    SQLFile("verify_numbers", PackageResources.verify_numbers_sql),
    SQLFile("verify_balances", PackageResources.verify_balances_sql),
    SQLFile("verify_credits", PackageResources.verify_credits_sql),
    SQLFile("verify_cursors", PackageResources.verify_cursors_sql),
    SQLFile("verify_completeness", PackageResources.verify_completeness_sql),
    SQLFile("verify_series", PackageResources.verify_series_sql),
    SQLFile("verify_numbered_documents", PackageResources.verify_numbered_documents_sql),
    SQLFile("verify_populations", PackageResources.verify_populations_sql),
    SQLFile("verify_run_accounts", PackageResources.verify_run_accounts_sql),
    SQLFile("verify_run_invoices", PackageResources.verify_run_invoices_sql),
    SQLFile("verify_held_accounts", PackageResources.verify_held_accounts_sql),
    SQLFile("verify_journal_entries", PackageResources.verify_journal_entries_sql),
    SQLFile("verify_receivables", PackageResources.verify_receivables_sql),
    SQLFile("verify_run_journal", PackageResources.verify_run_journal_sql),
    SQLFile("verify_attempts", PackageResources.verify_attempts_sql),
  ]
}
