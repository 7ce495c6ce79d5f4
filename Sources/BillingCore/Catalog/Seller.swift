// SPDX-License-Identifier: Apache-2.0

/// The legal entity that bills, as far as figures depend on it.
public struct Seller: Sendable {
  /// The key in the database.
  public let id: ID<Seller>
  /// ISO 3166 code of the country it is established in.
  public let country: String
  /// Further countries in which it is registered for tax.
  public let taxRegistrations: Set<String>
  /// What happens to a business of another member state whose tax id nobody has checked.
  public let uncheckedTaxIDs: UncheckedTaxIDs
  /// The currency of customers who name none.
  public let currency: Currency
  /// The declared rounding of every amount (RULES header).
  public let rounding: RoundingMode
  /// Rounding to the smallest coin, nil for none.
  public let cashRounding: CashRounding?
  /// Whether tax is rounded once a group or once a line.
  public let taxRounding: TaxRounding
  /// Which day decides the rate of a line (RULES 1.5).
  public let taxPoint: TaxPoint
  /// What happens to an invoice whose lines come to nothing.
  public let zeroInvoices: ZeroInvoices
  /// Where credits of billed days go.
  public let creditLines: CreditLines
  /// False: revenue is booked on the invoice date, whatever the periods (RULES 7).
  public let defersRevenue: Bool
  /// The version of its address and ids that documents freeze (RULES 0.10).
  public let partyVersion: Int32

  /// Where tax is rounded.
  public enum TaxRounding: String, Sendable {
    /// Once on the summed base of a rate (EN 16931).
    case group
    /// On each line, then summed.
    case line
  }

  /// What happens to a business whose tax id nobody has checked (RULES 1.8).
  public enum UncheckedTaxIDs: String, Sendable {
    /// It is charged tax.
    case charge
    /// It is held until somebody has.
    case hold
  }

  /// The day whose tax rate counts.
  public enum TaxPoint: String, Sendable {
    /// The last day of the line's period.
    case periodEnd = "period_end"
    /// The invoice date.
    case invoiceDate = "invoice_date"
    /// The first day of the line's period.
    case periodStart = "period_start"
  }

  /// What happens to an invoice whose lines come to nothing.
  public enum ZeroInvoices: String, Sendable {
    /// It is issued, numbered and paid.
    case issue
    /// No document; the days are covered with the reason `zero`.
    case suppress
  }

  /// Where credits of billed days go (RULES 1.7).
  public enum CreditLines: String, Sendable {
    /// Onto the next invoice, as negative lines.
    case net
    /// Always onto a credit note.
    case separate
  }

  /// Creates a seller.
  public init(
    id: ID<Seller>, country: String = "US", taxRegistrations: Set<String> = [],
    uncheckedTaxIDs: UncheckedTaxIDs = .charge, currency: Currency,
    rounding: RoundingMode = .halfUp, cashRounding: CashRounding? = nil,
    taxRounding: TaxRounding = .group, taxPoint: TaxPoint = .invoiceDate,
    zeroInvoices: ZeroInvoices = .issue, creditLines: CreditLines = .net,
    defersRevenue: Bool = true, partyVersion: Int32 = 1
  ) {
    self.id = id
    self.country = country
    self.taxRegistrations = taxRegistrations
    self.uncheckedTaxIDs = uncheckedTaxIDs
    self.currency = currency
    self.rounding = rounding
    self.cashRounding = cashRounding
    self.taxRounding = taxRounding
    self.taxPoint = taxPoint
    self.zeroInvoices = zeroInvoices
    self.creditLines = creditLines
    self.defersRevenue = defersRevenue
    self.partyVersion = partyVersion
  }
}
