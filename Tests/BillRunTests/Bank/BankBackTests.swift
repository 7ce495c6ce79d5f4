// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: money that comes back, ours and that of others, is told from what customers pay.
@Suite struct BankBackTests {
  private typealias Booking = BankMessages.Booking

  private static let balances = """
    select concat_ws(' ', account_code, sum(amount_minor)) from journal_line
    where account_code in ('1000', '1060', '1200', '6500') group by account_code
    having sum(amount_minor) <> 0 order by 1
    """

  @Test(
    "money of ours that comes back is listed and pays nothing, however the bank tells it",
    arguments: [
      ("RCDT", "RRTN", nil, "INV-000001"), ("ICDT", "ESCT", nil, "INV-000001"),
      ("IRCT", "ESCT", nil, "INV-000001"), ("ICDT", "RPCR", nil, "Refund"),
      (nil, "", "NTRF+159+1234", "INV-000001"),
      (nil, "", nil, "Rücküberweisung INV-000001"), (nil, "", nil, "RUECKUEBERWEISUNG Refund"),
    ] as [(String?, String, String?, String)])
  func refund(family: String?, subFamily: String, code: String?, text: String) async throws {
    try await BankBooks.withOwing(1) { bank in
      var one = Booking.transfer("10.00", text, reference: "A7", on: "2026-11-04")
      (one.family, one.subFamily, one.ownCode) = (family, subFamily, code)
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-05")
      #expect(reading.payments == 0 && reading.exitCode == .dataError)
      #expect(reading.unmatched.map(\.reason) == ["taken_back"])
    }
  }

  @Test(
    "a debit that looks like a return is listed, however the bank tells it",
    arguments: [
      ("IDDT", "UPDD", nil, "Rent", true), ("IDDT", "ESDD", nil, "Rent", true),
      ("RCHQ", "UPCQ", nil, "Check 17", true), (nil, "", "NRTI+109+914", "Rent", true),
      (nil, "", "NRTI+108+914", "Rent", true), (nil, "", nil, "RÜCKLASTSCHRIFT Rent", true),
      ("ICDT", "ESCT", nil, "Rent", false), ("RDDT", "ESDD", nil, "Power", false),
      (nil, "", "NTRF+116+1090", "Rent 1090", false),
    ] as [(String?, String, String?, String, Bool)])
  func debit(
    family: String?, subFamily: String, code: String?, text: String, isListed: Bool
  ) async throws {
    try await BankBooks.withOwing(1) { bank in
      var one = Booking.told(
        "10.00", payer: "Ann", id: "FOREIGN-1", text: text, reference: "A7", on: "2026-11-04")
      (one.family, one.subFamily, one.ownCode) = (family, subFamily, code)
      one.isCredit = false
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-05")
      #expect(reading.unmatched.map(\.reason) == (isListed ? ["return_unknown"] : []))
      #expect(reading.others == (isListed ? 0 : 1))
    }
  }

  @Test(
    "a transfer that we sent with the id of a debit is its refund: known, or listed",
    arguments: [
      ("ICDT", nil, false), ("ICDT", nil, true), ("IRCT", nil, true),
      (nil, "NTRF+116+1090", true), (nil, "NTRF+118", true), (nil, "118", false),
    ] as [(String?, String?, Bool)])
  func ownRefund(family: String?, code: String?, isKnown: Bool) async throws {
    try await BankBooks.with(1) { bank in
      let file = try await bank.handOver()
      let block = Booking.batch(of: file, amount: "10.00", on: "2026-11-16")
      _ = try await bank.read(BankMessages.statement("S1", [block]), on: "2026-11-16")
      #expect(try await bank.settle("2026-11-23").booked == 1000)
      if isKnown {
        try await bank.books.connection.operation {
          try PaymentOperations(at: 1_795_600_000, by: "tester").refund(
            1, amount: 1000, over: $0)
        }
      }
      let before = try await bank.books.texts(Self.balances)
      var one = Booking.told("10.00", id: try await bank.endToEnd(1), on: "2026-11-26")
      (one.isCredit, one.family, one.ownCode) = (false, family, code)
      let reading = try await bank.read(BankMessages.statement("S2", [one]), on: "2026-11-26")
      #expect(reading.returned == 0)
      #expect(reading.unmatched.map(\.reason) == (isKnown ? [] : ["refund_unknown"]))
      #expect(reading.others == (isKnown ? 1 : 0))
      try await expectTexts(bank.books, Self.balances, before)
      // With a reason it is a return all the same.
      one.details = one.details.replacing(
        "</Refs>", with: "</Refs><RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>")
      one.day = "2026-11-27"
      let back = try await bank.read(BankMessages.statement("S3", [one]), on: "2026-11-27")
      #expect([back.returned, back.unmatched.count] as [Int] == (isKnown ? [0, 1] : [1, 0]))
      try await expectSound(bank.books)
    }
  }

