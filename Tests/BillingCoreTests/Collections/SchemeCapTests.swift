// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

/// RULES 4, caps.
@Suite struct SchemeCapTests {
  private static let day: Int64 = 86_400
  private static let now: Int64 = 100 * day

  @Test("Visa: 15 in 30 days")
  func visa() throws {
    let cap = try #require(SchemeCap(brand: "Visa"))
    let tries = (1...15).map { Self.now - Int64($0) * Self.day }
    #expect(cap.opens(after: Array(tries.dropLast()), now: Self.now) == nil)
    #expect(cap.opens(after: tries, now: Self.now) == Self.now + 15 * Self.day)
    #expect(cap.opens(after: tries, now: Self.now + 15 * Self.day) == nil)
  }

  @Test("Mastercard: 10 in 24 hours and 35 in 30 days")
  func mastercard() throws {
    let cap = try #require(SchemeCap(brand: "mastercard"))
    let burst = (1...10).map { Self.now - Int64($0) * 3600 }
    #expect(cap.opens(after: burst, now: Self.now) == Self.now + 14 * 3600)
    let month = (1...35).map { Self.now - Int64($0) * Self.day / 2 }
    #expect(cap.opens(after: month, now: Self.now) == Self.now + 12 * Self.day + Self.day / 2)
  }

  @Test(
    "a card that nobody has said the scheme of has the caps of all",
    arguments: [nil, "", "Unknown"])
  func unknown(brand: String?) throws {
    let cap = try #require(SchemeCap(brand: brand))
    let burst = (1...10).map { Self.now - Int64($0) * 3600 }
    #expect(cap.opens(after: burst, now: Self.now) == Self.now + 14 * 3600)
    let month = (1...15).map { Self.now - Int64($0) * Self.day }
    #expect(cap.opens(after: month, now: Self.now) == Self.now + 15 * Self.day)
  }

  @Test("brands as gateways spell them; others have no cap that is known")
  func brands() {
    #expect(SchemeCap(brand: "MASTERCARD") == .mastercard)
    #expect(SchemeCap(brand: "Master Card") == .mastercard)
    #expect(SchemeCap(brand: "amex") == nil)
    #expect(SchemeCap.longestDays == 30)
  }
}
