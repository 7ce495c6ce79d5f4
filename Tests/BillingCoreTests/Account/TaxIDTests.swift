// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct TaxIDTests {
  @Test(
    "a number of the form of its member state (RULES 1.8)",
    arguments: [
      "ATU12345678", "BE0123456789", "BG123456789", "BG1234567890", "CY12345678X", "CZ12345678",
      "CZ1234567890", "DE123456789", "DK12345678", "EE123456789", "ESX1234567Y", "ESA12345678",
      "ES12345678Z", "FI12345678", "FR12345678901", "FRX1123456789", "HR12345678901", "HU12345678",
      "IE1234567A", "IE1234567AB", "IE1A23456B", "IT12345678901", "LT123456789", "LT123456789012",
      "LU12345678", "LV12345678901", "MT12345678", "NL123456789B01", "PL1234567890", "PT123456789",
      "RO12", "RO1234567890", "SE123456789012", "SI12345678", "SK1234567890",
    ])
  func wellFormed(text: String) throws {
    let id = try #require(TaxID(text))
    #expect(id.isWellFormed)
    #expect(id.memberState == String(text.prefix(2)))
  }

  @Test(
    "too long, too short, or a letter in the wrong place",
    arguments: [
      "DE12345678", "DE1234567890", "DE12345678A", "ATX12345678", "FR123", "NL123456789X01",
      "ES123456789", "RO1", "RO12345678901", "IT", "CY123456789",
    ])
  func malformed(text: String) throws {
    #expect(try !#require(TaxID(text)).isWellFormed)
  }

  @Test("Greece writes EL, and blanks, dots, hyphens and case don't count")
  func spelling() throws {
    #expect(TaxID("EL123456789")?.memberState == "GR")
    #expect(try #require(TaxID("at u 123-456.78")).isWellFormed)
    #expect(TaxID("GR123456789") == nil)
  }

  @Test(
    "numbers of other countries and local ones name no member state",
    arguments: ["GB123456789", "CHE-123.456.789", "XI123456789", "12345678", "", "X", "12-3456789"])
  func elsewhere(text: String) {
    #expect(TaxID(text) == nil)
  }

  @Test("27 member states, Greece by its ISO code")
  func members() {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map(String.init)
    let codes = letters.flatMap { first in letters.map { first + $0 } }
    #expect(codes.count(where: TaxID.isMemberState) == 27)
    #expect(TaxID.isMemberState("GR") && !TaxID.isMemberState("EL"))
    #expect(!TaxID.isMemberState("GB") && !TaxID.isMemberState("CH"))
  }
}
