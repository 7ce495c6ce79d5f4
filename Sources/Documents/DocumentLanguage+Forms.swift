// SPDX-License-Identifier: Apache-2.0
public import BillingCore

extension DocumentLanguage {
  /// An amount with its currency: `€1,234.50`, `1.234,50 €`, `JPY 500`.
  public func money(_ money: Money) -> String {
    let code = money.currency.code
    let symbol = optionalWord("symbols.\(code)")
    let magnitude = Money(minor: abs(money.minor), currency: money.currency)
    // A line end between amount and currency would be ugly.
    let text = Self.fill(
      pattern: word(symbol == nil ? "money" : "money_symbol").replacing(" ", with: "\u{A0}"),
      ["currency": symbol ?? code.uppercased(), "amount": amount(magnitude)])
    return money.isNegative ? "\u{2212}" + text : text
  }

  /// An amount without its currency: `1,234.50`.
  public func amount(_ money: Money) -> String { number(money.majorText) }

  /// A plain decimal number in this language's signs: `-1234.5` is `−1.234,5`.
  public func number(_ text: String) -> String {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".", maxSplits: 1)
    let whole = Array((parts.first ?? "0").utf8)
    var grouped = isNegative ? "\u{2212}" : ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index).isMultiple(of: 3) { grouped += group }
      grouped.unicodeScalars.append(Unicode.Scalar(digit))
    }
    return parts.count > 1 ? grouped + decimal + parts[1] : grouped
  }

  /// A unit price: with at least the digits of its currency, and as many more as it has.
  public func price(_ text: String, _ currency: Currency) -> String {
    let places = text.split(separator: ".", maxSplits: 1).dropFirst().first?.count ?? 0
    let missing = currency.minorDigits - places
    if missing <= 0 { return number(text) }
    return number(text + (places == 0 ? "." : "") + String(repeating: "0", count: missing))
  }

  /// A percentage: `19 %`.
  public func percent(_ text: String) -> String {
    Self.fill(pattern: word("percent").replacing(" ", with: "\u{A0}"), ["number": number(text)])
  }

  /// A day: `1 November 2026`, `01.11.2026`.
  public func date(_ day: LocalDate) -> String {
    let (year, month, dayOfMonth) = day.components
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return Self.fill(
      pattern: word("date"),
      [
        "d": "\(dayOfMonth)", "dd": two(dayOfMonth), "m": "\(month)", "mm": two(month),
        "month": months[month - 1],
        "yyyy": String(repeating: "0", count: max(0, 4 - "\(year)".count)) + "\(year)",
      ])
  }

  /// The name of a country by its code; the code where there is no name.
  func country(_ code: String) -> String { optionalWord("countries.\(code.uppercased())") ?? code }
}
