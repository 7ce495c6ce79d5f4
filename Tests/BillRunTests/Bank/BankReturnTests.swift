// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: what a bank takes back, and what it asks for it.
@Suite struct BankReturnTests {
  private typealias Booking = BankMessages.Booking

  /// Books whose debits are approved on 2026-11-23.
  private static func approved(
    _ customers: Int = 1, _ body: (BankBooks) async throws -> Void
  ) async throws {
    try await BankBooks.with(customers) { bank in
      _ = try await bank.handOver()
      #expect(try await bank.settle("2026-11-23").approved == customers)
      try await body(bank)
      try await expectSound(bank.books)
    }
  }

  private static func refund(_ payment: Int64, _ amount: Int64, _ bank: BankBooks) async throws {
    let day = try #require(LocalDate(iso: "2026-11-24"))
    try await bank.books.connection.operation {
      try PaymentOperations(at: Int64(day.daysSince1970) * 86_400, by: "tester").refund(
        payment, amount: amount, over: $0)
    }
  }

  private static let fees = """
    select coalesce(sum(amount_minor), 0) from journal_line where account_code = '6500'
    """

  @Test("what was refunded before is listed, what is left is taken back, the rest is read")
  func refunded() async throws {
    try await Self.approved(3) { bank in
      let payments = try await bank.books.texts(
        "select payment_id from payment join settlement using (payment_id) order by invoice_id")
      try await Self.refund(try #require(Int64(payments[0])), 1000, bank)
      try await Self.refund(try #require(Int64(payments[1])), 200, bank)
      var returns: [Booking] = []
      for invoice in 1...3 {
        returns.append(
          .returned(try await bank.endToEnd(invoice), "AM04", on: "2026-11-25"))
      }
      let reading = try await bank.read(BankMessages.statement("S1", returns), on: "2026-11-25")
      #expect(reading.returned == 2 && reading.exitCode == .dataError)
      #expect(reading.unmatched.map(\.reason) == ["refunded_already", "refunded_already"])
      #expect(reading.unmatched.map(\.amount).sorted() == [200, 1000])
      try await expectTexts(
        bank.books, "select amount_minor from payment_return order by 1", ["800", "1000"])
      let again = try await bank.read(BankMessages.statement("S2", returns), on: "2026-11-25")
      #expect([again.known, again.returned, again.unmatched.count] as [Int] == [3, 0, 0])
    }
  }

  @Test(
    "a return that does not fit its debit is listed, and the rest of the file is read",
    arguments: [
      ("9.99", nil, nil, "amount_differs"), ("10.00", "9.00", nil, "amount_differs"),
      ("20.01", nil, nil, "fee_implausible"), ("13.50", "10.00", "3.00", "fee_differs"),
      ("13.50", nil, "3.00", "fee_differs"),
      ("10.00", "13.00", nil, "details_differ"),
    ])
  func listed(
    booking: String, detail: String?, charges: String?, reason: String
  ) async throws {
    for isApproved in [true, false] {
      try await BankBooks.with(2) { bank in
        _ = try await bank.handOver()
        if isApproved { _ = try await bank.settle("2026-11-23") }
        let wrong = Booking.returns(
          booking, on: "2026-11-25", [(try await bank.endToEnd(1), detail, charges)])
        let good = Booking.returned(try await bank.endToEnd(2), "AM04", on: "2026-11-25")
        let reading = try await bank.read(
          BankMessages.statement("S1", [wrong, good]), on: "2026-11-25")
        #expect(reading.returned + reading.declined == 1)
        #expect(reading.unmatched.map(\.reason) == [reason])
        // It is the bank's amount, not the debit's.
        let booked = try #require(Int64(booking.filter { $0 != "." }))
        #expect(reading.unmatched.map(\.amount) == [booked])
        #expect(reading.exitCode == .dataError)
        try await expectTexts(bank.books, Self.fees, ["0"])
        let again = try await bank.read(BankMessages.statement("S2", [wrong]), on: "2026-11-25")
        #expect([again.known, again.unmatched.count] as [Int] == [1, 0])
        try await expectSound(bank.books)
      }
    }
  }

  @Test(
    "the fee is what the booking is more than the debit; what it does not have is booked apart",
    arguments: [
      ("10.00", nil, nil, 0), ("13.50", nil, nil, 350), ("13.50", "10.00", nil, 350),
      ("13.50", "13.50", "3.50", 350), ("13.50", "10.00", "3.50", 350), ("10.00", nil, "3.50", 0),
      ("10.00", "10.00", "99999.00", 0),
    ])
  func fee(booking: String, detail: String?, charges: String?, fee: Int) async throws {
    for isApproved in [true, false] {
      try await BankBooks.with(1) { bank in
        _ = try await bank.handOver()
        if isApproved { _ = try await bank.settle("2026-11-23") }
        let one = Booking.returns(
          booking, on: "2026-11-25", [(try await bank.endToEnd(1), detail, charges)])
        let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-25")
        #expect(reading.exitCode == .ok, "\(reading.text)")
        try await expectTexts(bank.books, Self.fees, ["\(fee)"])
        try await expectSound(bank.books)
      }
    }
  }

  @Test("a return whose text names two debits is none of the first, and both are held")
  func several() async throws {
    try await BankBooks.with(3) { bank in
      _ = try await bank.handOver()
      let ids = [try await bank.endToEnd(1), try await bank.endToEnd(2)]
      var one = Booking.told(
        "20.00", text: "Rücklastschrift EREF+\(ids[0]) EREF+\(ids[1])", on: "2026-11-17")
      one.isCredit = false
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-17")
      #expect(reading.unmatched.map(\.reason) == ["details_missing"])
      #expect(reading.declined == 0)
      let settled = try await bank.settle("2026-11-23")
      #expect([settled.approved, settled.held] as [Int] == [1, 2])
      try await expectTexts(bank.books, Self.fees, ["0"])
      // One that is named twice is one.
      let third = try await bank.endToEnd(3)
      var twice = Booking.told(
        "10.00", text: "Rücklastschrift EREF+\(third) \(third)", on: "2026-11-24")
      twice.isCredit = false
      let back = try await bank.read(BankMessages.statement("S2", [twice]), on: "2026-11-24")
      #expect(back.returned == 1 && back.exitCode == .ok, "\(back.text)")
      try await expectSound(bank.books)
    }
  }

  @Test("the fee of a batch is booked once", arguments: [true, false])
  func batch(isApproved: Bool) async throws {
    try await BankBooks.with(2) { bank in
      _ = try await bank.handOver()
      if isApproved { _ = try await bank.settle("2026-11-23") }
      let one = Booking.returns(
        "27.00", on: "2026-11-25",
        [(try await bank.endToEnd(1), "10.00", nil), (try await bank.endToEnd(2), "10.00", nil)])
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-25")
      #expect(reading.returned + reading.declined == 2)
      try await expectTexts(bank.books, Self.fees, ["700"])
      #expect(try await bank.read(BankMessages.statement("S2", [one]), on: "2026-11-25").known == 2)
      // Each has its share, so that what tells of one alone tells nothing more.
      var parts: [Booking] = []
      for invoice in 1...2 {
        parts.append(
          .returns(
            "13.50", on: "2026-11-25", [(try await bank.endToEnd(invoice), "10.00", "3.50")]))
      }
      let alone = try await bank.read(
        BankMessages.statement("S3", parts, version: "camt.054.001.08"), on: "2026-11-25")
      #expect(alone.known == 2 && alone.exitCode == .ok, "\(alone.text)")
      try await expectTexts(bank.books, Self.fees, ["700"])
      try await expectSound(bank.books)
    }
  }

  @Test("a disputed payment, a day to come and another currency do not keep the rest from it")
  func others() async throws {
    try await Self.approved(3) { bank in
      try await bank.books.connection.operation {
        try PaymentOperations(at: 1_795_600_000, by: "tester").openDispute(1, over: $0)
      }
      var returns: [Booking] = []
      for invoice in 1...3 {
        let day = invoice == 2 ? "2026-11-29" : "2026-11-28"
        returns.append(.returned(try await bank.endToEnd(invoice), "AM04", on: day))
      }
      returns[2].currency = "USD"
      let reading = try await bank.read(BankMessages.statement("S1", returns), on: "2026-11-28")
      #expect(reading.returned == 0)
      #expect(
        reading.unmatched.map(\.reason).sorted()
          == ["currency_not_eur", "date_to_come", "return_refused_disputed"])
      // What was early is taken on its day.
      let next = try await bank.read(BankMessages.statement("S2", returns), on: "2026-11-29")
      #expect([next.returned, next.known] as [Int] == [1, 2])
    }
  }

  @Test(
    "of several debits with one end-to-end id the nearest is the return, the others are listed",
    arguments: [
      (["3.50", "10.00"], [350], true), (["10.00", "10.00"], [1000], true),
      (["13.50", "10.00"], [1350], true), (["3.50", "13.50"], [350], true),
      (["6.00", "4.00"], [400, 600], false),
    ])
  func several(amounts: [String], listed: [Int64], isTaken: Bool) async throws {
    for isApproved in [true, false] {
      try await BankBooks.with(1) { bank in
        _ = try await bank.handOver()
        if isApproved { _ = try await bank.settle("2026-11-23") }
        let id = try await bank.endToEnd(1)
        let bookings = amounts.map {
          Booking.returned(id, "AM04", amount: $0, on: "2026-11-25")
        }
        let reading = try await bank.read(
          BankMessages.statement("S1", bookings), on: "2026-11-25")
        #expect(reading.returned + reading.declined == (isTaken ? 1 : 0))
        #expect(reading.unmatched.map(\.amount).sorted() == listed)
        #expect(
          reading.unmatched.map(\.reason).sorted()
            == (isTaken ? ["returned_again"] : ["amount_differs", "returned_again"]))
        #expect(reading.exitCode == .dataError && reading.known == 0)
        let open = try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
        #expect(open.map(\.amount).sorted() == listed)
        let again = try await bank.read(
          BankMessages.statement("S2", bookings), on: "2026-11-25")
        #expect([again.known, again.unmatched.count] as [Int] == [2, 0])
        try await expectSound(bank.books)
      }
    }
  }

  @Test("a fee beside its return in one booking, and one of a later file, are listed")
  func feeApart() async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      let both = Booking.returns(
        "13.50", on: "2026-11-25", [(id, "3.50", nil), (id, "10.00", nil)])
      let reading = try await bank.read(BankMessages.statement("S1", [both]), on: "2026-11-25")
      #expect(reading.declined == 1)
      #expect(reading.unmatched.map(\.reason) == ["returned_again"])
      #expect(reading.unmatched.map(\.amount) == [350])
      let later = Booking.returned(id, "AM04", amount: "4.00", on: "2026-11-26")
      let next = try await bank.read(BankMessages.statement("S2", [later]), on: "2026-11-26")
      #expect(next.unmatched.map(\.reason) == ["returned_again"])
      #expect(next.known == 0)
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).count == 2)
      try await expectTexts(bank.books, Self.fees, ["0"])
      try await expectSound(bank.books)
    }
  }
}
