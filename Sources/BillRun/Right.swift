// SPDX-License-Identifier: Apache-2.0

/// What a role may do with tables of a set of books, beyond reading them.
public struct Right: Sendable {
  /// The kinds of rights.
  enum Privilege: String {
    case insert, update, delete
  }

  let privilege: Privilege
  /// The columns, all of them when empty.
  let columns: [String]
  let tables: [String]

  static func insert(_ tables: String) -> Right { Right(.insert, [], of: tables) }

  static func update(_ table: String, _ columns: String = "") -> Right {
    Right(.update, columns.split(separator: " ").map(String.init), of: table)
  }

  static func delete(_ tables: String) -> Right { Right(.delete, [], of: tables) }

  private init(_ privilege: Privilege, _ columns: [String], of tables: String) {
    self.privilege = privilege
    self.columns = columns
    self.tables = tables.split(separator: " ").map(String.init)
  }

  /// What stands between `grant` and `to`.
  var sql: String {
    let columns = columns.isEmpty ? "" : " (\(columns.joined(separator: ", ")))"
    return "\(privilege.rawValue)\(columns) on \(tables.joined(separator: ", "))"
  }
}

extension Right {
  /// What billing, charging, chasing and sending need.
  static let run: [Right] =
    shared + [
      .insert("run run_batch run_account manifest_account chase_step bounced_address"),
      .insert("gateway_account gateway_doubt bank_file bank_block bank_debit bank_entry"),
      .insert("bank_report bank_statement gate_finding"),
      .update("webhook_endpoint", "told_xact told_event_id"),
      .update("run", "state closed_at phases fingerprint population batches error gate"),
      .update("run_batch", "done payer_ids"),
      .update("subscription", "canceled_at paused"),
      .update("gateway_account", "account place compared_at"),
      .update("bank_file", "state handed_over_at answered_at"),
      .update("bank_block", "final_on"),
      .update(
        "bank_debit",
        """
        booked_on booked_ref booked_account is_booking_stated settled_on fee_minor returned_on \
        return_ref return_account is_return_stated
        """),
      .update(
        "bank_entry",
        """
        bank_ref booking_ref words is_stated repays payment_id reason cleared_at cleared_by note
        """),
      .update("bank_report", "is_whole read_at"),
      .delete("run run_batch message_file"),
    ]

  /// What importing, holding, and the operations on invoices and payments need.
  static let operate: [Right] =
    shared + [
      .insert("seller tax_rate tax_rate_version coupon item item_price plan price customer"),
      .insert("payment_source subscription subscription_addon subscription_discount"),
      .insert("subscription_change usage_record pending_line_item retry_policy holiday"),
      .insert("chasing_cadence payment_list party_version billing_cursor attachment refund"),
      .insert("dismissed_charge gateway_account gateway_doubt approval_rule"),
      .insert("api_key api_token api_answer webhook_endpoint"),
      .update("webhook_endpoint", "removed_at"),
      .update("api_key", "revoked_at last_used_at"),
      .update("api_answer", "began_at status body"),
      .update("run", "state closed_at paused_by"),
      .update("gate_finding", "released_at released_by"),
      .update(
        "approval", "approved_by approved_os_user approved_at declined_by declined_at reason"),
      .update("approval_rule", "above set_by set_at"),
      .update("seller"), .update("tax_rate"), .update("tax_rate_version", "valid_until"),
      .update("coupon"), .update("item"), .update("plan"), .update("customer"),
      .update(
        "payment_source", "object token brand last4 exp_month exp_year mandate removed_at"),
      .update("subscription"),
      .update("subscription_change", "applied_by"), .update("retry_policy"),
      .update("book", "uuid"), .update("gateway_account", "account place compared_at"),
      .update(
        "invoice",
        """
        currency invoice_date due_date payment_terms subtotal_minor discount_minor tax_minor \
        total_minor early_discount_until early_discount_minor amended_due_date \
        amended_payment_terms
        """),
      .update("bank_file", "state handed_over_at answered_at"),
      .update("bank_block", "final_on"),
      .update("bank_debit", "booked_on booked_account is_booking_stated uncollected_on fee_minor"),
      .update("bank_entry", "payment_id cleared_at cleared_by note"),
      .delete("invoice invoice_line invoice_tax invoice_discount"),
      .delete("invoice_request attachment late_usage line_credit line_credit_tax rounding_credit"),
      .delete("subscription_addon subscription_discount credit_payout bounced_address"),
      .delete("gateway_doubt approval_rule api_token api_answer"),
    ]

  /// What both need: documents are written, and money comes in; what a posted document charges is
  /// not among it.
  private static let shared: [Right] = [
    .insert("invoice invoice_line invoice_discount invoice_tax"),
    .insert("invoice_number number_series invoice_request late_fee late_usage coverage"),
    .insert("line_credit line_credit_tax rounding_credit credit credit_payout settlement payment"),
    .insert("payment_attempt payment_return journal journal_line event hold file message"),
    .insert("message_file approval revoked_link"),
    .update("revoked_link", "version revoked_at"),
    .update("approval", "facts used_by used_at"),
    .update(
      "invoice",
      """
      state closed settled_minor autopay chase name notes metadata disabled_payment_methods \
      attempt_count next_payment_attempt_on next_payment_attempt_at next_chase_on promised_on \
      sent_at viewed_at updated_at rounding_minor credits_applied_minor seller_party_version \
      customer_party_version
      """),
    .update("invoice_line", "metadata pricing"),
    .update("number_series", "next_seq last_date"),
    .update("billing_cursor"),
    .update("coverage", "span_end released_by"),
    .update("line_credit", "undone_at"),
    .update("credit", "used_minor"),
    .update("coupon", "redemptions"),
    .update("subscription", "canceled_at"),
    .update("subscription_discount", "cycles_used"),
    .update("subscription_change", "applied_by"),
    .update("pending_line_item", "invoice_id line_no"),
    .update("customer", "autopay"),
    .update("hold", "code message last_run_id last_seen_at tries released_at released_by"),
    .update(
      "message",
      """
      subject text_body html_body mail_id mail_references composed_at state reject_code \
      reject_reason server_answer accepted refused tries claim not_before tried_at sent_at
      """),
    .update(
      "payment_attempt",
      """
      state gateway_ref decline_code decline_class reason settled_on settled_at returned_at
      """),
    .update("payment_return", "state fee_minor ended_on"),
    .update("refund", "state gateway_ref decline_code reason effective_on settled_at"),
  ]
}
