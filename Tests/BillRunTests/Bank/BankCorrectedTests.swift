// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: what a bank tells in another version, or once more under another reference, is not
/// booked on top.
@Suite struct BankCorrectedTests {
  private typealias Booking = BankMessages.Booking
  private typealias Balance = BankMessages.Balance

  private static func statement(_ closing: String, _ bookings: [Booking]) -> String {
    BankMessages.statement(
      "S1", bookings,
      balances: [Balance("OPBD", "0.00", "2026-11-04"), Balance("CLBD", closing, "2026-11-04")])
  }

  private static func paid(_ amount: String, _ reference: String, id: String? = nil) -> Booking {
    .told(
      amount, payer: "Ann", id: id, text: "INV-000001", reference: reference, on: "2026-11-04")
  }

  @Test("another version of a statement is told, and what is new in it is listed")
  func version() async throws {
    let versions: [(String, [Booking], [String])] = [
      // Another amount, nothing, and two in the place of one.
      ("9.00", [Self.paid("9.00", "A1", id: "KD-77")], ["statement_differs"]),
      ("0.00", [], []),
      (
        "10.00", [Self.paid("6.00", "A2"), Self.paid("4.00", "A3")],
        ["statement_differs", "statement_differs"]
      ),
    ]
    for (closing, bookings, listed) in versions {
      try await BankBooks.withOwing(1) { bank in
        let first = Self.statement("10.00", [Self.paid("10.00", "A1", id: "KD-77")])
        #expect(try await bank.read(first, on: "2026-11-05").exitCode == .ok)
        let reading = try await bank.read(Self.statement(closing, bookings), on: "2026-11-05")
        #expect(reading.remarks.map(\.reason) == ["statement_differs"], "\(reading.text)")
        #expect(reading.unmatched.map(\.reason) == listed && reading.payments == 0)
        #expect(reading.exitCode == .dataError)
        // The first one, in another file, is no other version.
        let again = try await bank.read(
          first.replacing("<MsgId>S1<", with: "<MsgId>S9<"), on: "2026-11-05")
        #expect(again.exitCode == .ok && again.known == 1, "\(again.text)")
      }
    }
  }

  @Test(
    "another amount under a reference of the day is listed, but where words or file say otherwise",
    arguments: [("KD-77", true), (nil, true), ("KD-78", false)])
  func amount(id: String?, isListed: Bool) async throws {
    try await BankBooks.withOwing(1) { bank in
      let first = Self.paid("5.00", "A1", id: "KD-77")
      _ = try await bank.read(BankMessages.statement("S1", [first]), on: "2026-11-05")
      let other = Self.paid("4.00", "A1", id: id)
      let reading = try await bank.read(BankMessages.statement("S2", [other]), on: "2026-11-05")
      #expect(reading.unmatched.map(\.reason) == (isListed ? ["reference_again"] : []))
      #expect(reading.payments == (isListed ? 0 : 1))
    }
    // A reference that both bookings of a file have is no name.
    try await BankBooks.withOwing(1) { bank in
      let both = [Self.paid("5.00", "1"), Self.paid("4.00", "1")]
      let reading = try await bank.read(BankMessages.statement("S1", both), on: "2026-11-05")
      #expect(reading.payments == 2)
    }
  }

  @Test("transactions of a sum that has paid are known, under whatever references they come")
  func parts() async throws {
    try await BankBooks.withOwing(1) { bank in
      try await bank.books.subscription(2, of: 1, "pro", from: "2026-11-01")
      try await bank.books.bill("2026-11-01")
      let text = "INV-000001 INV-000002"
      let sum = Booking.told("20.00", payer: "Ann", text: text, reference: "B1", on: "2026-11-04")
      let first = try await bank.read(
        BankMessages.statement("S1", [sum], version: "camt.054.001.08"), on: "2026-11-05")
      #expect(first.payments == 1)
      let parts = ["INV-000001", "INV-000002"]
      let batch = Booking.batch(
        "20.00", reference: "B1", on: "2026-11-04", parts.map { ("10.00", $0, nil) })
      #expect(
        try await bank.read(BankMessages.statement("S2", [batch]), on: "2026-11-05").known == 2)
      let others = parts.enumerated().map {
        Booking.transfer("10.00", $1, reference: "Q\($0)", on: "2026-11-04")
      }
      let reading = try await bank.read(
        BankMessages.statement("S3", others, version: "camt.052.001.08"), on: "2026-11-05")
      #expect(reading.payments == 0, "\(reading.text)")
      #expect(reading.unmatched.map(\.reason) == ["told_already", "told_already"])
    }
  }

  @Test("a transfer from another account under a reference of the day is another one, and listed")
  func account() async throws {
    let told = { (name: String, account: Int) in
      var one = Booking.told("5.00", payer: name, text: "Rent", reference: "1", on: "2026-11-04")
      one.details = one.details.replacing(
        "</RltdPties>",
        with: "<DbtrAcct><Id><IBAN>\(BankBooks.iban(account))</IBAN></Id></DbtrAcct></RltdPties>")
      return one
    }
    try await BankBooks.withOwing(1) { bank in
      _ = try await bank.read(BankMessages.statement("S1", [told("Ann", 7)]), on: "2026-11-05")
      let other = try await bank.read(
        BankMessages.statement("S2", [told("Bob", 8)]), on: "2026-11-05")
      #expect(other.unmatched.map(\.reason) == ["reference_again"] && other.known == 0)
      let same = try await bank.read(
        BankMessages.statement("S3", [told("Mrs Ann", 7)]), on: "2026-11-05")
      #expect(same.known == 1 && same.unmatched.isEmpty)
    }
  }

  @Test(
    "what another statement credits of a day under another reference is listed",
    arguments: [true, false])
  func creditedAgain(isBlock: Bool) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      var credit =
        isBlock
        ? Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
        : Booking.told("10.00", id: try await bank.endToEnd(1), on: "2026-11-16")
      // A notice has references of its own.
      for (name, reference, version) in [
        ("N1", "9", "camt.054.001.08"), ("S1", "1", "camt.053.001.08"),
        ("S2", "1", "camt.053.001.02"), ("N2", "8", "camt.052.001.08"),
      ] {
        credit.reference = reference
        let reading = try await bank.read(
          BankMessages.statement(name, [credit], version: version), on: "2026-11-16")
        #expect(reading.collected == 1 && reading.exitCode == .ok, "\(reading.text)")
      }
      credit.reference = "2"
      let again = try await bank.read(BankMessages.statement("S3", [credit]), on: "2026-11-16")
      #expect(again.unmatched.map(\.reason) == ["booked_again"], "\(again.text)")
      #expect(again.collected == 0 && again.exitCode == .dataError)
      try await expectSound(bank.books)
    }
  }

  @Test("what is credited, taken back and credited again on one day is listed")
  func creditedAfterReturn() async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      var credit = Booking.told("10.00", id: id, reference: "1", on: "2026-11-16")
      var back = Booking.returned(id, "AM04", on: "2026-11-16")
      back.reference = "2"
      _ = try await bank.read(BankMessages.statement("S1", [credit]), on: "2026-11-16")
      _ = try await bank.read(BankMessages.statement("S2", [back]), on: "2026-11-16")
      credit.reference = "3"
      let again = try await bank.read(BankMessages.statement("S3", [credit]), on: "2026-11-16")
      #expect(again.collected == 0 && again.unmatched.count == 1, "\(again.text)")
      #expect(again.exitCode == .dataError)
      try await expectSound(bank.books)
    }
  }
}
