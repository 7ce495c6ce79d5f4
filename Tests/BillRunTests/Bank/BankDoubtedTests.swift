// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: what a camt.052 or camt.054 alone tells is doubted, whatever else the statements have.
@Suite struct BankDoubtedTests {
  private typealias Booking = BankMessages.Booking

  private static let notice = "camt.054.001.08"

  private static func statement(
    _ day: String, _ opening: String, _ closing: String, _ bookings: [Booking] = []
  ) -> String {
    BankMessages.statement(
      "S\(day)", bookings,
      balances: [.init("OPBD", opening, day), .init("CLBD", closing, day)])
  }

  private static func open(_ bank: BankBooks) async throws -> [BankEntry] {
    try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
  }

  private static func clear(_ reason: String?, _ bank: BankBooks) async throws {
    for entry in try await open(bank) where reason == nil || entry.reason == reason {
      _ = try await bank.books.connection.operation {
        try BankEntry.clear(
          entry.id, payment: nil, note: "not ours", at: 0, by: "tester", on: $0)
      }
    }
  }

  @Test(
    "a transfer is doubted but where an open credit may be it, and once that is cleared",
    arguments: [
      ("80.00", "Stripe", "Payout", true), ("10.00", "Stripe", "Payout 77", true),
      ("12.00", "Ben", nil, true), ("8.00", nil, nil, true),
      // With a fee and in the same words; a sum that says nothing.
      ("9.50", "Ann", nil, false), ("30.00", nil, nil, false),
    ] as [(String, String?, String?, Bool)])
  func transfer(amount: String, payer: String?, text: String?, isDoubted: Bool) async throws {
    try await BankBooks.withOwing(1) { bank in
      let paid = Booking.told("10.00", payer: "Ann", text: "INV-000001", on: "2026-11-04")
      _ = try await bank.read(
        BankMessages.statement("N1", [paid], version: Self.notice), on: "2026-11-04")
      let other = Booking.told(
        amount, payer: payer, text: text, reference: "A7", on: "2026-11-04")
      let first = try await bank.read(
        Self.statement("2026-11-04", "0.00", amount, [other]), on: "2026-11-05")
      #expect(
        first.unmatched.map(\.reason).contains("not_in_statement") == isDoubted, "\(first.text)")
      if isDoubted { return }
      try await Self.clear(nil, bank)
      let next = try await bank.read(
        Self.statement("2026-11-20", amount, amount), on: "2026-11-20")
      #expect(next.unmatched.map(\.reason) == ["not_in_statement"], "\(next.text)")
    }
  }

  @Test("a transfer that is cleared as told before is doubted no more")
  func toldBefore() async throws {
    try await BankBooks.withOwing(1) { bank in
      let paid = Booking.told("10.00", payer: "Ann", text: "INV-000001", on: "2026-11-04")
      _ = try await bank.read(
        BankMessages.statement("N1", [paid], version: Self.notice), on: "2026-11-04")
      let other = Booking.told(
        "10.00", payer: "Ben", text: "Rent INV-000001 Nov", reference: "A7", on: "2026-11-04")
      let day = try await bank.read(
        Self.statement("2026-11-04", "0.00", "10.00", [other]), on: "2026-11-05")
      #expect(day.unmatched.map(\.reason) == ["words_differ"], "\(day.text)")
      try await Self.clear(nil, bank)
      let next = try await bank.read(
        Self.statement("2026-11-05", "10.00", "10.00"), on: "2026-11-05")
      #expect(next.exitCode == .ok, "\(next.text)")
    }
  }

  @Test(
    "a block is doubted beside a larger credit that is something else", arguments: [true, false])
  func block(isCleared: Bool) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let block = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      let payout = Booking.told("80.00", payer: "Stripe", text: "Payout", on: "2026-11-16")
      _ = try await bank.read(Self.statement("2026-11-15", "0.00", "0.00"), on: "2026-11-16")
      _ = try await bank.read(
        BankMessages.statement("N1", [block], version: Self.notice), on: "2026-11-16")
      let day = try await bank.read(
        Self.statement("2026-11-16", "0.00", "80.00", [payout]), on: "2026-11-16")
      #expect(day.remarks.map(\.reason) == ["not_in_statement"], "\(day.text)")
      if isCleared { try await Self.clear(nil, bank) }
      let settled = try await bank.settle("2026-11-23")
      #expect([Int64(settled.approved), settled.booked, settled.unseen] == [2, 0, 2])
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a return is doubted beside other money that went out, whether it is cleared or not",
    arguments: [("10.00", true), ("10.00", false), ("23.80", true), ("23.80", false)])
  func returned(amount: String, isCleared: Bool) async throws {
    try await BankBooks.with(1) { bank in
      let file = try await bank.handOver()
      let block = Booking.batch(of: file, amount: "10.00", on: "2026-11-16")
      _ = try await bank.read(
        Self.statement("2026-11-16", "50.00", "60.00", [block]), on: "2026-11-16")
      let back = Booking.returned(try await bank.endToEnd(1), "AM04", on: "2026-11-17")
      let told = try await bank.read(
        BankMessages.statement("N1", [back], version: Self.notice), on: "2026-11-17")
      #expect(told.declined == 1)
      var other = Booking.told(amount, text: "Storno 88", reference: "U1", on: "2026-11-17")
      other.isCredit = false
      let left = amount == "10.00" ? "50.00" : "36.20"
      let day = try await bank.read(
        Self.statement("2026-11-17", "60.00", left, [other]), on: "2026-11-18")
      #expect(
        day.unmatched.map(\.reason).sorted() == ["declined_collected", "return_unknown"],
        "\(day.text)")
      if isCleared { try await Self.clear("return_unknown", bank) }
      try await bank.tell("2026-11-24")
      try await bank.charge("2026-12-20")
      try await expectTexts(bank.books, "select count(*) from payment_attempt", ["1"])
      try await expectSound(bank.books)
    }
  }

  @Test("what lies between two statements that follow one another is judged, however far apart")
  func between() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let block = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      _ = try await bank.read(
        Self.statement("2026-11-16", "0.00", "20.00", [block]), on: "2026-11-16")
      let back = Booking.returned(try await bank.endToEnd(1), "AM04", on: "2026-11-18")
      _ = try await bank.read(
        BankMessages.statement("N1", [back], version: Self.notice), on: "2026-11-18")
      // One is missing: nobody knows.
      let far = try await bank.read(
        Self.statement("2026-12-20", "30.00", "30.00"), on: "2026-12-20")
      #expect(far.unmatched.isEmpty, "\(far.text)")
      let rest = try await bank.read(
        Self.statement("2026-12-04", "20.00", "30.00"), on: "2026-12-20")
      #expect(rest.unmatched.map(\.reason) == ["declined_collected"], "\(rest.text)")
      try await expectSound(bank.books)
    }
  }

  @Test("a block between two statements that are a week apart is doubted")
  func blockBetween() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let block = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      _ = try await bank.read(Self.statement("2026-11-13", "0.00", "0.00"), on: "2026-11-16")
      _ = try await bank.read(
        BankMessages.statement("N1", [block], version: Self.notice), on: "2026-11-16")
      #expect(try await bank.settle("2026-11-23").booked == 2000)
      let next = try await bank.read(Self.statement("2026-11-30", "0.00", "0.00"), on: "2026-11-30")
      #expect(next.unmatched.map(\.reason) == ["not_in_statement"], "\(next.text)")
      try await expectSound(bank.books)
    }
  }

  @Test("a return is in the statement that has it with a fee that another file told before it")
  func feeLater() async throws {
    for isCleared in [true, false] {
      try await BankBooks.with(1) { bank in
        let file = try await bank.handOver()
        let block = Booking.batch(of: file, amount: "10.00", on: "2026-11-16")
        _ = try await bank.read(
          Self.statement("2026-11-16", "0.00", "10.00", [block]), on: "2026-11-16")
        let id = try await bank.endToEnd(1)
        var back = Booking.returned(id, "AM04", on: "2026-11-17")
        _ = try await bank.read(
          BankMessages.statement("N1", [back], version: Self.notice), on: "2026-11-17")
        (back.amount, back.reference) = ("13.00", "R1")
        let later = try await bank.read(
          BankMessages.statement("N2", [back], version: "camt.052.001.08"), on: "2026-11-17")
        #expect(later.unmatched.map(\.reason) == ["fee_later"])
        if isCleared { try await Self.clear(nil, bank) }
        let day = try await bank.read(
          Self.statement("2026-11-17", "10.00", "-3.00", [back]), on: "2026-11-18")
        #expect(day.unmatched.isEmpty, "\(day.text)")
        let next = try await bank.read(
          Self.statement("2026-11-18", "-3.00", "-3.00"), on: "2026-11-18")
        #expect(next.exitCode == .ok, "\(next.text)")
        #expect(try await Self.open(bank).map(\.reason) == (isCleared ? [] : ["fee_later"]))
        try await expectSound(bank.books)
      }
    }
  }
}
