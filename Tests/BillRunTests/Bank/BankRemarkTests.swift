// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: what a bank says that nobody here can act on is told, and the rest is read.
@Suite struct BankRemarkTests {
  private typealias Booking = BankMessages.Booking

  /// A pain.002 about the first debit, with what is put in the place of words of it.
  private static func status(
    _ file: BankFile, _ id: String, _ changes: [(String, String)]
  ) -> String {
    changes.reduce(BankMessages.status(of: file, rejects: [id: "AC04"])) {
      $0.replacing($1.0, with: $1.1)
    }
  }

  @Test(
    "statuses that nobody knows and sums that do not tie are told, and the rest is read",
    arguments: [
      ("<TxSts>RJCT</TxSts>", "<TxSts>HUGO</TxSts>", "status_unknown", "HUGO", 0),
      ("<TxSts>RJCT</TxSts>", "<TxSts>CANC</TxSts>", "status_unknown", "CANC", 0),
      ("<TxSts>RJCT</TxSts>", "", "status_missing", "a reason and no status", 0),
      ("<TxSts>RJCT</TxSts>", "<TxSts>ACSP</TxSts>", nil, nil, 0),
      ("<TxSts>RJCT</TxSts>", "<TxSts> RJCT\n</TxSts>", nil, nil, 1),
      (
        "-1</OrgnlPmtInfId>", "-1</OrgnlPmtInfId><PmtInfSts>ODD</PmtInfSts>", "status_unknown",
        "ODD", 1
      ),
      (
        "<GrpSts>", "<OrgnlNbOfTxs>3</OrgnlNbOfTxs><GrpSts>", "sums_differ",
        "OrgnlNbOfTxs 3, ours 2", 1
      ),
      (
        "<GrpSts>", "<OrgnlCtrlSum>20.01</OrgnlCtrlSum><GrpSts>", "sums_differ",
        "OrgnlCtrlSum 20.01, ours 20.00", 1
      ),
      (
        "<GrpSts>", "<OrgnlCtrlSum>much</OrgnlCtrlSum><GrpSts>", "sums_differ",
        "OrgnlCtrlSum much, ours 20.00", 1
      ),
      (
        "<GrpSts>", "<OrgnlNbOfTxs>2</OrgnlNbOfTxs><OrgnlCtrlSum>20</OrgnlCtrlSum><GrpSts>", nil,
        nil, 1
      ),
      (
        "-1</OrgnlPmtInfId>", "-1</OrgnlPmtInfId><OrgnlNbOfTxs>1</OrgnlNbOfTxs>", "sums_differ",
        "OrgnlNbOfTxs 1, ours 2", 1
      ),
      (
        "-1</OrgnlPmtInfId>", "-1</OrgnlPmtInfId><OrgnlCtrlSum>19.99</OrgnlCtrlSum>",
        "sums_differ", "OrgnlCtrlSum 19.99, ours 20.00", 1
      ),
      (
        "</OrgnlGrpInfAndSts>",
        "<NbOfTxsPerSts><DtldNbOfTxs>2</DtldNbOfTxs><DtldSts>RJCT</DtldSts></NbOfTxsPerSts>"
          + "</OrgnlGrpInfAndSts>", "sums_differ", "2 rejected by DtldNbOfTxs, 1 listed", 1
      ),
    ] as [(String, String, String?, String?, Int)])
  func status(
    text: String, put: String, reason: String?, told: String?, declined: Int
  ) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let message = Self.status(file, try await bank.endToEnd(1), [(text, put)])
      let reading = try await bank.read(message, on: "2026-11-03")
      #expect(reading.remarks.map(\.reason) == [reason].compactMap { $0 })
      #expect(reading.remarks.map(\.told) == [told].compactMap { $0 })
      #expect(reading.declined == declined)
      #expect(reading.exitCode == (reason == nil ? .ok : .dataError))
      if let told { #expect(reading.text.contains("the bank says \(told)")) }
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a sum of debits or returns that does not say of which is listed",
    arguments: [
      (false, "IDDT", "<Btch><NbOfTxs>2</NbOfTxs></Btch>", true),
      (false, "IDDT", "", true), (true, "IDDT", "", true),
      (false, nil, "<Btch><NbOfTxs>2</NbOfTxs></Btch>", true),
      (false, "IDDT", "<TxDtls></TxDtls>", true),
      // Wages that we pay, a fee, and the collection of another software.
      (false, "ICDT", "<Btch><NbOfTxs>2</NbOfTxs></Btch>", false), (false, "RDDT", "", false),
      (true, "IDDT", "<Btch><PmtInfId>OTHER</PmtInfId></Btch>", false),
    ] as [(Bool, String?, String, Bool)])
  func sums(isCredit: Bool, family: String?, details: String, isListed: Bool) async throws {
    try await BankBooks.with(2) { bank in
      _ = try await bank.handOver()
      let one = Booking(
        amount: "20.00", isCredit: isCredit, day: "2026-11-17", reference: "S9", details: details,
        family: family)
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-17")
      #expect(reading.unmatched.map(\.reason) == (isListed ? ["details_missing"] : []))
      #expect(reading.others == (isListed ? 0 : 1))
      let again = try await bank.read(BankMessages.statement("S2", [one]), on: "2026-11-18")
      #expect(again.unmatched.isEmpty)
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a sum of returns is superseded once a file tells which by its reference, and known after",
    arguments: [["S9", "S9"], [nil, nil], ["S9", nil], [nil, "S9"], ["S9", "S8"]])
  func sumTold(references: [String?]) async throws {
    try await BankBooks.with(2) { bank in
      _ = try await bank.handOver()
      let sum = Booking(
        amount: "23.00", isCredit: false, day: "2026-11-17", reference: references[0],
        family: "IDDT")
      var parts = Booking.returns(
        "23.00", on: "2026-11-17",
        [(try await bank.endToEnd(1), "10.00", nil), (try await bank.endToEnd(2), "10.00", nil)])
      parts.reference = references[1]
      let first = try await bank.read(BankMessages.statement("S1", [sum]), on: "2026-11-17")
      #expect(first.unmatched.map(\.reason) == ["details_missing"])
      let told = try await bank.read(
        BankMessages.statement("S2", [parts], version: "camt.054.001.08"), on: "2026-11-18")
      #expect(told.declined == 2)
      let isOther = references != ["S9", "S9"]
      let entries = try await BankEntry.list(on: bank.books.connection)
      #expect(entries.map(\.state) == [isOther ? .open : .superseded])
      let again = try await bank.read(
        BankMessages.statement("S3", [sum], version: "camt.052.001.08"), on: "2026-11-18")
      #expect([again.known, again.unmatched.count] as [Int] == [1, 0])
      try await expectSound(bank.books)
    }
  }

  @Test("of two sums that may be meant, both stay listed")
  func sumsAlike() async throws {
    try await BankBooks.with(2) { bank in
      _ = try await bank.handOver()
      let sum = Booking(amount: "10.00", isCredit: false, day: "2026-11-17", family: "IDDT")
      _ = try await bank.read(BankMessages.statement("S1", [sum, sum]), on: "2026-11-17")
      let one = Booking.returned(try await bank.endToEnd(1), "AM04", on: "2026-11-17")
      #expect(
        try await bank.read(BankMessages.statement("S2", [one]), on: "2026-11-18").declined == 1)
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).count == 2)
      try await expectSound(bank.books)
    }
  }

  @Test("what takes another booking back is listed, and nothing is collected by it")
  func takenBack() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      _ = try await bank.read(
        BankMessages.statement("S1", [.batch(of: file, amount: "20.00", on: "2026-11-16")]),
        on: "2026-11-16")
      // The bank takes the whole block back, whether it says that it is a reversal or not.
      var block = Booking.batch(of: file, amount: "20.00", on: "2026-11-17")
      block.isCredit = false
      var reversal = block
      reversal.isReversal = true
      reversal.day = "2026-11-18"
      // A return, and the bank's word that it was none.
      let returned = Booking.returned(try await bank.endToEnd(1), "AM04", on: "2026-11-17")
      var undone = returned
      undone.isCredit = true
      undone.isReversal = true
      undone.day = "2026-11-18"
      // A transfer that the bank recalls, and money of ours that did not arrive.
      var recalled = Booking.told("5.00", text: "INV-000001", on: "2026-11-17")
      recalled.isCredit = false
      recalled.isReversal = true
      let refund = Booking(
        amount: "6.00", day: "2026-11-17",
        details: "<TxDtls><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>", family: "RCDT")
      let reading = try await bank.read(
        BankMessages.statement("S2", [block, reversal, returned, undone, recalled, refund]),
        on: "2026-11-18")
      #expect(
        reading.unmatched.map(\.reason).sorted() == [
          "details_missing", "details_missing", "taken_back", "taken_back", "taken_back",
        ])
      #expect(reading.collected == 0 && reading.others == 0)
      #expect(reading.declined == 1 && reading.exitCode == .dataError)
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).count == 5)
      try await expectSound(bank.books)
    }
  }

  @Test("what waits for a person is listed until somebody has dealt with it, once")
  func clearing() async throws {
    try await BankBooks.withOwing(2) { bank in
      let connection = bank.books.connection
      _ = try await bank.read(
        BankMessages.statement(
          "S1",
          [
            .told("10.00", text: "INV-000001", reference: "A1", on: "2026-11-04"),
            .told("10.00", payer: "Ann", text: "Rent", reference: "A2", on: "2026-11-04"),
            .told("7.00", payer: "Ann", text: "Rent", reference: "A3", on: "2026-11-04"),
          ]), on: "2026-11-05")
      let entries = try await BankEntry.list(on: connection)
      #expect(entries.map(\.state) == [.open, .open, .paid])
      let open = try await BankEntry.list(onlyOpen: true, on: connection)
      #expect(open.map(\.amount) == [700, 1000])
      try await bank.books.run(
        """
        insert into payment (customer_id, method, currency, amount_minor, received_on, reference)
        values (2, 'bank_transfer', 'eur', 1000, '2026-11-04', 'by hand')
        """)
      let id = try #require(
        Int64(try await bank.books.text("select payment_id from payment where customer_id = 2")))
      let other = try #require(
        Int64(try await bank.books.text("select min(payment_id) from payment")))
      let wrong: [(Int64, Int64?, String)] = [
        (99, nil, "bank_entry_not_found"), (entries[2].id, nil, "bank_entry_not_open"),
        (open[0].id, id, "bank_entry_differs"), (open[1].id, other, "bank_entry_differs"),
      ]
      for (entry, payment, code) in wrong {
        let error = await #expect(throws: BillRunError.self) {
          try await connection.operation {
            _ = try BankEntry.clear(
              entry, payment: payment, note: "n", at: 0, by: "tester", on: $0)
          }
        }
        #expect(error?.code == code)
      }
      let events = "select count(*) from event where kind = 'bank_entry_cleared'"
      try await expectTexts(bank.books, events, ["0"])
      for (entry, payment) in [(open[0].id, nil), (open[1].id, id)] as [(Int64, Int64?)] {
        let cleared = try await connection.operation {
          try BankEntry.clear(
            entry, payment: payment, note: "by telephone", at: 60, by: "tester", on: $0)
        }
        #expect(cleared.state == .cleared && cleared.payment == payment)
        #expect(
          cleared.clearing.map { "\($0.moment) \($0.user) \($0.note)" } == "60 tester by telephone")
      }
      #expect(try await BankEntry.list(onlyOpen: true, on: connection).isEmpty)
      try await expectTexts(bank.books, events, ["2"])
      try await bank.books.run(
        "update bank_entry set payment_id = null where payment_id = \(id); "
          + "delete from payment where payment_id = \(id)")
    }
  }

  @Test("an entry in another currency is cleared without a payment only")
  func clearingDollars() async throws {
    try await BankBooks.withOwing(1) { bank in
      var transfer = Booking.told("7.00", payer: "Ann", reference: "A1", on: "2026-11-04")
      transfer.currency = "USD"
      _ = try await bank.read(BankMessages.statement("S1", [transfer]), on: "2026-11-05")
      let connection = bank.books.connection
      let entry = try #require(try await BankEntry.list(onlyOpen: true, on: connection).first)
      try await bank.books.run(
        """
        insert into payment (customer_id, method, currency, amount_minor, received_on, reference)
        values (1, 'bank_transfer', 'usd', 700, '2026-11-04', 'by hand')
        """)
      let payment = try #require(
        Int64(try await bank.books.text("select max(payment_id) from payment")))
      let error = await #expect(throws: BillRunError.self) {
        try await connection.operation {
          _ = try BankEntry.clear(
            entry.id, payment: payment, note: "n", at: 0, by: "tester", on: $0)
        }
      }
      #expect(error?.code == "bank_entry_not_euro" && error?.status == .dataError)
      #expect(error?.message.contains("it is in usd") == true)
      let cleared = try await connection.operation {
        try BankEntry.clear(
          entry.id, payment: nil, note: "payment \(payment)", at: 0, by: "tester", on: $0)
      }
      #expect(cleared.state == .cleared)
      try await bank.books.run("delete from payment where payment_id = \(payment)")
    }
  }

  @Test("a reject of what its file does not have keeps no other from being taken")
  func unknownDebit() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      let status = BankMessages.status(
        of: file, rejects: [id.uppercased(): "AC04", "X-9": "AM04"])
      let reading = try await bank.read(status, on: "2026-11-03")
      #expect(reading.declined == 1 && reading.exitCode == .dataError, "\(reading.text)")
      #expect(reading.remarks.map(\.reason) == ["debit_unknown"])
      #expect(reading.remarks.map(\.subject) == ["debit X-9"])
      // Nobody has looked at it yet.
      let again = try await bank.read(status, on: "2026-11-04")
      #expect([again.declined, again.known, again.remarks.count] as [Int] == [0, 1, 1])
      try await expectSound(bank.books)
    }
  }
}
