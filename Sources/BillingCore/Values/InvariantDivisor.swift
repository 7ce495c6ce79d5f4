// SPDX-License-Identifier: Apache-2.0

/// A divisor above 2^64 with its reciprocal, so that multiplications divide by it.
///
/// Machine division of 128 bits takes some 80 cycles on many servers, and it would be most of the
/// price of a line (Möller and Granlund, "Improved division by invariant integers", algorithm 4).
@usableFromInline
struct InvariantDivisor: Hashable, Sendable {
  /// The divisor; its bits below the upper 64 are zeros.
  @usableFromInline let value: UInt128
  /// How many bits are below the upper 64.
  @usableFromInline let dropped: UInt128
  /// The upper 64 bits.
  @usableFromInline let divisor: UInt64
  /// ⌊(2^128 − 1) / upper 64 bits⌋ − 2^64.
  @usableFromInline let reciprocal: UInt64

  @inlinable @inline(__always)
  init(_ value: UInt128, reciprocal: UInt64) {
    self.value = value
    dropped = UInt128(truncatingIfNeeded: 64 &- value.leadingZeroBitCount)
    divisor = UInt64(truncatingIfNeeded: value &>> dropped)
    self.reciprocal = reciprocal
  }

  /// Divides; above 2^64 a divisor leaves every quotient room.
  @inlinable @inline(__always)
  func quotientAndRemainder(
    dividing dividend: UInt128
  ) -> (quotient: UInt64, remainder: UInt128) {
    let shifted = dividend &>> (dropped & 63)
    let high = UInt64(truncatingIfNeeded: shifted &>> 64)
    let low = UInt64(truncatingIfNeeded: shifted)
    let product = reciprocal.multipliedFullWidth(by: high)
    let guess = (UInt128(product.high) &<< 64 | UInt128(product.low)) &+ shifted
    let guessed = UInt64(truncatingIfNeeded: guess &>> 64) &+ 1
    let rest = low &- guessed &* divisor
    // The guess is right or one too large. It would be too small only for a quotient of nearly 64
    // bits, which our divisors leave out of reach (the test of the constants proves it).
    let excess: UInt64 = rest > UInt64(truncatingIfNeeded: guess) ? 1 : 0
    let below = dividend & UInt128((1 as UInt64 &<< UInt64(truncatingIfNeeded: dropped)) &- 1)
    let remainder = UInt128(rest &+ excess &* divisor) &<< (dropped & 63) | below
    return (guessed &- excess, remainder)
  }
}
