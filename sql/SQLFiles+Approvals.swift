// SPDX-License-Identifier: Apache-2.0

// MARK: - Four eyes

extension SQLFiles {
  /// Approves what somebody else has asked for.
  public static let approve = SQLFile("approve", PackageResources.approve_sql)

  /// Declines an approval that was not used.
  public static let declineApproval = SQLFile(
    "decline_approval", PackageResources.decline_approval_sql)
  /// Tells by a digest what the documents of a run are.
  public static let digestRunDocuments = SQLFile(
    "digest_run_documents", PackageResources.digest_run_documents_sql)
  /// Digests what some documents of runs are, where taking runs back wants a second person.
  public static let digestInvoices = SQLFile(
    "digest_invoices", PackageResources.digest_invoices_sql)
  /// Tells what a second person has to approve before a rule is loosened.
  public static let loosenApprovalRule = SQLFile(
    "loosen_approval_rule", PackageResources.loosen_approval_rule_sql)
  /// Ends a rule.
  public static let endApprovalRule = SQLFile(
    "end_approval_rule", PackageResources.end_approval_rule_sql)
  /// Finds whether a second person is wanted.
  public static let findApprovalRule = SQLFile(
    "find_approval_rule", PackageResources.find_approval_rule_sql)
  /// Lists rules.
  public static let listApprovalRules = SQLFile(
    "list_approval_rules", PackageResources.list_approval_rules_sql)
  /// Lists approvals.
  public static let listApprovals = SQLFile("list_approvals", PackageResources.list_approvals_sql)
  /// Asks for an approval.
  public static let requestApproval = SQLFile(
    "request_approval", PackageResources.request_approval_sql)
  /// Sets a rule.
  public static let setApprovalRule = SQLFile(
    "set_approval_rule", PackageResources.set_approval_rule_sql)
  /// Uses an approval, once.
  public static let useApproval = SQLFile("use_approval", PackageResources.use_approval_sql)
}
