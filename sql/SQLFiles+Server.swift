// SPDX-License-Identifier: Apache-2.0

// MARK: - The server

extension SQLFiles {
  /// Claims a key of idempotency.
  public static let claimAPIAnswer = SQLFile(
    "claim_api_answer", PackageResources.claim_api_answer_sql)
  /// Counts customers or subscriptions.
  public static let countObjects = SQLFile("count_objects", PackageResources.count_objects_sql)
  /// Draws the id of a new object.
  public static let drawObjectID = SQLFile("draw_object_id", PackageResources.draw_object_id_sql)
  /// Keeps others who change an object waiting.
  public static let lockObject = SQLFile("lock_object", PackageResources.lock_object_sql)
  /// Counts the documents that a filter finds.
  public static let countInvoices = SQLFile(
    "count_invoices", PackageResources.count_invoices_sql)
  /// Adds a key for the server.
  public static let createAPIKey = SQLFile(
    "create_api_key", PackageResources.create_api_key_sql)
  /// Finds the runs that billed a customer alone.
  public static let findBillRuns = SQLFile("find_bill_runs", PackageResources.find_bill_runs_sql)
  /// Tells what a customer came with.
  public static let showOpeningCredit = SQLFile(
    "show_opening_credit", PackageResources.show_opening_credit_sql)
  /// Finds whose a key or a token is.
  public static let findAPIKey = SQLFile(
    "find_api_key", PackageResources.find_api_key_sql)
  /// Keeps what is answered.
  public static let keepAPIAnswer = SQLFile(
    "keep_api_answer", PackageResources.keep_api_answer_sql)
  /// Limits the waits for locks.
  public static let limitLockWaits = SQLFile(
    "limit_lock_waits", PackageResources.limit_lock_waits_sql)
  /// Lists keys for the server.
  public static let listAPIKeys = SQLFile(
    "list_api_keys", PackageResources.list_api_keys_sql)
  /// Gives a claim up.
  public static let releaseAPIAnswer = SQLFile(
    "release_api_answer", PackageResources.release_api_answer_sql)
  /// Removes answers after seven days.
  public static let removeAPIAnswers = SQLFile(
    "remove_api_answers", PackageResources.remove_api_answers_sql)
  /// Removes tokens that have expired.
  public static let removeAPITokens = SQLFile(
    "remove_api_tokens", PackageResources.remove_api_tokens_sql)
  /// Revokes a key.
  public static let revokeAPIKey = SQLFile(
    "revoke_api_key", PackageResources.revoke_api_key_sql)
  /// Reads what was answered.
  public static let showAPIAnswer = SQLFile(
    "show_api_answer", PackageResources.show_api_answer_sql)
  /// Notes that a key was used.
  public static let touchAPIKey = SQLFile(
    "touch_api_key", PackageResources.touch_api_key_sql)
  /// Keeps a token.
  public static let writeAPIToken = SQLFile(
    "write_api_token", PackageResources.write_api_token_sql)
}
