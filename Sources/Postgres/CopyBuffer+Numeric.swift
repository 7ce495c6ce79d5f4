// SPDX-License-Identifier: Apache-2.0

// The server's binary `numeric` is: number of digits, weight of the first digit, sign, number of
// decimal places, then the digits in base 10,000, the highest first; zero digits at either end are
// left out. Each is two bytes. A digit of weight w counts 10,000 to the power of w.

extension CopyBuffer {
  /// Writes `coefficient` × 10^-`scale` as a `numeric` without superfluous zeros after the point.
  ///
  /// The scale is 0 to 38 places.
  public mutating func numeric(coefficient: Int128, scale: Int) {
    precondition((0...38).contains(scale), "the scale of a numeric is 0 to 38")
    fieldsLeft &-= 1
    reserve(Self.longestNumeric)
    var digits = DigitWriter(end: used + Self.longestNumeric, places: scale)
    if let small = UInt64(exactly: coefficient.magnitude) {
      unsafe digits.write(small, to: base)
    } else {
      unsafe digits.write(large: coefficient.magnitude, to: base)
    }
    let count = digits.count
    put(Int32(truncatingIfNeeded: 8 &+ 2 &* count))
    put(Int16(truncatingIfNeeded: count))
    put(Int16(truncatingIfNeeded: digits.weight))
    put(coefficient < 0 ? 0x4000 as UInt16 : 0)
    put(Int16(truncatingIfNeeded: digits.scale))
    // The digits stand at the far end of the reserved room; they never overlap their place.
    let start = digits.start
    unsafe (base + used).copyMemory(from: base + start, byteCount: 2 &* count)
    used &+= 2 &* count
  }

  /// Writes `coefficient` × 10^-`scale`, or NULL for nil.
  public mutating func numeric(coefficient: Int128?, scale: Int) {
    guard let coefficient else { return null() }
    numeric(coefficient: coefficient, scale: scale)
  }

  /// The length, the four fields of the head, twelve digits; and once more the digits while made.
  private static var longestNumeric: Int { 12 + 24 + 24 }
}

/// Splits a magnitude into digits in base 10,000, from the lowest, written backwards from `end`.
private struct DigitWriter {
  /// Where the lowest digit ends, as an offset.
  private var end: Int
  /// Where the highest digit written so far starts, as an offset.
  private(set) var start: Int
  /// The places of the decimal point, then without the trailing zeros.
  private(set) var scale: Int
  /// How many base-10,000 digits stand after the point in all.
  private let fractionDigits: Int
  /// How many digits were passed, skipped zeros at the low end included.
  private var passed = 0

  init(end: Int, places: Int) {
    self.end = end
    start = end
    scale = places
    fractionDigits = (places + 3) / 4
  }

  var count: Int { (end - start) / 2 }

  /// The weight of the highest digit; 0 for zero.
  var weight: Int { count == 0 ? 0 : passed - fractionDigits - 1 }
}

extension DigitWriter {
  @inline(__always)
  mutating func write(_ magnitude: UInt64, to base: UnsafeMutableRawPointer) {
    guard magnitude != 0 else { return scale = 0 }
    let (rest, lowest) = Self.cut(magnitude, places: scale & 3)
    if scale & 3 != 0 { unsafe put(lowest, to: base) }
    unsafe putAll(rest, to: base)
    unsafe trimScale(base)
  }

  /// The way for more than 64 bits: pieces of sixteen decimal places are split as above.
  @inline(never)
  mutating func write(large magnitude: UInt128, to base: UnsafeMutableRawPointer) {
    var rest = magnitude
    if scale & 3 != 0 {
      let power: UInt128 = [1, 10, 100, 1000][scale & 3]
      let (quotient, lowest) = rest.quotientAndRemainder(dividingBy: power)
      unsafe put(UInt64(lowest) * (10_000 / UInt64(power)), to: base)
      rest = quotient
    }
    while rest > UInt128(UInt64.max) {
      let (quotient, piece) = rest.quotientAndRemainder(dividingBy: 10_000_000_000_000_000)
      var digits = UInt64(piece)
      for _ in 0..<4 {
        unsafe put(digits % 10_000, to: base)
        digits /= 10_000
      }
      rest = quotient
    }
    unsafe putAll(UInt64(rest), to: base)
    unsafe trimScale(base)
  }

  /// Cuts off the 0 to 3 places that do not fill a digit, and fills them up with zeros.
  @inline(__always)
  private static func cut(_ value: UInt64, places: Int) -> (rest: UInt64, digit: UInt64) {
    switch places {
    case 1: (value / 10, value % 10 * 1000)
    case 2: (value / 100, value % 100 * 100)
    case 3: (value / 1000, value % 1000 * 10)
    default: (value, 0)
    }
  }

  @inline(__always)
  private mutating func putAll(_ value: UInt64, to base: UnsafeMutableRawPointer) {
    var rest = value
    while rest != 0 {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10_000)
      unsafe put(digit, to: base)
      rest = quotient
    }
  }

  /// Puts the next higher digit; a zero below the first other digit is only counted.
  @inline(__always)
  private mutating func put(_ digit: UInt64, to base: UnsafeMutableRawPointer) {
    passed &+= 1
    if digit == 0 && start == end { return }
    start &-= 2
    let stored = UInt16(truncatingIfNeeded: digit).bigEndian
    unsafe base.storeBytes(of: stored, toByteOffset: start, as: UInt16.self)
  }

  @inline(__always)
  private mutating func trimScale(_ base: UnsafeMutableRawPointer) {
    let kept = count &- (passed &- fractionDigits)
    guard kept > 0 else { return scale = 0 }
    let last = unsafe UInt16(
      bigEndian: base.loadUnaligned(fromByteOffset: end &- 2, as: UInt16.self))
    let zeros = last % 10 != 0 ? 0 : last % 100 != 0 ? 1 : last % 1000 != 0 ? 2 : 3
    scale = 4 &* kept &- zeros
  }
}
