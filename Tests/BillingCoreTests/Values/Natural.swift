// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

/// A natural number of any size, slow and plain: what the fast arithmetic is checked against.
struct Natural: Comparable, Sendable {
  /// The digits in base 10^9, the lowest first, without zeros at the end.
  private var digits: [UInt64]

  init(_ value: UInt128) {
    digits = []
    var rest = value
    while rest > 0 {
      digits.append(UInt64(rest % 1_000_000_000))
      rest /= 1_000_000_000
    }
  }

  static func + (left: Natural, right: Natural) -> Natural {
    var sum = left
    var carry: UInt64 = 0
    for index in 0..<max(left.digits.count, right.digits.count) {
      if index == sum.digits.count { sum.digits.append(0) }
      let total =
        sum.digits[index] + (index < right.digits.count ? right.digits[index] : 0) + carry
      sum.digits[index] = total % 1_000_000_000
      carry = total / 1_000_000_000
    }
    if carry > 0 { sum.digits.append(carry) }
    return sum
  }

  static func * (left: Natural, right: Natural) -> Natural {
    var product = Natural(0)
    product.digits = Array(repeating: 0, count: left.digits.count + right.digits.count)
    for (shift, factor) in left.digits.enumerated() {
      var carry: UInt64 = 0
      for (index, digit) in right.digits.enumerated() {
        let total = product.digits[shift + index] + factor * digit + carry
        product.digits[shift + index] = total % 1_000_000_000
        carry = total / 1_000_000_000
      }
      product.digits[shift + right.digits.count] += carry
    }
    while product.digits.last == 0 { product.digits.removeLast() }
    return product
  }

  static func < (left: Natural, right: Natural) -> Bool {
    guard left.digits.count == right.digits.count else {
      return left.digits.count < right.digits.count
    }
    return left.digits.reversed().lexicographicallyPrecedes(right.digits.reversed())
  }
}

extension RoundingMode {
  /// Whether a whole number is the magnitude of a fraction, rounded: by the definition of the mode.
  func rounds(_ numerator: Natural, by denominator: Natural, to whole: UInt128) -> Bool {
    let twice = numerator + numerator
    // Both sides doubled, so that the middle between whole numbers is whole.
    func isAbove(_ doubled: UInt128) -> Bool { Natural(doubled) * denominator < twice }
    func isBelow(_ doubled: UInt128) -> Bool { twice < Natural(doubled) * denominator }
    let isEven = whole % 2 == 0
    switch self {
    case .down: return !isBelow(2 * whole) && isBelow(2 * whole + 2)
    case .up: return !isAbove(2 * whole) && (whole == 0 || isAbove(2 * whole - 2))
    case .halfUp: return isBelow(2 * whole + 1) && (whole == 0 || !isBelow(2 * whole - 1))
    case .halfEven:
      let isUnderUpper = isEven ? !isAbove(2 * whole + 1) : isBelow(2 * whole + 1)
      let isOverLower = isEven ? !isBelow(2 * max(whole, 1) - 1) : isAbove(2 * max(whole, 1) - 1)
      return isUnderUpper && (whole == 0 || isOverLower)
    }
  }
}

@Suite("Natural") struct NaturalTests {
  @Test("agrees with machine arithmetic where that suffices")
  func agreesWithMachine() {
    let numbers: [UInt128] = [0, 1, 999_999_999, 1_000_000_000, 18_446_744_073_709_551_615]
    for left in numbers {
      for right in numbers {
        #expect(Natural(left) + Natural(right) == Natural(left + right))
        #expect(Natural(left) * Natural(right) == Natural(left * right))
        #expect((Natural(left) < Natural(right)) == (left < right))
      }
    }
  }

  @Test("knows what each mode makes of halves")
  func halves() {
    let (five, two) = (Natural(5), Natural(2))
    let modes = RoundingMode.allCases
    #expect(modes.map { $0.rounds(five, by: two, to: 2) } == [false, true, false, true])
    #expect(modes.map { $0.rounds(five, by: two, to: 3) } == [true, false, true, false])
  }
}
