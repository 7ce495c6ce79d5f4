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
    SQLFile("m0014_references", PackageResources.m0014_references_sql),
    SQLFile("m0015_manual_invoices", PackageResources.m0015_manual_invoices_sql),
    SQLFile("m0016_charges", PackageResources.m0016_charges_sql),
    SQLFile("m0017_bank_files", PackageResources.m0017_bank_files_sql),
    SQLFile("m0018_approvals", PackageResources.m0018_approvals_sql),
    SQLFile("m0019_api_keys", PackageResources.m0019_api_keys_sql),
    SQLFile("m0020_links", PackageResources.m0020_links_sql),
    SQLFile("m0021_webhooks", PackageResources.m0021_webhooks_sql),
    SQLFile("m0022_invoice_rows", PackageResources.m0022_invoice_rows_sql),
    SQLFile("m0023_bank_statements", PackageResources.m0023_bank_statements_sql),
    SQLFile("m0024_tax_parts", PackageResources.m0024_tax_parts_sql),
  ]
}

// MARK: - Runs

extension SQLFiles {
  /// Reads the control totals of a run: whom it counted, and what became of them.
  public static let checkPopulation = SQLFile(
    "check_population", PackageResources.check_population_sql)
  /// Marks changes of subscriptions as billed.
  public static let applyChanges = SQLFile("apply_changes", PackageResources.apply_changes_sql)
  /// Claims the next batch that nobody is at: the lock is the claim, and a crash sets it free.
  public static let claimBatch = SQLFile("claim_batch", PackageResources.claim_batch_sql)
  /// Closes a run and stores its fingerprint, which does not depend on batches or lanes.
  public static let closeRun = SQLFile("close_run", PackageResources.close_run_sql)
  /// Copies in the spans of days that lines have billed.
  public static let copyCoverage = SQLFile("copy_coverage", PackageResources.copy_coverage_sql)
  /// Copies in the credits that credit notes leave open.
  public static let copyCredits = SQLFile("copy_credits", PackageResources.copy_credits_sql)
  /// Copies in the discounts of documents, with each line's share.
  public static let copyInvoiceDiscounts = SQLFile(
    "copy_invoice_discounts", PackageResources.copy_invoice_discounts_sql)
  /// Copies in the lines of documents.
  public static let copyInvoiceLines = SQLFile(
    "copy_invoice_lines", PackageResources.copy_invoice_lines_sql)
  /// Copies in the numbers of documents, last of all.
  public static let copyInvoiceNumbers = SQLFile(
    "copy_invoice_numbers", PackageResources.copy_invoice_numbers_sql)
  /// Copies in the taxes of documents.
  public static let copyInvoiceTaxes = SQLFile(
    "copy_invoice_taxes", PackageResources.copy_invoice_taxes_sql)
  /// Copies in documents: invoices and credit notes.
  public static let copyInvoices = SQLFile("copy_invoices", PackageResources.copy_invoices_sql)
  /// Copies in which lines bill usage that came in late.
  public static let copyLateUsage = SQLFile("copy_late_usage", PackageResources.copy_late_usage_sql)
  /// Copies in what credit lines take back.
  public static let copyLineCredits = SQLFile(
    "copy_line_credits", PackageResources.copy_line_credits_sql)
  /// Copies in what credit lines take back of taxes.
  public static let copyLineCreditTaxes = SQLFile(
    "copy_line_credit_taxes", PackageResources.copy_line_credit_taxes_sql)
  /// Copies in what became of each payer.
  public static let copyRunAccounts = SQLFile(
    "copy_run_accounts", PackageResources.copy_run_accounts_sql)
  /// Copies in the settlements that credits pay.
  public static let copySettlements = SQLFile(
    "copy_settlements", PackageResources.copy_settlements_sql)
  /// Adds the cycles for which attached coupons have counted.
  public static let countCouponCycles = SQLFile(
    "count_coupon_cycles", PackageResources.count_coupon_cycles_sql)
  /// Writes onto the run how many payers were frozen.
  public static let countPopulation = SQLFile(
    "count_population", PackageResources.count_population_sql)
  /// Counts the batches of a run that are not done.
  public static let countWaitingBatches = SQLFile(
    "count_waiting_batches", PackageResources.count_waiting_batches_sql)
  /// Draws ids for documents to come; ids may have gaps, numbers may not.
  public static let drawInvoiceIds = SQLFile(
    "draw_invoice_ids", PackageResources.draw_invoice_ids_sql)
  /// Ends the run's holds of payers that could be billed, or that an operator holds now.
  public static let endHolds = SQLFile("end_holds", PackageResources.end_holds_sql)
  /// Finds who pays for a customer, and to which seller.
  public static let findPayer = SQLFile("find_payer", PackageResources.find_payer_sql)
  /// Finds the first of a run's documents that has a subscription.
  public static let findFirstBill = SQLFile(
    "find_first_bill", PackageResources.find_first_bill_sql)
  /// Shows what became of the only payer of a run.
  public static let showOutcome = SQLFile("show_outcome", PackageResources.show_outcome_sql)
  /// Finds a number series, with the date of its newest number.
  public static let findNumberSeries = SQLFile(
    "find_number_series", PackageResources.find_number_series_sql)
  /// Finds the first of a run's scope that is not there.
  public static let findUnknownScope = SQLFile(
    "find_unknown_scope", PackageResources.find_unknown_scope_sql)
  /// Finds the run of a seller that was not closed, if there is one.
  public static let findUnfinishedRun = SQLFile(
    "find_unfinished_run", PackageResources.find_unfinished_run_sql)
  /// Marks a claimed batch as done, in the transaction that wrote its invoices.
  public static let finishBatch = SQLFile("finish_batch", PackageResources.finish_batch_sql)
  /// Gives covered days back.
  public static let releaseCoverage = SQLFile(
    "release_coverage", PackageResources.release_coverage_sql)
  /// Gives days of suppressed documents back that something newer touches.
  public static let giveBackSuppressed = SQLFile(
    "give_back_suppressed", PackageResources.give_back_suppressed_sql)
  /// Strikes payers who were deleted since the population was frozen.
  public static let strikePayers = SQLFile("strike_payers", PackageResources.strike_payers_sql)
  /// Freezes whom the run looks at, in batches of about the same number of due periods.
  public static let freezePopulation = SQLFile(
    "freeze_population", PackageResources.freeze_population_sql)
  /// Holds payers that cannot be billed, keeping when that was first seen.
  public static let holdAccounts = SQLFile("hold_accounts", PackageResources.hold_accounts_sql)
  /// Lists every seller, or the one named, with what billing reads of it.
  public static let listSellers = SQLFile("list_sellers", PackageResources.list_sellers_sql)
  /// Loads the add-ons of some subscriptions.
  public static let loadAddons = SQLFile("load_addons", PackageResources.load_addons_sql)
  /// Loads what discounts took off the lines of some documents.
  public static let loadBilledDiscounts = SQLFile(
    "load_billed_discounts", PackageResources.load_billed_discounts_sql)
  /// Loads what covers the days of some subscriptions, line by line.
  public static let loadBilledSpans = SQLFile(
    "load_billed_spans", PackageResources.load_billed_spans_sql)
  /// Loads the goodwill of days that runs have credited.
  public static let loadReturnedGoodwill = SQLFile(
    "load_returned_goodwill", PackageResources.load_returned_goodwill_sql)
  /// Loads the tax groups of some documents, to take them back.
  public static let loadBilledTaxes = SQLFile(
    "load_billed_taxes", PackageResources.load_billed_taxes_sql)
  /// Loads what lines are of the bases of their taxes, where that is not what they come to.
  public static let loadTaxShares = SQLFile("load_tax_shares", PackageResources.load_tax_shares_sql)
  /// Loads the changes of some subscriptions with their add-ons.
  public static let loadChanges = SQLFile("load_changes", PackageResources.load_changes_sql)
  /// Sums the usage of some days, with what was billed for them.
  public static let loadUsage = SQLFile("load_usage", PackageResources.load_usage_sql)
  /// Loads the coupons, in order of coupon_id.
  public static let loadCoupons = SQLFile("load_coupons", PackageResources.load_coupons_sql)
  /// Loads the covered days of some subscriptions by charge, joined where they touch.
  public static let loadCoverage = SQLFile("load_coverage", PackageResources.load_coverage_sql)
  /// Loads and locks the open credits of a batch's payers, in the order of use (RULES 3).
  public static let loadCredits = SQLFile("load_credits", PackageResources.load_credits_sql)
  /// Loads the payers of a batch, with what billing reads of them and what an operator holds.
  public static let loadCustomers = SQLFile("load_customers", PackageResources.load_customers_sql)
  /// Loads the coupons attached to some subscriptions.
  public static let loadDiscounts = SQLFile("load_discounts", PackageResources.load_discounts_sql)
  /// Loads what waits for the next invoice of a batch's payers, their children's items included.
  public static let loadPendingItems = SQLFile(
    "load_pending_items", PackageResources.load_pending_items_sql)
  /// Loads the plans with their published prices.
  public static let loadPrices = SQLFile("load_prices", PackageResources.load_prices_sql)
  /// Loads the subscriptions that a batch's payers pay for, their children's included.
  public static let loadSubscriptions = SQLFile(
    "load_subscriptions", PackageResources.load_subscriptions_sql)
  /// Loads the tax rates with their values by day.
  public static let loadTaxRates = SQLFile("load_tax_rates", PackageResources.load_tax_rates_sql)
  /// Makes the number series of a seller, kind and rendered format if it is new.
  public static let makeNumberSeries = SQLFile(
    "make_number_series", PackageResources.make_number_series_sql)
  /// Sets when to look at subscriptions again, where covering their days has not set it.
  public static let moveCursors = SQLFile("move_cursors", PackageResources.move_cursors_sql)
  /// Opens a run; run_one_open_key refuses a second one of the seller and kind.
  public static let openRun = SQLFile("open_run", PackageResources.open_run_sql)
  /// Records who did what.
  public static let recordEvent = SQLFile("record_event", PackageResources.record_event_sql)
  /// Marks pending items as billed and counts them; one that was swept already is left alone.
  public static let sweepPendingItems = SQLFile(
    "sweep_pending_items", PackageResources.sweep_pending_items_sql)
  /// Takes the next numbers of a series, the last row locked before the commit (RULES 2).
  public static let takeNumbers = SQLFile("take_numbers", PackageResources.take_numbers_sql)
  /// Takes from credits what documents used of them; credit_used_within refuses too much.
  public static let useCredits = SQLFile("use_credits", PackageResources.use_credits_sql)
  /// Writes the balanced entry of a batch and currency; journal_balanced refuses any other.
  public static let writeJournal = SQLFile("write_journal", PackageResources.write_journal_sql)
}

