// SPDX-License-Identifier: Apache-2.0

/// What can be wrong with an account, in order of precedence; the account is held, the run goes on.
public enum Issue: Error, Hashable, Sendable {
  /// An operator placed a hold: its reason.
  case operatorHold(String)
  /// A plan has no price on the first day of a period.
  case priceMissing(plan: String, day: LocalDate)
  /// A custom-priced charge without an amount.
  case customAmountMissing(plan: String, ID<Subscription>)
  /// Less than nothing of something whose price goes by tiers or packages.
  case quantityNegative(ExactDecimal, plan: String, ID<Subscription>)
  /// Money of another currency where the subscription's is needed (RULES 1.11); nil: on a one-off
  /// line.
  case currencyMismatch(what: String, ID<Subscription>?)
  /// A tax rate that does not exist, or has no value on the tax date.
  case taxRateMissing(rate: String, day: LocalDate)
  /// The same tax both inclusive and exclusive, or too many taxes on one document.
  case taxesConflict(String)
  /// A VAT number without the form that its member state's have (RULES 1.8).
  case taxIDInvalid(String)
  /// A VAT number that nobody has checked, where the seller wants that.
  case taxIDUnchecked(String)
  /// Two coupons of which one bears no other.
  case couponsExclusive(String, ID<Subscription>?)
  /// A pending item names a coupon that does not exist.
  case couponMissing(ID<PendingItem>)
  /// A billing day that the plan's interval cannot have.
  case billingDayInvalid(ID<Subscription>)
  /// A change before the first day of its subscription.
  case changeBeforeStart(ID<Subscription>)
  /// A change or cancellation that would credit days before this one (RULES 5, backdated).
  case changeTooOld(LocalDate, ID<Subscription>)
  /// Days to credit that another customer was billed for: its money is not the new payer's
  /// (RULES 0.7).
  case creditOfAnother(ID<Customer>, ID<Subscription>)
  /// Days to credit of an invoice that was written off: nobody paid for them (RULES 2).
  case creditOfBadDebt(ID<Subscription>)
  /// Days to credit of a draft that nobody has posted yet: it can still be dropped (RULES 0.7).
  case creditOfDraft(run: Int64, ID<Subscription>)
  /// Terms that nobody defined.
  case paymentTermsUnknown(String)
  /// An invoice written by hand that comes to less than nothing.
  case totalNegative(Money)
  /// A figure beyond what an amount can hold.
  case amountOverflow
  /// More lines than one document or account may have.
  case tooManyLines(Int)
  /// What the payer's billing reads is not what the manifest was made of.
  case inputsChanged
  /// It comes to something else than the manifest has: prices, tax rates or the program are others.
  case outputsChanged
  /// The database refused the account's rows: SQLSTATE and constraint.
  case databaseRefused(String)

  /// The stable code that operators and scripts know it by.
  public var code: String {
    switch self {
    case .operatorHold: "operator_hold"
    case .priceMissing: "price_missing"
    case .customAmountMissing: "custom_amount_missing"
    case .quantityNegative: "quantity_negative"
    case .currencyMismatch: "currency_mismatch"
    case .taxRateMissing: "tax_rate_missing"
    case .taxesConflict: "taxes_conflict"
    case .taxIDInvalid: "tax_id_invalid"
    case .taxIDUnchecked: "tax_id_unchecked"
    case .couponsExclusive: "coupons_exclusive"
    case .couponMissing: "coupon_missing"
    case .billingDayInvalid: "billing_day_invalid"
    case .changeBeforeStart: "change_before_start"
    case .changeTooOld: "change_too_old"
    case .creditOfAnother: "credit_of_another_payer"
    case .creditOfBadDebt: "credit_of_bad_debt"
    case .creditOfDraft: "credit_of_draft"
    case .paymentTermsUnknown: "payment_terms_unknown"
    case .totalNegative: "total_negative"
    case .amountOverflow: "amount_overflow"
    case .tooManyLines: "too_many_lines"
    case .inputsChanged: "inputs_changed"
    case .outputsChanged: "outputs_changed"
    case .databaseRefused: "database_refused"
    }
  }

  /// One line for people: lower case, no full stop.
  public var message: String {
    switch self {
    case .operatorHold(let reason): reason
    case .priceMissing(let plan, let day): "plan \(plan) has no price on \(day)"
    case .customAmountMissing(let plan, let id):
      "subscription \(id) gives no amount for plan \(plan), whose price is custom"
    case .quantityNegative(let quantity, let plan, let id):
      "subscription \(id): a quantity of \(quantity) has no price in plan \(plan)"
    case .currencyMismatch(let what, let id):
      "\(id.map { "subscription \($0)" } ?? "a one-off line") mixes currencies: \(what)"
    case .taxRateMissing(let rate, let day): "tax rate \(rate) has no value on \(day)"
    case .taxesConflict(let why): why
    case .taxIDInvalid(let text): "\"\(text)\" is no tax id of a member state of the EU"
    case .taxIDUnchecked(let text): "nobody has checked the tax id \(text)"
    case .couponsExclusive(let code, let id):
      "\(id.map { "subscription \($0)" } ?? "a one-off line"): coupon \(code) bears no other "
        + "coupon beside it"
    case .couponMissing(let id): "pending line item \(id) names a coupon that does not exist"
    case .billingDayInvalid(let id):
      "subscription \(id): the plan's interval has no such billing day"
    case .changeBeforeStart(let id):
      "subscription \(id) has a change before its first day"
    case .changeTooOld(let day, let id):
      "subscription \(id): a change would credit days before \(day)"
    case .creditOfAnother(let payer, let id):
      "subscription \(id): days would be credited that customer \(payer) was billed for"
    case .creditOfBadDebt(let id):
      "subscription \(id): days would be credited of an invoice that was written off"
    case .creditOfDraft(let run, let id):
      "subscription \(id): days would be credited of a draft of run \(run) that waits to be posted"
    case .paymentTermsUnknown(let terms): "unknown payment terms \"\(terms)\""
    case .totalNegative(let total):
      "the invoice comes to \(total.majorText) \(total.currency): "
        + "less than nothing is a credit note"
    case .amountOverflow: "an amount is beyond 9,223,372,036,854,775,807 minor units"
    case .tooManyLines(let limit): "more than \(limit) lines"
    case .inputsChanged: "what is billed has changed since the manifest was made"
    case .outputsChanged: "the manifest came to something else, with other prices or tax rates"
    case .databaseRefused(let why): "the database refused the rows: \(why)"
    }
  }
}
