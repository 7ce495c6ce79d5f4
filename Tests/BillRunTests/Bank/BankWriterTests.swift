// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Foundation
import Postgres
import TestSupport
import Testing

/// RULES 4: pain.008 files with their control sums, days and notices.
@Suite struct BankWriterTests {
  @Test("a file has the debits that wait, once, with sums and days that tie")
  func write() async throws {
    try await BankBooks.with(3) { bank in
      let writing = try await bank.write("2026-11-02")
      #expect(writing.exitCode == .ok)
      let file = try #require(writing.written.first)
      #expect([Int(file.debits), Int(file.sum)] as [Int] == [3, 3000])
      let text = try bank.text(of: file)
      #expect(text.contains("<MsgId>\(file.messageID)</MsgId>"))
      #expect(text.ranges(of: "<NbOfTxs>3</NbOfTxs><CtrlSum>30.00</CtrlSum>").count == 2)
      #expect(text.ranges(of: "<InstdAmt Ccy=\"EUR\">10.00</InstdAmt>").count == 3)
      // Told on the 1st, two weeks later is a Sunday.
      #expect(text.contains("<ReqdColltnDt>2026-11-16</ReqdColltnDt>"))
      #expect(text.contains("<SeqTp>RCUR</SeqTp>"))
      #expect(text.contains("<Nm>Kaeufer + Soehne 2</Nm>"))
      #expect(text.contains("<IBAN>\(BankBooks.iban(2))</IBAN>"))
      let blocks = try await BankFile.Block.list(of: file.id, on: bank.books.connection)
      #expect(
        blocks.map { $0.days.map { $0?.description } } == [["2026-11-16", "2026-11-23", nil]])
      try await expectTexts(
        bank.books,
        "select request #>> '{debit,end_to_end_id}' = gateway_ref and gateway_ref = end_to_end_id "
          + "from payment_attempt join bank_debit using (payment_attempt_id)",
        ["true", "true", "true"])
      #expect(try await bank.write("2026-11-02").written.isEmpty)
      #expect(try await bank.write("2026-11-09").written.isEmpty)
      #expect(try bank.files.count == 1)
      try await expectSound(bank.books)
    }
  }

  @Test("nobody is debited who was not told, nor closed or disputed, and all of them are listed")
  func waiting() async throws {
    try await BankBooks.with(3, told: false) { bank in
      let none = try await bank.write("2026-11-02")
      #expect(none.written.isEmpty && none.exitCode == .dataError)
      #expect(none.waiting.map(\.reason) == ["no_notice", "no_notice", "no_notice"])
      try await bank.tell("2026-11-03", of: 1)
      try await bank.tell("2026-11-03", of: 2)
      try await bank.books.run("update message set state = 'bounced' where invoice_id = 2")
      let one = try await bank.write("2026-11-03")
      #expect(one.written.map(\.debits) == [1])
      #expect(one.waiting.map(\.invoice) == [2, 3])
      try await bank.tell("2026-11-03")
      try await bank.books.run("update invoice set closed = true where invoice_id = 3")
      let two = try await bank.write("2026-11-04")
      #expect(two.written.map(\.debits) == [1])
      #expect(two.waiting.map(\.reason) == ["closed"])
      try await expectSound(bank.books)
    }
  }

  @Test("who sends notices by other means has the invoice date count")
  func elsewhere() async throws {
    try await BankBooks.with(1, told: false, { $0.notice = .elsewhere }) { bank in
      let file = try #require(try await bank.write("2026-11-02").written.first)
      #expect(try bank.text(of: file).contains("<ReqdColltnDt>2026-11-16</ReqdColltnDt>"))
    }
  }

  @Test(
    "the bank has its lead and its cut-off, the payer the mandate's days",
    arguments: [
      ("2026-11-02", 629, "2026-11-04"), ("2026-11-02", 630, "2026-11-05"),
      ("2026-11-06", 700, "2026-11-11"), ("2026-11-07", 0, "2026-11-11"),
    ])
  func days(asOf: String, minute: Int, collected: String) async throws {
    try await BankBooks.with(
      1, mandate: ", \"notice_days\": 1, \"scheme\": \"b2b\"",
      {
        $0.leadDays = 2
        $0.cutOff = 630
      }
    ) { bank in
      let writing = try await bank.write(asOf, minute: Int64(minute))
      let text = try bank.text(of: try #require(writing.written.first))
      #expect(text.contains("<ReqdColltnDt>\(collected)</ReqdColltnDt>"))
      #expect(text.contains("<LclInstrm><Cd>B2B</Cd></LclInstrm>"))
    }
  }

  @Test("a crash between commit and disk loses nothing, and the file comes back to the byte")
  func crash() async throws {
    struct Crash: Error {}
    try await BankBooks.with(2) { bank in
      await #expect(throws: Crash.self) {
        try await bank.write("2026-11-02") { $0.fault = { throw Crash() } }
      }
      #expect(try bank.files.isEmpty)
      let restored = try #require(try await bank.write("2026-11-03").restored.first)
      let path = "\(bank.folder.path)/\(restored.messageID).xml"
      let first = try Data(contentsOf: URL(filePath: path))
      let kept = try await BankFile.content(restored.id, on: bank.books.connection)
      #expect(kept == [UInt8](first))
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(mode as? Int == 0o600)
      try FileManager.default.removeItem(atPath: path)
      #expect(try await bank.write("2026-11-04").restored.map(\.id) == [restored.id])
      #expect(try Data(contentsOf: URL(filePath: path)) == first)
      try await expectSound(bank.books)
    }
  }

  @Test("two at once put no debit into two files, and the schema would refuse it")
  func twoAtOnce() async throws {
    try await BankBooks.with(4) { bank in
      let results = await withTaskGroup(of: Result<BankWriting, any Error>.self) { group in
        for _ in 0..<4 {
          group.addTask {
            do { return .success(try await bank.write("2026-11-02")) } catch {
              return .failure(error)
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      for case .failure(let error) in results {
        #expect((error as? BillRunError)?.code == "bank_at_work")
      }
      try await bank.write("2026-11-02")
      try await expectTexts(
        bank.books, "select concat_ws(' ', debit_count, sum_minor) from bank_file", ["4 4000"])
      await #expect(throws: PostgresError.self) {
        try await bank.books.run("insert into bank_debit select * from bank_debit limit 1")
      }
      try await expectSound(bank.books)
    }
  }

  @Test("what is no longer owed, or from an old account, is withdrawn before it goes out")
  func withdrawn() async throws {
    try await BankBooks.with(3) { bank in
      let day = try #require(LocalDate(iso: "2026-11-02"))
      var payment = NewPayment(
        customer: 1, amount: 400, currency: try #require(Currency(code: "eur")), date: day)
      payment.invoices = [.init(invoice: 1)]
      let moment = Int64(day.daysSince1970) * 86_400
      let part = payment
      try await bank.books.connection.operation {
        _ = try PaymentOperations(at: moment, by: "tester").record([part], on: $0)
      }
      try await bank.source(2, account: 22)
      let writing = try await bank.write("2026-11-02")
      #expect(writing.withdrawn == 2)
      #expect(writing.written.map(\.debits) == [1])
      try await expectTexts(
        bank.books, BankBooks.attempts,
        ["1 1 declined withdrawn technical", "2 1 declined withdrawn technical", "3 1 pending"])
      #expect(try await bank.charge("2026-11-03").count("pending") == 2)
      let next = try #require(try await bank.write("2026-11-03").written.first)
      #expect([Int(next.debits), Int(next.sum)] as [Int] == [2, 1600])
      #expect(try bank.text(of: next).contains(BankBooks.iban(22)))
      try await expectSound(bank.books)
    }
  }

  @Test("a rehearsal writes nothing")
  func dry() async throws {
    try await BankBooks.with { bank in
      let writing = try await bank.write("2026-11-02") { $0.isDry = true }
      #expect(writing.written.map(\.debits) == [2])
      #expect(try bank.files.isEmpty)
      #expect(try await BankFile.list(on: bank.books.connection).isEmpty)
      // It is the file that is written then.
      let tried = writing.written.map(\.messageID)
      #expect(try await bank.write("2026-11-02").written.map(\.messageID) == tried)
      #expect(tried.allSatisfy { $0.hasSuffix("-F1") })
    }
  }

  @Test("a copy of the books writes no files, nor do books with a doubt", arguments: [true, false])
  func copy(isDry: Bool) async throws {
    try await BankBooks.with(1) { bank in
      try await bank.books.run("update gateway_account set place = 'elsewhere'")
      for _ in 1...2 {
        let error = await #expect(throws: BillRunError.self) {
          try await bank.write("2026-11-02") { $0.isDry = isDry }
        }
        #expect(error?.code == "gateway_differs" && error?.status == .configuration)
      }
      #expect(try bank.files.isEmpty)
      #expect(try await BankFile.list(on: bank.books.connection).isEmpty)
    }
  }

  @Test("a doubt about a bank stands until a person confirms its files")
  func confirmed() async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      try await bank.books.run("update gateway_account set place = 'elsewhere'")
      let gateways = GatewaySet([bank.gateway])
      for _ in 1...2 {
        let comparison = try await GatewayComparison.read(
          gateways, since: 0, at: 0, of: bank.books.database)
        #expect(comparison.exitCode == .dataError && comparison.silent == ["bank"])
        #expect(comparison.doubts.keys.sorted() == ["bank"])
        #expect(comparison.text.contains("billrun charge adopt --gateway bank"))
        await #expect(throws: BillRunError.self) { try await bank.write("2026-11-02") }
      }
      let connection = bank.books.connection
      let found = try await FileConfirmation.read(of: "bank", among: gateways, on: connection)
      #expect(found.files.count == 1)
      #expect(found.text(isConfirmed: false).contains("--confirm 1"))
      let error = await #expect(throws: BillRunError.self) {
        try await found.confirm(2, at: 60, by: "tester", on: connection)
      }
      #expect(error?.code == "count_differs" && error?.status == .dataError)
      await #expect(throws: BillRunError.self) { try await bank.write("2026-11-02") }
      try await found.confirm(1, at: 60, by: "tester", on: connection)
      try await bank.write("2026-11-02")
      try await expectTexts(
        bank.books,
        "select kind || ' ' || (detail ->> 'gateway') from event "
          + "where kind in ('gateway_confirmed', 'book_named') order by event_id",
        ["gateway_confirmed bank", "book_named bank"])
      #expect(
        try await GatewayComparison.read(gateways, since: 0, at: 0, of: bank.books.database)
          .exitCode == .ok)
    }
  }

  @Test("a file is handed over once")
  func moves() async throws {
    try await BankBooks.with(1) { bank in
      let file = try await bank.handOver()
      for state in [BankFile.State.handedOver, .acknowledged, .acknowledged] {
        do {
          try await BankFile.move(
            file.id, to: state, for: GatewaySet([bank.gateway]), at: 0, by: "tester",
            on: bank.books.connection)
        } catch let error as BillRunError {
          #expect(error.status == .dataError)
        }
      }
      #expect(try await BankFile.read(file.id, on: bank.books.connection).state == .acknowledged)
      try await expectTexts(
        bank.books, "select kind from event where kind like 'bank%' order by event_id",
        ["bank_file_written", "bank_file_handed_over", "bank_file_acknowledged"])
      // It is not written again by itself, but when it is asked for.
      try FileManager.default.removeItem(atPath: "\(bank.folder.path)/\(file.messageID).xml")
      #expect(try await bank.write("2026-11-03").restored.isEmpty)
      let writer = BankWriter(
        database: bank.books.database, gateways: GatewaySet([bank.gateway]), user: "tester")
      let again = try await writer.writeAgain(file.id, to: bank.folder.path)
      #expect(again.restored.map(\.id) == [file.id])
    }
  }

  @Test("an invoice in a file cannot be voided as if it never was")
  func void() async throws {
    try await BankBooks.with(1, told: false, { $0.notice = .elsewhere }) { bank in
      let file = try await bank.handOver()
      _ = try await bank.read(
        BankMessages.status(of: file, rejects: [try await bank.endToEnd(1): "AC04"]),
        on: "2026-11-03")
      let day = try #require(LocalDate(iso: "2026-11-03"))
      let operations = InvoiceOperations(at: Int64(day.daysSince1970) * 86_400, by: "tester")
      let error = await #expect(throws: BillRunError.self) {
        try await bank.books.connection.operation {
          try operations.void([1], on: $0)
        }
      }
      #expect(error?.status == .dataError)
    }
  }

  /// Gives each customer an account outside the European Economic Area, and charges it.
  private static func moveAbroad(_ bank: BankBooks, _ ibans: [String]) async throws {
    for (index, iban) in ibans.enumerated() {
      try await bank.books.run(
        """
        update customer set country = '\(iban.prefix(2))', city = 'Zürich & "Umland"',
          postal_code = '80<01', address1 = 'Bahnhofstraße 1', address2 = null
        where customer_id = \(index + 1);
        update payment_source set token = '\(iban)',
          mandate = mandate || '{"bic": "ABCD\(iban.prefix(2))22XXX"}'
        where customer_id = \(index + 1);
        update invoice set next_payment_attempt_on = '2026-11-01' where invoice_id = \(index + 1);
        delete from payment_attempt where invoice_id = \(index + 1)
        """)
    }
    try await bank.charge("2026-11-01")
  }

  private static let abroad = [
    "CH9300762011623852957", "GB29NWBK60161331926819", "MC5811222000010123456789030",
    "SM86U0322509800000000270100", "AD1200012030200359100100", "VA59001123000012345678",
  ]

  @Test("debtors outside the European Economic Area have their bank and address in the file")
  func abroad() async throws {
    try await BankBooks.with(7) { bank in
      try await Self.moveAbroad(bank, Self.abroad)
      let file = try #require(try await bank.write("2026-11-02").written.first)
      #expect(file.debits == 7)
      let text = try bank.text(of: file)
      #expect(text.ranges(of: "<PstlAdr>").count == 6)
      #expect(
        text.contains(
          "<DbtrAgt><FinInstnId><BICFI>ABCDCH22XXX</BICFI></FinInstnId></DbtrAgt><Dbtr>"
            + "<Nm>Kaeufer + Soehne 1</Nm><PstlAdr><PstCd>80 01</PstCd>"
            + "<TwnNm>Zuerich + Umland</TwnNm><Ctry>CH</Ctry>"
            + "<AdrLine>Bahnhofstrasse 1</AdrLine></PstlAdr></Dbtr>"))
      try await expectSound(bank.books)
    }
  }

  @Test(
    "files are valid by the schema of ISO 20022",
    .enabled(
      if: BankMessages.schema != nil && Peer.isExecutable("xmllint"),
      "scripts/test --peers installs xmllint and sepaxml"))
  func schema() async throws {
    try await BankBooks.with(40, { $0.bic = "COBADEFFXXX" }) { bank in
      try await bank.books.run(
        """
        update message set queued_at = '2026-11-05 12:00+00' where invoice_id % 3 = 0;
        update payment_attempt set request = jsonb_set(request, '{debit,debtor}', '"Жук 鈴木"')
        where invoice_id % 5 = 0
        """)
      try await Self.moveAbroad(bank, Self.abroad)
      try await bank.source(7, account: 77, mandate: ", \"scheme\": \"b2b\"")
      let file = try #require(try await bank.write("2026-11-02").written.first)
      let schema = try #require(BankMessages.schema)
      let run = Process()
      run.executableURL = URL(filePath: "/usr/bin/env")
      run.arguments = [
        "xmllint", "--noout", "--nonet", "--schema", schema,
        "\(bank.folder.path)/\(file.messageID).xml",
      ]
      run.standardError = Pipe()
      try run.run()
      run.waitUntilExit()
      #expect(run.terminationStatus == 0)
      #expect(file.debits == 39)
    }
  }

  @Test(
    "verify finds files that do not tie",
    arguments: [
      "update bank_file set sum_minor = 2001",
      "update bank_block set debit_count = 3",
      "update bank_debit set amount_minor = 999 where end_to_end_id like '%-1-1'",
    ])
  func untied(sql: String) async throws {
    try await BankBooks.with(2) { bank in
      try await bank.write("2026-11-02")
      try await bank.books.run(sql)
      let found = Set(try await bank.books.offences().map { $0.prefix(24) })
      #expect(found == ["bank_files: bank_file 1:"])
    }
  }
}
