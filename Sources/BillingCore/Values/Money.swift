// SPDX-License-Identifier: Apache-2.0

/// An exact amount: a whole number of minor units of a currency.
///
/// There is no `*` and no `/`: `scaled(by:rounding:)` rounds once and `allocated(by:)` not at all.
/// The range is symmetric (±`Int64.max` minor units), so that every amount has a negative.
/// Different currencies meet only by a bug, which traps.
public struct Money: Hashable, Sendable {
  /// The amount in minor units.
  public let minor: Int64
  /// The currency of the amount.
  public let currency: Currency

  /// Makes the amount of so many minor units; `Int64.min` has no negative and is a bug.
  @inlinable
  public init(minor: Int64, currency: Currency) {
    require(minor != .min, "an amount of Int64.min has no negative")
    self.minor = minor
    self.currency = currency
  }

  /// Reads plain decimal text in major units: `45`, `3.85`, `-0.15`.
  ///
  /// Nil when it is malformed, has more digits than the currency, or does not fit.
  public init?(major text: String, currency: Currency) {
    guard
      let decimal = DecimalText(text), decimal.isPlain, decimal.places <= currency.minorDigits,
      let magnitude = decimal.magnitude(atScale: currency.minorDigits)
    else { return nil }
    do throws(MoneyError) {
      try self.init(magnitude: magnitude, isNegative: decimal.isNegative, currency: currency)
    } catch {
      return nil
    }
  }

  /// Puts the sign to a magnitude in minor units; throws when it does not fit.
  @inlinable
  init(magnitude: UInt128, isNegative: Bool, currency: Currency) throws(MoneyError) {
    guard magnitude <= UInt128(Int64.max) else { throw .overflow }
    let signless = Int64(truncatingIfNeeded: magnitude)
    self.init(minor: isNegative ? -signless : signless, currency: currency)
  }

  /// Nothing of a currency.
  @inlinable
  public static func zero(_ currency: Currency) -> Money { Money(minor: 0, currency: currency) }

  /// Multiplies by a ratio and rounds once; throws when the result does not fit.
  @inlinable
  public func scaled(by ratio: Ratio, rounding: RoundingMode) throws(MoneyError) -> Money {
    let (high, low) = minor.magnitude.multipliedFullWidth(by: ratio.numerator.magnitude)
    let product = UInt128(high) &<< 64 | UInt128(low)
    return try Money(
      magnitude: rounding.quotient(of: product, by: UInt128(ratio.denominator.magnitude)),
      isNegative: (minor < 0) != (ratio.numerator < 0), currency: currency)
  }

  /// Splits the amount by weights with the largest remainder; the parts sum to the whole (RULES
  /// 1.6).
  ///
  /// Minor units that are left after rounding down go to the largest remainders, ties to the lower
  /// index. The parts of a negative amount mirror those of its negative. Without any weight above
  /// zero everything goes to the first. Weights below zero are a bug, and so are no weights for an
  /// amount that is not zero. Throws when the weights together do not fit Int64.
  public func allocated(by weights: [Int64]) throws(MoneyError) -> [Money] {
    require(!weights.isEmpty || isZero, "an amount of \(self) is split into no parts")
    let total = try sum(ofWeights: weights)
    guard total > 0 else {
      return weights.indices.map { $0 == 0 ? self : .zero(currency) }
    }
    var left = minor.magnitude
    var parts: [Int64] = []
    parts.reserveCapacity(weights.count)
    var remainders: [(size: UInt64, index: Int)] = []
    for (index, weight) in weights.enumerated() {
      // A weight is at most the total, so the quotient always fits.
      let (part, remainder) = total.dividingFullWidth(
        minor.magnitude.multipliedFullWidth(by: weight.magnitude))
      parts.append(Int64(part))
      left -= part
      if remainder > 0 { remainders.append((remainder, index)) }
    }
    if left > 0 {
      remainders.sort { $0.size != $1.size ? $0.size > $1.size : $0.index < $1.index }
      for remainder in remainders.prefix(Int(left)) { parts[remainder.index] += 1 }
    }
    return parts.map { Money(minor: isNegative ? -$0 : $0, currency: currency) }
  }

  private func sum(ofWeights weights: [Int64]) throws(MoneyError) -> UInt64 {
    var total: Int64 = 0
    for weight in weights {
      require(weight >= 0, "a weight is \(weight)")
      let (sum, overflows) = total.addingReportingOverflow(weight)
      guard !overflows else { throw .overflow }
      total = sum
    }
    return total.magnitude
  }

  /// Adds an amount of the same currency; throws when the sum does not fit.
  @inlinable
  public func adding(_ other: Money) throws(MoneyError) -> Money {
    require(currency == other.currency, "\(self) meets \(other)")
    let (sum, overflows) = minor.addingReportingOverflow(other.minor)
    guard !overflows, sum != .min else { throw .overflow }
    return Money(minor: sum, currency: currency)
  }

  /// Subtracts an amount of the same currency; throws when the difference does not fit.
  @inlinable
  public func subtracting(_ other: Money) throws(MoneyError) -> Money {
    try adding(other.negated())
  }

  /// The same amount with the other sign.
  @inlinable
  public func negated() -> Money { Money(minor: -minor, currency: currency) }

  /// Whether it is nothing.
  @inlinable
  public var isZero: Bool { minor == 0 }

  /// Whether it is below zero.
  @inlinable
  public var isNegative: Bool { minor < 0 }

  /// The amount in major units with all digits of the currency: `12.34`, `-0.05`, `7` yen.
  public var majorText: String {
    DecimalText.plain(
      UInt128(minor.magnitude), isNegative: isNegative, places: currency.minorDigits)
  }
}

extension Money: CustomStringConvertible {
  /// The amount and its currency: `12.34 usd`.
  public var description: String { "\(majorText) \(currency)" }
}
