// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

@Suite("Currency") struct CurrencyTests {
  @Test(
    "has ISO 4217's digits",
    arguments: [
      ("jpy", 0, 1), ("usd", 2, 100), ("eur", 2, 100), ("huf", 2, 100), ("bhd", 3, 1000),
      ("clf", 4, 10000),
    ] as [(String, Int, Int64)])
  func digits(code: String, digits: Int, units: Int64) throws {
    let currency = try #require(Currency(code: code))
    #expect(currency.minorDigits == digits)
    #expect(currency.minorUnits == units)
    #expect(currency.code == code)
    #expect("\(currency)" == code)
  }

  @Test("is found in any case, and by bytes")
  func anyCase() {
    #expect(Currency(code: "EUR") == Currency(code: "eUr"))
    #expect(Currency(code: "-EUR-".dropFirst().dropLast())?.code == "eur")
    #expect(
      Currency(ascii: UInt8(ascii: "E"), UInt8(ascii: "u"), UInt8(ascii: "R"))
        == Currency(code: "eur"))
    #expect(Currency(code: "eur") != Currency(code: "usd"))
  }

  @Test(
    "is nil for what is no currency in use",
    arguments: [
      "", "us", "usdx", "us1", "u\u{301}d", "ÿsd", "us\0", "xxx", "xau", "dem", "zzz", "[[[",
    ])
  func unknown(code: String) {
    #expect(Currency(code: code) == nil)
  }

  // The folder of published cases is not part of every clone.
  @Test("agrees with the shared table", .enabled(if: SharedFolder.path != nil, "no shared folder"))
  func sharedTable() throws {
    struct Row: Decodable {
      let code: String
      let digits: Int?
      let status: String
    }
    struct Table: Decodable { let rows: [Row] }
    let rows = try #require(try SharedCase.decode(Table.self, from: "iso4217.json")).rows
    #expect(rows.count > 200)
    for row in rows {
      let currency = Currency(code: row.code)
      #expect(currency?.minorDigits == (row.status == "current" ? row.digits : nil), "\(row)")
      #expect(currency == nil || currency?.code == row.code.lowercased())
    }
  }
}
