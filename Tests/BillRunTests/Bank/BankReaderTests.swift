// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: what banks send back, and when debits are final.
@Suite struct BankReaderTests {
  @Test(
    "a day's work: written, handed over, rejected, booked, returned, settled",
    arguments: [true, false])
  func day(isOld: Bool) async throws {
    try await BankBooks.with(4) { bank in
      let file = try await bank.handOver()
      let rejected = try await bank.read(
        BankMessages.status(
          of: file, rejects: [try await bank.endToEnd(1): "AC04"],
          version: isOld ? "001.03" : "001.10"),
        on: "2026-11-03")
      #expect([rejected.declined, rejected.answered] as [Int] == [1, 1])
      let statement = BankMessages.statement(
        "S1",
        [
          .batch(of: file, amount: "30.00", on: "2026-11-16"),
          .returned(try await bank.endToEnd(2), "AM04", amount: "13.50", on: "2026-11-17"),
        ], version: isOld ? "camt.053.001.02" : "camt.053.001.08")
      let returned = try await bank.read(statement, on: "2026-11-17")
      #expect([returned.declined, returned.collected, returned.others] as [Int] == [1, 1, 0])
      #expect(try await bank.settle("2026-11-22").approved == 0)
      let settled = try await bank.settle("2026-11-23")
      #expect([settled.approved, Int(settled.booked)] as [Int] == [2, 2000])
      try await expectTexts(
        bank.books, BankBooks.attempts,
        [
          "1 1 declined AC04 hard", "2 1 declined AM04 soft", "3 1 approved", "4 1 approved",
        ])
      try await expectTexts(
        bank.books, BankBooks.journal,
        [
          "bank_fee 1000 -350", "bank_fee 6500 350", "debits_settled 1000 2000",
          "debits_settled 1060 -2000", "payment 1060 2000", "payment 1200 -2000",
        ])
      #expect(try await BankFile.read(file.id, on: bank.books.connection).state == .acknowledged)
      try await expectSound(bank.books)
    }
  }

