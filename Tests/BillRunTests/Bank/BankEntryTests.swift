// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: a transfer becomes money once, whatever file tells of it, and never in parts.
@Suite struct BankEntryTests {
  private typealias Booking = BankMessages.Booking

  private static func read(
    _ bookings: [Booking], version: String = "camt.053.001.02", _ bank: BankBooks,
    on day: String = "2026-11-05"
  ) async throws -> BankReading {
    // Each file has a name of its own, so that none is known by its bytes.
    let count = try await bank.books.text("select count(*) from bank_report")
    return try await bank.read(
      BankMessages.statement("S\(count)", bookings, version: version), on: day)
  }

  private static let settled = "select settled_minor from invoice order by invoice_id"
  private static let open = """
    select concat_ws(' ', amount_minor, currency, reason) from bank_entry
    where payment_id is null order by 1
    """

  @Test(
    "a word in the place of a reference is none",
    arguments: [
      "NONREF", "notprovided", "NotAvailable", "N/A", " ", "0000000", "KREF+", "UNKNOWN", "-",
    ])
  func placeholder(word: String) async throws {
    try await BankBooks.withOwing(2) { bank in
      let transfers: [Booking] = [
        .transfer("10.00", "INV-000001", reference: word, on: "2026-11-04"),
        .transfer("4.00", "INV-000002", reference: word, on: "2026-11-05"),
      ]
      for one in transfers {
        #expect(try await Self.read([one], bank).payments == 1)
      }
      #expect(try await Self.read(transfers, bank).known == 2)
      try await expectTexts(bank.books, Self.settled, ["1000", "400"])
    }
  }

  @Test("a reference that came later is a transfer's, and its booking's")
  func learned() async throws {
    try await BankBooks.withOwing(1) { bank in
      let unnamed = Booking.transfer("10.00", "INV-000001", reference: nil, on: "2026-11-04")
      let named = Booking.transfer("10.00", "INV-000001", reference: "M1E", on: "2026-11-04")
      var detailed = named
      detailed.details = detailed.details.replacing(
        "<TxDtls>", with: "<TxDtls><Refs><AcctSvcrRef>M1T</AcctSvcrRef></Refs>")
      try #require(detailed.details != named.details)
      #expect(try await Self.read([unnamed], bank).payments == 1)
      #expect(try await Self.read([named], bank).known == 1)
      #expect(try await Self.read([detailed], bank).known == 1)
      try await expectTexts(bank.books, Self.settled, ["1000"])
    }
  }

  @Test("one reference with different amounts is of different transfers")
  func amounts() async throws {
    try await BankBooks.withOwing(2) { bank in
      let reading = try await Self.read(
        [
          .transfer("10.00", "INV-000001", reference: "A7", on: "2026-11-04"),
          .transfer("4.00", "INV-000002", reference: "A7", on: "2026-11-04"),
        ], bank)
      #expect(reading.payments == 2)
      let next = try await Self.read(
        [.transfer("5.00", "INV-000002", reference: "A7", on: "2026-11-05")], bank)
      #expect([next.payments, next.known] as [Int] == [1, 0])
      try await expectTexts(bank.books, Self.settled, ["1000", "900"])
    }
  }

  @Test(
    "a notice without a reference and the statement with one tell of one transfer, either first",
    arguments: [[nil, "A1"], ["A1", nil], [nil, nil], ["A1", "A1"]])
  func oneReference(references: [String?]) async throws {
    try await BankBooks.withOwing(1) { bank in
      for (reference, known) in zip(references, [0, 1]) {
        let reading = try await Self.read(
          [.transfer("4.00", "INV-000001", reference: reference, on: "2026-11-04")],
          version: known == 0 ? "camt.054.001.08" : "camt.053.001.08", bank)
        #expect([reading.payments, reading.known] as [Int] == [1 - known, known])
      }
      // What has the reference now is told from the next of the same words.
      let next = try await Self.read(
        [.transfer("4.00", "INV-000001", reference: "A2", on: "2026-11-04")], bank)
      #expect(next.known == (references == [nil, nil] ? 1 : 0))
      #expect(next.unmatched.map(\.reason) == (references == [nil, nil] ? [] : ["told_already"]))
    }
  }

