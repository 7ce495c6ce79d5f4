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

  @Test("statements of days and of weeks, or without an opening balance, are no gap")
  func periods() async throws {
    try await BankBooks.withOwing(1) { bank in
      let week = { (name: String, from: String, to: String, opening: String, closing: String) in
        BankMessages.statement(
          name, [], balances: [Balance("OPBD", opening, from), Balance("CLBD", closing, to)])
      }
      let files: [(String, String, String?)] = [
        ("2", Self.statement("2", on: "2026-11-02", "0.00", "1.00", adding: "1.00"), nil),
        ("3", Self.statement("3", on: "2026-11-03", "1.00", "2.00", adding: "1.00"), nil),
        // The bookings of its days are in those; it is compared with what was before it.
        ("W1", week("W1", "2026-11-02", "2026-11-06", "0.00", "3.00"), "balance_differs"),
        ("6", Self.statement("6", on: "2026-11-06", "2.00", "3.00", adding: "1.00"), nil),
        // The day before is that of its opening balance at some banks.
        (
          "9",
          BankMessages.statement(
            "9", [.transfer("1.00", "X", reference: "R9", on: "2026-11-09")],
            balances: [
              Balance("PRCD", "3.00", "2026-11-06"), Balance("CLBD", "4.00", "2026-11-09"),
            ]
          ), nil
        ),
        ("W2", week("W2", "2026-11-09", "2026-11-13", "3.00", "3.00"), nil),
        (
          "16",
          BankMessages.statement("16", [], balances: [Balance("CLBD", "7.00", "2026-11-16")]), nil
        ),
        ("17", Self.statement("17", on: "2026-11-17", "7.00", "8.00", adding: "1.00"), nil),
        ("19", Self.statement("19", on: "2026-11-19", "8.50", "8.50", adding: nil), "balance_gap"),
        (
          "23",
          BankMessages.statement(
            "23", [],
            balances: [
              Balance("PRCD", "9.00", "2026-11-20"), Balance("CLBD", "9.00", "2026-11-23"),
            ]
          ), "balance_gap"
        ),
      ]
      for (name, text, reason) in files {
        let told = try await bank.read(text, on: "2026-11-30").remarks.map {
          "\($0.subject) \($0.reason)"
        }
        #expect(told == (reason.map { ["statement \(name) \($0)"] } ?? []))
      }
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