// MARK: - The edge: server and clock

extension SQLFiles {
  /// Reads what the server is, who we are on it, and whether this session can write at all.
  public static let readServer = SQLFile("read_server", PackageResources.read_server_sql)

  /// Tells how far the server has written.
  public static let readWalPosition = SQLFile(
    "read_wal_position", PackageResources.read_wal_position_sql)

  /// Tells how far a standby is behind.
  public static let readReplicaLag = SQLFile(
    "read_replica_lag", PackageResources.read_replica_lag_sql)

  /// Reads what of the server's settings matters to us, and how many may still connect.
  public static let readServerSettings = SQLFile(
    "read_server_settings", PackageResources.read_server_settings_sql)

  /// Lists when the daily commands last did something.
  public static let listLastSuccesses = SQLFile(
    "list_last_successes", PackageResources.list_last_successes_sql)

  /// Lists what the session's role may not do with tables of a schema, of what it needs.
  public static let listMissingRights = SQLFile(
    "list_missing_rights", PackageResources.list_missing_rights_sql)

  /// Lists the sequences of a schema that the session's role may not draw from.
  public static let listClosedSequences = SQLFile(
    "list_closed_sequences", PackageResources.list_closed_sequences_sql)

  /// Lists the sellers whose time zone the server does not know.
  public static let listSellersWithoutZone = SQLFile(
    "list_sellers_without_zone", PackageResources.list_sellers_without_zone_sql)

