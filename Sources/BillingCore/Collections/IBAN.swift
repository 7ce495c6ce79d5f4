// SPDX-License-Identifier: Apache-2.0

/// The number of a bank account (ISO 13616), whose check digits are right.
public struct IBAN: Hashable, Sendable {
  /// The number without blanks.
  public let text: String

  /// Reads a number, with blanks or without; nil when it is none.
  public init?(_ text: String) {
    let compact = text.filter { $0 != " " }
    guard 15...34 ~= compact.utf8.count, Self.hasForm(compact), Mod97.holds(for: compact)
    else { return nil }
    self.text = compact
  }

  /// Two capital letters, two digits, and then both.
  private static func hasForm(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.prefix(2).allSatisfy { 65...90 ~= $0 }
      && bytes[2...3].allSatisfy { 48...57 ~= $0 }
      && bytes.dropFirst(4).allSatisfy { 48...57 ~= $0 || 65...90 ~= $0 }
  }
}

extension IBAN: CustomStringConvertible {
  /// What may stand in logs and errors: the country and the last four places.
  public var description: String { "\(text.prefix(2))…\(text.suffix(4))" }
}

/// Who collects by SEPA direct debit, as a central bank has numbered it (EPC262-08).
public struct CreditorID: Hashable, Sendable {
  /// The identifier without blanks.
  public let text: String

  /// Reads an identifier; nil when its form or its check digits are wrong.
  public init?(_ text: String) {
    let compact = text.filter { $0 != " " }
    let bytes = Array(compact.utf8)
    // Places 5 to 7 are the creditor's own, and not checked.
    guard 8...35 ~= bytes.count, bytes.prefix(2).allSatisfy({ 65...90 ~= $0 }),
      bytes[2...3].allSatisfy({ 48...57 ~= $0 }),
      bytes.dropFirst(4).allSatisfy({ 48...57 ~= $0 || 65...90 ~= $0 || 97...122 ~= $0 }),
      Mod97.holds(for: String(compact.prefix(4) + compact.dropFirst(7)))
    else { return nil }
    self.text = compact
  }
}

/// ISO 7064 MOD 97-10, with the first four places moved to the end.
private enum Mod97 {
  static func holds(for text: String) -> Bool {
    let bytes = Array(text.utf8)
    var rest = 0
    for byte in bytes.dropFirst(4) + bytes.prefix(4) {
      switch byte {
      case 48...57: rest = (rest * 10 + Int(byte) - 48) % 97
      case 65...90: rest = (rest * 100 + Int(byte) - 55) % 97
      case 97...122: rest = (rest * 100 + Int(byte) - 87) % 97
      default: return false
      }
    }
    return rest == 1
  }
}
