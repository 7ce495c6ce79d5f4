// SPDX-License-Identifier: Apache-2.0

/// A one-off line that waits for the payer's next invoice.
public struct PendingItem: Sendable {
  /// The key in the database.
  public let id: ID<PendingItem>
  /// What it is called on the line.
  public let name: String
  /// More about it, nil for none.
  public let description: String?
  /// The catalog item it came from, nil for none.
  public let item: ID<Item>?
  /// How many.
  public let quantity: ExactDecimal
  /// Major units for one.
  public let unitCost: ExactDecimal
  /// Its currency: it rides only on invoices in that.
  public let currency: Currency
  /// False: no discount touches it but its own.
  public let discountable: Bool
  /// False: exempt.
  public let taxable: Bool
  /// Narrows the seller's tax rules, nil for none.
  public let taxCategory: String?
  /// Its own rates, as indices of `Catalog.taxRates`.
  public let taxes: [Int]
  /// Tax on it of no rate, an amount in major units of its currency; zero for none.
  public let taxAmount: ExactDecimal
  /// The day it came in; after 31 days it makes an invoice of its own (RULES 5, pending items).
  public let addedOn: LocalDate
  /// What is taken off it alone, in order.
  public let discounts: [Discount]

  /// A discount of one item.
  public enum Discount: Sendable, Hashable {
    /// Index of `Catalog.coupons`; another one holds the account with `coupon_missing`.
    case coupon(Int)
    /// An amount in major units of the item's currency.
    case amount(ExactDecimal)
  }

  /// Creates a pending item.
  public init(
    id: ID<PendingItem>, name: String, description: String? = nil, item: ID<Item>? = nil,
    quantity: ExactDecimal, unitCost: ExactDecimal, currency: Currency, discountable: Bool = true,
    taxable: Bool = true, taxCategory: String? = nil, taxes: [Int] = [],
    taxAmount: ExactDecimal = .zero, addedOn: LocalDate, discounts: [Discount] = []
  ) {
    self.id = id
    self.name = name
    self.description = description
    self.item = item
    self.quantity = quantity
    self.unitCost = unitCost
    self.currency = currency
    self.discountable = discountable
    self.taxable = taxable
    self.taxCategory = taxCategory
    self.taxes = taxes
    self.taxAmount = taxAmount
    self.addedOn = addedOn
    self.discounts = discounts
  }

  /// The same with further rates after its own.
  func bearing(_ rates: [Int]) -> PendingItem {
    PendingItem(
      id: id, name: name, description: description, item: item, quantity: quantity,
      unitCost: unitCost, currency: currency, discountable: discountable, taxable: taxable,
      taxCategory: taxCategory, taxes: taxes + rates, taxAmount: taxAmount, addedOn: addedOn,
      discounts: discounts)
  }
}

/// A catalog item, sold once; only its key matters to figures.
public enum Item {}
