// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// Amounts in the units that Stripe counts in, which for some currencies are not ISO 4217's.
///
/// Its currencies have two digits but for the lists below. The ariary has two digits with ISO and
/// none with Stripe, the krona none with ISO and two with Stripe. About the Ugandan shilling
/// Stripe's page says both, and a wrong guess charges a hundredfold: it is not charged.
enum StripeAmount {
  /// The amount in Stripe's units; nil when Stripe cannot charge it exactly.
  static func units(of amount: Money) -> Int64? {
    guard let digits = digits(of: amount.currency) else { return nil }
    let own = amount.currency.minorDigits
    if digits > own {
      let (units, overflows) = amount.minor.multipliedReportingOverflow(by: power(digits - own))
      return overflows ? nil : units
    }
    let divisor = power(own - digits)
    guard amount.minor % divisor == 0 else { return nil }
    let units = amount.minor / divisor
    // Card networks take the thousandths of these currencies only in tens.
    return digits == 3 && units % 10 != 0 ? nil : units
  }

  /// The amount of so many of Stripe's units; nil when our currency has no such amount.
  static func money(units: Int64, currency code: String) -> Money? {
    guard let currency = Currency(code: code), let digits = digits(of: currency) else { return nil }
    let own = currency.minorDigits
    if own >= digits {
      let (minor, overflows) = units.multipliedReportingOverflow(by: power(own - digits))
      return overflows || minor == .min ? nil : Money(minor: minor, currency: currency)
    }
    let divisor = power(digits - own)
    guard units % divisor == 0 else { return nil }
    return Money(minor: units / divisor, currency: currency)
  }

  private static func digits(of currency: Currency) -> Int? {
    if withoutDigits.contains(currency.code) { return 0 }
    if withThreeDigits.contains(currency.code) { return 3 }
    if currency.code == "isk" { return 2 }
    return currency.minorDigits == 2 ? 2 : nil
  }

  private static let withoutDigits: Set<String> = [
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf",
    "xof", "xpf",
  ]

  private static let withThreeDigits: Set<String> = ["bhd", "jod", "kwd", "omr", "tnd"]

  private static func power(_ exponent: Int) -> Int64 {
    (0..<exponent).reduce(1) { product, _ in product * 10 }
  }
}
