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
  /// Refunds that the simulated gateway has made since a moment.
  public static let listSimulatedRefunds = SQLFile(
    "list_simulated_refunds", PackageResources.list_simulated_refunds_sql)
  /// The account that the simulated gateway charges for.
  public static let showSimulatedAccount = SQLFile(
    "show_simulated_account", PackageResources.show_simulated_account_sql)
  /// Locks a charge of the simulated gateway.
  public static let lockSimulatedApproval = SQLFile(
    "lock_simulated_approval", PackageResources.lock_simulated_approval_sql)
  /// Refunds of a charge of the simulated gateway.
  public static let writeSimulatedRefund = SQLFile(
    "write_simulated_refund", PackageResources.write_simulated_refund_sql)
  /// A refund that the simulated gateway has made.
  public static let findSimulatedRefund = SQLFile(
    "find_simulated_refund", PackageResources.find_simulated_refund_sql)
}

// MARK: - Refunds through gateways

extension SQLFiles {
  /// Lists refunds whose outcome is not known.
  public static let listOpenRefunds = SQLFile(
    "list_open_refunds", PackageResources.list_open_refunds_sql)
  /// Tells by which gateway a payment was charged.
  public static let showChargeOfPayment = SQLFile(
    "show_charge_of_payment", PackageResources.show_charge_of_payment_sql)
  /// Shows what became of a refund.
  public static let showRefund = SQLFile("show_refund", PackageResources.show_refund_sql)
  /// Writes what became of a refund.
  public static let writeRefundOutcome = SQLFile(
    "write_refund_outcome", PackageResources.write_refund_outcome_sql)
  /// Gives back to credits what a declined refund had taken.
  public static let freeRefundCredits = SQLFile(
    "free_refund_credits", PackageResources.free_refund_credits_sql)
  /// Lists what a refund was taken off.
  public static let listRefundParts = SQLFile(
    "list_refund_parts", PackageResources.list_refund_parts_sql)
}
