// SPDX-License-Identifier: Apache-2.0

/// An exact fraction in lowest terms: a rate (19 % = 19/100) or a share of days (17/31).
///
/// A ratio is never rounded; what it is applied to is rounded once.
public struct Ratio: Hashable, Sendable {
  /// The part above the line, with the sign.
  public let numerator: Int64
  /// The part below the line, above zero.
  public let denominator: Int64

  /// The whole.
  @inlinable
  public static var one: Ratio { Ratio(reducedNumerator: 1, denominator: 1) }
  /// Nothing.
  @inlinable
  public static var zero: Ratio { Ratio(reducedNumerator: 0, denominator: 1) }

  @inlinable
  init(reducedNumerator: Int64, denominator: Int64) {
    self.numerator = reducedNumerator
    self.denominator = denominator
  }

  /// Makes the fraction in lowest terms with a denominator above zero.
  ///
  /// Nil for a zero denominator, and for one that does not fit once it is reduced (`1 /
  /// Int64.min`).
  public init?(_ numerator: Int64, _ denominator: Int64) {
    self.init(Int128(numerator), Int128(denominator))
  }

  /// Makes the fraction of a percentage: 19 is 19/100, 7.25 is 29/400.
  ///
  /// Nil when it does not fit.
  public init?(percent: ExactDecimal) {
    self.init(percent.coefficient, 100 * ExactDecimal.one.coefficient)
  }

  init?(_ numerator: Int128, _ denominator: Int128) {
    guard denominator != 0 else { return nil }
    let divisor = greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
    guard
      let above = Int64(exactly: numerator.magnitude / divisor),
      let below = Int64(exactly: denominator.magnitude / divisor)
    else { return nil }
    let isNegative = (numerator < 0) != (denominator < 0)
    self.init(reducedNumerator: isNegative ? -above : above, denominator: below)
  }

  /// Whether it is nothing.
  @inlinable
  public var isZero: Bool { numerator == 0 }

  /// Adds exactly; throws when the sum does not fit.
  public func plus(_ other: Ratio) throws(MoneyError) -> Ratio {
    let left = Int128(numerator) * Int128(other.denominator)
    let right = Int128(other.numerator) * Int128(denominator)
    let below = Int128(denominator) * Int128(other.denominator)
    guard let sum = Ratio(left + right, below) else { throw .overflow }
    return sum
  }

  /// Multiplies exactly, for compound taxes (RULES 1.4); throws when the product does not fit.
  public func times(_ other: Ratio) throws(MoneyError) -> Ratio {
    let above = Int128(numerator) * Int128(other.numerator)
    let below = Int128(denominator) * Int128(other.denominator)
    guard let product = Ratio(above, below) else { throw .overflow }
    return product
  }

  /// The tax in a gross amount as a share of it, r / (1 + r) for the rate r (RULES 1.4).
  ///
  /// The rate must be above −1. Throws when the share does not fit.
  public func inclusiveShare() throws(MoneyError) -> Ratio {
    let (below, overflows) = denominator.addingReportingOverflow(numerator)
    guard !overflows else { throw .overflow }
    require(below > 0, "a rate of \(self) is in no gross amount")
    return Ratio(reducedNumerator: numerator, denominator: below)
  }
}

extension Ratio: CustomStringConvertible {
  /// The fraction as text: `19/100`.
  public var description: String { "\(numerator)/\(denominator)" }
}

/// The largest number that divides both, by Euclid; the other one where one is zero.
private func greatestCommonDivisor(_ left: UInt128, _ right: UInt128) -> UInt128 {
  var (larger, smaller) = (left, right)
  while smaller >> 64 != 0 || larger >> 64 != 0 {
    if smaller == 0 { return larger }
    (larger, smaller) = (smaller, larger % smaller)
  }
  var (large, small) = (UInt64(larger), UInt64(smaller))
  while small != 0 { (large, small) = (small, large % small) }
  return UInt128(large)
}
