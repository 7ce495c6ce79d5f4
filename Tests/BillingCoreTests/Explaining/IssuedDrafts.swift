// SPDX-License-Identifier: Apache-2.0
@testable import BillingCore

extension IssuedDocument {
  /// A draft as the database would give it back; without what its credit lines point to.
  init(_ draft: InvoiceDraft, of books: Books, date: LocalDate, terms: String? = nil) {
    self.init(
      currency: draft.currency, rounding: books.seller.rounding,
      taxRounding: books.seller.taxRounding, date: date)
    isCreditNote = draft.kind == .creditNote
    lines = draft.lines.map { Line($0, books) }
    discounts = draft.discounts.map { discount in
      let coupon = discount.coupon.map { books.coupons[$0] }
      var issued = Discount(
        line: discount.line.map { $0 + 1 }, coupon: coupon?.code, value: coupon?.value,
        amount: discount.amount.minor,
        shares: discount.shares.map { (line: $0.line + 1, amount: $0.amount.minor) })
      issued.countsCycle = discount.countsCycle
      return issued
    }
    taxes = draft.taxes.map { tax in
      let rate = tax.rate.map { books.taxRates[$0] }
      return Tax(
        rate: rate?.code, value: rate?.versions[tax.version].value, validFrom: nil,
        category: tax.category.rawValue, reason: tax.reason, isInclusive: tax.isInclusive,
        isCompound: rate?.compound ?? false, isGiven: tax.rate == nil && tax.category == .standard,
        base: tax.base.minor,
        amount: tax.amount.minor)
    }
    settlements = draft.creditsApplied.map {
      Settlement(
        kind: "credit", source: "money", day: date, isAtIssue: true, amount: $0.amount.minor)
    }
    totals.subtotal = draft.subtotal.minor
    totals.discount = draft.discount.minor
    totals.tax = draft.tax.minor
    totals.total = draft.total.minor
    totals.rounding = draft.rounding.minor
    cashIncrement = books.seller.cashRounding?.increment
    totals.creditsApplied = draft.credited.minor
    totals.settled = draft.credited.minor
    totals.terms = draft.kind == .invoice ? terms : nil
    totals.dueDate = draft.dueDate
    totals.earlyUntil = draft.earlyDiscount?.until
    totals.earlyAmount = draft.earlyDiscount?.amount.minor
  }
}

extension IssuedDocument.Line {
  init(_ draft: LineDraft, _ books: Books) {
    self.init(
      Kind(rawValue: draft.kind.rawValue) ?? .manual, quantity: draft.quantity,
      unitCost: draft.unitCost, amount: draft.amount.minor, net: draft.net.minor)
    ownDiscount = draft.ownDiscountMinor
    sharedDiscount = draft.discount.minor - draft.ownDiscountMinor
    taxes = (0..<UInt32.bitWidth).filter { draft.taxMask & 1 << UInt32($0) != 0 }.map { $0 + 1 }
    isDiscountable = draft.isDiscountable
    taxDate = draft.taxDate
    subscription = draft.subscription?.rawValue
    slot = draft.slot
    period = draft.period
    wholePeriod = draft.wholePeriod
    if let plan = draft.plan.map({ books.plans[$0] }),
      let price = plan.prices.first(where: { $0.id == draft.price })
    {
      self.price = IssuedDocument.PriceVersion(plan: plan.code, price: price)
    }
    if let basis = draft.basis { self.basis = IssuedDocument.Basis(basis) }
    basis.isRebilled = draft.isRebilled
    basis.partsBefore = draft.partsBefore.map { ExactDecimal($0) }
  }
}

extension IssuedDocument.Basis {
  init(_ basis: PriceBasis) {
    self.init()
    switch basis {
    case .minimum(let amount): minimum = amount
    case .credit(let days): liveDays = days
    case .givenCredit: isGiven = true
    case .late(let late):
      (total, price) = (late.quantity, late.customPrice)
      billedBefore = ExactDecimal(late.billed)
    case .quantity(let quantity, let rule):
      total = quantity.total
      if !quantity.included.isZero { included = quantity.included }
      (pricedQuantity, price) = (quantity.factors?.quantity, quantity.factors?.price)
      switch rule {
      case .plain: break
      case .tier(_, let bounds): tier = (bounds.above, bounds.upTo)
      case .tierFee(_, let bounds): (tier, isFlatCost) = ((bounds.above, bounds.upTo), true)
      case .packages(let size): packageSize = size
      case .percent(let percent): self.percent = percent
      }
    }
  }
}

extension Explanation {
  /// The steps that come to something else, as `line 1 amount: 3 × 49 = 147.00, stored 148.00`.
  var wrong: [String] {
    parts.flatMap { part in
      part.steps.filter(\.isMismatch).map { step in
        let number = part.number.map { " \($0)" } ?? ""
        let stored = step.stored.map { "\($0)" } ?? ""
        return "\(part.kind)\(number) \(step.label): \(step.formula) = \(step.result), "
          + "stored \(stored)"
      }
    }
  }

  /// The steps of a part, as `amount: 60 × 1 × 16/31 = 30.967741935… → 30.97 (half up)`.
  func steps(of kind: Kind, _ number: Int? = nil) -> [String] {
    parts.filter { $0.kind == kind && $0.number == number }.flatMap(\.steps).map { step in
      let exact = step.exact.map { "\($0) → " } ?? ""
      return "\(step.label): \(step.formula) = \(exact)\(step.result)"
        + (step.rounding.map { " (\($0))" } ?? "")
    }
  }
}
