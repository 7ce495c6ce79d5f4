// SPDX-License-Identifier: Apache-2.0

/// What a price is asked for: a quantity of a charge, for a share of its period.
struct ChargedQuantity {
  /// How many: ordered, or measured over the days.
  let quantity: ExactDecimal
  /// The price where the model is custom; nil where none is given.
  let customPrice: ExactDecimal?
  /// The days' share of the whole period.
  let share: Ratio
  /// Whether the quantity was measured over these days only: then unit prices do not scale with
  /// them, but what is owed a period does (RULES 5, calendar first part).
  let isMeasured: Bool
  /// The plan's.
  let currency: Currency
  /// The seller's.
  let rounding: RoundingMode
  /// What the price includes of the quantity.
  private(set) var included = ExactDecimal.zero
  /// The quantity without what is included.
  private(set) var billable: ExactDecimal

  init(
    _ quantity: ExactDecimal, customPrice: ExactDecimal?, share: Ratio, isMeasured: Bool,
    currency: Currency, rounding: RoundingMode
  ) {
    self.quantity = quantity
    self.customPrice = customPrice
    self.share = share
    self.isMeasured = isMeasured
    self.currency = currency
    self.rounding = rounding
    billable = quantity
  }

  /// By how much unit prices scale.
  var unitShare: Ratio { isMeasured ? .one : share }

  /// Takes off what a whole period includes, not below zero; of a part of a measured period only
  /// the days' share, to 12 places.
  mutating func include(_ ofPeriod: ExactDecimal) throws(Issue) {
    (included, billable) = try exact { () throws(MoneyError) in
      let included = try ofPeriod.scaled(by: isMeasured ? share : .one, rounding: rounding)
      return (included, max(.zero, try quantity.subtracting(included)))
    }
  }

  /// A line of so many units at a price, for a share of the period.
  ///
  /// Throws `amountOverflow`.
  func line(
    of price: ExactDecimal, times count: ExactDecimal, share: Ratio, by rule: PriceBasis.Rule
  ) throws(Issue) -> PricedLine {
    let figures = try unitPrice(
      price, quantity: count, share: share, currency: currency, rounding: rounding)
    // Nowhere else does a custom price stand as it was when the line was priced.
    let showsPrice = figures.showsFactors && (share == .one || rule != .plain(.custom))
    if case .plain = rule, showsPrice, included.isZero {
      return PricedLine(figures: figures, basis: nil)
    }
    let factors = showsPrice ? nil : PriceBasis.Factors(quantity: count, price: price)
    return PricedLine(
      figures: figures,
      basis: .quantity(.init(total: quantity, included: included, factors: factors), rule))
  }
}

/// One line of a charge as priced.
struct PricedLine {
  let figures: LineFigures
  /// What it was priced from, nil where its figures say it.
  let basis: PriceBasis?
  /// What the other parts of the period came to, where the line is what they leave of it.
  var partsBefore: Money?

  /// Whether it is what lacks to a minimum.
  var isMinimum: Bool {
    if case .minimum = basis { true } else { false }
  }

  /// What its other parts leave of a line of a whole period.
  func rest(
    _ amount: Money, after before: Money, of charge: Subscription.Charge, _ model: PriceModel
  ) -> PricedLine {
    // On the line a negative price is a negative quantity (BR-27).
    let (count, price) = (figures.quantity, figures.unitCost)
    let factors =
      count.isNegative
      ? PriceBasis.Factors(quantity: count.negated(), price: price.negated())
      : PriceBasis.Factors(quantity: count, price: price)
    let basis: PriceBasis? =
      switch self.basis {
      case .quantity(let quantity, let rule):
        .quantity(
          .init(
            total: quantity.total, included: quantity.included,
            factors: quantity.factors ?? factors), rule)
      case nil:
        .quantity(
          .init(total: charge.quantity, included: .zero, factors: factors), .plain(model.mode))
      case .minimum, .late, .credit, .givenCredit: self.basis
      }
    let one = amount.isNegative ? ExactDecimal.one.negated() : .one
    return PricedLine(
      figures: LineFigures(
        quantity: one, unitCost: ExactDecimal(amount.isNegative ? amount.negated() : amount),
        amount: amount, showsFactors: false), basis: basis, partsBefore: before)
  }
}
