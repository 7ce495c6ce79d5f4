// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: money that was paid in once is booked once, whoever tells of it again.
@Suite struct BankToldTests {
  private typealias Booking = BankMessages.Booking

  private static let payments = "select amount_minor from payment order by payment_id"
  private static let credit = "select coalesce(sum(amount_minor - used_minor), 0) from credit"

  private static func read(_ bookings: [Booking], _ bank: BankBooks) async throws -> BankReading {
    let count = try await bank.books.text("select count(*) from bank_report")
    let version = count == "0" ? "camt.052.001.08" : "camt.053.001.08"
    return try await bank.read(
      BankMessages.statement("S\(count)", bookings, version: version), on: "2026-12-31")
  }

  @Test(
    "a transfer told again by another reference or day is listed where it would pay twice",
    arguments: [
      // Another reference, none, and another day: of a whole invoice, and of a part of it.
      ("10.00", "R2", "2026-11-04", true), ("10.00", "R2", "2026-11-06", true),
      ("10.00", nil, "2026-11-05", true), ("10.00", "R2", "2026-11-11", true),
      ("5.00", "R2", "2026-11-05", true), ("5.00", nil, "2026-11-06", true),
      // After more than a week it is another one.
      ("10.00", "R2", "2026-11-12", false),
    ] as [(String, String?, String, Bool)])
  func again(amount: String, reference: String?, day: String, isListed: Bool) async throws {
    try await BankBooks.withOwing(1) { bank in
      let first = Booking.transfer(amount, "INV-000001", reference: "R1", on: "2026-11-04")
      let next = Booking.transfer(amount, "INV-000001", reference: reference, on: day)
      #expect(try await Self.read([first], bank).payments == 1)
      let told = try await Self.read([next], bank)
      #expect(told.unmatched.map(\.reason) == (isListed ? ["told_already"] : []))
      #expect(told.payments == (isListed ? 0 : 1))
      #expect(told.exitCode == (isListed ? .dataError : .ok))
      // What is kept is known.
      #expect(try await Self.read([first, next], bank).known == 2)
      if isListed { try await expectTexts(bank.books, Self.credit, ["0"]) }
    }
  }