  /// Reads the day that a moment falls on in a time zone.
  public static let readToday = SQLFile("read_today", PackageResources.read_today_sql)
}

// MARK: - Reading: runs

extension SQLFiles {
  /// Shows a run with what it charged and chased.
  public static let showRun = SQLFile("show_run", PackageResources.show_run_sql)

  /// Counts how the accounts of a run ended, and why.
  public static let listRunReasons = SQLFile(
    "list_run_reasons", PackageResources.list_run_reasons_sql)

  /// Sums what a run billed, by currency.
  public static let listRunTotals = SQLFile(
    "list_run_totals", PackageResources.list_run_totals_sql)

  /// Lists the phases of a run and how long they took.
  public static let listRunPhases = SQLFile(
    "list_run_phases", PackageResources.list_run_phases_sql)

  /// Lists the runs, the newest first.
  public static let listRuns = SQLFile("list_runs", PackageResources.list_runs_sql)
  /// Lists the dry runs that are at work or were killed.
  public static let listDryRuns = SQLFile("list_dry_runs", PackageResources.list_dry_runs_sql)
}

// MARK: - Reading: documents, holds and the report

extension SQLFiles {
  /// Finds the documents that an id or a number names.
  public static let showInvoiceId = SQLFile("show_invoice_id", PackageResources.show_invoice_id_sql)

  /// Lists documents by filter, as columns and as the Invoice object of the interface.
  public static let listInvoices = SQLFile("list_invoices", PackageResources.list_invoices_sql)
  /// Shows one of them, by a statement that is planned once.
  public static let showInvoice = SQLFile("show_invoice", PackageResources.show_invoice_sql)

