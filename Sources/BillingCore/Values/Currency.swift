// SPDX-License-Identifier: Apache-2.0

/// A currency in use of ISO 4217, with the digits of its minor unit.
public struct Currency: Hashable, Sendable {
  /// The three lower-case letters, the first one highest, below 8 bits with the digits.
  @usableFromInline let packed: UInt32

  /// Finds the currency of a code of three ASCII letters in any case; nil where there is none.
  @inlinable
  public init?(code: some StringProtocol) {
    var letters = code.utf8.makeIterator()
    guard
      let first = letters.next(), let second = letters.next(), let third = letters.next(),
      letters.next() == nil
    else { return nil }
    self.init(ascii: first, second, third)
  }

  /// Finds the currency of a code of three ASCII letters in any case; nil where there is none.
  public init?(ascii first: UInt8, _ second: UInt8, _ third: UInt8) {
    guard let index = tableIndex(first, second, third) else { return nil }
    let digits = digitsByCode[index]
    guard digits >= 0 else { return nil }
    let letters = UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third) | 0x20_2020
    packed = UInt32(digits) << 24 | letters
  }

  /// The code in lower case: `usd`.
  public var code: String {
    String(
      decoding: [
        UInt8(truncatingIfNeeded: packed >> 16), UInt8(truncatingIfNeeded: packed >> 8),
        UInt8(truncatingIfNeeded: packed),
      ], as: UTF8.self)
  }

  /// How many digits stand after the point: 2 for the cents of a dollar.
  @inlinable
  public var minorDigits: Int { Int(packed >> 24) }

  /// How many minor units make a major one: 100 for the dollar.
  @inlinable
  public var minorUnits: Int64 {
    switch minorDigits {
    case 0: 1
    case 2: 100
    case 3: 1000
    default: 10000
    }
  }
}

extension Currency: CustomStringConvertible {
  /// The code in lower case.
  public var description: String { code }
}

/// The currencies in use by their digits.
///
/// Where other tables disagree, this is ISO's: HUF, MGA and MRU have 2 digits, though some count
/// the forint's and the ariary's coins as 0 and the fifths of an ariary or ouguiya as 1 or 5. Codes
/// without a minor unit (gold, testing, no currency) are left out.
private let activeCodes: [(digits: Int8, codes: String)] = [
  (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
  (
    2,
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN \
    BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD \
    FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW \
    KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR \
    MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG \
    SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD \
    USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
    """
  ),
  (3, "BHD IQD JOD KWD LYD OMR TND"),
  (4, "CLF UYW"),
]

/// The digits of each code at its table index; -1 where there is no such currency.
private let digitsByCode: [Int8] = {
  var table = [Int8](repeating: -1, count: 26 * 26 * 26)
  for (digits, codes) in activeCodes {
    for code in codes.split(separator: " ") {
      let letters = Array(code.utf8)
      guard let index = tableIndex(letters[0], letters[1], letters[2]) else { continue }
      table[index] = digits
    }
  }
  return table
}()

/// The place of three letters among all such codes; nil where one is not an ASCII letter.
private func tableIndex(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Int? {
  let (high, middle, low) = (first | 0x20, second | 0x20, third | 0x20)
  guard 97...122 ~= high, 97...122 ~= middle, 97...122 ~= low else { return nil }
  return (Int(high - 97) * 26 + Int(middle - 97)) * 26 + Int(low - 97)
}
