// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: nobody is charged again as long as money of a debit that the bank had rejected is there
/// and nobody has said whose it is.
@Suite struct BankChargedAgainTests {
  private typealias Booking = BankMessages.Booking

  private static let balances = """
    select concat_ws(' ', account_code, sum(amount_minor)) from journal_line
    where account_code in ('1000', '1060', '1200', '2100') group by account_code
    having sum(amount_minor) <> 0 order by 1
    """

  private static func open(_ bank: BankBooks) async throws -> [BankEntry] {
    try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
  }

  private static func clear(
    _ entry: BankEntry, payment: Int64? = nil, _ bank: BankBooks
  ) async throws {
    _ = try await bank.books.connection.operation {
      try BankEntry.clear(
        entry.id, payment: payment, note: "looked at", at: 1_795_600_000, by: "tester", on: $0)
    }
  }

  /// A credit of one debit alone.
  private static func single(_ id: String, on day: String = "2026-11-16") -> Booking {
    .told("10.00", id: id, on: day)
  }

  private static func reject(
    _ invoices: [Int], of file: BankFile, _ bank: BankBooks
  ) async throws {
    var rejects: [String: String] = [:]
    for invoice in invoices { rejects[try await bank.endToEnd(invoice)] = "AM04" }
    let status = BankMessages.status(of: file, rejects: rejects)
    #expect(try await bank.read(status, on: "2026-11-03").declined == invoices.count)
  }

  @Test(
    "a rejected debit that is credited is not charged again before a person has cleared it",
    arguments: [true, false])
  func held(isTheirs: Bool) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      try await Self.reject([1], of: file, bank)
      let credit = Self.single(try await bank.endToEnd(1))
      let reading = try await bank.read(BankMessages.statement("S1", [credit]), on: "2026-11-16")
      #expect(reading.unmatched.map(\.reason) == ["declined_collected"])
      let charged = try await bank.charge("2026-11-16")
      #expect(charged.attempted == 0 && charged.uncharged == ["declined_collected": 1])
      #expect(charged.text.contains("not charged: 1 declined_collected"))
      let entry = try #require(try await Self.open(bank).first)
      var payment: Int64?
      if isTheirs {
        payment = try await bank.books.connection.operation { connection in
          let euro = try #require(Currency(code: "eur"))
          let day = try #require(LocalDate(iso: "2026-11-16"))
          return try PaymentOperations(at: Int64(day.daysSince1970) * 86_400, by: "tester").record(
            [NewPayment(customer: 1, amount: 1000, currency: euro, date: day)], on: connection
          ).first?.id
        }
      }
      try await Self.clear(entry, payment: payment, bank)
      let next = try await bank.charge("2026-11-16")
      #expect(next.attempted == (isTheirs ? 0 : 1) && next.uncharged.isEmpty)
      try await expectTexts(
        bank.books, "select settled_minor from invoice order by invoice_id",
        [isTheirs ? "1000" : "0", "0"])
      try await expectSound(bank.books)
    }
  }

  @Test("whoever asks for a charge is told, too, and of a part of a block nobody is charged again")
  func asked() async throws {
    try await BankBooks.with(3) { bank in
      let file = try await bank.handOver()
      try await Self.reject([1, 2], of: file, bank)
      let block = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      let reading = try await bank.read(BankMessages.statement("S1", [block]), on: "2026-11-16")
      #expect(reading.unmatched.map(\.reason) == ["declined_collected"])
      #expect(
        try await bank.charge("2026-11-16").uncharged == ["declined_collected": 2])
      let error = await #expect(throws: BillRunError.self) { try await bank.pay(1) }
      #expect(error?.code == "pay_refused_declined_collected" && error?.status == .dataError)
      for entry in try await Self.open(bank) { try await Self.clear(entry, bank) }
      #expect(try await bank.charge("2026-11-16").attempted == 2)
      try await expectSound(bank.books)
    }
  }

  @Test("what was charged again before the money came waits, and goes into no file")
  func waiting() async throws {
    try await BankBooks.with(1) { bank in
      let file = try await bank.handOver()
      try await Self.reject([1], of: file, bank)
      #expect(try await bank.charge("2026-11-06").attempted == 1)
      try await bank.tell("2026-11-06")
      let credit = Self.single(try await bank.endToEnd(1))
      _ = try await bank.read(BankMessages.statement("S1", [credit]), on: "2026-11-16")
      let waiting = try await bank.write("2026-11-16")
      #expect(waiting.written.isEmpty && waiting.waiting.map(\.reason) == ["declined_collected"])
      #expect(waiting.exitCode == .dataError)
      for entry in try await Self.open(bank) { try await Self.clear(entry, bank) }
      #expect(try await bank.write("2026-11-16").written.count == 1)
      try await expectSound(bank.books)
    }
  }

  @Test(
    "money that the bank has taken back again speaks against nothing, whatever came first",
    arguments: ["alone", "part", "by hand"])
  func returned(kind: String) async throws {
    try await BankBooks.with(3) { bank in
      let file = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      let back = BankMessages.statement("S2", [.returned(id, "AM04", on: "2026-11-18")])
      if kind == "by hand" {
        // Approved, and taken back by a person since no money was seen: then the bank says so.
        #expect(try await bank.settle("2026-11-23").approved == 3)
        let payment = try await bank.books.text(
          "select payment_id from payment where customer_id = 1")
        let number = try #require(Int64(payment))
        try await bank.books.connection.operation {
          try PaymentOperations(at: 1_795_600_000, by: "tester").takeReturn(number, over: $0)
        }
        #expect(try await bank.read(back, on: "2026-11-26").known == 1)
        let late = try await bank.read(
          BankMessages.statement("S3", [Self.single(id)]), on: "2026-11-27")
        #expect(late.unmatched.isEmpty && late.exitCode == .ok, "\(late.text)")
        try await expectTexts(bank.books, Self.balances, ["1060 2000", "1200 1000"])
        return try await expectSound(bank.books)
      }
      try await Self.reject(kind == "part" ? [1, 2] : [1], of: file, bank)
      let credit =
        kind == "part"
        ? Booking.batch(of: file, amount: "20.00", on: "2026-11-16") : Self.single(id)
      _ = try await bank.read(BankMessages.statement("S1", [credit]), on: "2026-11-16")
      #expect(try await Self.open(bank).map(\.reason) == ["declined_collected"])
      let reading = try await bank.read(back, on: "2026-11-18")
      #expect(reading.known == 1 && reading.exitCode == .ok, "\(reading.text)")
      #expect(try await Self.open(bank).isEmpty)
      let notes = try await BankEntry.list(on: bank.books.connection).map { $0.clearing?.note }
      #expect(notes == ["the bank has taken it back"])
      try await expectTexts(
        bank.books, "select count(*) from event where kind = 'bank_entry_cleared'", ["1"])
      #expect(try await bank.charge("2026-11-18").attempted == (kind == "part" ? 2 : 1))
      // The same files change nothing.
      let again = try await bank.read(
        BankMessages.statement("S4", [credit], version: "camt.054.001.08"), on: "2026-11-19")
      #expect(again.unmatched.isEmpty)
      #expect(try await Self.open(bank).isEmpty)
      try await expectSound(bank.books)
    }
  }
}
