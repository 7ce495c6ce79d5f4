// SPDX-License-Identifier: Apache-2.0

// MARK: - What the simulated gateway knows

extension SQLFiles {
  /// Makes the ledger of the simulated gateway where it is missing.
  public static let makeSimulatedLedger = SQLFile(
    "make_simulated_ledger", PackageResources.make_simulated_ledger_sql)
  /// Approves charges that the simulated gateway has not approved yet.
  public static let writeSimulatedApprovals = SQLFile(
    "write_simulated_approvals", PackageResources.write_simulated_approvals_sql)
  /// Charges that the simulated gateway has approved, by key.
  public static let findSimulatedApprovals = SQLFile(
    "find_simulated_approvals", PackageResources.find_simulated_approvals_sql)
  /// Charges that the simulated gateway has approved since a moment.
  public static let listSimulatedApprovals = SQLFile(
    "list_simulated_approvals", PackageResources.list_simulated_approvals_sql)
  /// The account that the simulated gateway charges for.
  public static let showSimulatedAccount = SQLFile(
    "show_simulated_account", PackageResources.show_simulated_account_sql)
}
