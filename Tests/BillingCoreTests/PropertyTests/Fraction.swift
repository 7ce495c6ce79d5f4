// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// An exact fraction for the naive model: as plain as can be, and nothing shared with the core.
struct Fraction: Comparable {
  let above: Int128
  let below: Int128

  init(_ above: Int128, _ below: Int128 = 1) {
    var (left, right) = (above < 0 ? -above : above, below < 0 ? -below : below)
    while right != 0 { (left, right) = (right, left % right) }
    let sign: Int128 = below < 0 ? -1 : 1
    self.above = left == 0 ? 0 : sign * above / left
    self.below = left == 0 ? 1 : sign * below / left
  }

  /// Reads the value of an exact decimal.
  init(_ decimal: ExactDecimal) { self.init(decimal.coefficient, 1_000_000_000_000) }

  /// Reads the value of a ratio.
  init(_ ratio: Ratio) { self.init(Int128(ratio.numerator), Int128(ratio.denominator)) }

  static func + (left: Self, right: Self) -> Self {
    Fraction(left.above * right.below + right.above * left.below, left.below * right.below)
  }

  static func - (left: Self, right: Self) -> Self { left + Fraction(-right.above, right.below) }

  static func * (left: Self, right: Self) -> Self {
    Fraction(left.above * right.above, left.below * right.below)
  }

  static func / (left: Self, right: Self) -> Self {
    Fraction(left.above * right.below, left.below * right.above)
  }

  static func < (left: Self, right: Self) -> Bool {
    left.above * right.below < right.above * left.below
  }

  /// The largest whole number that is not above it.
  var floor: Int64 {
    let quotient = above / below
    return Int64(above < 0 && quotient * below != above ? quotient - 1 : quotient)
  }

  /// Rounds to a whole number, the same for both signs.
  func rounded(_ mode: RoundingMode) -> Int64 {
    if above < 0 { return -Fraction(-above, below).rounded(mode) }
    let low = floor
    let rest = self - Fraction(Int128(low))
    let half = Fraction(1, 2)
    return switch mode {
    case .down: low
    case .up: rest > Fraction(0) ? low + 1 : low
    case .halfUp: rest < half ? low : low + 1
    case .halfEven: rest < half || (rest == half && low % 2 == 0) ? low : low + 1
    }
  }
}
