// SPDX-License-Identifier: Apache-2.0

/// An unsigned number of 256 bits, for products that outgrow 128; only as much as those need.
struct WideMagnitude: Hashable {
  /// The upper half.
  private(set) var high: UInt128
  /// The lower half.
  private(set) var low: UInt128

  /// Multiplies in full width.
  init(_ left: UInt128, times right: UInt128) {
    (high, low) = left.multipliedFullWidth(by: right)
  }

  /// Multiplies; nil when the product is over 256 bits.
  func times(_ factor: UInt64) -> WideMagnitude? {
    var product = WideMagnitude(low, times: UInt128(factor))
    let (upper, overflows) = high.multipliedReportingOverflow(by: UInt128(factor))
    let (sum, carries) = upper.addingReportingOverflow(product.high)
    guard !overflows, !carries else { return nil }
    product.high = sum
    return product
  }

  /// Divides in place and returns the remainder; the divisor must not be zero.
  mutating func divide(by divisor: UInt64) -> UInt64 {
    let top = Self.divide(&high, by: divisor, carrying: 0)
    return Self.divide(&low, by: divisor, carrying: top)
  }

  /// One half of schoolbook division in digits of 64 bits.
  private static func divide(
    _ half: inout UInt128, by divisor: UInt64, carrying carried: UInt64
  ) -> UInt64 {
    let (first, rest) = divisor.dividingFullWidth((carried, UInt64(half >> 64)))
    let (second, remainder) = divisor.dividingFullWidth((rest, UInt64(truncatingIfNeeded: half)))
    half = UInt128(first) << 64 | UInt128(second)
    return remainder
  }
}
