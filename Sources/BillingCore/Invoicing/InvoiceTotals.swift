// SPDX-License-Identifier: Apache-2.0

extension InvoiceDraft {
  /// Sums subtotal and total, once lines, discounts and taxes stand; throws `amountOverflow`.
  mutating func sumUp() throws(Issue) {
    (subtotal, total) = try exact { [self] () throws(MoneyError) in
      var subtotal = Money.zero(currency)
      for line in lines { subtotal = try subtotal.adding(line.amount) }
      return (subtotal, try subtotal.subtracting(discount).adding(tax))
    }
  }

  /// Makes a negative draft a credit note by flipping every sign (RULES 1.7).
  mutating func flip() {
    kind = .creditNote
    subtotal = subtotal.negated()
    discount = discount.negated()
    tax = tax.negated()
    total = total.negated()
    for index in lines.indices {
      lines[index].quantity = lines[index].quantity.negated()
      lines[index].amount = lines[index].amount.negated()
      lines[index].discount = lines[index].discount.negated()
      lines[index].ownDiscountMinor.negate()
      lines[index].net = lines[index].net.negated()
    }
    for index in discounts.indices {
      discounts[index].amount = discounts[index].amount.negated()
      for share in discounts[index].shares.indices {
        discounts[index].shares[share].amount = discounts[index].shares[share].amount.negated()
      }
    }
    for index in taxes.indices {
      taxes[index].base = taxes[index].base.negated()
      taxes[index].amount = taxes[index].amount.negated()
    }
  }

  /// A total of zero with no tax in it, and nothing used up that only a document can record.
  var comesToNothing: Bool {
    total.isZero && taxes.allSatisfy { $0.amount.isZero }
      && lines.allSatisfy { $0.kind != .pending && !$0.isLateUsage }
      && lineCredits.isEmpty && discounts.allSatisfy { $0.credit == nil }
  }
}