  @Test(
    "two equal transfers in one file are two, and a third in the next is a third",
    arguments: ["A1", nil])
  func occurrences(reference: String?) async throws {
    try await BankBooks.withOwing(1) { bank in
      let one = Booking.transfer("2.00", "INV-000001", reference: reference, on: "2026-11-04")
      #expect(try await Self.read([one, one], bank).payments == 2)
      let next = try await Self.read([one, one, one], bank)
      #expect([next.payments, next.known] as [Int] == [1, 2])
      #expect(try await Self.read([one], bank).known == 1)
      try await expectTexts(bank.books, Self.settled, ["600"])
    }
  }

  @Test("which of a batch was told before is found by what it says, in any order")
  func order() async throws {
    try await BankBooks.withOwing(2) { bank in
      let parts: [(amount: String?, text: String, reference: String?)] = [
        ("10.00", "INV-000001", nil), ("10.00", "INV-000002", nil),
      ]
      let first = try await Self.read(
        [.transfer("10.00", "INV-000002", reference: nil, on: "2026-11-04")], bank)
      #expect(first.payments == 1)
      #expect(first.unmatched.isEmpty)
      var batch = Booking.batch("20.00", reference: "E7", on: "2026-11-04", parts)
      batch.details = batch.details.replacing(
        "<RmtInf>", with: "<RltdPties><Dbtr><Nm>Käufer</Nm></Dbtr></RltdPties><RmtInf>")
      let next = try await Self.read([batch], bank)
      #expect([next.payments, next.known] as [Int] == [1, 1])
      try await expectTexts(bank.books, Self.settled, ["1000", "1000"])
    }
  }

  @Test("a sum and its transactions are one booking, whichever file comes first")
  func collective() async throws {
    let sum = Booking(amount: "20.00", day: "2026-11-04", reference: "E7")
    let batch = Booking.batch(
      "20.00", reference: "E7", on: "2026-11-04",
      [("10.00", "INV-000001", nil), ("10.00", "INV-000002", "D2")])
    try await BankBooks.withOwing(2) { bank in
      #expect(try await Self.read([sum], bank).unmatched.map(\.amount) == [2000])
      let taken = try await Self.read([batch], version: "camt.054.001.08", bank)
      #expect([taken.payments, taken.known, taken.unmatched.count] as [Int] == [2, 0, 0])
      try await expectTexts(bank.books, Self.open, ["2000 EUR superseded"])
      #expect(try await Self.read([sum], bank).known == 1)
      #expect(try await Self.read([batch, sum], bank).known == 3)
      try await expectTexts(bank.books, Self.settled, ["1000", "1000"])
    }
    try await BankBooks.withOwing(2) { bank in
      #expect(try await Self.read([batch], version: "camt.054.001.08", bank).payments == 2)
      #expect(try await Self.read([sum], bank).known == 1)
      try await expectTexts(bank.books, Self.open, [])
    }
  }

  @Test("the transactions of a sum that became a payment are known")
  func paidSum() async throws {
    try await BankBooks.withOwing(2) { bank in
      let whole = Booking.transfer("20.00", "INV-000001", reference: "E7", on: "2026-11-04")
      #expect(try await Self.read([whole], bank).payments == 1)
      let batch = Booking.batch(
        "20.00", reference: "E7", on: "2026-11-04",
        [("10.00", "INV-000001", nil), ("10.00", "INV-000002", "D2")])
      let next = try await Self.read([batch], bank)
      #expect([next.payments, next.known] as [Int] == [0, 2])
    }
  }

  @Test("a text comes with the second file, and then the transfer is taken")
  func bare() async throws {
    try await BankBooks.withOwing(1) { bank in
      _ = try await Self.read([Booking(amount: "10.00", day: "2026-11-04", reference: "E7")], bank)
      let told = try await Self.read(
        [.transfer("10.00", "INV-000001", reference: "E7", on: "2026-11-04")], bank)
      #expect(told.payments == 1)
      try await expectTexts(bank.books, Self.settled, ["1000"])
    }
  }