  @Test("a refund is one transfer's: what is sent once more is listed")
  func refundTwice() async throws {
    try await BankBooks.with(1) { bank in
      let file = try await bank.handOver()
      let block = Booking.batch(of: file, amount: "10.00", on: "2026-11-16")
      _ = try await bank.read(BankMessages.statement("S1", [block]), on: "2026-11-16")
      _ = try await bank.settle("2026-11-23")
      try await bank.books.connection.operation {
        try PaymentOperations(at: 1_795_600_000, by: "tester").refund(1, amount: 400, over: $0)
      }
      var sent = Booking.told(
        "4.00", id: try await bank.endToEnd(1), reference: "A1", on: "2026-11-26")
      (sent.isCredit, sent.family) = (false, "ICDT")
      let first = try await bank.read(BankMessages.statement("S2", [sent]), on: "2026-11-26")
      #expect([first.others, first.unmatched.count] as [Int] == [1, 0])
      let again = try await bank.read(
        BankMessages.statement("S3", [sent], version: "camt.054.001.08"), on: "2026-11-26")
      #expect([again.known, again.unmatched.count] as [Int] == [1, 0])
      (sent.reference, sent.day) = ("B2", "2026-11-27")
      let second = try await bank.read(BankMessages.statement("S4", [sent]), on: "2026-11-27")
      #expect(second.unmatched.map(\.reason) == ["refund_unknown"])
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).count == 1)
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a refund that comes back is no collection of its debit",
    arguments: [
      ("ICDT", "ESCT", nil, "", ""), ("RCDT", "RRTN", nil, "", ""),
      (nil, "", "NTRF+159+1", "", ""), (nil, "", nil, "Rueckueberweisung", ""),
      (nil, "", nil, "Rücküberweisung", ""), (nil, "", nil, "Rückueberweisung", ""),
      ("RCDT", "ESCT", nil, "", "AC01"),
    ] as [(String?, String, String?, String, String)])
  func bounced(
    family: String?, subFamily: String, code: String?, text: String, reason: String
  ) async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      #expect(try await bank.settle("2026-11-23").approved == 1)
      var back = Booking.told("10.00", id: try await bank.endToEnd(1), text: text, on: "2026-11-27")
      (back.family, back.subFamily, back.ownCode) = (family, subFamily, code)
      if !reason.isEmpty {
        back.details = back.details.replacing(
          "</TxDtls>", with: "<RtrInf><Rsn><Cd>\(reason)</Cd></Rsn></RtrInf></TxDtls>")
      }
      let reading = try await bank.read(BankMessages.statement("S1", [back]), on: "2026-11-27")
      #expect(reading.unmatched.map(\.reason) == ["taken_back"] && reading.collected == 0)
      try await expectTexts(bank.books, "select count(booked_on) from bank_debit", ["0"])
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a transfer with the id of a debit is a customer's own, and the block is collected as a whole",
    arguments: [("RCDT", nil), ("RRCT", nil), (nil, "NTRF+166+1"), (nil, "168")]
      as [(String?, String?)], ["10.00", "4.00"])
  func copiedID(code: (family: String?, own: String?), amount: String) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      var copied = Booking.told(
        amount, payer: "Ann", id: try await bank.endToEnd(1), text: "INV-000001",
        on: "2026-11-13")
      (copied.family, copied.ownCode) = (code.family, code.own)
      let first = try await bank.read(BankMessages.statement("S1", [copied]), on: "2026-11-13")
      #expect(first.unmatched.map(\.reason) == ["names_debit"] && first.collected == 0)
      let block = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      let second = try await bank.read(BankMessages.statement("S2", [block]), on: "2026-11-16")
      #expect(second.collected == 1 && second.exitCode == .ok, "\(second.text)")
      #expect(try await bank.settle("2026-11-23").booked == 2000)
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a return with the id of a debit and the mandate or account of another customer is listed",
    arguments: ["M-2", "M-1", "X-9", "text", "account", "own account", "other account"])
  func ofTwo(named: String) async throws {
    try await BankBooks.with(2) { bank in
      _ = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      let account = ["account": 2, "own account": 1, "other account": 9][named]
      var one = Booking.told(
        "13.00", id: id, text: named == "text" ? "MREF+M-2 SVWZ+X" : "Return", on: "2026-11-17")
      (one.isCredit, one.family, one.subFamily) = (false, "IDDT", "UPDD")
      if named.contains("-") {
        one.details = one.details.replacing("</Refs>", with: "<MndtId>\(named)</MndtId></Refs>")
      }
      if let account {
        one.details = one.details.replacing(
          "</Refs>",
          with: "</Refs><RltdPties><DbtrAcct><Id><IBAN>\(BankBooks.iban(account))</IBAN></Id>"
            + "</DbtrAcct></RltdPties>")
      }
      let isOfTwo = ["M-2", "text", "account"].contains(named)
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-17")
      #expect(reading.unmatched.map(\.reason) == (isOfTwo ? ["names_two_debits"] : []))
      #expect(reading.unmatched.map(\.amount) == (isOfTwo ? [1300] : []))
      #expect(reading.declined == (isOfTwo ? 0 : 1), "\(reading.text)")
      // It holds what it may be of.
      let settled = try await bank.settle("2026-11-23")
      #expect(isOfTwo ? settled.held > 0 : settled.held == 0)
      try await expectSound(bank.books)
    }
  }

  @Test("a return that tells its end-to-end id in its text alone is taken")
  func textReturn() async throws {
    try await BankBooks.with(2) { bank in
      _ = try await bank.handOver()
      var one = Booking.told(
        "13.50", text: "EREF+\(try await bank.endToEnd(1)) MREF+M-1 RUECKLASTSCHRIFT",
        on: "2026-11-17")
      one.isCredit = false
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-17")
      #expect(reading.declined == 1 && reading.exitCode == .ok, "\(reading.text)")
      #expect(try await bank.settle("2026-11-23").approved == 1)
      try await expectSound(bank.books)
    }
  }

  @Test("of a block that is credited one by one, what is missing is not approved, and told")
  func uncredited() async throws {
    try await BankBooks.with(3) { bank in
      _ = try await bank.handOver()
      var credits: [Booking] = []
      for invoice in 1...3 {
        credits.append(
          .told("10.00", id: try await bank.endToEnd(invoice), on: "2026-11-16"))
      }
      let first = try await bank.read(
        BankMessages.statement("S1", Array(credits.prefix(2))), on: "2026-11-16")
      #expect(first.collected == 2)
      let before = try await bank.settle("2026-11-22")
      #expect([before.approved, before.uncredited] as [Int] == [0, 0])
      let settled = try await bank.settle("2026-11-23")
      #expect([settled.approved, settled.uncredited, settled.held] as [Int] == [2, 1, 0])
      #expect(settled.exitCode == .dataError && settled.text.contains("not credited: 1 debit "))
      #expect(try await bank.charge("2026-11-24").count("approved") == 0)
      _ = try await bank.read(BankMessages.statement("S2", [credits[2]]), on: "2026-11-25")
      let last = try await bank.settle("2026-11-25")
      #expect([last.approved, last.uncredited, Int(last.booked)] as [Int] == [1, 0, 1000])
      #expect(last.exitCode == .ok)
      try await expectSound(bank.books)
    }
  }

  @Test(
    "what a person takes back comes out of debits in transit where the bank has booked nothing",
    arguments: [true, false])
  func uncollected(isBooked: Bool) async throws {
    try await BankBooks.with(1) { bank in
      let file = try await bank.handOver()
      let block = Booking.batch(of: file, amount: "10.00", on: "2026-11-16")
      if isBooked {
        _ = try await bank.read(BankMessages.statement("S1", [block]), on: "2026-11-16")
      }
      #expect(try await bank.settle("2026-11-23").approved == 1)
      try await bank.books.connection.operation {
        try PaymentOperations(at: 1_795_600_000, by: "tester").takeReturn(1, fee: 300, over: $0)
      }
      let expected = ["1000 -300", "1200 1000", "6500 300"]
      try await expectTexts(bank.books, Self.balances, expected)
      // Money that comes after all is nobody's by the books.
      if !isBooked {
        let late = try await bank.read(BankMessages.statement("S2", [block]), on: "2026-11-26")
        #expect(late.unmatched.map(\.reason) == ["declined_collected"])
      }
      #expect(try await bank.settle("2026-11-27").booked == 0)
      try await expectTexts(bank.books, Self.balances, expected)
      try await expectSound(bank.books)
    }
  }
}
