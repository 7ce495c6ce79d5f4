// SPDX-License-Identifier: Apache-2.0

/// Whether an account is taxed where its seller is (RULES 1.8): decided once, by who pays.
///
/// What is billed counts as services. Consumers are taxed by rates.
enum TaxTreatment {
  /// By the rates of the line, subscription, customer or rules.
  case rated
  /// Another member state's business owes the tax itself: category AE.
  case reverseCharge
  /// A business outside the EU: category O, on its own documents (RULES 1.3).
  case outsideScope
  /// A charge for paying late is compensation, not a supply: category O (RULES 3).
  case lateFee
  /// A former system has taxed it: what is not taxable is exempt, whoever pays.
  case given

  /// Throws `taxIDInvalid`, and `taxIDUnchecked` where the seller wants that.
  init(of payer: Customer, by seller: Seller) throws(Issue) {
    self = .rated
    guard payer.isCompany, payer.taxable, payer.taxID != nil || payer.country != nil,
      TaxID.isMemberState(seller.country)
    else { return }
    let taxID = payer.taxID.flatMap { TaxID($0) }
    guard let taxID else {
      guard let country = payer.country, !seller.isRegistered(in: country) else { return }
      if !TaxID.isMemberState(country) {
        self = .outsideScope
      } else if let text = payer.taxID {
        throw .taxIDInvalid(text)
      }
      return
    }
    if seller.isRegistered(in: taxID.memberState) { return }
    guard taxID.isWellFormed else { throw .taxIDInvalid(payer.taxID ?? "") }
    if payer.isTaxIDChecked {
      self = .reverseCharge
    } else if seller.uncheckedTaxIDs == .hold {
      throw .taxIDUnchecked(payer.taxID ?? "")
    }
  }

  /// The group that all taxable lines are in; nil where rates decide.
  var group: (category: TaxDraft.Category, reason: String)? {
    switch self {
    case .rated, .given: nil
    case .reverseCharge: (.reverseCharge, "Reverse charge")
    case .outsideScope: (.outsideScope, "Not subject to VAT")
    case .lateFee: (.outsideScope, "Charge for late payment, not subject to VAT")
    }
  }
}

extension Seller {
  /// Whether it is registered for tax in a country (ISO 3166): its own, and those it names.
  fileprivate func isRegistered(in country: String) -> Bool {
    country == self.country || taxRegistrations.contains(country)
  }
}
