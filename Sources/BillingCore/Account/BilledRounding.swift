// SPDX-License-Identifier: Apache-2.0

/// The cash rounding of a posted invoice, as far as no credit note has given it back (RULES 1.10).
public struct BilledRounding: Sendable {
  /// The invoice.
  public let invoice: ID<BilledInvoice>
  /// What was added to its total, below zero where it was rounded down; never zero.
  public let amount: Money
  /// The lines of which something is left: its own, and those of the invoices that have taken it
  /// back since.
  public let lines: [Line]

  /// A line of which something is left.
  public struct Line: Sendable, Hashable {
    /// The invoice that billed it.
    public let invoice: ID<BilledInvoice>
    /// Its number there, from 1.
    public let number: Int32
    /// What was not credited yet, before exclusive taxes, with the sign of the line.
    public let rest: Money

    /// Creates a line.
    public init(invoice: ID<BilledInvoice>, number: Int32, rest: Money) {
      self.invoice = invoice
      self.number = number
      self.rest = rest
    }
  }

  /// Creates the rounding of an invoice.
  public init(invoice: ID<BilledInvoice>, amount: Money, lines: [Line]) {
    self.invoice = invoice
    self.amount = amount
    self.lines = lines
  }
}
