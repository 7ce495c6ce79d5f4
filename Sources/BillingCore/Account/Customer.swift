// SPDX-License-Identifier: Apache-2.0

/// Who is billed, as far as figures depend on it.
public struct Customer: Sendable {
  /// The key in the database.
  public let id: ID<Customer>
  /// Nil: the seller's.
  public let currency: Currency?
  /// Address parts that tax rules look at.
  public let country: String?
  /// State or province.
  public let state: String?
  /// Postal code.
  public let postalCode: String?
  /// A business; false for a person.
  public let isCompany: Bool
  /// Its VAT identification number as written.
  public let taxID: String?
  /// Whether somebody has asked the tax office about it.
  public let isTaxIDChecked: Bool
  /// False: exempt from all tax.
  public let taxable: Bool
  /// Why it is exempt, to be printed.
  public let taxExemptReason: String?
  /// Rates for all taxable lines, as indices of `Catalog.taxRates`; `TaxRate.unknown` for a code
  /// that is none.
  public let taxes: [Int]
  /// Pays by a saved source.
  public let autopay: Bool
  /// Days from the invoice date to the first attempt.
  public let autopayDelayDays: Int
  /// The terms as written, nil for none.
  public let paymentTerms: String?
  /// How its invoices will be paid, for cash rounding.
  public let paymentMethod: CashRounding.Method
  /// Whether its invoices are chased.
  public let chase: Bool
  /// One invoice for all its subscriptions.
  public let consolidated: Bool
  /// Printed on its invoices.
  public let purchaseOrder: String?
  /// The version of its name and addresses that documents freeze (RULES 0.10).
  public let partyVersion: Int32

  /// Creates a customer.
  public init(
    id: ID<Customer>, currency: Currency? = nil, country: String? = nil, state: String? = nil,
    postalCode: String? = nil, isCompany: Bool = true, taxID: String? = nil,
    isTaxIDChecked: Bool = false, taxable: Bool = true, taxExemptReason: String? = nil,
    taxes: [Int] = [], autopay: Bool = false, autopayDelayDays: Int = 0,
    paymentTerms: String? = nil, paymentMethod: CashRounding.Method = .other, chase: Bool = true,
    consolidated: Bool = false,
    purchaseOrder: String? = nil, partyVersion: Int32 = 1
  ) {
    self.id = id
    self.currency = currency
    self.country = country
    self.state = state
    self.postalCode = postalCode
    self.isCompany = isCompany
    self.taxID = taxID
    self.isTaxIDChecked = isTaxIDChecked
    self.taxable = taxable
    self.taxExemptReason = taxExemptReason
    self.taxes = taxes
    self.autopay = autopay
    self.autopayDelayDays = autopayDelayDays
    self.paymentTerms = paymentTerms
    self.paymentMethod = paymentMethod
    self.chase = chase
    self.consolidated = consolidated
    self.purchaseOrder = purchaseOrder
    self.partyVersion = partyVersion
  }
}

extension Customer {
  /// The same with what an invoice written by hand says otherwise.
  public func with(
    paymentTerms: String?, autopay: Bool, chase: Bool, paymentMethod: CashRounding.Method
  ) -> Customer {
    Customer(
      id: id, currency: currency, country: country, state: state, postalCode: postalCode,
      isCompany: isCompany, taxID: taxID, isTaxIDChecked: isTaxIDChecked, taxable: taxable,
      taxExemptReason: taxExemptReason, taxes: taxes, autopay: autopay,
      autopayDelayDays: autopayDelayDays, paymentTerms: paymentTerms, paymentMethod: paymentMethod,
      chase: chase, consolidated: consolidated, purchaseOrder: purchaseOrder,
      partyVersion: partyVersion)
  }
}

extension TaxRate {
  /// Stands in a list of tax rates for a code that names none: the account is held with
  /// `tax_rate_missing`.
  public static let unknown = -1
}
