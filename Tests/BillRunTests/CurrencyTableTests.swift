// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import TestSupport
import Testing

/// The table `currency` against the currencies that the program knows.
@Suite struct CurrencyTableTests {
  @Test("the table has the program's currencies, with the same digits")
  func same() async throws {
    try await withTemporaryDatabase { database in
      let rows = try await database.connect().query(
        Statement(name: "currencies", text: "select code::text, digits from currency"), [])
      var table: [String: Int] = [:]
      for row in rows { table[try row.string(0)] = Int(try row.int16(1)) }
      let letters = Array("abcdefghijklmnopqrstuvwxyz")
      var known: [String: Int] = [:]
      for first in letters {
        for second in letters {
          for third in letters {
            guard let currency = Currency(code: String([first, second, third])) else { continue }
            known[currency.code] = currency.minorDigits
          }
        }
      }
      #expect(known.count > 150)
      #expect(table == known)
    }
  }
}
