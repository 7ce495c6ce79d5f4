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

// MARK: - Runs

extension SQLFiles {
  /// The control totals of a run: whom it counted, and what became of them.
  public static let checkPopulation = SQLFile(
    "check_population", PackageResources.check_population_sql)
  /// Claims the next batch that nobody is at: the lock is the claim, and a crash sets it free.
  public static let claimBatch = SQLFile("claim_batch", PackageResources.claim_batch_sql)
  /// Closes a run: its fingerprint is the hash of its accounts' hashes in order of customer, bucket by bucket, so
  public static let closeRun = SQLFile("close_run", PackageResources.close_run_sql)
  /// Takes in covered spans.
  public static let copyCoverage = SQLFile("copy_coverage", PackageResources.copy_coverage_sql)
  /// Takes in what credit notes leave open.
  public static let copyCredits = SQLFile("copy_credits", PackageResources.copy_credits_sql)
  /// Takes in shares of discounts.
  public static let copyInvoiceDiscountShares = SQLFile(
    "copy_invoice_discount_shares", PackageResources.copy_invoice_discount_shares_sql)
  /// Takes in discounts.
  public static let copyInvoiceDiscounts = SQLFile(
    "copy_invoice_discounts", PackageResources.copy_invoice_discounts_sql)
  /// Takes in lines.
  public static let copyInvoiceLines = SQLFile(
    "copy_invoice_lines", PackageResources.copy_invoice_lines_sql)
  /// Takes in numbers, last of all.
  public static let copyInvoiceNumbers = SQLFile(
    "copy_invoice_numbers", PackageResources.copy_invoice_numbers_sql)
  /// Takes in taxes.
  public static let copyInvoiceTaxes = SQLFile(
    "copy_invoice_taxes", PackageResources.copy_invoice_taxes_sql)
  /// Takes in documents.
  public static let copyInvoices = SQLFile("copy_invoices", PackageResources.copy_invoices_sql)
  /// Takes in what became of each payer.
  public static let copyRunAccounts = SQLFile(
    "copy_run_accounts", PackageResources.copy_run_accounts_sql)
  /// Takes in settlements by credit.
  public static let copySettlements = SQLFile(
    "copy_settlements", PackageResources.copy_settlements_sql)
  /// Adds the cycles for which coupons have counted.
  public static let countCouponCycles = SQLFile(
    "count_coupon_cycles", PackageResources.count_coupon_cycles_sql)
  /// Writes what was frozen onto the run.
  public static let countPopulation = SQLFile(
    "count_population", PackageResources.count_population_sql)
  /// How many batches of a run are not done.
  public static let countWaitingBatches = SQLFile(
    "count_waiting_batches", PackageResources.count_waiting_batches_sql)
  /// Ids for documents to come; unused ones are lost, which nobody minds: numbers are what has no gaps.
  public static let drawInvoiceIds = SQLFile(
    "draw_invoice_ids", PackageResources.draw_invoice_ids_sql)
  /// Ends the run's holds of payers that could be billed, or that an operator holds now.
  public static let endHolds = SQLFile("end_holds", PackageResources.end_holds_sql)
  /// A number series, with the date of its newest number.
  public static let findNumberSeries = SQLFile(
    "find_number_series", PackageResources.find_number_series_sql)
  /// The run of a seller that was not closed, if any.
  public static let findUnfinishedRun = SQLFile(
    "find_unfinished_run", PackageResources.find_unfinished_run_sql)
  /// Marks a claimed batch as done, in the transaction that wrote its invoices.
  public static let finishBatch = SQLFile("finish_batch", PackageResources.finish_batch_sql)
  /// Freezes whom the run looks at, in batches of about the same number of due periods (DESIGN 4, open).
  public static let freezePopulation = SQLFile(
    "freeze_population", PackageResources.freeze_population_sql)
  /// Holds payers that cannot be billed, keeping when that was first seen.
  public static let holdAccounts = SQLFile("hold_accounts", PackageResources.hold_accounts_sql)
  /// Every seller, or the one named, with what billing reads of it.
  public static let listSellers = SQLFile("list_sellers", PackageResources.list_sellers_sql)
  /// The add-ons of some subscriptions.
  public static let loadAddons = SQLFile("load_addons", PackageResources.load_addons_sql)
  /// Which of some subscriptions have changes on their timeline.
  public static let loadChangedSubscriptions = SQLFile(
    "load_changed_subscriptions", PackageResources.load_changed_subscriptions_sql)
  /// The coupons, in order of coupon_id.
  public static let loadCoupons = SQLFile("load_coupons", PackageResources.load_coupons_sql)
  /// The covered days of some subscriptions, charge by charge, joined where they touch.
  public static let loadCoverage = SQLFile("load_coverage", PackageResources.load_coverage_sql)
  /// What the payers of a batch have open, locked, in the order in which it is used (RULES 3): expiring first, then
  public static let loadCredits = SQLFile("load_credits", PackageResources.load_credits_sql)
  /// The payers of a batch, with what billing reads of them and what an operator holds.
  public static let loadCustomers = SQLFile("load_customers", PackageResources.load_customers_sql)
  /// The coupons attached to some subscriptions.
  public static let loadDiscounts = SQLFile("load_discounts", PackageResources.load_discounts_sql)
  /// What waits for the next invoice of the payers of a batch, their children's items included.
  public static let loadPendingItems = SQLFile(
    "load_pending_items", PackageResources.load_pending_items_sql)
  /// The plans with their published prices.
  public static let loadPrices = SQLFile("load_prices", PackageResources.load_prices_sql)
  /// What the payers of a batch pay for: their own subscriptions and those of children billed to them.
  public static let loadSubscriptions = SQLFile(
    "load_subscriptions", PackageResources.load_subscriptions_sql)
  /// The tax rates with their values by day.
  public static let loadTaxRates = SQLFile("load_tax_rates", PackageResources.load_tax_rates_sql)
  /// Makes the number series of a seller, kind and rendered format if it is new.
  public static let makeNumberSeries = SQLFile(
    "make_number_series", PackageResources.make_number_series_sql)
  /// Says when to look at subscriptions again, where that is not what covering their days has set.
  public static let moveCursors = SQLFile("move_cursors", PackageResources.move_cursors_sql)
  /// Opens a run; run_one_open_key refuses a second one of the seller and kind.
  public static let openRun = SQLFile("open_run", PackageResources.open_run_sql)
  /// Writes who did what.
  public static let recordEvent = SQLFile("record_event", PackageResources.record_event_sql)
  /// Marks pending items as billed; an item that another transaction has swept is not touched, and the count tells.
  public static let sweepPendingItems = SQLFile(
    "sweep_pending_items", PackageResources.sweep_pending_items_sql)
  /// Takes the next numbers of a series; whoever holds the row is the last to write before the commit (RULES 2).
  public static let takeNumbers = SQLFile("take_numbers", PackageResources.take_numbers_sql)
  /// Takes from credits what documents were paid or reduced with; credit_used_within refuses too much.
  public static let useCredits = SQLFile("use_credits", PackageResources.use_credits_sql)
  /// Writes the balanced entry of a batch and currency; journal_balanced refuses any other.
  public static let writeJournal = SQLFile("write_journal", PackageResources.write_journal_sql)
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
