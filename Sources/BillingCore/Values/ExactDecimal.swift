// SPDX-License-Identifier: Apache-2.0

/// An exact decimal of up to 12 places: a unit price or a quantity (RULES 1.2).
public struct ExactDecimal: Hashable, Sendable {
  /// The value in units of 10^-12.
  public let coefficient: Int128

  /// How many places every value has.
  public static let scaleDigits = 12
  /// The number 0.
  @inlinable
  public static var zero: ExactDecimal { ExactDecimal(coefficient: 0) }
  /// The number 1.
  @inlinable
  public static var one: ExactDecimal { ExactDecimal(coefficient: 1_000_000_000_000) }

  /// The largest magnitude that text may have, 10^24, in units of 10^-12.
  private static let textLimit = tenToThe(24 + scaleDigits)

  /// Makes the value of so many units of 10^-12.
  @inlinable
  public init(coefficient: Int128) { self.coefficient = coefficient }

  /// Makes a whole number.
  @inlinable
  public init(_ integer: Int64) {
    coefficient = Int128(integer) * 1_000_000_000_000
  }

  /// The amount in major units, exactly.
  public init(_ money: Money) {
    let places = Self.scaleDigits - money.currency.minorDigits
    coefficient = Int128(money.minor) * Int128(tenToThe(places))
  }

  /// Reads decimal text, plain or with an exponent: `0.000123`, `-7`, `1e3`.
  ///
  /// Nil when it is malformed, needs more than 12 places or is beyond ±10^24.
  public init?(_ text: String) {
    guard
      let decimal = DecimalText(text),
      let magnitude = decimal.magnitude(atScale: Self.scaleDigits),
      magnitude <= Self.textLimit
    else { return nil }
    coefficient = decimal.isNegative ? -Int128(magnitude) : Int128(magnitude)
  }

  /// Multiplies price, quantity and ratio in full width and rounds once to minor units (RULES 1.2).
  ///
  /// Throws when the result does not fit.
  @inlinable
  public func times(
    _ other: ExactDecimal, per ratio: Ratio = .one, in currency: Currency, rounding: RoundingMode
  ) throws(MoneyError) -> Money {
    let (product, isWide) = coefficient.magnitude.multipliedReportingOverflow(
      by: other.coefficient.magnitude)
    let divisor = Self.productUnits(perMinorUnitOf: currency)
    let magnitude: UInt128
    if !isWide, ratio.numerator == ratio.denominator {
      let (quotient, remainder) = divisor.quotientAndRemainder(dividing: product)
      magnitude = rounding.rounded(UInt128(quotient), remainder: remainder, of: divisor.value)
    } else {
      let (above, isWider) = product.multipliedReportingOverflow(
        by: UInt128(ratio.numerator.magnitude))
      let (below, isDeep) = divisor.value.multipliedReportingOverflow(
        by: UInt128(ratio.denominator.magnitude))
      magnitude =
        if isWide || isWider || isDeep {
          try wideTimes(other, per: ratio, in: currency, rounding: rounding)
        } else {
          rounding.quotient(of: above, by: below)
        }
    }
    return try Money(
      magnitude: magnitude,
      isNegative: ((coefficient < 0) != (other.coefficient < 0)) != (ratio.numerator < 0),
      currency: currency)
  }

  /// How many units of a product of two coefficients (10^-24) make a minor unit.
  @inlinable @inline(__always)
  static func productUnits(perMinorUnitOf currency: Currency) -> InvariantDivisor {
    switch currency.minorDigits {
    case 0:
      InvariantDivisor(
        1_000_000_000_000_000_000_000_000, reciprocal: 3_854_001_124_821_071_525)
    case 2:
      InvariantDivisor(10_000_000_000_000_000_000_000, reciprocal: 16_398_170_298_994_547_042)
    case 3:
      InvariantDivisor(1_000_000_000_000_000_000_000, reciprocal: 3_331_327_409_230_510_045)
    default:
      InvariantDivisor(100_000_000_000_000_000_000, reciprocal: 8_775_845_279_965_525_461)
    }
  }

