// SPDX-License-Identifier: Apache-2.0
public import BillingCore

/// What a customer owes at the end of a day, item by item.
public struct StatementDocument: Sendable {
  /// An open invoice; amounts in minor units.
  public struct Item: Sendable {
    /// The number, or the id without one.
    public var number: String
    /// The invoice date.
    public var date: LocalDate
    /// When it is due; nil for none.
    public var dueDate: LocalDate?
    /// The currency.
    public var currency: Currency
    /// The total.
    public var total: Int64
    /// What is open.
    public var balance: Int64

    /// Describes an item.
    public init(
      number: String, date: LocalDate, dueDate: LocalDate?, currency: Currency, total: Int64,
      balance: Int64
    ) {
      self.number = number
      self.date = date
      self.dueDate = dueDate
      self.currency = currency
      self.total = total
      self.balance = balance
    }

    /// How many days after its due date, or its own where it has none, a day is.
    func days(on day: LocalDate) -> Int {
      Int(day.daysSince1970 - (dueDate ?? date).daysSince1970)
    }

    var money: Money { Money(minor: balance, currency: currency) }
  }

  /// The seller's code.
  public var sellerCode: String
  /// The seller.
  public var seller: Party
  /// The customer.
  public var customer: Party
  /// The customer's key and language; nil for any.
  public var customerID: Int64
  /// The language, as `de-AT`; nil for any.
  public var language: String?
  /// At the end of this day.
  public var asOf: LocalDate
  /// The oldest first.
  public var items: [Item]
  /// Credit that is not used yet, by currency.
  public var unapplied: [Money]

  /// Makes one.
  public init(
    sellerCode: String, seller: Party, customer: Party, customerID: Int64, asOf: LocalDate,
    items: [Item] = [], unapplied: [Money] = []
  ) {
    self.sellerCode = sellerCode
    self.seller = seller
    self.customer = customer
    self.customerID = customerID
    self.asOf = asOf
    self.items = items
    self.unapplied = unapplied
  }

  /// The currencies of its items and credits, in order of their codes.
  var currencies: [Currency] {
    Set(items.map(\.currency) + unapplied.map(\.currency)).sorted { $0.code < $1.code }
  }

  /// What is open of some items in a currency.
  func sum(_ items: [Item], _ currency: Currency) -> Money {
    let minor = items.reduce(Int64(0)) { $0 + ($1.currency == currency ? $1.balance : 0) }
    return Money(minor: minor, currency: currency)
  }
}
