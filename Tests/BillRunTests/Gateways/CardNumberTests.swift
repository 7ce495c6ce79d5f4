// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Foundation
import Postgres
import TestSupport
import Testing

/// Tokens only: nothing that looks like a card number is in any table, error or line of output.
@Suite struct CardNumberTests {
  private static let card = "4242424242424242"

  @Test("what a gateway quotes is masked, whatever it is an answer to")
  func masked() async throws {
    let tokens = ["decline_\(Self.card)", "quote_4000 0566 5566 5556", "approve"]
    try await ChargeBooks.with(tokens) { books, gateway in
      let summary = try await books.charge("2026-11-01", at: gateway)
      try await expectTexts(
        books,
        "select coalesce(decline_code, reason, '-') from payment_attempt order by invoice_id",
        ["[card number]", "blocked: [card number]", "-"])
      #expect(Self.cards(in: summary.json + summary.text).isEmpty)
      #expect(try await Self.cards(in: books).isEmpty)
      // The search finds one where there is one.
      try await books.run("update customer set name = 'x \(Self.card) y' where customer_id = 3")
      #expect(try await Self.cards(in: books) == [Self.card])
    }
  }

  /// Digits that a card could have: the first 3 to 6, 13 to 19 of them, the last as Luhn has it.
  private static func cards(in text: String) -> [String] {
    text.matches(of: /\b[3-6](?:[ -]?[0-9]){12,18}\b/).map {
      $0.output.filter(\.isNumber)
    }.filter { digits in
      var sum = 0
      for (place, digit) in digits.reversed().enumerated() {
        let value = (digit.wholeNumberValue ?? 0) * (place.isMultiple(of: 2) ? 1 : 2)
        sum += value > 9 ? value - 9 : value
      }
      return sum.isMultiple(of: 10)
    }
  }

  /// What looks like one in any row of any table.
  private static func cards(in books: Books) async throws -> [String] {
    let tables = try await books.texts(
      "select relname::text from pg_class where relkind = 'r' "
        + "and relnamespace = current_schema()::regnamespace")
    #expect(tables.contains("payment_attempt"))
    var found: [String] = []
    for table in tables {
      for row in try await books.texts("select to_jsonb(t)::text from \(table) t") {
        found += cards(in: row)
      }
    }
    return found
  }
}