  @Test(
    "details that do not come to the booking are not taken in parts, but listed once",
    arguments: [["1000.00"], ["11.00", "20.00"], [nil, nil], ["10.00", nil]])
  func differ(amounts: [String?]) async throws {
    try await BankBooks.withOwing(2) { bank in
      let batch = Booking.batch(
        "30.00", reference: "E7", on: "2026-11-04",
        amounts.enumerated().map { ($1, "INV-00000\($0 + 1)", nil) })
      let reading = try await Self.read([batch], bank)
      #expect(reading.payments == 0 && reading.exitCode == .dataError)
      #expect(reading.unmatched.map(\.reason) == ["details_differ"])
      #expect(reading.text.contains("not taken: 30.00 eur of 2026-11-04"))
      try await expectTexts(bank.books, Self.open, ["3000 EUR details_differ"])
      #expect(try await Self.read([batch], bank).known == 1)
      // The bank mends it.
      let mended = Booking.batch(
        "30.00", reference: "E7", on: "2026-11-04",
        [("10.00", "INV-000001", nil), ("20.00", "INV-000002", nil)])
      #expect(try await Self.read([mended], bank).payments == 2)
      try await expectTexts(bank.books, Self.open, ["3000 EUR superseded"])
    }
  }

  @Test("the instructed amounts of a batch count where they come to its sum")
  func instructed() async throws {
    try await BankBooks.withOwing(2) { bank in
      var batch = Booking.batch(
        "14.00", reference: "E7", on: "2026-11-04",
        [("10.00", "INV-000001", nil), ("4.00", "INV-000002", nil)])
      batch.details = batch.details.replacing("TxAmt>", with: "InstdAmt>")
      #expect(try await Self.read([batch], bank).payments == 2)
      try await expectTexts(bank.books, Self.settled, ["1000", "400"])
    }
  }

