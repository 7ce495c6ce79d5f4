// SPDX-License-Identifier: Apache-2.0

// MARK: - Operations on documents

extension SQLFiles {
  /// Locks documents with their payers.
  public static let lockInvoices = SQLFile("lock_invoices", PackageResources.lock_invoices_sql)
  /// Has statements of thousands of keys planned once in a transaction.
  public static let planByKeys = SQLFile("plan_by_keys", PackageResources.plan_by_keys_sql)
  /// Tells how documents stand.
  public static let showStanding = SQLFile("show_standing", PackageResources.show_standing_sql)
  /// Books documents as a posting does, or mirrors that.
  public static let bookDocuments = SQLFile("book_documents", PackageResources.book_documents_sql)
  /// Books one event of single documents, from one account to another.
  public static let bookAmounts = SQLFile("book_amounts", PackageResources.book_amounts_sql)
  /// Puts documents into another state, with an event each.
  public static let setInvoiceState = SQLFile(
    "set_invoice_state", PackageResources.set_invoice_state_sql)
  /// Gives back what documents have billed.
  public static let releaseInvoices = SQLFile(
    "release_invoices", PackageResources.release_invoices_sql)
  /// Covers days that nobody will be billed for.
  public static let waiveDays = SQLFile("waive_days", PackageResources.waive_days_sql)
  /// Settles documents.
  public static let settleInvoices = SQLFile(
    "settle_invoices", PackageResources.settle_invoices_sql)
  /// Finds what an operation in bulk has to know of documents.
  public static let findInvoices = SQLFile("find_invoices", PackageResources.find_invoices_sql)
  /// Lists documents whose customers have no address for email.
  public static let listUnreachable = SQLFile(
    "list_unreachable", PackageResources.list_unreachable_sql)
  /// Puts emails of documents into the outbox.
  public static let queueEmails = SQLFile("queue_emails", PackageResources.queue_emails_sql)
  /// Lists what the customers of documents can be charged by.
  public static let listSources = SQLFile("list_sources", PackageResources.list_sources_sql)
  /// Tells whether documents bear a late fee.
  public static let showOverdue = SQLFile("show_overdue", PackageResources.show_overdue_sql)
  /// Notes which late fees were charged for which documents.
  public static let writeLateFees = SQLFile(
    "write_late_fees", PackageResources.write_late_fees_sql)
  /// Loads the lines of invoices, as far as taking them back needs.
  public static let loadBilledLines = SQLFile(
    "load_billed_lines", PackageResources.load_billed_lines_sql)
  /// Loads what credit notes take from invoices as a whole.
  public static let loadCreditedInvoices = SQLFile(
    "load_credited_invoices", PackageResources.load_credited_invoices_sql)
  /// Loads the cash rounding that no credit note has given back yet.
  public static let loadCashRoundings = SQLFile(
    "load_cash_roundings", PackageResources.load_cash_roundings_sql)
  /// Copies in what credit notes give back of cash rounding.
  public static let copyRoundingCredits = SQLFile(
    "copy_rounding_credits", PackageResources.copy_rounding_credits_sql)
  /// Lists the credits that credit notes left open.
  public static let listNoteCredits = SQLFile(
    "list_note_credits", PackageResources.list_note_credits_sql)
  /// Notes who has credited which invoices.
  public static let recordCreditNotes = SQLFile(
    "record_credit_notes", PackageResources.record_credit_notes_sql)
}
