// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// Whether an account's seller taxes it, in the words of RULES 1.8, with a table of its own.
struct NaiveTreatment {
  /// The group of all that is taxable, nil where rates decide.
  private(set) var group: NaiveModel.Untaxed?
  /// Why it cannot be billed.
  private(set) var hold: String?

  /// Taxed by rates.
  init() {}

  init(_ payer: Customer, _ seller: Seller) {
    guard payer.isCompany, payer.taxable, Self.states.contains(where: { $0.code == seller.country })
    else { return }
    let home = seller.taxRegistrations.union([seller.country])
    let written = payer.taxID.map { text in
      text.filter { !" .-".contains($0) }.uppercased()
    }
    let state = written.flatMap { number in
      Self.states.first { number.hasPrefix($0.prefix) }
    }
    if let state, let written {
      if home.contains(state.code) { return }
      if written.wholeMatch(of: state.form) == nil {
        hold = "tax_id_invalid"
      } else if payer.isTaxIDChecked {
        group = .init(category: "AE", reason: "Reverse charge")
      } else if seller.uncheckedTaxIDs == .hold {
        hold = "tax_id_unchecked"
      }
      return
    }
    guard let country = payer.country, !home.contains(country) else { return }
    if !Self.states.contains(where: { $0.code == country }) {
      group = .init(category: "O", reason: "Not subject to VAT")
    } else if written != nil {
      hold = "tax_id_invalid"
    }
  }

  private struct State {
    let code: String
    let prefix: String
    let form: Regex<Substring>
  }

  /// The member states, as VIES writes their numbers.
  private static var states: [State] {
    [
      State(code: "AT", prefix: "AT", form: /ATU\d{8}/),
      State(code: "BE", prefix: "BE", form: /BE\d{10}/),
      State(code: "BG", prefix: "BG", form: /BG\d{9,10}/),
      State(code: "CY", prefix: "CY", form: /CY\d{8}[A-Z]/),
      State(code: "CZ", prefix: "CZ", form: /CZ\d{8,10}/),
      State(code: "DE", prefix: "DE", form: /DE\d{9}/),
      State(code: "DK", prefix: "DK", form: /DK\d{8}/),
      State(code: "EE", prefix: "EE", form: /EE\d{9}/),
      State(code: "GR", prefix: "EL", form: /EL\d{9}/),
      State(code: "ES", prefix: "ES", form: /ES(?:[A-Z]\d{8}|\d{8}[A-Z]|[A-Z]\d{7}[A-Z])/),
      State(code: "FI", prefix: "FI", form: /FI\d{8}/),
      State(code: "FR", prefix: "FR", form: /FR[0-9A-Z]{2}\d{9}/),
      State(code: "HR", prefix: "HR", form: /HR\d{11}/),
      State(code: "HU", prefix: "HU", form: /HU\d{8}/),
      State(code: "IE", prefix: "IE", form: /IE(?:\d{7}[A-Z]{1,2}|\d[A-Z+*]\d{5}[A-Z])/),
      State(code: "IT", prefix: "IT", form: /IT\d{11}/),
      State(code: "LT", prefix: "LT", form: /LT(?:\d{9}|\d{12})/),
      State(code: "LU", prefix: "LU", form: /LU\d{8}/),
      State(code: "LV", prefix: "LV", form: /LV\d{11}/),
      State(code: "MT", prefix: "MT", form: /MT\d{8}/),
      State(code: "NL", prefix: "NL", form: /NL\d{9}B\d{2}/),
      State(code: "PL", prefix: "PL", form: /PL\d{10}/),
      State(code: "PT", prefix: "PT", form: /PT\d{9}/),
      State(code: "RO", prefix: "RO", form: /RO\d{2,10}/),
      State(code: "SE", prefix: "SE", form: /SE\d{12}/),
      State(code: "SI", prefix: "SI", form: /SI\d{8}/),
      State(code: "SK", prefix: "SK", form: /SK\d{10}/),
    ]
  }
}
