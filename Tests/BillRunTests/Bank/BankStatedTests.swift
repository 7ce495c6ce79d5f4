// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: what is booked stands in the statements (camt.053), each booking once, and none is
/// missing between them.
@Suite struct BankStatedTests {
  private typealias Booking = BankMessages.Booking

  /// A statement of a day with what it opens and closes with.
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

  private static let notices = ["camt.052.001.08", "camt.054.001.08"]

  @Test("a gap between two statements is kept, as much as is missing, until it is closed")
  func gap() async throws {
    try await BankBooks.withOwing(1) { bank in
      _ = try await bank.read(Self.statement("2026-11-02", "0.00", "5.00"), on: "2026-11-05")
      let late = try await bank.read(
        Self.statement("2026-11-04", "2.00", "2.00"), on: "2026-11-05")
      #expect(late.remarks.map(\.reason).contains("balance_gap") && late.unmatched.isEmpty)
      let kept = try await Self.open(bank)
      #expect(kept.map(\.reason) == ["balance_gap"] && kept.map(\.amount) == [300])
      #expect(kept.map(\.isCredit) == [false] && kept.map(\.bookedOn.description) == ["2026-11-04"])
      #expect(
        kept.first?.text?.contains("it opens with 2.00, the one before, of 2026-11-02") == true)
      // What goes out of that day and amount is no part of it.
      var out = Booking.told("3.00", text: "Power", on: "2026-11-04")
      (out.isCredit, out.family, out.subFamily) = (false, "RDDT", "ESDD")
      let other = try await bank.read(BankMessages.statement("X", [out]), on: "2026-11-05")
      #expect([other.known, other.others] as [Int] == [0, 1])
      #expect(try await Self.open(bank).count == 1)
      _ = try await bank.read(Self.statement("2026-11-03", "5.00", "2.00"), on: "2026-11-05")
      #expect(try await Self.open(bank).isEmpty)
      try await expectTexts(
        bank.books, "select note from bank_entry", ["a statement has it by now"])
    }
  }

  @Test("a gap that nobody can close is cleared by a person, once")
  func gapCleared() async throws {
    try await BankBooks.withOwing(1) { bank in
      let files = [
        Self.statement("2026-11-02", "0.00", "5.00"), Self.statement("2026-11-04", "9.00", "9.00"),
      ]
      for text in files { _ = try await bank.read(text, on: "2026-11-05") }
      let entry = try #require(try await Self.open(bank).first)
      #expect(entry.isCredit && entry.amount == 400)
      _ = try await BankEntry.clear(
        entry.id, payment: nil, note: "lost", at: 0, by: "tester", on: bank.books.connection)
      _ = try await bank.read(
        files[1].replacing("<MsgId>S", with: "<MsgId>T"), on: "2026-11-06")
      #expect(try await Self.open(bank).isEmpty)
    }
  }

  @Test(
    "a transfer that no statement of its day has is listed, until one has it", arguments: notices)
  func transfer(version: String) async throws {
    try await BankBooks.withOwing(1) { bank in
      let paid = Booking.told(
        "10.00", payer: "Ann", text: "INV-000001", reference: "A1",
        on: "2026-11-04")
      let notice = BankMessages.statement("N1", [paid], version: version)
      #expect(try await bank.read(notice, on: "2026-11-05").payments == 1)
      let first = try await bank.read(
        Self.statement("2026-11-03", "0.00", "0.00"), on: "2026-11-05")
      #expect(first.unmatched.isEmpty)
      let empty = try await bank.read(
        Self.statement("2026-11-04", "0.00", "0.00"), on: "2026-11-05")
      #expect(empty.unmatched.map(\.reason) == ["not_in_statement"] && empty.exitCode == .dataError)
      #expect(empty.unmatched.map(\.amount) == [1000])
      // It is told once, and stays.
      let next = try await bank.read(Self.statement("2026-11-05", "0.00", "0.00"), on: "2026-11-05")
      #expect(next.unmatched.isEmpty && next.exitCode == .ok)
      #expect(try await Self.open(bank).map(\.reason) == ["not_in_statement"])
      // Another page of that day has it.
      let page = BankMessages.statement(
        "P2", [paid],
        balances: [.init("ITBD", "0.00", "2026-11-04"), .init("CLBD", "10.00", "2026-11-04")])
      let last = try await bank.read(page, on: "2026-11-05")
      #expect([last.known, last.payments] as [Int] == [1, 0])
      #expect(try await Self.open(bank).isEmpty)
    }
  }

  @Test("a transfer that a statement has, alone or as a sum, or of a later day, is not listed")
  func stated() async throws {
    let paid = Booking.told(
      "10.00", payer: "Ann", text: "INV-000001", reference: "A1", on: "2026-11-04")
    var sum = Booking(amount: "10.00", day: "2026-11-04", reference: "A1")
    sum.details = "<Btch><NbOfTxs>1</NbOfTxs></Btch>"
    let files: [[String]] = [
      [Self.statement("2026-11-04", "0.00", "10.00", [paid])],
      [Self.statement("2026-11-04", "0.00", "10.00", [sum])],
      [Self.statement("2026-11-03", "0.00", "0.00")],
    ]
    for texts in files {
      try await BankBooks.withOwing(1) { bank in
        _ = try await bank.read(
          BankMessages.statement("N1", [paid], version: "camt.054.001.08"), on: "2026-11-05")
        for text in texts {
          let reading = try await bank.read(text, on: "2026-11-05")
          #expect(reading.unmatched.allSatisfy { $0.reason != "not_in_statement" })
        }
        #expect(try await Self.open(bank).isEmpty)
      }
    }
  }

  @Test(
    "a return that no statement of its day has is none: its invoice is not charged again",
    arguments: notices, [true, false])
  func returned(version: String, isApproved: Bool) async throws {
    try await BankBooks.with(1) { bank in
      let file = try await bank.handOver()
      let block = Booking.batch(of: file, amount: "10.00", on: "2026-11-16")
      _ = try await bank.read(
        Self.statement("2026-11-16", "0.00", "10.00", [block]), on: "2026-11-16")
      if isApproved { #expect(try await bank.settle("2026-11-23").booked == 1000) }
      let back = Booking.returned(try await bank.endToEnd(1), "AM04", on: "2026-11-17")
      let told = try await bank.read(
        BankMessages.statement("N1", [back], version: version), on: "2026-11-24")
      #expect([told.declined, told.returned] as [Int] == (isApproved ? [0, 1] : [1, 0]))
      let empty = try await bank.read(
        Self.statement("2026-11-17", "10.00", "10.00"), on: "2026-11-24")
      #expect(empty.unmatched.map(\.reason) == ["declined_collected"], "\(empty.text)")
      #expect(empty.exitCode == .dataError)
      try await bank.tell("2026-11-24")
      try await bank.charge("2026-12-20")
      try await expectTexts(bank.books, "select count(*) from payment_attempt", ["1"])
      // A statement has it after all: the money is gone, and what is owed is charged again.
      let late = try await bank.read(
        BankMessages.statement("S9", [back]), on: "2026-12-20")
      #expect(late.known == 1 && late.exitCode == .ok, "\(late.text)")
      #expect(try await Self.open(bank).isEmpty)
      try await bank.charge("2026-12-21")
      try await expectTexts(
        bank.books, "select count(*) from payment_attempt", [isApproved ? "1" : "2"])
      try await expectSound(bank.books)
    }
  }

  @Test("a return that a statement has only in a sum is believed")
  func returnedInSum() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let block = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      _ = try await bank.read(
        Self.statement("2026-11-16", "0.00", "20.00", [block]), on: "2026-11-16")
      let ids = [try await bank.endToEnd(1), try await bank.endToEnd(2)]
      let parts = Booking.returns("20.00", on: "2026-11-17", ids.map { ($0, "10.00", nil) })
      _ = try await bank.read(
        BankMessages.statement("N1", [parts], version: "camt.054.001.08"), on: "2026-11-17")
      let sum = Booking(
        amount: "20.00", isCredit: false, day: "2026-11-17", reference: "S9", family: "IDDT")
      let reading = try await bank.read(
        Self.statement("2026-11-17", "20.00", "0.00", [sum]), on: "2026-11-18")
      #expect(reading.unmatched.map(\.reason) == ["details_missing"])
      let next = try await bank.read(Self.statement("2026-11-18", "0.00", "0.00"), on: "2026-11-18")
      #expect(next.exitCode == .ok, "\(next.text)")
      try await expectTexts(
        bank.books, "select count(*) from bank_debit where returned_on is not null", ["2"])
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a credit of debits that no statement of its day has is not booked, or listed where it is",
    arguments: notices, [true, false])
  func credited(version: String, isBooked: Bool) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let block = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      _ = try await bank.read(Self.statement("2026-11-13", "0.00", "0.00"), on: "2026-11-13")
      let told = try await bank.read(
        BankMessages.statement("N1", [block], version: version), on: "2026-11-16")
      #expect(told.collected == 1)
      if isBooked { #expect(try await bank.settle("2026-11-23").booked == 2000) }
      let empty = try await bank.read(
        Self.statement("2026-11-17", "0.00", "0.00"), on: "2026-11-24")
      #expect(empty.exitCode == .dataError)
      #expect(empty.unmatched.map(\.reason) == (isBooked ? ["not_in_statement"] : []))
      #expect(empty.unmatched.map(\.amount) == (isBooked ? [2000] : []))
      #expect(empty.remarks.map(\.reason) == (isBooked ? [] : ["not_in_statement"]))
      let settled = try await bank.settle("2026-11-24")
      #expect([settled.unseen, settled.booked] == (isBooked ? [0, 0] : [2, 0]))
      // The statement that has it ends both.
      let late = try await bank.read(BankMessages.statement("S9", [block]), on: "2026-11-25")
      #expect(late.collected == 1 && late.exitCode == .ok, "\(late.text)")
      #expect(try await Self.open(bank).isEmpty)
      let last = try await bank.settle("2026-11-25")
      #expect([last.unseen, last.booked] == (isBooked ? [0, 0] : [0, 2000]))
      try await expectSound(bank.books)
    }
  }

  @Test("a credit of debits of a day to come is not taken, but on its day")
  func early() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let block = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      let text = BankMessages.statement("S1", [block])
      for (day, collected) in [("2026-11-12", 0), ("2026-11-16", 1)] {
        let reading = try await bank.read(text, on: day)
        #expect(reading.collected == collected)
        #expect(reading.unmatched.map(\.reason) == (collected == 0 ? ["date_to_come"] : []))
        try await expectTexts(
          bank.books, "select count(booked_on) from bank_debit", ["\(collected * 2)"])
      }
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a second return of a debit on a day is listed, where two statements tell of two",
    arguments: [
      ("R1", "camt.053.001.08", "R2", "camt.053.001.08", true),
      ("R1", "camt.053.001.02", "R1", "camt.053.001.08", false),
      ("R1", "camt.054.001.08", "R2", "camt.053.001.08", false),
      ("R1", "camt.053.001.08", "R2", "camt.052.001.08", false),
    ])
  func returnedTwice(
    first: String, version: String, second: String, other: String, isListed: Bool
  ) async throws {
    for isApproved in [true, false] {
      try await BankBooks.with(1) { bank in
        _ = try await bank.handOver()
        if isApproved { _ = try await bank.settle("2026-11-23") }
        var back = Booking.returned(try await bank.endToEnd(1), "AM04", on: "2026-11-25")
        for (index, told) in [(first, version), (second, other), (second, other)].enumerated() {
          back.reference = told.0
          let reading = try await bank.read(
            BankMessages.statement("S\(index)", [back], version: told.1), on: "2026-11-25")
          #expect(reading.declined + reading.returned == (index == 0 ? 1 : 0))
          #expect(
            reading.unmatched.map(\.reason)
              == (isListed && index == 1 ? ["returned_again"] : []), "\(reading.text)")
        }
        #expect(try await Self.open(bank).count == (isListed ? 1 : 0))
        try await expectSound(bank.books)
      }
    }
  }

  @Test("a third file is compared with the reference of the statement")
  func referenceOfStatement() async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      var back = Booking.returned(try await bank.endToEnd(1), "AM04", on: "2026-11-25")
      var listed: [[String]] = []
      for (reference, version) in [
        ("N1", "camt.054.001.08"), ("R1", "camt.053.001.08"), ("N1", "camt.052.001.08"),
        ("R1", "camt.053.001.02"), ("R2", "camt.053.001.08"),
      ] {
        back.reference = reference
        let reading = try await bank.read(
          BankMessages.statement("S\(listed.count)", [back], version: version), on: "2026-11-25")
        listed.append(reading.unmatched.map(\.reason))
      }
      #expect(listed == [[], [], [], [], ["returned_again"]])
    }
  }
}
