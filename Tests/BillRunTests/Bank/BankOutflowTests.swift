// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: money that goes out, and that may be ours to ask for again, waits for a person.
@Suite struct BankOutflowTests {
  private typealias Booking = BankMessages.Booking

  private static let nothing: [String] = []

  /// Money that goes out on 2026-11-17, by a code of the bank or by ISO 20022, as `RDDT/ESDD`.
  private static func out(
    _ amount: String, _ text: String, code: String = "NMSC", account: Int? = nil
  ) -> Booking {
    var one = Booking.told(amount, text: text, reference: "R7", on: "2026-11-17")
    one.isCredit = false
    let parts = code.split(separator: "/").map(String.init)
    if parts.count == 2 { (one.family, one.subFamily) = (parts[0], parts[1]) }
    if parts.count == 1 { one.ownCode = code }
    if let account {
      one.details = one.details.replacing(
        "<TxDtls>",
        with: "<TxDtls><RltdPties><DbtrAcct><Id><IBAN>\(BankBooks.iban(account))</IBAN></Id>"
          + "</DbtrAcct></RltdPties>")
    }
    return one
  }

  /// Books with three debits of 10.00, credited with their block and approved.
  private static func collected(_ body: (BankBooks) async throws -> Void) async throws {
    try await BankBooks.with(3) { bank in
      let file = try await bank.handOver()
      _ = try await bank.read(
        BankMessages.statement("S1", [.batch(of: file, amount: "30.00", on: "2026-11-16")]),
        on: "2026-11-16")
      #expect(try await bank.settle("2026-11-23").booked == 3000)
      try await body(bank)
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a debit without an id waits where it may be a return, in whatever words, and else is counted",
    arguments: [
      // What names an invoice of a debit, whatever the code and the amount.
      ("10.00", "REJET PRELEVEMENT INV-000001", "NMSC", true),
      ("13.50", "KUNDE INV-000001", "RDDT/ESDD", true), ("4.00", "inv-000001", "MDOP/OTHR", true),
      // What is as much as a debit or a block.
      ("10.00", "Kunde 1", "NMSC", true), ("10.00", "Kunde 1", "OTHR/OTHR", true),
      ("30.00", "Kunde 1", "MDOP/ADJT", true), ("9.99", "Kunde 1", "NMSC", false),
      ("10.00", "Power", "RDDT/ESDD", false), ("10.00", "Wages", "ICDT/ESCT", false),
      ("10.00", "Lunch", "CCRD/POSD", false), ("10.00", "Account", "MDOP/CHRG", false),
      ("10.00", "Transfer", "NTRF+117+900", false),
      // What says so, with a fee.
      ("13.50", "PRLV SEPA IMPAYE", "21", true), ("13.50", "Terugboeking incasso", "NMSC", true),
      ("13.50", "Stornering", "NMSC", true), ("13.50", "INSOLUTO SDD", "NMSC", true),
      ("13.50", "DEVOLUCIÓN RECIBO", "NMSC", true), ("13.50", "RETURNED DD", "NMSC", true),
      ("13.50", "Rückgabe Lastschrift", "NMSC", true), ("13.50", "Retoure", "RDDT/ESDD", false),
      ("9.00", "Rueckueberweisung abz. Gebuehr", "NTRF", true), ("9.00", "Rückzahlung", "21", true),
      ("10.00", "Instant transfer", "NTRF+118", false),
    ])
  func unnamed(amount: String, text: String, code: String, isListed: Bool) async throws {
    try await Self.collected { bank in
      let statement = BankMessages.statement("S2", [Self.out(amount, text, code: code)])
      let reading = try await bank.read(statement, on: "2026-11-24")
      #expect(reading.unmatched.map(\.reason) == (isListed ? ["return_unknown"] : Self.nothing))
      #expect([reading.others, reading.returned] as [Int] == [isListed ? 0 : 1, 0])
      #expect(reading.exitCode == (isListed ? .dataError : .ok))
      let open = try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
      #expect(open.map(\.isCredit) == (isListed ? [false] : []))
      // Another file tells nothing new.
      let again = try await bank.read(
        statement.replacing("<MsgId>S2<", with: "<MsgId>S3<"), on: "2026-11-24")
      #expect(again.unmatched.isEmpty && again.known == (isListed ? 1 : 0))
    }
  }

  @Test("a debit from the account of a payer waits, and a refund that the books have does not")
  func account() async throws {
    try await Self.collected { bank in
      let one = Self.out("13.50", "Kunde", account: 2)
      let reading = try await bank.read(BankMessages.statement("S2", [one]), on: "2026-11-24")
      #expect(reading.unmatched.map(\.reason) == ["return_unknown"])
    }
    try await Self.collected { bank in
      try await bank.books.run("update payment_attempt set state = 'returned' where invoice_id > 1")
      try await bank.books.connection.operation {
        try PaymentOperations(at: 1_795_600_000, by: "tester").refund(1, amount: 1000, over: $0)
      }
      let one = Self.out("10.00", "INV-000001")
      let reading = try await bank.read(BankMessages.statement("S2", [one]), on: "2026-11-26")
      #expect(reading.unmatched.isEmpty && reading.others == 1, "\(reading.text)")
      try await bank.books.run("update payment_attempt set state = 'approved' where invoice_id > 1")
    }
  }

  @Test("what the bank gives back of its fees is listed", arguments: ["CHRG", "COMM", "FEES"])
  func feeBack(subFamily: String) async throws {
    try await Self.collected { bank in
      var one = Booking.told("3.50", text: "Erstattung Entgelt", on: "2026-11-18")
      (one.family, one.subFamily) = ("MDOP", subFamily)
      let reading = try await bank.read(BankMessages.statement("S2", [one]), on: "2026-11-24")
      #expect(reading.unmatched.map(\.amount) == [350] && reading.others == 0)
    }
  }

  @Test("a booking of nothing that nets a credit and a return is both", arguments: [true, false])
  func net(isCredit: Bool) async throws {
    try await BankBooks.with(2) { bank in
      _ = try await bank.handOver()
      let first = Booking.told("10.00", id: try await bank.endToEnd(1), on: "2026-11-16")
      _ = try await bank.read(BankMessages.statement("S1", [first]), on: "2026-11-16")
      let parts = ["DBIT", "CRDT"].enumerated().map {
        "<TxDtls><Refs><EndToEndId>ID\($0.offset)</EndToEndId></Refs><Amt Ccy=\"EUR\">10.00</Amt>"
          + "<CdtDbtInd>\($0.element)</CdtDbtInd></TxDtls>"
      }
      var net = Booking(
        amount: "0.00", isCredit: isCredit, day: "2026-11-17", details: parts.joined())
      for place in 0...1 {
        net.details = net.details.replacing(
          "ID\(place)<", with: "\(try await bank.endToEnd(place + 1))<")
      }
      let reading = try await bank.read(BankMessages.statement("S2", [net]), on: "2026-11-17")
      #expect(
        [reading.declined, reading.collected, reading.others] as [Int] == [1, 1, 0],
        "\(reading.text)")
      #expect(reading.exitCode == .ok)
      let again = try await bank.read(BankMessages.statement("S3", [net]), on: "2026-11-17")
      #expect(again.exitCode == .ok && again.declined == 0, "\(again.text)")
      #expect(try await bank.settle("2026-11-24").booked == 1000)
      // What does not come to nothing is of nothing.
      (net.isCredit, net.details) = (true, parts[0])
      let bare = try await bank.read(BankMessages.statement("S4", [net]), on: "2026-11-18")
      #expect(bare.others == 1 && bare.exitCode == .ok, "\(bare.text)")
      try await expectSound(bank.books)
    }
  }

