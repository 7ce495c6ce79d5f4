// SPDX-License-Identifier: Apache-2.0

/// A product before it is rounded: two decimals times a ratio, never anything less than exact.
struct ExactValue: Hashable {
  /// The first factor.
  let left: ExactDecimal
  /// The second factor.
  let right: ExactDecimal
  /// The share that is taken of them.
  let ratio: Ratio

  /// How many places are shown of a value that has no end.
  private static let shownPlaces = 9

  init(_ left: ExactDecimal, times right: ExactDecimal = .one, per ratio: Ratio = .one) {
    self.left = left
    self.right = right
    self.ratio = ratio
  }

  init(_ money: Money, per ratio: Ratio) { self.init(ExactDecimal(money), per: ratio) }

  /// The value in whole minor units.
  ///
  /// Throws when it does not fit.
  func rounded(in currency: Currency, _ rounding: RoundingMode) throws(MoneyError) -> Money {
    try left.times(right, per: ratio, in: currency, rounding: rounding)
  }

  /// The same value with the other sign.
  func negated() -> ExactValue { ExactValue(left.negated(), times: right, per: ratio) }

  /// The value, where 12 places hold it.
  var decimal: ExactDecimal? {
    guard let (magnitude, isWhole) = magnitude, isWhole else { return nil }
    return Int128(exactly: magnitude).map { ExactDecimal(coefficient: isNegative ? -$0 : $0) }
  }

  /// The value in full, or its first places and `…`: `16`, `30.967741935…`.
  var text: String {
    guard let (magnitude, isWhole) = magnitude else { return "…" }
    if isWhole {
      return DecimalText.plain(
        magnitude, isNegative: isNegative, places: ExactDecimal.scaleDigits, trimmed: true)
    }
    let cut = tenToThe(ExactDecimal.scaleDigits - Self.shownPlaces)
    return DecimalText.plain(magnitude / cut, isNegative: isNegative, places: Self.shownPlaces)
      + "…"
  }

  private var isNegative: Bool {
    (left.isNegative != right.isNegative) != (ratio.numerator < 0)
      && !left.isZero && !right.isZero && !ratio.isZero
  }

  /// The magnitude in units of 10^-12, and whether it is no more than that; nil beyond all bounds.
  private var magnitude: (UInt128, isWhole: Bool)? {
    let product = WideMagnitude(left.coefficient.magnitude, times: right.coefficient.magnitude)
    guard var rest = product.times(ratio.numerator.magnitude) else { return nil }
    let fraction = rest.divide(by: ratio.denominator.magnitude)
    let places = rest.divide(by: 1_000_000_000_000)
    return rest.high == 0 ? (rest.low, fraction == 0 && places == 0) : nil
  }
}
