// SPDX-License-Identifier: Apache-2.0

/// A seller or a customer as a document has frozen it; empty texts for what there is not.
public struct Party: Sendable {
  /// The name.
  public var name: String
  /// Street and house, and more of it.
  public var address1 = ""
  /// More of the address.
  public var address2 = ""
  /// The city.
  public var city = ""
  /// The state or province.
  public var state = ""
  /// The postal code.
  public var postalCode = ""
  /// The country's two letters.
  public var country = ""
  /// The tax id.
  public var taxID = ""
  /// The email address.
  public var email = ""
  /// The telephone number.
  public var phone = ""
  /// The number that the seller knows a customer by.
  public var number = ""

  /// Makes one of a name.
  public init(name: String) { self.name = name }

  /// The lines of the address, the name first; the country only where it is not `home`.
  func lines(in language: DocumentLanguage, home: String = "") -> [String] {
    // Where the state stands after the city, and the code after both.
    let isCityFirst = ["US", "CA", "AU", "GB", "IN", "NZ", "IE"].contains(country.uppercased())
    let place =
      isCityFirst
      ? [city, [state, postalCode].filter { !$0.isEmpty }.joined(separator: " ")]
        .filter { !$0.isEmpty }.joined(separator: ", ")
      : [postalCode, city].filter { !$0.isEmpty }.joined(separator: " ")
    let isForeign = !country.isEmpty && country.uppercased() != home.uppercased()
    return [
      name, address1, address2, place, isCityFirst ? "" : state,
      isForeign ? language.country(country) : "",
    ].map(PlainText.line).filter { !$0.isEmpty }
  }
}
