// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct IssueTests {
  /// An issue with its code and what people read.
  struct Row: CustomTestStringConvertible {
    let issue: BillingCore.Issue
    let code: String
    let message: String

    init(_ issue: BillingCore.Issue, _ code: String, _ message: String) {
      (self.issue, self.code, self.message) = (issue, code, message)
    }

    var testDescription: String { code }
  }

  static let rows = [
    Row(.operatorHold("legal"), "operator_hold", "legal"),
    Row(
      .priceMissing(plan: "pro", day: .on("2026-01-31")), "price_missing",
      "plan pro has no price on 2026-01-31"),
    Row(
      .customAmountMissing(plan: "pro", ID(7)), "custom_amount_missing",
      "subscription 7 gives no amount for plan pro, whose price is custom"),
    Row(
      .quantityNegative(.number("-2.5"), plan: "pro", ID(7)), "quantity_negative",
      "subscription 7: a quantity of -2.5 has no price in plan pro"),
    Row(
      .currencyMismatch(what: "plan eu is in eur", ID(7)), "currency_mismatch",
      "subscription 7 mixes currencies: plan eu is in eur"),
    Row(
      .currencyMismatch(what: "tax eco is in eur", nil), "currency_mismatch",
      "a one-off line mixes currencies: tax eco is in eur"),
    Row(
      .taxRateMissing(rate: "vat", day: .on("2026-01-31")), "tax_rate_missing",
      "tax rate vat has no value on 2026-01-31"),
    Row(.taxesConflict("both"), "taxes_conflict", "both"),
    Row(
      .creditOfAnother(ID(2), ID(7)), "credit_of_another_payer",
      "subscription 7: days would be credited that customer 2 was billed for"),
    Row(
      .creditOfBadDebt(ID(7)), "credit_of_bad_debt",
      "subscription 7: days would be credited of an invoice that was written off"),
    Row(
      .creditOfDraft(run: 3, ID(7)), "credit_of_draft",
      "subscription 7: days would be credited of a draft of run 3 that waits to be posted"),
    Row(
      .couponsExclusive("solo", ID(7)), "coupons_exclusive",
      "subscription 7: coupon solo bears no other coupon beside it"),
    Row(
      .couponsExclusive("solo", nil), "coupons_exclusive",
      "a one-off line: coupon solo bears no other coupon beside it"),
    Row(
      .couponMissing(ID(3)), "coupon_missing",
      "pending line item 3 names a coupon that does not exist"),
    Row(
      .billingDayInvalid(ID(7)), "billing_day_invalid",
      "subscription 7: the plan's interval has no such billing day"),
    Row(
      .paymentTermsUnknown("soon"), "payment_terms_unknown", "unknown payment terms \"soon\""),
    Row(
      .totalNegative(.of("-1.50")), "total_negative",
      "the invoice comes to -1.50 usd: less than nothing is a credit note"),
    Row(
      .amountOverflow, "amount_overflow",
      "an amount is beyond 9,223,372,036,854,775,807 minor units"),
    Row(.tooManyLines(5), "too_many_lines", "more than 5 lines"),
    Row(
      .databaseRefused("23505 invoice_pkey"), "database_refused",
      "the database refused the rows: 23505 invoice_pkey"),
  ]

  @Test("an issue has a stable code and a lower-case line without a full stop", arguments: rows)
  func says(row: Row) {
    #expect(row.issue.code == row.code)
    #expect(row.issue.message == row.message)
    #expect(!row.issue.message.hasSuffix("."))
  }
}
