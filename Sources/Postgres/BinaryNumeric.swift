// SPDX-License-Identifier: Apache-2.0

/// A finite `numeric` in the server's binary form; see `CopyBuffer+Numeric.swift` for its fields.
@safe struct BinaryNumeric {
  private let digits: UnsafeRawBufferPointer
  private let weight: Int
  private let isNegative: Bool

  /// Nil for `NaN`, the infinities and bytes that are no `numeric`.
  init?(_ bytes: UnsafeRawBufferPointer) {
    func field(_ index: Int) -> Int {
      unsafe Int(Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self)))
    }
    guard bytes.count >= 8, bytes.count == 8 + 2 * field(0) else { return nil }
    guard field(2) == 0 || field(2) == 0x4000 else { return nil }
    weight = field(1)
    isNegative = field(2) != 0
    unsafe digits = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(8))
  }

  /// The value × 10^`scale`; nil when that is no whole number or does not fit.
  func coefficient(scale: Int) -> Int128? {
    let count = unsafe digits.count / 2
    guard count > 0 else { return 0 }
    // The last digit counts 10,000^(weight - count + 1), and it is not zero: the server strips
    // zeros.
    let missing = scale + 4 * (weight - count + 1)
    guard missing > -4, missing < Self.powers.count else { return nil }
    let surplus = Int(Self.powers[max(0, -missing)])
    let last = digit(count - 1)
    guard last % surplus == 0 else { return nil }
    guard let leading = count <= 4 ? Int128(small(count - 1)) : large(count - 1),
      let whole = Self.sum(leading, times: Int128(10_000 / surplus), plus: Int128(last / surplus))
    else { return nil }
    let (value, overflow) = whole.multipliedReportingOverflow(by: Self.powers[max(0, missing)])
    return overflow ? nil : isNegative ? -value : value
  }

  private func digit(_ index: Int) -> Int {
    unsafe Int(UInt16(bigEndian: digits.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)))
  }

  private func small(_ count: Int) -> Int {
    var value = 0
    for index in 0..<count { value = value &* 10_000 &+ digit(index) }
    return value
  }

  private func large(_ count: Int) -> Int128? {
    var value: Int128 = 0
    for index in 0..<count {
      guard let sum = Self.sum(value, times: 10_000, plus: Int128(digit(index))) else { return nil }
      value = sum
    }
    return value
  }

  private static func sum(_ value: Int128, times factor: Int128, plus digit: Int128) -> Int128? {
    let (product, overflow) = value.multipliedReportingOverflow(by: factor)
    let (sum, carry) = product.addingReportingOverflow(digit)
    return overflow || carry ? nil : sum
  }

  /// 10^0 … 10^38.
  private static let powers: [Int128] = (0..<38).reduce(into: [1]) { powers, _ in
    powers.append(powers[powers.count - 1] * 10)
  }
}