  /// Lists line items, as rows and as objects.
  public static let listLineItems = SQLFile(
    "list_line_items", PackageResources.list_line_items_sql)

  /// Lists the lines of a document as people read them.
  public static let listInvoiceLines = SQLFile(
    "list_invoice_lines", PackageResources.list_invoice_lines_sql)

  /// Lists the discounts and taxes of a document.
  public static let listInvoiceCharges = SQLFile(
    "list_invoice_charges", PackageResources.list_invoice_charges_sql)
  /// Explains documents: each as it is stored, with what was frozen when it was made.
  public static let explainDocuments = SQLFile(
    "explain_documents", PackageResources.explain_documents_sql)
  /// Explains the lines of documents: what each was priced from.
  public static let explainLines = SQLFile("explain_lines", PackageResources.explain_lines_sql)
  /// Explains the discounts of documents, with their coupons and shares.
  public static let explainDiscounts = SQLFile(
    "explain_discounts", PackageResources.explain_discounts_sql)
  /// Explains the tax groups of documents, with the version of their rate.
  public static let explainTaxes = SQLFile("explain_taxes", PackageResources.explain_taxes_sql)
  /// Explains credit lines: the billed line, and what earlier credits took of it.
  public static let explainCredits = SQLFile(
    "explain_credits", PackageResources.explain_credits_sql)
  /// Explains what credit lines take back of taxes.
  public static let explainCreditTaxes = SQLFile(
    "explain_credit_taxes", PackageResources.explain_credit_taxes_sql)
  /// Explains balances: what changed them, in order.
  public static let explainSettlements = SQLFile(
    "explain_settlements", PackageResources.explain_settlements_sql)

  /// Lists who did what and when.
  public static let listEvents = SQLFile("list_events", PackageResources.list_events_sql)

  /// Lists the holds, the oldest first.
  public static let listHolds = SQLFile("list_holds", PackageResources.list_holds_sql)

  /// Places an operator's hold.
  public static let placeHold = SQLFile("place_hold", PackageResources.place_hold_sql)

  /// Ends operators' holds.
  public static let releaseHolds = SQLFile("release_holds", PackageResources.release_holds_sql)

  /// Lists the newest run of each seller.
  public static let listLatestRuns = SQLFile(
    "list_latest_runs", PackageResources.list_latest_runs_sql)

  /// Sums what customers owe, by age and currency.
  public static let reportReceivables = SQLFile(
    "report_receivables", PackageResources.report_receivables_sql)
}

// MARK: - Books

extension SQLFiles {
  /// Locks sellers against all who book.
  public static let lockBooks = SQLFile("lock_books", PackageResources.lock_books_sql)

  /// Lists what the days up to a day have earned of deferred revenue.
  public static let listEarnedRevenue = SQLFile(
    "list_earned_revenue", PackageResources.list_earned_revenue_sql)

  /// Closes the books of sellers through a day.
  public static let closeBooks = SQLFile("close_books", PackageResources.close_books_sql)

  /// Opens the days after a day again.
  public static let reopenBooks = SQLFile("reopen_books", PackageResources.reopen_books_sql)

  /// Lists the journal of a span of days, line by line.
  public static let listJournal = SQLFile("list_journal", PackageResources.list_journal_sql)

  /// Sums the accounts around a span of days.
  public static let reportTrialBalance = SQLFile(
    "report_trial_balance", PackageResources.report_trial_balance_sql)

  /// Lists how far books are closed and recognised.
  public static let listBooks = SQLFile("list_books", PackageResources.list_books_sql)

  /// Lists what is deferred, by month to come.
  public static let listDeferredRevenue = SQLFile(
    "list_deferred_revenue", PackageResources.list_deferred_revenue_sql)
}

// MARK: - Verify

extension SQLFiles {
  /// Names the transaction's snapshot, so that other sessions can read the same state.
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
    SQLFile("verify_payments", PackageResources.verify_payments_sql),
    SQLFile("verify_line_credits", PackageResources.verify_line_credits_sql),
    SQLFile("verify_cursors", PackageResources.verify_cursors_sql),
    SQLFile("verify_references", PackageResources.verify_references_sql),
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
    SQLFile("verify_deferred_revenue", PackageResources.verify_deferred_revenue_sql),
    SQLFile("verify_attempts", PackageResources.verify_attempts_sql),
    SQLFile("verify_bank_files", PackageResources.verify_bank_files_sql),
  ]

  /// The readings of `verify` that decide several of these checks, the longest first.
  public static let surveys = [
    SQLFile("survey_documents", PackageResources.survey_documents_sql),
    SQLFile("survey_lines", PackageResources.survey_lines_sql),
    SQLFile("survey_spans", PackageResources.survey_spans_sql),
  ]
}