  @Test("a debit that names the invoice of one that is pending holds it")
  func held() async throws {
    try await BankBooks.with(2) { bank in
      _ = try await bank.handOver()
      let one = Self.out("13.50", "PRLV IMPAYE INV-000002")
      _ = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-17")
      let settled = try await bank.settle("2026-11-23")
      #expect([settled.approved, settled.held] as [Int] == [1, 1])
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a fee beside a return in one booking, without an id, is listed whatever the code, and booked",
    arguments: ["RDDT/ESDD", "MDOP/OTHR", "IDDT/UPDD", "IDDT/PRDD", "NRTI+109+901", "21"],
    [true, false])
  func fee(code: String, isApproved: Bool) async throws {
    try await BankBooks.with(2) { bank in
      _ = try await bank.handOver()
      if isApproved { _ = try await bank.settle("2026-11-23") }
      var both = Self.out("13.50", "", code: code)
      both.details =
        "<TxDtls><Refs><EndToEndId>\(try await bank.endToEnd(1))</EndToEndId></Refs><AmtDtls>"
        + "<TxAmt><Amt Ccy=\"EUR\">10.00</Amt></TxAmt></AmtDtls><RtrInf><Rsn><Cd>AM04</Cd></Rsn>"
        + "</RtrInf></TxDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy=\"EUR\">3.50</Amt></TxAmt></AmtDtls>"
        + "<RmtInf><Ustrd>Entgelt</Ustrd></RmtInf></TxDtls>"
      let reading = try await bank.read(BankMessages.statement("S1", [both]), on: "2026-11-24")
      #expect(reading.returned + reading.declined == 1)
      #expect(reading.unmatched.map(\.reason) == ["return_unknown"], "\(reading.text)")
      #expect(reading.unmatched.map(\.amount) == [350])
      let again = try await bank.read(
        BankMessages.statement("S2", [both], version: "camt.054.001.08"), on: "2026-11-24")
      #expect([again.known, again.unmatched.count] as [Int] == [2, 0])
      let open = try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
      let id = try #require(open.first?.id)
      #expect(open.count == 1)
      _ = try await bank.books.connection.operation {
        try BankEntry.charge(id, note: "a fee", at: 1_795_600_000, by: "tester", on: $0)
      }
      try await expectTexts(
        bank.books,
        "select sum(amount_minor) from journal_line where account_code = '6500'", ["350"])
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a transfer taken back waits, by its family, id, payer or invoice, also a part of it",
    arguments: [
      ("10.00", "Correction", "RCDT/ESCT", "taken_back"),
      ("4.00", "Correction", "RCDT/ESCT", "taken_back"),
      ("4.00", "id", "NMSC", "taken_back"), ("9.75", "id", "RDDT/ESDD", "taken_back"),
      ("4.00", "Part of INV-000001", "NMSC", "taken_back"),
      ("4.00", "account", "NMSC", "taken_back"), ("10.00", "Hello", "899", "taken_back"),
      ("4.00", "Ueberweiser Rueckruf", "NMSC", "return_unknown"),
      ("4.00", "Hello", "ICDT/RRTN", "taken_back"), ("4.00", "Hello", "ICDT/RPCR", "taken_back"),
      ("4.00", "Hello", "MDOP/RRTN", "taken_back"), ("4.00", "payee", "NTRF", "taken_back"),
      ("4.00", "payee", "NTAV/NTAV", "taken_back"), ("4.00", "payee", "RDDT/ESDD", nil),
      ("4.00", "payee", "ICDT/ESCT", nil), ("10.00", "payee", "ICDT/ESCT", "taken_back"),
      ("10.00", "payee", "NTRF+117+900", nil), ("10.00", "payee", "NTRF+116+900", "taken_back"),
      ("10.00", "supplier", "ICDT/ESCT", nil), ("10.00", "Invoice 55", "ICDT/ESCT", nil),
      ("4.00", "Hello", "NMSC", nil), ("10.00", "Hello", "RDDT/ESDD", nil),
      ("4.00", "Part of INV-000001", "ICDT/ESCT", "taken_back"),
      ("10.00", "INV-000002", "ICDT/ESCT", nil), ("4.00", "INV-000002", "NMSC", nil),
    ] as [(String, String, String, String?)])
  func transfer(amount: String, text: String, code: String, reason: String?) async throws {
    try await BankBooks.withOwing(2) { bank in
      var paid = Booking.told(
        "10.00", payer: "Ann", id: "KD-77", text: "INV-000001", reference: "A1", on: "2026-11-04")
      paid.details = paid.details.replacing(
        "</RltdPties>",
        with: "<DbtrAcct><Id><IBAN>\(BankBooks.iban(77))</IBAN></Id></DbtrAcct></RltdPties>")
      #expect(
        try await bank.read(BankMessages.statement("S1", [paid]), on: "2026-11-04").payments == 1)
      var back = Self.out(amount, text, code: code, account: text == "account" ? 77 : nil)
      if text == "id" {
        back.details = back.details.replacing(
          "<RmtInf>", with: "<Refs><EndToEndId>KD-77</EndToEndId></Refs><RmtInf>")
      }
      if text == "payee" || text == "supplier" {
        let account = BankBooks.iban(text == "payee" ? 77 : 78)
        back.details = back.details.replacing(
          "<RmtInf>",
          with: "<RltdPties><CdtrAcct><Id><IBAN>\(account)</IBAN></Id></CdtrAcct>"
            + "</RltdPties><RmtInf>")
      }
      let reading = try await bank.read(BankMessages.statement("S2", [back]), on: "2026-11-17")
      #expect(reading.unmatched.map(\.reason) == (reason.map { [$0] } ?? []), "\(reading.text)")
      #expect(reading.others == (reason == nil ? 1 : 0))
      try await expectTexts(bank.books, "select amount_minor from payment", ["1000"])
    }
  }

  @Test("a transfer back to a payer that the books have as a refund is none to look at")
  func refunded() async throws {
    try await BankBooks.withOwing(2) { bank in
      let paid = Booking.told(
        "10.00", payer: "Ann", text: "INV-000001", reference: "A1", on: "2026-11-04")
      _ = try await bank.read(BankMessages.statement("S1", [paid]), on: "2026-11-04")
      let payments = PaymentOperations(at: 1_794_000_000, by: "tester")
      try await bank.books.connection.transaction {
        try payments.refund(1, amount: 1000, reason: "twice", over: $0)
      }
      let back = Self.out("10.00", "Refund INV-000001", code: "ICDT/ESCT")
      let reading = try await bank.read(BankMessages.statement("S2", [back]), on: "2026-11-17")
      #expect(reading.unmatched.isEmpty && reading.others == 1, "\(reading.text)")
    }
  }

  @Test("a return that names nothing is known once a file tells of it by its reference")
  func told() async throws {
    try await Self.collected { bank in
      _ = try await bank.read(
        BankMessages.statement("S2", [Self.out("10.00", "Kunde")]), on: "2026-11-24")
      var back = Booking.returned(try await bank.endToEnd(2), "AM04", on: "2026-11-17")
      back.reference = "R7"
      let reading = try await bank.read(
        BankMessages.statement("N1", [back], version: "camt.054.001.08"), on: "2026-11-24")
      #expect(reading.returned == 1 && reading.exitCode == .ok, "\(reading.text)")
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).isEmpty)
    }
  }
}
