// SPDX-License-Identifier: Apache-2.0

// MARK: - Undoing documents that credit others

extension SQLFiles {
  /// Lists the days that credit lines gave back.
  public static let listCreditedDays = SQLFile(
    "list_credited_days", PackageResources.list_credited_days_sql)
  /// Finds what covers days that are to be covered again.
  public static let findClashingSpans = SQLFile(
    "find_clashing_spans", PackageResources.find_clashing_spans_sql)
  /// Covers days again by the lines that had billed them.
  public static let coverAgain = SQLFile("cover_again", PackageResources.cover_again_sql)
  /// Undoes the credit lines of documents.
  public static let undoLineCredits = SQLFile(
    "undo_line_credits", PackageResources.undo_line_credits_sql)
  /// Loads what credit lines took off the taxes of their documents.
  public static let loadCreditLineTaxes = SQLFile(
    "load_credit_line_taxes", PackageResources.load_credit_line_taxes_sql)
  /// Withdraws what credit notes gave.
  public static let withdrawNoteCredits = SQLFile(
    "withdraw_note_credits", PackageResources.withdraw_note_credits_sql)
  /// Gives customers what credit notes come to.
  public static let grantNoteCredits = SQLFile(
    "grant_note_credits", PackageResources.grant_note_credits_sql)
  /// Lists what credit notes take back of invoices.
  public static let listNoteTargets = SQLFile(
    "list_note_targets", PackageResources.list_note_targets_sql)
  /// Lists a run's credit notes that have something to settle.
  public static let listOpenRunNotes = SQLFile(
    "list_open_run_notes", PackageResources.list_open_run_notes_sql)
  /// Lists what credit notes settle of the invoices that they take back.
  public static let listNoteUses = SQLFile("list_note_uses", PackageResources.list_note_uses_sql)
  /// Lists what of granted discounts went back with credit notes.
  public static let listNoteGrants = SQLFile(
    "list_note_grants", PackageResources.list_note_grants_sql)
  /// Deletes what the credit lines of drafts took back.
  public static let deleteLineCredits = SQLFile(
    "delete_line_credits", PackageResources.delete_line_credits_sql)
}
