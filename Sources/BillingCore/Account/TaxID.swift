// SPDX-License-Identifier: Apache-2.0

/// A VAT identification number of a member state of the EU.
///
/// Only its form is looked at, as VIES publishes it; whether it was given out is what
/// `tax_id_checked_at` says (RULES 1.8).
public struct TaxID: Hashable {
  /// ISO 3166 code of the member state that its prefix names (EL is Greece, GR).
  let memberState: String
  /// Whether the rest has the form of that state's numbers.
  let isWellFormed: Bool

  /// Reads a number; blanks, dots and hyphens don't count.
  ///
  /// Nil where its prefix names no member state, as for numbers of other countries and for local
  /// ones.
  init?(_ text: String) {
    let number = text.uppercased().filter { !" .-".contains($0) }
    let prefix = String(number.prefix(2))
    guard let forms = Self.forms[prefix] else { return nil }
    memberState = prefix == "EL" ? "GR" : prefix
    isWellFormed = forms.contains { Self.matches(number.dropFirst(2), $0) }
  }

  /// The member states of the EU, by their codes of ISO 3166, in order.
  public static let memberStates = forms.keys.map { $0 == "EL" ? "GR" : $0 }.sorted()

  /// Whether a country (ISO 3166) is a member state.
  static func isMemberState(_ country: String) -> Bool {
    country == "GR" || (country != "EL" && forms[country] != nil)
  }

  /// What follows the prefix: 9 is a digit, A a letter, X either; all else stands for itself.
  private static let forms: [String: [String]] = [
    "AT": ["u99999999"], "BE": ["9999999999"], "BG": ["999999999", "9999999999"],
    "CY": ["99999999A"], "CZ": ["99999999", "999999999", "9999999999"], "DE": ["999999999"],
    "DK": ["99999999"], "EE": ["999999999"], "EL": ["999999999"],
    "ES": ["A99999999", "99999999A", "A9999999A"], "FI": ["99999999"], "FR": ["XX999999999"],
    "HR": ["99999999999"], "HU": ["99999999"],
    "IE": ["9999999A", "9999999AA", "9A99999A", "9+99999A", "9*99999A"],
    "IT": ["99999999999"], "LT": ["999999999", "999999999999"], "LU": ["99999999"],
    "LV": ["99999999999"], "MT": ["99999999"], "NL": ["999999999b99"], "PL": ["9999999999"],
    "PT": ["999999999"], "RO": (2...10).map { String(repeating: "9", count: $0) },
    "SE": ["999999999999"], "SI": ["99999999"], "SK": ["9999999999"],
  ]

  private static func matches(_ number: Substring, _ form: String) -> Bool {
    number.count == form.count
      && zip(number, form).allSatisfy { character, place in
        switch place {
        case "9": "0"..."9" ~= character
        case "A": "A"..."Z" ~= character
        case "X": "0"..."9" ~= character || "A"..."Z" ~= character
        default: String(character) == place.uppercased()
        }
      }
  }
}
