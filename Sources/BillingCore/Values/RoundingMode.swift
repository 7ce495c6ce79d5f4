// SPDX-License-Identifier: Apache-2.0

/// The seller's rounding, symmetric in sign, so that a credit mirrors its charge (RULES, R).
public enum RoundingMode: String, CaseIterable, Hashable, Sendable {
  /// To the nearest; a half goes away from zero.
  case halfUp = "half_up"
  /// To the nearest; a half goes to the even neighbour.
  case halfEven = "half_even"
  /// Away from zero.
  case up
  /// Towards zero.
  case down

  /// Divides and rounds to a whole number; every other rounding comes down to this.
  ///
  /// The denominator must be above zero.
  @inlinable
  public func divide(_ numerator: Int128, by denominator: Int128) -> Int128 {
    require(denominator > 0, "rounding divides by \(denominator)")
    let magnitude = quotient(of: numerator.magnitude, by: denominator.magnitude)
    let signless = Int128(truncatingIfNeeded: magnitude)
    return numerator < 0 ? 0 &- signless : signless
  }

  /// Rounds to a whole number of increments of minor units, for cash (RULES 1.10).
  ///
  /// The increment must be above zero. Throws when the rounded amount does not fit.
  public func toIncrement(_ money: Money, increment: Int64) throws(MoneyError) -> Money {
    let steps = divide(Int128(money.minor), by: Int128(increment))
    return try Money(
      magnitude: steps.magnitude * UInt128(increment.magnitude),
      isNegative: money.isNegative, currency: money.currency)
  }

  /// Divides magnitudes and rounds; the divisor must not be zero.
  @inlinable
  func quotient(of dividend: UInt128, by divisor: UInt128) -> UInt128 {
    // Our divisors are powers of ten times small numbers: without their factors of two nearly all
    // fit 64 bits, and one machine division replaces a loop over bits.
    let twos = UInt128(truncatingIfNeeded: divisor.trailingZeroBitCount)
    let odd = divisor &>> twos
    let shifted = dividend &>> twos
    let high = UInt64(truncatingIfNeeded: shifted &>> 64)
    guard odd >> 64 == 0, high < UInt64(truncatingIfNeeded: odd) else {
      let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
      return rounded(quotient, remainder: remainder, of: divisor)
    }
    let (quotient, rest) = UInt64(truncatingIfNeeded: odd).dividingFullWidth(
      (high, UInt64(truncatingIfNeeded: shifted)))
    let remainder = UInt128(rest) &<< twos | dividend & ((1 &<< twos) &- 1)
    return rounded(UInt128(quotient), remainder: remainder, of: divisor)
  }

  /// Decides between a whole number and the next one, for a magnitude with a remainder above it.
  ///
  /// The remainder is below the divisor, and the next number must fit.
  @inlinable @inline(__always)
  func rounded(_ whole: UInt128, remainder: UInt128, of divisor: UInt128) -> UInt128 {
    let rest = divisor &- remainder
    let isUp =
      switch self {
      case .halfUp: remainder >= rest
      case .halfEven: remainder > rest || (remainder == rest && whole & 1 == 1)
      case .up: remainder > 0
      case .down: false
      }
    return isUp ? whole &+ 1 : whole
  }
}