  @Test("a soft return is collected again by the policy, after a new notice")
  func again() async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      _ = try await bank.read(
        BankMessages.statement(
          "S1", [.returned(try await bank.endToEnd(1), "AM04", on: "2026-11-18")]),
        on: "2026-11-18")
      #expect(try await bank.charge("2026-11-20").attempted == 0)
      #expect(try await bank.charge("2026-11-21").count("pending") == 1)
      #expect(try await bank.write("2026-11-21").waiting.map(\.reason) == ["no_notice"])
      try await bank.tell("2026-11-21")
      let file = try #require(try await bank.write("2026-11-23").written.first)
      #expect(try bank.text(of: file).contains("<ReqdColltnDt>2026-12-07</ReqdColltnDt>"))
      #expect(try await bank.endToEnd(1, try: 2).hasSuffix("-1-2"))
      try await expectSound(bank.books)
    }
  }

  @Test("charging settles as its first step, and leaves pending debits untouched")
  func charging() async throws {
    try await BankBooks.with(2) { bank in
      _ = try await bank.handOver()
      let rows = "select concat_ws(' ', xmin, cmin) from payment_attempt order by 1"
      let before = try await bank.books.texts(rows)
      #expect(try await bank.charge("2026-11-20") == ChargeSummary())
      #expect(try await bank.books.texts(rows) == before)
      #expect(try await bank.charge("2026-11-23").count("approved") == 2)
      try await expectSound(bank.books)
    }
  }

  @Test("what was never handed over is never final, and said so")
  func forgotten() async throws {
    try await BankBooks.with(2) { bank in
      try await bank.write("2026-11-02")
      let settled = try await bank.settle("2026-12-23")
      #expect([settled.approved, Int(settled.stuck)] as [Int] == [0, 2])
      #expect(settled.exitCode == .dataError)
    }
  }

  @Test("a return after settlement opens the invoice, with its fee, and stops the source")
  func late() async throws {
    try await BankBooks.with(1) { bank in
      let file = try await bank.handOver()
      let batch = BankMessages.Booking.batch(of: file, amount: "10.00", on: "2026-11-16")
      _ = try await bank.read(BankMessages.statement("S1", [batch]), on: "2026-11-16")
      _ = try await bank.settle("2026-11-23")
      let back = BankMessages.Booking.returned(
        try await bank.endToEnd(1), "MD06", amount: "12.00", on: "2026-12-09")
      let reading = try await bank.read(BankMessages.statement("S2", [back]), on: "2026-12-10")
      #expect([reading.returned, reading.declined] as [Int] == [1, 0])
      #expect(
        try await bank.read(BankMessages.statement("S3", [back]), on: "2026-12-11").known == 1)
      try await expectTexts(bank.books, BankBooks.attempts, ["1 1 returned MD06"])
      try await expectTexts(
        bank.books,
        "select concat_ws(' ', settled_minor, c.autopay) from invoice join customer c "
          + "using (customer_id)", ["0 f"])
      try await expectTexts(
        bank.books,
        "select concat_ws(' ', opened_on, amount_minor, fee_minor, reason) from payment_return",
        ["2026-12-09 1000 200 MD06"])
      try await expectTexts(
        bank.books,
        "select concat_ws(' ', account_code, sum(amount_minor)) from journal_line "
          + "where account_code in ('1000', '1060', '1200', '6500') group by account_code "
          + "order by 1", ["1000 -200", "1060 0", "1200 1000", "6500 200"])
      try await expectSound(bank.books)
    }
  }

  @Test("transfers pay the invoices that they name, once, in whatever file they come")
  func transfers() async throws {
    try await BankBooks.with(3) { bank in
      try await bank.books.run("update customer set autopay = false")
      try await bank.books.run("delete from payment_attempt; update invoice set autopay = false")
      let transfers: [BankMessages.Booking] = [
        .transfer("10.00", "Rechnung INV-000001 vielen Dank", reference: "A1", on: "2026-11-04"),
        .transfer("20.00", "Kd. 2 (INV-000002)", reference: nil, on: "2026-11-04"),
        .transfer("5.00", "Rent", reference: "A2", on: "2026-11-04"),
        .transfer("5.00", "Rent", reference: "A3", on: "2026-11-04"),
      ]
      let first = try await bank.read(
        BankMessages.statement("N1", transfers, version: "camt.054.001.08"), on: "2026-11-04")
      #expect([first.payments, first.unmatched.count, first.known] as [Int] == [2, 2, 0])
      #expect(first.exitCode == .dataError)
      let again = try await bank.read(BankMessages.statement("S1", transfers), on: "2026-11-05")
      #expect([again.payments, again.unmatched.count, again.known] as [Int] == [0, 0, 4])
      try await expectTexts(
        bank.books,
        "select concat_ws(' ', amount_minor, method, length(reference)) from payment order by 1",
        ["1000 bank_transfer 9", "2000 bank_transfer 39"])
      try await expectTexts(
        bank.books, "select settled_minor from invoice order by invoice_id",
        ["1000", "1000", "0"])
      try await expectTexts(bank.books, "select amount_minor - used_minor from credit", ["1000"])
      try await expectSound(bank.books)
    }
  }

  @Test("the same file again changes nothing, and says when it was read")
  func sameFile() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let status = BankMessages.status(of: file, rejects: [try await bank.endToEnd(1): "MD01"])
      _ = try await bank.read(status, on: "2026-11-03")
      let events = "select count(*) from event"
      let before = try await bank.books.text(events)
      let again = try await bank.read(status, on: "2026-11-04")
      #expect(again.readOn != nil && again.exitCode == .ok)
      #expect(try await bank.books.text(events) == before)
    }
  }

  @Test("a file that is rejected as a whole declines all its debits, for a person to mend")
  func group() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let reading = try await bank.read(
        BankMessages.status(of: file, group: "RJCT", reason: "FF01"), on: "2026-11-03")
      #expect(reading.declined == 2)
      #expect(try await BankFile.read(file.id, on: bank.books.connection).state == .rejected)
      try await expectTexts(
        bank.books, BankBooks.attempts,
        ["1 1 declined FF01 action_needed", "2 1 declined FF01 action_needed"])
      try await expectSound(bank.books)
    }
  }

  @Test(
    "debits that are all rejected, one by one, by block or together, reject the file",
    arguments: [0, 1, 2])
  func rejectedAll(way: Int) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let ids = [try await bank.endToEnd(1), try await bank.endToEnd(2)]
      let one = BankMessages.status(of: file, rejects: [ids[0]: "AC04"])
      _ = try await bank.read(one, on: "2026-11-03")
      #expect(try await BankFile.read(file.id, on: bank.books.connection).state == .acknowledged)
      let rest =
        switch way {
        case 0: BankMessages.status(of: file, rejects: [ids[0]: "AC04", ids[1]: "AC04"])
        case 1:
          BankMessages.status(of: file).replacing(
            "</OrgnlPmtInfId>", with: "</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>")
        default: BankMessages.status(of: file, group: "RJCT")
        }
      #expect(try await bank.read(rest, on: "2026-11-03").declined == 1)
      #expect(try await BankFile.read(file.id, on: bank.books.connection).state == .rejected)
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a late reject declines what is pending, and lists by name what was settled",
    arguments: [0, 1, 2])
  func lateReject(way: Int) async throws {
    try await BankBooks.with(3) { bank in
      let file = try await bank.handOver()
      try await bank.books.run(
        "update payment_attempt set state = 'unknown' where invoice_id = 2")
      #expect(try await bank.settle("2026-11-23").approved == 2)
      try await bank.books.run(
        "update payment_attempt set state = 'pending' where invoice_id = 2")
      let ids = [
        try await bank.endToEnd(1), try await bank.endToEnd(2), try await bank.endToEnd(3),
      ]
      let status =
        switch way {
        case 0: BankMessages.status(of: file, group: "RJCT", reason: "FF01")
        case 1:
          BankMessages.status(of: file).replacing(
            "</OrgnlPmtInfId>", with: "</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>")
        default:
          BankMessages.status(of: file, rejects: [ids[0]: "AC04", ids[1]: "AC04", ids[2]: "AC04"])
        }
      let reading = try await bank.read(status, on: "2026-11-24")
      #expect(reading.declined == 1 && reading.exitCode == .dataError)
      #expect(reading.remarks.map(\.reason) == ["settled_already", "settled_already"])
      #expect(
        reading.remarks.map(\.subject).sorted()
          == ["debit \(ids[0]) of Käufer & Söhne 1", "debit \(ids[2]) of Käufer & Söhne 3"])
      #expect(reading.remarks.allSatisfy { $0.hint?.contains("billrun payment return ") == true })
      #expect(reading.text.contains("\nhint: where the statement has no money of it"))
      try await expectTexts(
        bank.books, "select state from payment_attempt order by 1",
        ["approved", "approved", "declined"])
      #expect(try await BankFile.read(file.id, on: bank.books.connection).state == .acknowledged)
      try await expectSound(bank.books)
    }
  }

  @Test("a debit that was collected otherwise than it was asked for is listed, and not noted")
  func blockDiffers() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let single = BankMessages.Booking.told(
        "9.00", id: try await bank.endToEnd(1), on: "2026-11-16")
      let wrong = try await bank.read(
        BankMessages.statement(
          "S1", [.batch(of: file, amount: "9999.00", on: "2026-11-16"), single]),
        on: "2026-11-16")
      #expect(wrong.unmatched.map(\.reason) == ["block_differs", "block_differs"])
      #expect(wrong.collected == 0 && wrong.exitCode == .dataError)
      let booked = "select count(booked_on) from bank_debit"
      try await expectTexts(bank.books, booked, ["0"])
      let listed = "select reference from bank_entry order by 1"
      try await expectTexts(
        bank.books, listed, ["\(file.messageID)-1", try await bank.endToEnd(1)].sorted())
      let right = try await bank.read(
        BankMessages.statement("S2", [.batch(of: file, amount: "20.00", on: "2026-11-16")]),
        on: "2026-11-16")
      #expect(right.collected == 1 && right.exitCode == .ok)
      try await expectTexts(bank.books, booked, ["2"])
      try await expectSound(bank.books)
    }
  }

  /// A credit of one debit of ours.
  private static func single(
    _ invoice: Int, on day: String, _ bank: BankBooks
  ) async throws -> BankMessages.Booking {
    var one = BankMessages.Booking.returned(try await bank.endToEnd(invoice), "", on: day)
    one.isCredit = true
    one.details = one.details.replacing("<RtrInf><Rsn><Cd></Cd></Rsn></RtrInf>", with: "")
    return one
  }

  @Test("a debit that is credited alone settles itself, and not its block")
  func alone() async throws {
    try await BankBooks.with(3) { bank in
      let file = try await bank.handOver()
      let one = try await Self.single(1, on: "2026-11-16", bank)
      let first = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-16")
      #expect([first.collected, first.answered] as [Int] == [1, 1])
      #expect(try await bank.settle("2026-11-23").booked == 1000)
      let settled = "select count(booked_on) || ' ' || count(settled_on) from bank_debit"
      try await expectTexts(bank.books, settled, ["1 1"])
      // Another file tells of all of them: it is the rest that is news.
      let block = BankMessages.Booking.batch(of: file, amount: "30.00", on: "2026-11-16")
      let rest = try await bank.read(BankMessages.statement("S2", [block]), on: "2026-11-24")
      #expect(rest.collected == 1 && rest.exitCode == .ok)
      #expect(try await bank.settle("2026-11-24").booked == 2000)
      try await expectSound(bank.books)
    }
  }

  @Test(
    "what is credited once more is listed: in one file, on another day, alone after its block",
    arguments: [true, false])
  func bookedAgain(isBlock: Bool) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let block = BankMessages.Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      var again = isBlock ? block : try await Self.single(1, on: "2026-11-16", bank)
      let first = try await bank.read(BankMessages.statement("S1", [block]), on: "2026-11-17")
      let same = try await bank.read(
        BankMessages.statement("S2", [again], version: "camt.054.001.08"), on: "2026-11-17")
      #expect([first.collected, same.collected] as [Int] == [1, 1])
      #expect(same.exitCode == .ok)
      let both = BankMessages.statement("S3", [block, again])
      again.day = "2026-11-17"
      let later = BankMessages.statement("S4", [again])
      for (text, collected) in [(both, 1), (later, 0)] {
        let reading = try await bank.read(text, on: "2026-11-17")
        #expect(reading.unmatched.map(\.reason) == ["booked_again"])
        #expect(reading.collected == collected && reading.exitCode == .dataError)
      }
      let told = try await bank.read(BankMessages.statement("S5", [again]), on: "2026-11-17")
      #expect([told.known, told.unmatched.count] as [Int] == [1, 0])
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).count == 2)
      #expect(try await bank.settle("2026-11-23").booked == 2000)
      try await expectSound(bank.books)
    }
  }

  @Test("a transfer that pays what is being debited is named")
  func paysPending() async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      let reading = try await bank.read(
        BankMessages.statement(
          "S1", [.transfer("10.00", "INV-000001", reference: "A7", on: "2026-11-04")]),
        on: "2026-11-04")
      #expect(reading.payments == 1 && reading.exitCode == .ok)
      #expect(reading.paysPending.map(\.invoice) == ["INV-000001"])
      let text = reading.text
      #expect(text.contains("pays_pending_debit: INV-000001"))
      try await expectSound(bank.books)
    }
  }

  @Test("a return of a debit that no file has is kept and listed, and a person deals with it")
  func unknownReturn() async throws {
    try await BankBooks.with(2) { bank in
      let id = try await bank.books.text("select gateway_ref from payment_attempt limit 1")
      let back = BankMessages.Booking.returned(id, "AM04", on: "2026-11-18")
      let foreign = BankMessages.Booking.returned("OTHER-1", "MD06", on: "2026-11-18")
      let first = try await bank.read(
        BankMessages.statement("S1", [back, foreign]), on: "2026-11-18")
      #expect(first.exitCode == .dataError)
      #expect(first.unmatched.map(\.reason) == ["return_unknown", "return_unknown"])
      #expect(first.unmatched.compactMap(\.text).sorted() == [id, "OTHER-1"].sorted())
      #expect(first.unmatched.allSatisfy { $0.entry != nil })
      // What is written later is not what was returned.
      _ = try await bank.handOver()
      let again = try await bank.read(
        BankMessages.statement("S2", [back, foreign]), on: "2026-11-18")
      #expect([again.declined, again.known] as [Int] == [0, 2])
      let open = try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
      #expect(open.map(\.reason) == ["return_unknown", "return_unknown"])
    }
  }

  @Test(
    "a return that names our mandate only is kept and listed, with a reason and without",
    arguments: [true, false])
  func mandateReturn(hasReason: Bool) async throws {
    try await BankBooks.with(2) { bank in
      _ = try await bank.handOver()
      let booking = { (mandate: String) in
        BankMessages.Booking(
          amount: "10.00", isCredit: false, day: "2026-11-18", reference: "R-\(mandate)",
          details: "<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId><MndtId>\(mandate)</MndtId>"
            + "</Refs>" + (hasReason ? "<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>" : "")
            + "</TxDtls>")
      }
      let reading = try await bank.read(
        BankMessages.statement("S1", [booking("M-1"), booking("X-9")]), on: "2026-11-18")
      #expect(reading.declined == 0)
      // Without a reason the other one is as much as a debit.
      #expect(reading.unmatched.map(\.text) == ["M-1", "X-9"])
      #expect(reading.unmatched.allSatisfy { $0.reason == "return_unknown" && $0.entry != nil })
      let again = try await bank.read(
        BankMessages.statement("S2", [booking("M-1")]), on: "2026-11-18")
      #expect([again.known, again.unmatched.count] as [Int] == [1, 0])
      // Once a file says which debit it is, it is taken, and listed no more.
      var told = BankMessages.Booking.returned(
        try await bank.endToEnd(1), "AM04", on: "2026-11-18")
      told.reference = "R-M-1"
      let notice = BankMessages.statement("S3", [told], version: "camt.054.001.08")
      #expect(try await bank.read(notice, on: "2026-11-18").declined == 1)
      let open = try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
      #expect(open.map(\.text) == ["X-9"])
    }
  }

  @Test("what is bad or of somebody else is refused as a whole")
  func refused() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      let good = BankMessages.statement("S1", [.returned(id, "AM04", on: "2026-11-18")])
      let events = "select count(*) from event"
      let before = try await bank.books.text(events)
      let rows: [(String, String)] = [
        ("", "file_unreadable"), ("<a>", "bank_message_malformed"),
        ("<a/>", "bank_message_unknown"), ("<!DOCTYPE a []><a/>", "bank_message_malformed"),
        (good.replacing("camt.053.001.02", with: "camt.053.001.77"), "bank_message_unknown"),
        (good.replacing("DE89370400440532013000", with: BankBooks.iban(9)), "bank_message_foreign"),
        (good.replacing(">10.00<", with: ">ten<"), "bank_message_malformed"),
        (BankMessages.status(of: file, rejects: ["x-1-1": "AC04"]), "bank_message_foreign"),
        (
          BankMessages.status(of: file).replacing(file.messageID, with: "other"),
          "bank_message_foreign"
        ),
        (BankMessages.status(of: file, group: "WHAT"), "bank_message_unknown"),
      ]
      for (text, code) in rows {
        let error = await #expect(throws: BillRunError.self) {
          _ = try await bank.read(text, on: "2026-11-18")
        }
        #expect(error?.code == code && error?.status == .dataError)
        #expect(error?.message.contains(BankBooks.iban(9)) == false)
      }
      #expect(try await bank.books.text(events) == before)
      #expect(try await bank.read(good, on: "2026-11-18").declined == 1)
    }
  }
}
