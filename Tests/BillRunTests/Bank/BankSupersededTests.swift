// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: what a file tells of one debit never stands for what the bank took back of another.
@Suite struct BankSupersededTests {
  private typealias Booking = BankMessages.Booking

  private static let notice = "camt.054.001.08"

  /// A return of which the bank does not say which debit it is of.
  private static func unnamed(
    _ amount: String, _ text: String = "", reference: String? = nil
  ) -> Booking {
    var one = Booking.told(amount, text: text, reference: reference, on: "2026-11-17")
    (one.isCredit, one.family, one.subFamily) = (false, "IDDT", "UPDD")
    return one
  }

  private static func named(
    _ invoice: Int, amount: String = "10.00", reference: String? = nil, _ bank: BankBooks
  ) async throws -> Booking {
    var one = Booking.returned(
      try await bank.endToEnd(invoice), "AM04", amount: amount, on: "2026-11-17")
    (one.reference, one.family, one.subFamily) = (reference, "IDDT", "UPDD")
    return one
  }

  /// Books with two debits of 10.00 that were credited and approved.
  private static func collected(_ body: (BankBooks) async throws -> Void) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      _ = try await bank.read(
        BankMessages.statement("S1", [.batch(of: file, amount: "20.00", on: "2026-11-16")]),
        on: "2026-11-16")
      #expect(try await bank.settle("2026-11-23").booked == 2000)
      try await body(bank)
      try await expectSound(bank.books)
    }
  }

  private static func open(_ bank: BankBooks) async throws -> [BankEntry] {
    try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
  }

  @Test(
    "a return that names no debit is superseded by the bank's reference alone, by no statement",
    arguments: [
      (nil, nil, "camt.053.001.08", false), ("R3", nil, "camt.053.001.08", false),
      (nil, "R4", "camt.053.001.08", false), ("R3", "R3", "camt.053.001.08", false),
      (nil, nil, "camt.054.001.08", false), ("R3", nil, "camt.052.001.08", false),
      ("R3", "R4", "camt.054.001.08", false), ("R3", "R3", "camt.054.001.08", true),
      ("R3", "R3", "camt.052.001.08", true),
    ] as [(String?, String?, String, Bool)])
  func another(first: String?, second: String?, version: String, isSame: Bool) async throws {
    for text in ["", "Rücklastschrift Kunde 2 INV-000002"] {
      try await Self.collected { bank in
        let one = Self.unnamed("10.00", text, reference: first)
        let listed = try await bank.read(BankMessages.statement("S2", [one]), on: "2026-11-24")
        #expect(listed.unmatched.map(\.reason) == ["details_missing"])
        let back = try await Self.named(1, reference: second, bank)
        let told = try await bank.read(
          BankMessages.statement("S3", [back], version: version), on: "2026-11-24")
        // What is told again under its own reference is the entry, which waits for a person.
        let isTaken = isSame || first == nil || first != second
        #expect([told.returned, told.known] as [Int] == (isTaken ? [1, 0] : [0, 1]))
        #expect(try await Self.open(bank).count == (isSame ? 0 : 1))
        // Who tells of it again does not change that.
        let again = try await bank.read(
          BankMessages.statement("S4", [back], version: Self.notice), on: "2026-11-24")
        #expect(isTaken ? again.known == 1 : again.returned == 1)
        #expect(try await Self.open(bank).count == (isSame || !isTaken ? 0 : 1))
      }
    }
  }

  @Test(
    "what a statement has beside a return, without an id, is not that return",
    arguments: ["10.00", "13.00"])
  func beside(amount: String) async throws {
    try await Self.collected { bank in
      let both = [
        Self.unnamed(amount, "Rücklastschrift INV-000002"),
        try await Self.named(1, amount: amount, bank),
      ]
      let reading = try await bank.read(BankMessages.statement("S2", both), on: "2026-11-24")
      #expect(reading.returned == 1 && reading.unmatched.map(\.reason) == ["details_missing"])
      let told = try await bank.read(
        BankMessages.statement("N1", [both[1]], version: Self.notice), on: "2026-11-24")
      #expect(told.known == 1 && told.exitCode == .ok)
      #expect(try await Self.open(bank).map(\.reason) == ["details_missing"])
    }
  }

  @Test(
    "a return is no entry that does not name its debit, though the bank says the same of both",
    arguments: ["camt.053.001.08", "camt.052.001.08"], [nil, "R4"] as [String?])
  func sameText(version: String, reference: String?) async throws {
    try await Self.collected { bank in
      let one = Self.unnamed("10.00", "RUECKLASTSCHRIFT AM04")
      _ = try await bank.read(BankMessages.statement("S2", [one]), on: "2026-11-24")
      var back = try await Self.named(1, reference: reference, bank)
      back.details = back.details.replacing(
        "<RtrInf>", with: "<RmtInf><Ustrd>RUECKLASTSCHRIFT AM04</Ustrd></RmtInf><RtrInf>")
      let told = try await bank.read(
        BankMessages.statement("S3", [back], version: version), on: "2026-11-24")
      #expect(told.returned == 1, "\(told.text)")
      #expect(try await Self.open(bank).map(\.reason) == ["details_missing"])
    }
  }

  @Test("what a statement has beside a credit of a debit, without an id, is not that credit")
  func besideCredit() async throws {
    try await BankBooks.with(2) { bank in
      _ = try await bank.handOver()
      var unnamed = Booking(amount: "10.00", day: "2026-11-16", family: "IDDT")
      unnamed.subFamily = "ESDD"
      let named = Booking.told("10.00", id: try await bank.endToEnd(1), on: "2026-11-16")
      let first = try await bank.read(
        BankMessages.statement("S1", [unnamed, named]), on: "2026-11-16")
      #expect(first.collected == 1 && first.unmatched.map(\.reason) == ["details_missing"])
      _ = try await bank.read(
        BankMessages.statement("N1", [named], version: Self.notice), on: "2026-11-16")
      #expect(try await Self.open(bank).map(\.reason) == ["details_missing"])
      try await expectSound(bank.books)
    }
  }

  @Test(
    "returns are in the statement that has their sum by their reference, whichever came first",
    arguments: [true, false])
  func statedSum(isFirst: Bool) async throws {
    try await Self.collected { bank in
      let day = { (day: String, opening: String, closing: String, bookings: [Booking]) in
        BankMessages.statement(
          "S\(day)", bookings,
          balances: [.init("OPBD", opening, day), .init("CLBD", closing, day)])
      }
      var both = Booking.returns(
        "20.00", on: "2026-11-17",
        [(try await bank.endToEnd(1), "10.00", nil), (try await bank.endToEnd(2), "10.00", nil)])
      both.reference = "R3"
      let notice = BankMessages.statement("N1", [both], version: Self.notice)
      let sum = Self.unnamed("20.00", reference: "R3")
      if isFirst {
        #expect(try await bank.read(notice, on: "2026-11-24").returned == 2)
      } else {
        // A notice and the statement have the sum before.
        let first = BankMessages.statement(
          "N2", [Self.unnamed("20.00")], version: "camt.052.001.08")
        _ = try await bank.read(first, on: "2026-11-24")
      }
      _ = try await bank.read(
        day("2026-11-17", "20.00", "0.00", [sum]), on: "2026-11-24")
      if !isFirst { #expect(try await bank.read(notice, on: "2026-11-24").returned == 2) }
      let open = try await Self.open(bank)
      #expect(open.map(\.reason) == (isFirst ? ["details_missing"] : []))
      for entry in open {
        _ = try await bank.books.connection.operation {
          try BankEntry.clear(
            entry.id, payment: nil, note: "these two", at: 0, by: "tester", on: $0)
        }
      }
      let next = try await bank.read(day("2026-11-18", "0.00", "0.00", []), on: "2026-11-24")
      #expect(next.exitCode == .ok, "\(next.text)")
    }
  }

  @Test("a return that a statement has without its id is in it, once a notice tells which it is")
  func stated() async throws {
    try await Self.collected { bank in
      let day = { (day: String, opening: String, closing: String, bookings: [Booking]) in
        BankMessages.statement(
          "S\(day)", bookings,
          balances: [.init("OPBD", opening, day), .init("CLBD", closing, day)])
      }
      _ = try await bank.read(
        day("2026-11-17", "20.00", "10.00", [Self.unnamed("10.00", reference: "R3")]),
        on: "2026-11-24")
      let back = try await Self.named(1, reference: "R3", bank)
      let told = try await bank.read(
        BankMessages.statement("N1", [back], version: Self.notice), on: "2026-11-24")
      #expect(told.returned == 1 && told.exitCode == .ok)
      let next = try await bank.read(day("2026-11-18", "10.00", "10.00", []), on: "2026-11-24")
      #expect(next.exitCode == .ok, "\(next.text)")
      #expect(try await Self.open(bank).isEmpty)
    }
  }
}
