// SPDX-License-Identifier: Apache-2.0

/// Splits money that came in among invoices (RULES 3): each gets what it still owes, in the order
/// given, and what is left becomes the customer's credit.
///
/// An invoice that is paid in time, and by at least what it owes less its early discount, gets the
/// whole of that discount (RULES 1.13); what the customer paid beyond that goes on to the next
/// invoice or becomes credit. All amounts are in minor units of one currency.
public struct PaymentAllocation: Hashable, Sendable {
  /// An invoice that the money may go to.
  public struct Payable: Hashable, Sendable {
    /// The invoice's id.
    public let id: Int64
    /// What is left to pay, not below zero.
    public var balance: Int64
    /// What an early payment may leave out; zero for nothing, or when it is too late.
    public let earlyDiscount: Int64

    /// Makes one of its parts.
    public init(id: Int64, balance: Int64, earlyDiscount: Int64 = 0) {
      self.id = id
      self.balance = balance
      self.earlyDiscount = earlyDiscount
    }
  }

  /// What one invoice gets.
  public struct Part: Hashable, Sendable {
    /// The invoice's id.
    public let invoice: Int64
    /// The money; zero when a discount or a small difference alone settles the rest.
    public let amount: Int64
    /// The discount that is granted with it.
    public let earlyDiscount: Int64
    /// What is left and given up as too small to ask for.
    public let smallDifference: Int64

    /// Makes one of its parts.
    public init(
      invoice: Int64, amount: Int64, earlyDiscount: Int64 = 0, smallDifference: Int64 = 0
    ) {
      self.invoice = invoice
      self.amount = amount
      self.earlyDiscount = earlyDiscount
      self.smallDifference = smallDifference
    }

    /// What it lessens the invoice's balance by.
    public var settled: Int64 { amount + earlyDiscount + smallDifference }
  }

  /// What each invoice gets that gets anything, in the order given.
  public let parts: [Part]
  /// What no invoice gets: the customer's credit.
  public let rest: Int64

  /// Splits an amount among invoices, each up to what it owes and, where one is given, to a limit.
  ///
  /// A rest of an invoice of at most `smallDifference` is given up where money goes to it.
  public init(
    of amount: Int64, among invoices: [(payable: Payable, limit: Int64?)],
    smallDifference: Int64 = 0
  ) {
    var rest = amount
    var parts: [Part] = []
    for (payable, limit) in invoices where payable.balance > 0 {
      let available = limit.map { min($0, rest) } ?? rest
      if available == 0 { continue }
      let discount = min(payable.earlyDiscount, payable.balance)
      let isEarly = discount > 0 && available >= payable.balance - discount
      let wanted = payable.balance - (isEarly ? discount : 0)
      let paid = min(available, wanted)
      let open = wanted - paid
      parts.append(
        Part(
          invoice: payable.id, amount: paid, earlyDiscount: isEarly ? discount : 0,
          smallDifference: open <= smallDifference ? open : 0))
      rest -= paid
    }
    self.parts = parts
    self.rest = rest
  }
}