  @Test("equal transfers of one payer for two invoices are both booked, and so are two of one file")
  func genuine() async throws {
    try await BankBooks.withOwing(1) { bank in
      try await bank.books.bill("2026-12-01")
      let transfers = [
        Booking.transfer("10.00", "INV-000001", reference: "R1", on: "2026-12-04"),
        Booking.transfer("10.00", "INV-000002", reference: "R2", on: "2026-12-05"),
      ]
      for transfer in transfers { #expect(try await Self.read([transfer], bank).payments == 1) }
      try await expectTexts(
        bank.books, "select settled_minor from invoice order by invoice_id", ["1000", "1000"])
      // The third is in one file with the first.
      let third = Booking.transfer("10.00", "INV-000001", reference: "R3", on: "2026-12-04")
      let both = try await Self.read([transfers[0], third], bank)
      #expect([both.known, both.payments] as [Int] == [1, 1])
    }
  }

  @Test("transfers with end-to-end ids of their own are two")
  func ids() async throws {
    try await BankBooks.withOwing(1) { bank in
      for number in 1...2 {
        let one = Booking.told(
          "10.00", payer: "Ann", id: "E-\(number)", text: "INV-000001",
          reference: "R\(number)", on: "2026-11-04")
        #expect(try await Self.read([one], bank).payments == 1)
      }
      try await expectTexts(bank.books, Self.credit, ["1000"])
    }
  }

  @Test(
    "what a person records after the statement is refused where it would become credit",
    arguments: [
      ([1000], "2026-11-04", true), ([1000], "2026-11-11", true), ([600], "2026-11-05", true),
      ([1000], "2026-11-12", false), ([1001], "2026-11-05", false),
    ] as [([Int64], String, Bool)])
  func byHand(amounts: [Int64], day: String, isRefused: Bool) async throws {
    try await BankBooks.withOwing(1) { bank in
      // In two parts.
      let parts = ["4.00", "6.00"].map {
        Booking.transfer($0, "INV-000001", reference: "R\($0)", on: "2026-11-04")
      }
      #expect(try await Self.read(parts, bank).payments == 2)
      let payments = try amounts.map {
        NewPayment(
          customer: 1, amount: $0, currency: try #require(Currency(code: "eur")),
          date: try #require(LocalDate(iso: day)))
      }
      let operations = PaymentOperations(at: 1_796_000_000, by: "tester")
      let connection = bank.books.connection
      let record: @Sendable (Bool) async -> String? = { isAgain in
        do {
          _ = try await connection.operation { connection in
            try operations.record(
              payments.map {
                var payment = $0
                payment.isAgain = isAgain
                return payment
              }, on: connection)
          }
          return nil
        } catch {
          return (error as? BillRunError)?.code ?? "\(error)"
        }
      }
      #expect(await record(false) == (isRefused ? "record_payment_refused_told" : nil))
      #expect(await record(true) == nil)
    }
  }

  @Test("what still pays an invoice is no second time of what a statement told of")
  func byHandOpen() async throws {
    try await BankBooks.withOwing(1) { bank in
      let half = Booking.transfer("5.00", "INV-000001", reference: "R1", on: "2026-11-04")
      #expect(try await Self.read([half], bank).payments == 1)
      let payment = NewPayment(
        customer: 1, amount: 500, currency: try #require(Currency(code: "eur")),
        date: try #require(LocalDate(iso: "2026-11-05")))
      _ = try await bank.books.connection.operation { connection in
        try PaymentOperations(at: 1_796_000_000, by: "tester").record([payment], on: connection)
      }
      try await expectTexts(bank.books, Self.payments, ["500", "500"])
    }
  }

  @Test("a list refuses the row that a statement told of, unless it is told that it is another")
  func byList() async throws {
    try await BankBooks.withOwing(2) { bank in
      let first = Booking.transfer("10.00", "INV-000001", reference: "R1", on: "2026-11-04")
      #expect(try await Self.read([first], bank).payments == 1)
      let lines = ["INV-000001", "INV-000002"].map {
        #"{"object":"payment","amount":10,"currency":"eur","date":"2026-11-05","#
          + #""reference":"\#($0)"}"#
      }.joined(separator: "\n")
      let refused = try await ImportBooks.run(lines: lines + "\n", on: bank.books.connection)
      #expect(
        refused.faults.map(\.description).filter { $0.contains("a statement told of") }.count == 1)
      #expect(!refused.isTaken)
    }
  }

  @Test(
    "a payment by hand of the invoice that a transfer names may be that transfer, however late",
    arguments: [
      ("INV-000001", "10.00", true), ("INV-000001", "9.00", false), ("INV-000002", "10.00", false),
      ("INV-000001 INV-000002", "10.00", false),
    ])
  func longAgo(text: String, amount: String, isListed: Bool) async throws {
    try await BankBooks.withOwing(1) { bank in
      try await bank.books.bill("2026-12-01")
      let day = try #require(LocalDate(iso: "2026-11-02"))
      try await bank.books.connection.operation { connection in
        _ = try PaymentOperations(at: Int64(day.daysSince1970) * 86_400, by: "tester").record(
          [
            NewPayment(
              customer: 1, amount: 1000, currency: try #require(Currency(code: "eur")), date: day)
          ], on: connection)
      }
      try await expectTexts(
        bank.books, "select settled_minor from invoice order by invoice_id", ["1000", "0"])
      let late = Booking.transfer(amount, text, reference: "A2", on: "2026-12-28")
      let reading = try await bank.read(BankMessages.statement("S2", [late]), on: "2026-12-28")
      #expect(
        reading.unmatched.map(\.reason) == (isListed ? ["recorded_already"] : []),
        "\(reading.text)")
    }
  }
}
