// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

@Suite("Money") struct MoneyTests {
  let usd: Currency
  let jpy: Currency

  init() throws {
    usd = try #require(Currency(code: "usd"))
    jpy = try #require(Currency(code: "jpy"))
  }

  @Test(
    "reads and writes major units",
    arguments: [
      ("usd", "45", 4500, "45.00"), ("usd", "3.85", 385, "3.85"), ("usd", "-0.15", -15, "-0.15"),
      ("usd", "0.05", 5, "0.05"), ("usd", "1.5", 150, "1.50"), ("usd", "-0", 0, "0.00"),
      ("usd", "007", 700, "7.00"), ("jpy", "7", 7, "7"), ("jpy", "-1200", -1200, "-1200"),
      ("bhd", "1.234", 1234, "1.234"), ("bhd", "-0.001", -1, "-0.001"),
      ("clf", "0.0001", 1, "0.0001"),
      ("usd", "92233720368547758.07", .max, "92233720368547758.07"),
      ("usd", "-92233720368547758.07", -.max, "-92233720368547758.07"),
    ] as [(String, String, Int64, String)])
  func text(code: String, text: String, minor: Int64, written: String) throws {
    let currency = try #require(Currency(code: code))
    let money = try #require(Money(major: text, currency: currency))
    #expect(money == Money(minor: minor, currency: currency))
    #expect(money.majorText == written)
    #expect("\(money)" == "\(written) \(code)")
    #expect(Money(major: money.majorText, currency: currency) == money)
  }

  @Test(
    "refuses text that is no amount of the currency",
    arguments: [
      "", "-", ".", ".5", "5.", "1.234", "1.000", "1e2", "+1", " 1", "1 ", "1,5", "--1", "0x1",
      "1.5.", "٣", "92233720368547758.08", "-92233720368547758.08", "99999999999999999999999999",
    ])
  func malformed(text: String) {
    #expect(Money(major: text, currency: usd) == nil)
  }

  @Test("yen have no digits after the point")
  func yen() { #expect(Money(major: "7.0", currency: jpy) == nil) }

  @Test("adds, subtracts and negates exactly")
  func sums() throws {
    let (ten, three) = (Money(minor: 10, currency: usd), Money(minor: 3, currency: usd))
    #expect(try ten.adding(three).minor == 13)
    #expect(try three.subtracting(ten).minor == -7)
    #expect(ten.negated().minor == -10)
    #expect(try ten.subtracting(ten).isZero)
    #expect(try three.subtracting(ten).isNegative)
    #expect(!Money.zero(usd).isNegative)
  }

  @Test("throws where a sum does not fit, symmetrically")
  func overflow() {
    let (most, one) = (Money(minor: .max, currency: usd), Money(minor: 1, currency: usd))
    #expect(throws: MoneyError.overflow) { try most.adding(one) }
    #expect(throws: MoneyError.overflow) { try most.negated().subtracting(one) }
    #expect(throws: MoneyError.overflow) { try most.negated().subtracting(most) }
  }

  @Test("different currencies that meet are a bug")
  func currencies() async {
    await #expect(processExitsWith: .failure) {
      guard let usd = Currency(code: "usd"), let jpy = Currency(code: "jpy") else { return }
      _ = try Money.zero(usd).adding(.zero(jpy))
    }
    await #expect(processExitsWith: .failure) {
      guard let usd = Currency(code: "usd"), let jpy = Currency(code: "jpy") else { return }
      _ = try Money.zero(usd).subtracting(.zero(jpy))
    }
  }

  @Test("is rounded once when scaled")
  func scaled() throws {
    let (third, vat) = (try #require(Ratio(1, 3)), try #require(Ratio(19, 100)))
    let ten = Money(minor: 1000, currency: usd)
    #expect(try ten.scaled(by: third, rounding: .halfUp).minor == 333)
    #expect(try ten.scaled(by: third, rounding: .up).minor == 334)
    #expect(try ten.negated().scaled(by: third, rounding: .up).minor == -334)
    #expect(try Money(minor: 4410, currency: usd).scaled(by: vat, rounding: .halfUp).minor == 838)
    #expect(try Money(minor: 50, currency: usd).scaled(by: vat, rounding: .halfUp).minor == 10)
    #expect(try Money(minor: 50, currency: usd).scaled(by: vat, rounding: .halfEven).minor == 10)
    #expect(try Money(minor: 150, currency: usd).scaled(by: vat, rounding: .halfEven).minor == 28)
    let (most, overOne) = (Money(minor: .max, currency: usd), try #require(Ratio(.max, .max - 1)))
    #expect(throws: MoneyError.overflow) { try most.scaled(by: overOne, rounding: .up) }
  }

  @Test("scaling is by the definition of the mode, for any amount and ratio", arguments: 0..<100)
  func scalesByDefinition(seed: Int) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<50 {
      let minor = Int64(random.magnitude(ofBits: 0...63)) * (Bool.random(using: &random) ? 1 : -1)
      let ratio = try #require(
        Ratio(Int64(random.magnitude(ofBits: 0...63)), Int64(random.magnitude(ofBits: 1...63))))
      let mode = try #require(RoundingMode.allCases.randomElement(using: &random))
      let numerator =
        Natural(UInt128(minor.magnitude)) * Natural(UInt128(ratio.numerator.magnitude))
      let denominator = Natural(UInt128(ratio.denominator.magnitude))
      do {
        let scaled = try Money(minor: minor, currency: usd).scaled(by: ratio, rounding: mode)
        #expect(
          mode.rounds(numerator, by: denominator, to: UInt128(scaled.minor.magnitude)),
          "\(minor) × \(ratio) \(mode)")
        #expect(scaled.isZero || scaled.isNegative == (minor < 0))
      } catch {
        #expect(Natural(UInt128(Int64.max)) * denominator < numerator, "\(minor) × \(ratio)")
      }
    }
  }
}
