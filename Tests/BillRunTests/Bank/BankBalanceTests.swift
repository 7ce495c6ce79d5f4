// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Foundation
import Postgres
import TestSupport
import Testing

/// RULES 4: no statement is missed, and none of what it says is of somebody else.
@Suite struct BankBalanceTests {
  private typealias Booking = BankMessages.Booking
  private typealias Balance = BankMessages.Balance

  /// A statement of a day with a transfer, and what it opens and closes with.
  private static func statement(
    _ name: String, on day: String, _ opening: String, _ closing: String, adding amount: String?,
    opens: String = "OPBD", closes: String = "CLBD"
  ) -> String {
    BankMessages.statement(
      name,
      amount.map {
        [Booking.transfer($0, "INV-000001", reference: "R-\(name)", on: day)]
      } ?? [],
      balances: [Balance(opens, opening, day), Balance(closes, closing, day)])
  }

  private static func told(_ reading: BankReading) -> [String] {
    reading.remarks.map { "\($0.subject) \($0.reason)" }
  }

  @Test("a statement opens with what the one before closes with, else one is missing")
  func gap() async throws {
    try await BankBooks.withOwing(1) { bank in
      let files = [
        ("2026-11-02", Self.statement("40", on: "2026-11-02", "-1.00", "1.00", adding: "2.00")),
        ("2026-11-04", Self.statement("42", on: "2026-11-04", "2.50", "4.25", adding: "1.75")),
        ("2026-11-05", Self.statement("41", on: "2026-11-03", "1.00", "2.50", adding: "1.50")),
        ("2026-11-06", Self.statement("43", on: "2026-11-05", "4.25", "4.25", adding: nil)),
      ]
      var told: [[String]] = []
      for (day, text) in files {
        let reading = try await bank.read(text, on: day)
        told.append(Self.told(reading))
        #expect(reading.exitCode == (reading.remarks.isEmpty ? .ok : .dataError))
        if text.contains(">42<") {
          #expect(reading.payments == 1)
          #expect(
            reading.text.contains(
              "statement 42: balance_gap, the bank says it opens with 2.50, the one before, of "
                + "2026-11-02, closes with 1.00"))
        }
      }
      #expect(told == [[], ["statement 42 balance_gap"], [], []])
    }
  }

  @Test("the bookings of a statement are what it closes with more, over all of its pages")
  func sum() async throws {
    try await BankBooks.withOwing(1) { bank in
      let wrong = Self.statement("40", on: "2026-11-02", "1.00", "3.01", adding: "2.00")
      #expect(
        Self.told(try await bank.read(wrong, on: "2026-11-02")) == [
          "statement 40 balance_differs"
        ])
      let pages = [
        Self.statement(
          "41", on: "2026-11-03", "3.01", "4.01", adding: "1.00", closes: "ITBD"),
        Self.statement(
          "41b", on: "2026-11-03", "4.01", "6.01", adding: "2.00", opens: "ITBD"),
        Self.statement(
          "42", on: "2026-11-04", "6.01", "7.01", adding: "1.00", opens: "PRCD"),
      ]
      for page in pages {
        let reading = try await bank.read(page, on: "2026-11-12")
        #expect(reading.remarks.isEmpty, "\(reading.text)")
      }
    }
  }

  @Test("what is of another account is left out and told, and the file is read again")
  func otherAccount() async throws {
    try await BankBooks.withOwing(1) { bank in
      let own = BankMessages.statement(
        "S1", [.transfer("4.00", "INV-000001", reference: "A1", on: "2026-11-04")])
      let other = BankMessages.statement(
        "S1", [.transfer("3.00", "INV-000001", reference: "A2", on: "2026-11-04")],
        iban: BankBooks.iban(9))
      let start = try #require(other.range(of: "<Stmt>"))
      let end = try #require(other.range(of: "</Stmt>"))
      let both = own.replacing(
        "</Stmt>", with: "</Stmt>" + other[start.lowerBound..<end.upperBound])
      for payments in [1, 0] {
        let reading = try await bank.read(both, on: "2026-11-05")
        #expect(reading.payments == payments && reading.exitCode == .dataError)
        #expect(reading.remarks.map(\.reason) == ["account_unknown"])
        #expect(reading.remarks.map(\.told) == ["1 transaction"])
        #expect(!reading.text.contains(BankBooks.iban(9)))
        #expect(reading.readOn == nil)
      }
      try await expectTexts(bank.books, "select settled_minor from invoice", ["400"])
    }
  }
}
