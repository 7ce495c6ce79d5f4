// SPDX-License-Identifier: Apache-2.0

/// A decimal number as it was written, before it is known whether a type can hold it.
///
/// The grammar is that of JSON and of PostgreSQL's `numeric` output, with leading zeros allowed:
/// an optional minus, digits, an optional point with digits, an optional exponent.
struct DecimalText {
  /// Whether a minus stands before it; also true for `-0`.
  private(set) var isNegative = false
  /// The digits without the zeros at the end: the value is significand × 10^exponent.
  private(set) var significand: UInt128 = 0
  /// The power of ten that belongs to the significand.
  private(set) var exponent = 0
  /// How many digits were written after the point, zeros at the end included.
  private(set) var places = 0
  /// Whether it was written without an exponent.
  private(set) var isPlain = true

  /// Reads the text; nil when it is malformed or has more than 38 significant digits.
  init?(_ text: String) {
    var bytes = text.utf8.makeIterator()
    var next = bytes.next()
    if next == UInt8(ascii: "-") {
      isNegative = true
      next = bytes.next()
    }
    guard let whole = readDigits(&next, &bytes), whole > 0 else { return nil }
    if next == UInt8(ascii: ".") {
      next = bytes.next()
      guard let fraction = readDigits(&next, &bytes), fraction > 0 else { return nil }
      places = fraction
    }
    exponent -= places
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isPlain = false
      guard let power = Self.readExponent(&bytes) else { return nil }
      exponent += power
      next = nil
    }
    guard next == nil else { return nil }
  }

  /// The value without its sign in units of 10^-scale; nil when it needs more places or more bits.
  func magnitude(atScale scale: Int) -> UInt128? {
    guard significand > 0 else { return 0 }
    let power = exponent + scale
    guard 0...38 ~= power else { return nil }
    let (product, overflows) = significand.multipliedReportingOverflow(by: tenToThe(power))
    return overflows ? nil : product
  }

  /// Writes magnitude × 10^-places plainly; zeros at the end of the fraction stay unless trimmed.
  static func plain(
    _ magnitude: UInt128, isNegative: Bool, places: Int, trimmed: Bool = false
  ) -> String {
    // Nearly all numbers fit a machine word, whose division costs a tenth.
    var bytes =
      if let short = UInt64(exactly: magnitude) {
        backwards(short, places: places, trimmed: trimmed)
      } else {
        backwards(magnitude, places: places, trimmed: trimmed)
      }
    if isNegative { bytes.append(UInt8(ascii: "-")) }
    bytes.reverse()
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func backwards<Magnitude: FixedWidthInteger & UnsignedInteger>(
    _ magnitude: Magnitude, places: Int, trimmed: Bool
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(48)
    var (rest, placesLeft) = (magnitude, places)
    while trimmed, placesLeft > 0, rest % 10 == 0 {
      rest /= 10
      placesLeft -= 1
    }
    let hasPoint = placesLeft > 0
    while placesLeft > 0 {
      bytes.append(48 + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
      placesLeft -= 1
    }
    if hasPoint { bytes.append(UInt8(ascii: ".")) }
    repeat {
      bytes.append(48 + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    return bytes
  }

  /// Takes digits into the significand and returns how many; nil when it overflows.
  private mutating func readDigits(
    _ next: inout UInt8?, _ bytes: inout String.UTF8View.Iterator
  ) -> Int? {
    var count = 0
    while let byte = next, 48...57 ~= byte {
      count += 1
      // Zeros wait in the exponent until another digit follows, so that those at the end are free.
      exponent += 1
      if byte > 48 {
        guard 0...38 ~= exponent || significand == 0 else { return nil }
        let power = significand == 0 ? 1 : tenToThe(exponent)
        let (shifted, overflows) = significand.multipliedReportingOverflow(by: power)
        let (sum, carries) = shifted.addingReportingOverflow(UInt128(byte - 48))
        guard !overflows, !carries else { return nil }
        significand = sum
        exponent = 0
      }
      next = bytes.next()
    }
    return count
  }

  /// Reads what follows the `e`; nil unless it is digits with an optional sign, at most 9999.
  private static func readExponent(_ bytes: inout String.UTF8View.Iterator) -> Int? {
    var next = bytes.next()
    let isNegative = next == UInt8(ascii: "-")
    if isNegative || next == UInt8(ascii: "+") { next = bytes.next() }
    guard next != nil else { return nil }
    var power = 0
    while let byte = next {
      guard 48...57 ~= byte, power < 1000 else { return nil }
      power = power * 10 + Int(byte - 48)
      next = bytes.next()
    }
    return isNegative ? -power : power
  }
}

/// Ten to a power from 0 to 38, the largest that fits.
func tenToThe(_ power: Int) -> UInt128 {
  var result: UInt128 = 1
  for _ in 0..<power { result *= 10 }
  return result
}
