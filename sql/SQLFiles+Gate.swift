// SPDX-License-Identifier: Apache-2.0

// MARK: - From drafts to posted runs

extension SQLFiles {
  /// Counts the documents of a run that wait as drafts, and those that its gate holds.
  public static let countDrafts = SQLFile("count_drafts", PackageResources.count_drafts_sql)
  /// Counts what the gate found of a run, by code.
  public static let countFindings = SQLFile("count_findings", PackageResources.count_findings_sql)
  /// Notes of runs whose drafts waited that none waits any more.
  public static let endRuns = SQLFile("end_runs", PackageResources.end_runs_sql)
  /// Lists what the gate found of a run.
  public static let listFindings = SQLFile("list_findings", PackageResources.list_findings_sql)
  /// Notes which payers of a run have bills unlike their last ones.
  public static let noteBillAnomalies = SQLFile(
    "note_bill_anomalies", PackageResources.note_bill_anomalies_sql)
  /// Notes what a whole run comes to that is unlike the one before.
  public static let noteRunAnomalies = SQLFile(
    "note_run_anomalies", PackageResources.note_run_anomalies_sql)
  /// Notes that a run's drafts have been looked at, and what was found.
  public static let passGate = SQLFile("pass_gate", PackageResources.pass_gate_sql)
  /// Releases what a gate found.
  public static let releaseFindings = SQLFile(
    "release_findings", PackageResources.release_findings_sql)
  /// Reads a run and its seller, to do something with it.
  public static let findRun = SQLFile("find_run", PackageResources.find_run_sql)
  /// Lists the terms and due dates of a run's drafts.
  public static let listDraftTerms = SQLFile(
    "list_draft_terms", PackageResources.list_draft_terms_sql)
  /// Looks whether another date of a run's drafts would tax them otherwise.
  public static let findMovingTax = SQLFile(
    "find_moving_tax", PackageResources.find_moving_tax_sql)
  /// Lists the documents of a run that stand in a state, payer by payer.
  public static let listRunDocuments = SQLFile(
    "list_run_documents", PackageResources.list_run_documents_sql)
  /// Pauses a run, or lets it go on.
  public static let pauseRun = SQLFile("pause_run", PackageResources.pause_run_sql)
  /// Sums up the documents of a run.
  public static let tallyRunDocuments = SQLFile(
    "tally_run_documents", PackageResources.tally_run_documents_sql)
  /// Gives a run's drafts another date.
  public static let redateDrafts = SQLFile("redate_drafts", PackageResources.redate_drafts_sql)
  /// Notes that a run is taken back where nothing of it is left.
  public static let endReversedRun = SQLFile(
    "end_reversed_run", PackageResources.end_reversed_run_sql)
  /// Lists who of some customers is no payer of a run.
  public static let listAbsentPayers = SQLFile(
    "list_absent_payers", PackageResources.list_absent_payers_sql)
  /// Ends a run that was only looked at, or is canceled.
  public static let setRunState = SQLFile("set_run_state", PackageResources.set_run_state_sql)
  /// Sums up what was paid on the documents of a run.
  public static let sumRunPayments = SQLFile(
    "sum_run_payments", PackageResources.sum_run_payments_sql)
  /// Lists whom a plan bills.
  public static let listPlanAccounts = SQLFile(
    "list_plan_accounts", PackageResources.list_plan_accounts_sql)
  /// Gives back days that a run has covered without billing them.
  public static let releaseRunDays = SQLFile(
    "release_run_days", PackageResources.release_run_days_sql)
}
