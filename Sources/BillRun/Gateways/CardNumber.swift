// SPDX-License-Identifier: Apache-2.0

/// What looks like a card number is never written: gateways quote some in their answers.
enum CardNumber {
  /// The text with each run of 13 to 19 digits, single spaces and hyphens between them allowed,
  /// that ends in its check digit (ISO/IEC 7812) replaced.
  static func masked(_ text: String) -> String {
    text.replacing(/[0-9](?:[ -]?[0-9]){12,18}/) { match in
      isValid(match.output) ? "[card number]" : String(match.output)
    }
  }

  /// The Luhn check of ISO/IEC 7812.
  private static func isValid(_ text: Substring) -> Bool {
    let digits = text.compactMap(\.wholeNumberValue)
    let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
      let doubled = digit.element * (digit.offset % 2 + 1)
      return sum + doubled / 10 + doubled % 10
    }
    return sum % 10 == 0
  }
}