  /// The same product where it outgrows 128 bits on the way; a result over 256 can't fit either.
  @usableFromInline
  func wideTimes(
    _ other: ExactDecimal, per ratio: Ratio, in currency: Currency, rounding: RoundingMode
  ) throws(MoneyError) -> UInt128 {
    let product = WideMagnitude(coefficient.magnitude, times: other.coefficient.magnitude)
    guard var rest = product.times(ratio.numerator.magnitude) else { throw .overflow }
    let isInexact = rest.divide(by: ratio.denominator.magnitude) != 0
    // 10^24 does not fit a machine word: divided off as 10^12 twice, less the currency's digits.
    let isInexactToo = rest.divide(by: 1_000_000_000_000) != 0
    let last = UInt64(1_000_000_000_000) / UInt64(currency.minorUnits)
    let remainder = rest.divide(by: last)
    guard rest.high == 0, rest.low < .max else { throw .overflow }
    // The last divisor is even, so half of it is whole: any fraction that earlier divisions left
    // only tells a little more than the remainder from exactly the remainder.
    let doubled = UInt128(remainder) << 1 | (isInexact || isInexactToo ? 1 : 0)
    return rounding.rounded(rest.low, remainder: doubled, of: UInt128(last) << 1)
  }

  /// Multiplies exactly; nil when the product needs more than 12 places or does not fit.
  public func times(_ other: ExactDecimal) -> ExactDecimal? {
    var product = WideMagnitude(coefficient.magnitude, times: other.coefficient.magnitude)
    guard product.divide(by: 1_000_000_000_000) == 0, product.high == 0 else { return nil }
    return ExactDecimal(
      magnitude: product.low, isNegative: (coefficient < 0) != (other.coefficient < 0))
  }

  /// Multiplies by a ratio and rounds to 12 places, for a prorated unit cost (RULES 1.2).
  ///
  /// Throws when the result does not fit.
  public func scaled(by ratio: Ratio, rounding: RoundingMode) throws(MoneyError) -> ExactDecimal {
    guard
      var product = WideMagnitude(coefficient.magnitude, times: 1).times(ratio.numerator.magnitude)
    else { throw .overflow }
    let remainder = product.divide(by: ratio.denominator.magnitude)
    guard product.high == 0, product.low < .max else { throw .overflow }
    let magnitude = rounding.rounded(
      product.low, remainder: UInt128(remainder), of: UInt128(ratio.denominator.magnitude))
    let scaled = ExactDecimal(
      magnitude: magnitude, isNegative: (coefficient < 0) != (ratio.numerator < 0))
    guard let scaled else { throw .overflow }
    return scaled
  }

  /// How many whole packages of a size cover the quantity, rounded away from zero.
  ///
  /// The divisor must be above zero. Throws when the number does not fit.
  public func quotientRoundedUp(by divisor: ExactDecimal) throws(MoneyError) -> Int64 {
    let packages = RoundingMode.up.divide(coefficient, by: divisor.coefficient)
    guard let count = Int64(exactly: packages) else { throw .overflow }
    return count
  }

  /// Adds exactly; throws when the sum does not fit.
  @inlinable
  public func adding(_ other: ExactDecimal) throws(MoneyError) -> ExactDecimal {
    let (sum, overflows) = coefficient.addingReportingOverflow(other.coefficient)
    guard !overflows else { throw .overflow }
    return ExactDecimal(coefficient: sum)
  }

  /// Subtracts exactly; throws when the difference does not fit.
  @inlinable
  public func subtracting(_ other: ExactDecimal) throws(MoneyError) -> ExactDecimal {
    let (difference, overflows) = coefficient.subtractingReportingOverflow(other.coefficient)
    guard !overflows else { throw .overflow }
    return ExactDecimal(coefficient: difference)
  }

  /// The same value with the other sign.
  @inlinable
  public func negated() -> ExactDecimal { ExactDecimal(coefficient: -coefficient) }

  /// Whether it is 0.
  @inlinable
  public var isZero: Bool { coefficient == 0 }

  /// Whether it is below 0.
  @inlinable
  public var isNegative: Bool { coefficient < 0 }

  /// Puts the sign to a magnitude; nil when it does not fit.
  private init?(magnitude: UInt128, isNegative: Bool) {
    guard let signless = Int128(exactly: magnitude) else { return nil }
    coefficient = isNegative ? -signless : signless
  }
}

extension ExactDecimal: Comparable {
  /// Orders by value.
  @inlinable
  public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    left.coefficient < right.coefficient
  }
}

extension ExactDecimal: CustomStringConvertible {
  /// Plain text with no more digits than it takes: `0.000123`, `49`, `-0.15`.
  public var description: String {
    DecimalText.plain(
      coefficient.magnitude, isNegative: isNegative, places: Self.scaleDigits, trimmed: true)
  }
}
