// SPDX-License-Identifier: Apache-2.0

/// Numbers as people read them in reports: `16,055,091.45`.
enum Figure {
  /// A whole number with its digits in groups of three.
  static func count(_ value: some BinaryInteger) -> String {
    let digits = String(value.magnitude)
    var text = value < 0 ? "-" : ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.utf8.count - place) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// An amount in minor units with exactly so many digits after the point.
  static func amount(minor: some BinaryInteger, digits: Int) -> String {
    let (major, fraction) = parts(of: minor, digits: digits)
    return (minor < 0 ? "-" : "") + count(major) + fraction
  }

  /// The same without groups, as programs read it: `16055091.45`.
  static func plain(minor: some BinaryInteger, digits: Int) -> String {
    let (major, fraction) = parts(of: minor, digits: digits)
    return (minor < 0 ? "-" : "") + String(major) + fraction
  }

  /// The whole major units, and the rest with its point.
  private static func parts(
    of minor: some BinaryInteger, digits: Int
  ) -> (major: UInt128, fraction: String) {
    guard digits > 0 else { return (UInt128(minor.magnitude), "") }
    var scale: UInt128 = 1
    for _ in 0..<digits { scale *= 10 }
    let (major, fraction) = UInt128(minor.magnitude).quotientAndRemainder(dividingBy: scale)
    let padding = String(repeating: "0", count: digits - String(fraction).utf8.count)
    return (major, ".\(padding)\(fraction)")
  }

  /// A number with its noun, which gets an `s` unless the number is one: `1 day`, `3 days`.
  static func counted(_ value: Int64, _ noun: String) -> String {
    "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
  }
}