  @Test(
    "a credit of any family is a transfer where it names an invoice, else listed, or of the bank",
    arguments: [
      ("RCDT", "INV-000001", 1, 0), ("RRCT", "INV-000001", 1, 0), ("RRCT", "Rent", 0, 1),
      ("OTHR", "INV-000001", 1, 0), ("OTHR", "Rent", 0, 1), ("NTAV", "Rent", 0, 1),
      ("CNTR", "Rent", 0, 1), ("RCHQ", "Rent", 0, 1), ("LBOX", "Rent", 0, 1),
      ("MCOP", "Rent", 0, 1), ("MCRD", "Payout", 0, 0), ("MCRD", "INV-000001", 1, 0),
      ("RCCN", "Sweep", 0, 0), ("MCOP INTR", "Interest", 0, 0), ("MCOP ESCT ACMT", "Rent", 0, 0),
    ])
  func family(family: String, text: String, payments: Int, listed: Int) async throws {
    try await BankBooks.withOwing(1) { bank in
      var one = Booking.transfer("10.00", text, reference: "A7", on: "2026-11-04")
      let codes = family.split(separator: " ").map(String.init)
      one.family = codes.first
      if codes.count > 1 { one.subFamily = codes[1] }
      if codes.count > 2 { one.domain = codes[2] }
      let reading = try await Self.read([one], bank)
      #expect(
        [reading.payments, reading.unmatched.count, reading.others] as [Int]
          == [payments, listed, 1 - payments - listed])
      #expect(try await Self.read([one, one], bank).payments == payments)
    }
  }

  @Test("what comes from an account of ours is listed, and pays nothing")
  func ownAccount() async throws {
    try await BankBooks.withOwing(1) { bank in
      var one = Booking.transfer("10.00", "INV-000001", reference: "A7", on: "2026-11-04")
      one.details = one.details.replacing(
        "</Dbtr>",
        with: "</Dbtr><DbtrAcct><Id><IBAN>DE89 3704 0044 0532 0130 00</IBAN></Id></DbtrAcct>")
      let reading = try await Self.read([one], bank)
      #expect(reading.payments == 0 && reading.exitCode == .dataError)
      #expect(reading.unmatched.map(\.reason) == ["own_account"])
      #expect(try await Self.read([one], bank).known == 1)
      one.details = one.details.replacing("DE89 3704 0044 0532 0130 00", with: BankBooks.iban(1))
      one.reference = "A8"
      #expect(try await Self.read([one], bank).payments == 1)
      try await expectTexts(bank.books, Self.settled, ["1000"])
    }
  }

  @Test(
    "a payment that may be recorded by hand already is listed, and booked by a person only",
    arguments: [
      ("2026-11-03", 1000, true), ("2026-11-11", 1000, true), ("2026-11-12", 1000, true),
      ("2026-11-03", 999, false),
    ] as [(String, Int64, Bool)])
  func recordedAlready(day: String, amount: Int64, isListed: Bool) async throws {
    try await BankBooks.withOwing(2) { bank in
      let connection = bank.books.connection
      let date = try #require(LocalDate(iso: day))
      let recorded = try await connection.operation { connection in
        try PaymentOperations(at: Int64(date.daysSince1970) * 86_400, by: "tester").record(
          [
            NewPayment(
              customer: 1, amount: amount, currency: try #require(Currency(code: "eur")),
              date: date)
          ], on: connection)
      }
      let transfers: [Booking] = [
        .transfer("10.00", "INV-000001", reference: "A7", on: "2026-11-04"),
        .transfer("10.00", "INV-000002", reference: "A8", on: "2026-11-04"),
      ]
      let reading = try await Self.read(transfers, bank, on: "2026-11-12")
      #expect(reading.payments == (isListed ? 1 : 2))
      #expect(reading.unmatched.map(\.reason) == (isListed ? ["recorded_already"] : []))
      #expect(try await Self.read(transfers, bank, on: "2026-11-12").known == 2)
      if !isListed { return }
      // It is that payment: the next of the same words is another one.
      let open = try #require(try await BankEntry.list(onlyOpen: true, on: connection).first)
      let payment = try #require(recorded.first?.id)
      _ = try await connection.operation {
        try BankEntry.clear(
          open.id, payment: payment, note: "it is", at: 60, by: "tester", on: $0)
      }
      let next = Booking.transfer("10.00", "INV-000001", reference: "A9", on: "2026-11-05")
      let told = try await Self.read([next], bank, on: "2026-11-12")
      #expect(told.unmatched.map(\.reason) == ["told_already"])
    }
  }

  @Test("another currency than the euro is listed and kept", arguments: ["USD", "JPY"])
  func currency(code: String) async throws {
    try await BankBooks.withOwing(1) { bank in
      var one = Booking.transfer("10.00", "INV-000001", reference: "A7", on: "2026-11-04")
      one.currency = code
      if code == "JPY" { one.amount = "10" }
      let reading = try await Self.read([one], bank)
      #expect(reading.unmatched.map(\.reason) == ["currency_not_eur"])
      #expect(reading.exitCode == .dataError && reading.payments == 0)
      #expect(reading.text.contains(code == "JPY" ? " 10 jpy " : " 10.00 usd "))
      try await expectTexts(
        bank.books, Self.open, ["\(code == "JPY" ? 10 : 1000) \(code) currency_not_eur"])
    }
  }

  @Test(
    "a day to come and one far back are listed, not taken",
    arguments: [
      ("2026-11-06", "date_to_come"), ("2025-11-03", "date_far_back"), ("2025-11-04", nil),
    ])
  func days(day: String, reason: String?) async throws {
    try await BankBooks.withOwing(1) { bank in
      let one = Booking.transfer("10.00", "INV-000001", reference: "A7", on: day)
      let reading = try await Self.read([one], bank)
      #expect(reading.payments == (reason == nil ? 1 : 0))
      #expect(reading.unmatched.map(\.reason) == [reason].compactMap { $0 })
      let again = try await Self.read([one], bank, on: "2026-11-06")
      // What was early is taken on its day.
      #expect(
        [again.known, again.payments] as [Int] == (reason == "date_to_come" ? [0, 1] : [1, 0]))
    }
  }

  @Test("a file that tells of a day to come beside others is read again on it, once")
  func partlyEarly() async throws {
    try await BankBooks.withOwing(2) { bank in
      let text = BankMessages.statement(
        "S",
        [
          .transfer("10.00", "INV-000001", reference: "A7", on: "2026-11-05"),
          .transfer("10.00", "INV-000002", reference: "A8", on: "2026-11-06"),
          .transfer("5.00", "Rent", reference: "A9", on: "2026-11-05"),
        ])
      let first = try await bank.read(text, on: "2026-11-05")
      #expect([first.payments, first.unmatched.count] as [Int] == [1, 2])
      let early = try await bank.read(text, on: "2026-11-05")
      #expect([early.payments, early.known, early.unmatched.count] as [Int] == [0, 2, 1])
      let onDay = try await bank.read(text, on: "2026-11-06")
      #expect([onDay.payments, onDay.known, onDay.unmatched.count] as [Int] == [1, 2, 0])
      #expect(try await bank.read(text, on: "2026-11-06").readOn != nil)
      try await expectTexts(bank.books, Self.settled, ["1000", "1000"])
    }
  }

  @Test("a file that is set out in lines says the same")
  func lines() async throws {
    try await BankBooks.withOwing(1) { bank in
      let text = BankMessages.statement(
        "S", [.transfer("10.00", "INV-000001", reference: "A7", on: "2026-11-04")],
        version: "camt.053.001.08"
      ).replacing("><", with: ">\n  <")
      let reading = try await bank.read(text, on: "2026-11-05")
      #expect(reading.payments == 1)
    }
  }

  @Test(
    "amounts and words that are none refuse the file, and say which",
    arguments: [
      ("<Amt Ccy=\"EUR\">10.00<", "<Amt Ccy=\"EUR\">NaN<", "amount NaN"),
      ("<Amt Ccy=\"EUR\">10.00<", "<Amt Ccy=\"EUR\">1\n 0<", "amount 1 0 is"),
      ("<Amt Ccy=\"EUR\">10.00<", "<Amt Ccy=\"EUR\">INF<", "amount INF"),
      ("<Amt Ccy=\"EUR\">10.00<", "<Amt Ccy=\"EUR\">1e3<", "amount 1e3"),
      ("<Amt Ccy=\"EUR\">10.00<", "<Amt Ccy=\"EUR\">-10.00<", "amount -10.00"),
      ("<Amt Ccy=\"EUR\">10.00<", "<Amt Ccy=\"EUR\">10.001<", "amount 10.001"),
      ("<Amt Ccy=\"EUR\">10.00<", "<Amt Ccy=\"EUR\"><", "amount"),
      ("<NtryDtls>", "<Chrgs><Amt Ccy=\"EUR\">NaN</Amt></Chrgs><NtryDtls>", "amount NaN"),
      ("CRDT", "CREDIT", "CdtDbtInd CREDIT"), ("BOOK", "BOOKED", "Sts BOOKED"),
      ("2026-11-04", "2026-13-04", "day"), ("<Dt>2026-11-04</Dt>", "", "day"),
    ])
  func malformed(text: String, wrong: String, told: String) async throws {
    try await BankBooks.withOwing(1) { bank in
      let good = BankMessages.statement(
        "S", [.transfer("10.00", "INV-000001", reference: "A7", on: "2026-11-04")])
      let error = await #expect(throws: BillRunError.self) {
        _ = try await bank.read(good.replacing(text, with: wrong), on: "2026-11-05")
      }
      #expect(error?.code == "bank_message_malformed" && error?.status == .dataError)
      let message = error?.message ?? ""
      #expect(message.contains(told) && !message.contains("\n") && !message.contains("  "))
      let reading = try await bank.read(good, on: "2026-11-05")
      #expect(reading.payments == 1)
    }
  }

  @Test("nothing is another booking, and zeros after the cents are no cents")
  func zero() async throws {
    try await BankBooks.withOwing(1) { bank in
      let reading = try await Self.read(
        [
          .transfer("0.00", "INV-000001", reference: "A7", on: "2026-11-04"),
          .transfer("4.00000", "INV-000001", reference: "B7", on: "2026-11-04"),
        ], bank)
      #expect([reading.others, reading.payments] as [Int] == [1, 1])
      try await expectTexts(bank.books, Self.settled, ["400"])
    }
  }
}
