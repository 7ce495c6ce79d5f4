// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4, 7: money of debits that came in otherwise than they were asked for finds its way.
@Suite struct BankCollectedTests {
  private typealias Booking = BankMessages.Booking

  private static let balances = """
    select concat_ws(' ', account_code, sum(amount_minor)) from journal_line
    where account_code in ('1000', '1060', '6500') group by account_code
    having sum(amount_minor) <> 0 order by 1
    """

  private static func collect(_ bank: BankBooks) async throws -> String? {
    let open = try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
    let id = try #require(open.first?.id)
    do {
      _ = try await bank.books.connection.operation {
        try BankEntry.collect(id, note: "less a fee", at: 1_795_600_000, by: "tester", on: $0)
      }
      return nil
    } catch let error as BillRunError {
      return error.code
    }
  }

  @Test("a block that was listed is booked once a reject that comes later explains it")
  func laterReject() async throws {
    try await BankBooks.with(3) { bank in
      let file = try await bank.handOver()
      let block = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      let listed = try await bank.read(BankMessages.statement("S1", [block]), on: "2026-11-16")
      #expect(listed.unmatched.map(\.reason) == ["block_differs"])
      let status = BankMessages.status(of: file, rejects: [try await bank.endToEnd(1): "AC04"])
      #expect(try await bank.read(status, on: "2026-11-17").declined == 1)
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).isEmpty)
      let settled = try await bank.settle("2026-11-23")
      #expect([settled.approved, Int(settled.booked)] as [Int] == [2, 2000])
      try await expectTexts(bank.books, Self.balances, ["1000 2000"])
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a credit of another amount is a person's to book: what it is less is the bank's fee",
    arguments: [("18.00", true, nil), ("9.50", false, nil), ("20.01", true, "bank_entry_differs")]
      as [(String, Bool, String?)])
  func byHand(amount: String, isBlock: Bool, refusal: String?) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let credit =
        isBlock
        ? Booking.batch(of: file, amount: amount, on: "2026-11-16")
        : Booking.told(amount, id: try await bank.endToEnd(1), on: "2026-11-16")
      let listed = try await bank.read(BankMessages.statement("S1", [credit]), on: "2026-11-16")
      #expect(listed.unmatched.map(\.reason) == ["block_differs"])
      #expect(try await Self.collect(bank) == refusal)
      if refusal != nil {
        #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).count == 1)
        return
      }
      let blocks = try await BankFile.Block.list(of: file.id, on: bank.books.connection)
      // All of the block is booked, or one of its debits.
      #expect(blocks.map { $0.days[2]?.description } == [isBlock ? "2026-11-16" : nil])
      #expect(blocks.map(\.outcomes) == [[2, 0, 0, 0]])
      let shown = try await BankFile.read(file.id, on: bank.books.connection)
      #expect(shown.state == .acknowledged && shown.moments[2] == 1_795_600_000)
      let settled = try await bank.settle("2026-11-23")
      #expect(settled.approved == (isBlock ? 2 : 1))
      try await expectTexts(
        bank.books, Self.balances, isBlock ? ["1000 1800", "6500 200"] : ["1000 950", "6500 50"])
      try await expectSound(bank.books)
    }
  }

  @Test("a part of a block is not the whole where the rest is whole debits")
  func part() async throws {
    try await BankBooks.with(3) { bank in
      let file = try await bank.handOver()
      let part = Booking.batch(of: file, amount: "10.00", on: "2026-11-16")
      _ = try await bank.read(BankMessages.statement("S1", [part]), on: "2026-11-16")
      #expect(try await Self.collect(bank) == "bank_entry_differs")
      let rest = Booking.batch(of: file, amount: "20.00", on: "2026-11-17")
      let reading = try await bank.read(BankMessages.statement("S2", [rest]), on: "2026-11-17")
      #expect(reading.exitCode == .ok, "\(reading.text)")
      #expect(try await bank.settle("2026-11-24").booked == 3000)
      try await expectTexts(bank.books, Self.balances, ["1000 3000"])
      try await expectSound(bank.books)
    }
  }

  @Test("a transfer is not the payment of a debit whose money a statement has")
  func debitPayment() async throws {
    try await BankBooks.with(1) { bank in
      let file = try await bank.handOver()
      let block = Booking.batch(of: file, amount: "10.00", on: "2026-11-16")
      let other = Booking.transfer("10.00", "Hello", reference: "A1", on: "2026-11-16")
      _ = try await bank.read(BankMessages.statement("S1", [block, other]), on: "2026-11-16")
      #expect(try await bank.settle("2026-11-23").booked == 1000)
      let open = try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
      let id = try #require(open.first?.id)
      let error = await #expect(throws: BillRunError.self) {
        try await bank.books.connection.operation {
          try BankEntry.clear(id, payment: 1, note: "it", at: 1_795_600_000, by: "tester", on: $0)
        }
      }
      #expect(error?.code == "bank_entry_differs")
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a block that is credited in several bookings is booked with the last", arguments: [1, 2, 3])
  func parts(files: Int) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let parts = ["12.00", "5.00", "3.00"].map {
        Booking.batch(of: file, amount: $0, on: "2026-11-16")
      }
      let told =
        files == 1 ? [parts] : files == 2 ? [[parts[0]], Array(parts[1...])] : parts.map { [$0] }
      var collected: [Int] = []
      for (index, bookings) in told.enumerated() {
        let reading = try await bank.read(
          BankMessages.statement("S\(index)", bookings), on: "2026-11-16")
        collected.append(reading.collected)
        let isLast = index == told.count - 1
        #expect(reading.exitCode == (isLast ? .ok : .dataError), "\(reading.text)")
        let settled = try await bank.settle("2026-11-23")
        #expect(
          [settled.approved, settled.held, Int(settled.booked)] as [Int]
            == (isLast ? [2, 0, 2000] : [0, 2, 0]))
      }
      #expect(collected == [[3], [0, 2], [0, 0, 1]][files - 1])
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).isEmpty)
      #expect(
        try await BankFile.read(file.id, on: bank.books.connection).state == .acknowledged)
      try await expectTexts(
        bank.books, "select count(*) from event where kind = 'bank_entry_cleared'", ["3"])
      try await expectTexts(bank.books, Self.balances, ["1000 2000"])
      // One more of them is more than there is.
      let more = Booking.batch(of: file, amount: "3.00", on: "2026-11-17")
      let again = try await bank.read(BankMessages.statement("S9", [more]), on: "2026-11-17")
      #expect(again.unmatched.map(\.reason) == ["block_differs"])
      try await expectSound(bank.books)
    }
  }

  @Test("half a block that two kinds of files tell of is not the whole of it")
  func toldTwice() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      for (reference, version) in [("A1", "camt.054.001.08"), ("B7", "camt.053.001.08")] {
        var half = Booking.batch(of: file, amount: "10.00", on: "2026-11-16")
        half.reference = reference
        let reading = try await bank.read(
          BankMessages.statement(reference, [half], version: version), on: "2026-11-16")
        #expect(reading.unmatched.map(\.reason) == ["block_differs"])
      }
      let settled = try await bank.settle("2026-11-23")
      #expect([settled.approved, settled.held] as [Int] == [0, 2])
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).count == 2)
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a fee that only a later file tells of a return is listed, with what was not booked of it",
    arguments: [true, false])
  func laterFee(isApproved: Bool) async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      if isApproved { _ = try await bank.settle("2026-11-23") }
      let id = try await bank.endToEnd(1)
      let files: [(Booking, Int, [Int64])] = [
        (.returns("10.00", on: "2026-11-25", [(id, "10.00", nil)]), 0, []),
        (.returns("13.50", on: "2026-11-25", [(id, "10.00", "3.50")]), 0, [350]),
        (.returns("13.50", on: "2026-11-25", [(id, "10.00", "3.50")]), 1, []),
        (.returns("10.00", on: "2026-11-25", [(id, "10.00", nil)]), 1, []),
      ]
      for (index, (booking, known, listed)) in files.enumerated() {
        let reading = try await bank.read(
          BankMessages.statement("S\(index)", [booking]), on: "2026-11-25")
        #expect(reading.known == known, "\(index)")
        #expect(reading.unmatched.map(\.amount) == listed)
        #expect(reading.unmatched.allSatisfy { $0.reason == "fee_later" })
      }
      try await expectSound(bank.books)
    }
  }

  @Test("the numbers of a structured remittance name invoices, and so do all lines of a text")
  func remittance() async throws {
    try await BankBooks.withOwing(4) { bank in
      let texts = [
        "<Strd><RfrdDocInf><Nb>INV-000001</Nb></RfrdDocInf></Strd>",
        "<Strd><CdtrRefInf><Ref>17</Ref></CdtrRefInf></Strd><Strd><CdtrRefInf>"
          + "<Ref>INV-000002</Ref></CdtrRefInf></Strd>",
        "<Strd><AddtlRmtInf>Rechnung INV-000003</AddtlRmtInf></Strd>",
        (1...5).map { "<Ustrd>A &amp; B \($0)</Ustrd>" }.joined() + "<Ustrd>INV-000004</Ustrd>",
      ]
      let transfers = texts.enumerated().map { index, text in
        var one = Booking.told("10.00", payer: "Ann", reference: "R\(index)", on: "2026-11-04")
        one.details = one.details.replacing("</TxDtls>", with: "<RmtInf>\(text)</RmtInf></TxDtls>")
        return one
      }
      let reading = try await bank.read(BankMessages.statement("S1", transfers), on: "2026-11-05")
      #expect(reading.payments == 4, "\(reading.text)")
      try await expectTexts(
        bank.books, "select reference from bank_entry where reference like 'A &%'",
        ["A & B 1 A & B 2 A & B 3 A & B 4 A & B 5 INV-000004"])
    }
  }

  @Test("a payer is known by the account, whatever name stands there")
  func account() async throws {
    let told = { (name: String, account: Int, text: String) in
      var one = Booking.told("5.00", payer: name, text: text, on: "2026-11-04")
      one.details = one.details.replacing(
        "</RltdPties>",
        with: "<DbtrAcct><Id><IBAN>\(BankBooks.iban(account))</IBAN></Id></DbtrAcct></RltdPties>")
      return one
    }
    for (account, known) in [(7, 1), (8, 0)] {
      try await BankBooks.withOwing(1) { bank in
        _ = try await bank.read(
          BankMessages.statement("S1", [told("Ann Miller", 7, "INV-000001")]), on: "2026-11-05")
        let next = try await bank.read(
          BankMessages.statement("S2", [told("Mrs. A. Miller", account, "INV-000001 Ann")]),
          on: "2026-11-05")
        #expect([next.known, next.unmatched.count] as [Int] == [known, 1 - known])
        try await expectTexts(
          bank.books,
          "select count(*) from bank_entry where words::text like '%\(BankBooks.iban(7))%'", ["0"])
      }
    }
  }

  @Test(
    "letters are spelled in the signs that all banks take",
    arguments: [
      ("Käufer & Söhne", "Kaeufer + Soehne"), ("Ka\u{308}ufer", "Kaeufer"),
      ("GROẞE STRAẞE", "GROssE STRAssE"), ("Œuvre Ærø", "Oeuvre Aero"), ("Łódź", "Lodz"),
      ("Đorđe Ðóra", "Dorde Dora"),
    ])
  func letters(text: String, expected: String) async throws {
    try await withBooks { books in
      let rows = try await books.connection.query(
        Statement(name: "letters", text: "select sepa_text($1::text, 70)"), [.string(text)])
      #expect(try rows.string(0, 0) == expected)
    }
  }
}
