// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// What operations do to number, journal, periods and money (RULES 6), and what they refuse.
@Suite struct InvoiceOperationsTests {
  /// 2026-11-20 12:00 UTC.
  private static let moment: Int64 = 1_795_176_000
  private static let operations = InvoiceOperations(at: moment, by: "tester")

  private static let head = """
    {"object":"seller","id":"s","name":"S","country":"DE","currency":"eur","time_zone":"UTC"}
    {"object":"tax_rate","id":"vat","name":"VAT","value":19}
    {"object":"plan","id":"pro","name":"Pro","currency":"eur","interval":"month","amount":100}
    {"object":"coupon","id":"once","name":"Once","value":10,"duration_cycles":1}

    """

  /// Customer 1 with a coupon for one cycle, a one-off item and VAT: 110.00 net, 130.90 in all.
  private static let customer = """
    {"object":"customer","id":1,"name":"C","taxes":["vat"]}
    {"object":"subscription","id":1,"customer":1,"plan":"pro","start_date":"2026-11-01",\
    "discounts":["once"]}
    {"object":"pending_line_item","customer":1,"name":"Setup","unit_cost":20}

    """

  private func withInvoice(
    _ more: String = "", _ body: @Sendable (Books) async throws -> Void
  ) async throws {
    try await withBooks { books in
      let report = try await ImportBooks.run(
        lines: Self.head + Self.customer + more, on: books.connection)
      #expect(report.isTaken, "\(report.faults)")
      try await books.bill("2026-11-01")
      try await body(books)
    }
  }

  /// Does something with invoices in a transaction; returns the code of the refusal.
  private func attempt(
    _ books: Books, over connection: Connection? = nil,
    _ operation: @escaping @Sendable (isolated Connection) throws -> Void
  ) async throws -> String? {
    do {
      try await (connection ?? books.connection).transaction { try operation($0) }
      return nil
    } catch let error as BillRunError {
      #expect(error.status == .dataError)
      return error.code
    }
  }

  private static let accounts = """
    select account_code || ' ' || sum(amount_minor) from journal_line
    group by account_code having sum(amount_minor) <> 0 order by account_code
    """

  private func invoice(_ books: Books) async throws -> Int64 {
    Int64(try await books.texts("select min(invoice_id) from invoice").first ?? "") ?? 0
  }

  @Test("void keeps the number, mirrors the journal and lets all be billed again")
  func void() async throws {
    try await withInvoice { books in
      let id = try await invoice(books)
      #expect(try await attempt(books) { try Self.operations.void([id], on: $0) } == nil)
      try await expectTexts(books, Self.accounts, [])
      try await expectTexts(
        books, "select state || ' ' || number from invoice join invoice_number using (invoice_id)",
        ["voided INV-000001"])
      try await expectSound(books)
      try await books.bill("2026-11-20")
      try await expectTexts(
        books,
        "select state || ' ' || total_minor || ' ' || number from invoice "
          + "join invoice_number using (invoice_id) order by invoice_id",
        ["voided 13090 INV-000001", "open 13090 INV-000002"])
      try await expectTexts(
        books, "select cycles_used from subscription_discount", ["1"])
      try await expectSound(books)
      let again = try await books.bill("2026-11-20")
      #expect(again.map(\.population) == [0])
      try await expectTexts(
        books,
        "select kind || ' ' || (detail ->> 'os_user') from event where subject_kind = 'invoice'",
        ["invoice_voided tester"])
    }
  }

  @Test("waived, nobody is billed for the days, and the one-off item stays done")
  func waive() async throws {
    try await withInvoice { books in
      let id = try await invoice(books)
      _ = try await attempt(books) { try Self.operations.void([id], waive: "our fault", on: $0) }
      try await books.bill("2026-11-20")
      try await expectTexts(books, "select count(*) from invoice", ["1"])
      try await expectTexts(
        books,
        "select reason || ' ' || span_start || ' ' || span_end from coverage "
          + "where released_by is null",
        ["waived 2026-11-01 2026-12-01"])
      try await expectSound(books)
    }
  }

  @Test("unposted it is a draft with its number; posted again it is as before, paid by credit")
  func unpostAndPost() async throws {
    try await withInvoice { books in
      let id = try await invoice(books)
      let before = try await books.texts(Self.accounts)
      #expect(try await attempt(books) { try Self.operations.unpost([id], on: $0) } == nil)
      try await expectTexts(books, Self.accounts, [])
      try await expectTexts(books, "select state from invoice", ["draft"])
      try await expectSound(books)
      let run = try await books.bill("2026-11-20")
      #expect(run.map(\.invoices) == [0])
      #expect(try await attempt(books) { try Self.operations.post([id], on: $0) } == nil)
      #expect(try await books.texts(Self.accounts) == before)
      try await expectTexts(
        books, "select state || ' ' || number from invoice join invoice_number using (invoice_id)",
        ["open INV-000001"])
      try await expectSound(books)
      #expect(try await attempt(books) { try Self.operations.unpost([id], on: $0) } == nil)
      try await books.credit(of: 1, "money", 5000, granted: "2026-11-10")
      _ = try await attempt(books) { try Self.operations.post([id], on: $0) }
      try await expectTexts(books, "select settled_minor from invoice", ["5000"])
      try await expectTexts(
        books, "select sum(amount_minor) from journal_line where account_code = '1200'", ["8090"])
      try await expectSound(books)
      #expect(
        try await attempt(books) { try Self.operations.unpost([id], on: $0) } == "unpost_refused")
    }
  }

  @Test("canceled, an unposted draft is voided under its number, and billed again")
  func cancel() async throws {
    try await withInvoice { books in
      let id = try await invoice(books)
      #expect(
        try await attempt(books) { try Self.operations.cancel([id], on: $0) } == "cancel_refused")
      #expect(try await attempt(books) { try Self.operations.unpost([id], on: $0) } == nil)
      #expect(try await attempt(books) { try Self.operations.cancel([id], on: $0) } == nil)
      try await expectTexts(books, "select state from invoice", ["voided"])
      try await books.bill("2026-11-20")
      try await expectTexts(
        books, "select state from invoice order by invoice_id", ["voided", "open"])
      try await expectSound(books)
    }
  }

  @Test("written off, all that is left is bad debt, and nothing more can be paid")
  func writeOff() async throws {
    try await withInvoice { books in
      let id = try await invoice(books)
      #expect(
        try await attempt(books) { try Self.operations.writeOff([id], reason: "gone", on: $0) }
          == nil)
      try await expectTexts(
        books, "select state || ' ' || settled_minor || ' ' || closed from invoice",
        ["written_off 13090 true"])
      try await expectTexts(
        books,
        "select account_code || ' ' || sum(amount_minor) from journal_line "
          + "where account_code in ('1200', '6100') group by account_code "
          + "having sum(amount_minor) <> 0",
        ["6100 13090"])
      try await expectSound(books)
      #expect(
        try await attempt(books) { try Self.operations.writeOff([id], on: $0) }
          == "write_off_refused")
      #expect(
        try await attempt(books) { try Self.operations.applyCredit([id], on: $0) }
          == "apply_credit_refused")
      #expect(
        try await attempt(books) { try Self.operations.void([id], on: $0) } == "void_refused")
    }
  }

  @Test("credit pays in its order, and who has none is told")
  func applyCredit() async throws {
    try await withInvoice { books in
      let id = try await invoice(books)
      #expect(
        try await attempt(books) { try Self.operations.applyCredit([id], on: $0) }
          == "apply_credit_refused_nothing_open")
      let day = "2026-11-02"
      try await books.credit(of: 1, "money", 1000, granted: day)
      try await books.credit(of: 1, "money", 500, granted: day, ["expires_on": "2026-11-19"])
      try await books.credit(of: 1, "money", 700, granted: day, ["currency": "usd"])
      try await books.credit(of: 1, "money", 20000, granted: day, ["expires_on": "2026-12-31"])
      #expect(try await attempt(books) { try Self.operations.applyCredit([id], on: $0) } == nil)
      try await expectTexts(
        books, "select used_minor from credit order by credit_id", ["0", "0", "0", "13090"])
      try await expectSound(books)
    }
  }

  @Test("several credits pay one invoice, in one entry a kind")
  func severalCredits() async throws {
    try await withInvoice { books in
      let id = try await invoice(books)
      try await books.credit(of: 1, "money", 400, granted: "2026-11-02")
      try await books.credit(of: 1, "money", 300, granted: "2026-11-02")
      #expect(try await attempt(books) { try Self.operations.applyCredit([id], on: $0) } == nil)
      try await expectTexts(books, "select settled_minor from invoice", ["700"])
      try await expectTexts(
        books,
        "select amount_minor from journal_line where account_code = '2100' and amount_minor > 0",
        ["700"])
      try await expectSound(books)
    }
  }

  @Test("the first of several periods is voided, and the books stay sound until it is billed again")
  func firstPeriod() async throws {
    try await withInvoice { books in
      let id = try await invoice(books)
      try await books.bill("2027-01-01")
      #expect(try await attempt(books) { try Self.operations.void([id], on: $0) } == nil)
      try await expectSound(books)
      let runs = try await books.bill("2027-01-01")
      #expect(runs.map(\.invoices) == [1])
      try await expectSound(books)
    }
  }

  @Test("what a later document credits, or bills late usage beside, is not billed twice")
  func builtUpon() async throws {
    let more = """
      {"object":"plan","id":"calls","name":"Calls","currency":"eur","interval":"month",\
      "quantity_type":"usage","amount":2}
      {"object":"customer","id":2,"name":"D"}
      {"object":"subscription","id":2,"customer":2,"plan":"calls","start_date":"2026-10-01"}
      {"object":"usage_record","subscription":2,"quantity":10,"timestamp":"2026-10-10"}

      """
    try await withInvoice(more) { books in
      let changed = try await invoice(books)
      let used =
        Int64(
          try await books.texts("select invoice_id from invoice where customer_id = 2")[0]) ?? 0
      for id in [changed, used] {
        #expect(try await attempt(books) { try Self.operations.unpost([id], on: $0) } == nil)
      }
      let later = try await ImportBooks.run(
        lines: #"{"object":"subscription_change","subscription":1,"effective":"2026-11-16","#
          + #""quantity":2}"# + "\n"
          + #"{"object":"usage_record","subscription":2,"quantity":5,"timestamp":"2026-10-15"}"#
          + "\n", on: books.connection)
      #expect(later.isTaken, "\(later.faults)")
      #expect(
        try await attempt(books) { try Self.operations.cancel([used], waive: "gift", on: $0) }
          == "cancel_refused_usage")
      try await books.bill("2026-11-16")
      #expect(
        try await attempt(books) { try Self.operations.cancel([used], on: $0) }
          == "cancel_refused_credited")
      // What is a draft is not credited: it waits until somebody has posted it.
      try await expectTexts(
        books, "select code from hold where released_at is null", ["credit_of_draft"])
      for id in [changed, used] {
        #expect(try await attempt(books) { try Self.operations.post([id], on: $0) } == nil)
      }
      try await books.bill("2026-11-17")
      try await expectTexts(books, "select code from hold where released_at is null", [])
      for id in [changed, used] {
        #expect(
          try await attempt(books) { try Self.operations.void([id], on: $0) }
            == "void_refused_credited")
      }
      try await expectSound(books)
    }
  }

  @Test("what came in while it waited for the lock is seen")
  func waiting() async throws {
    try await withInvoice { books in
      let id = try await invoice(books)
      let gateway = try await books.database.connect()
      let desk = try await books.database.connect()
      try await gateway.run(script: "begin")
      try await gateway.run(script: "select from invoice where invoice_id = \(id) for update")
      try await gateway.run(
        script: "insert into payment_source (customer_id, object, gateway, token) "
          + "values (1, 'card', 'simulated', 'approve')")
      try await gateway.run(
        script: "insert into payment_attempt (invoice_id, try, state, gateway, payment_source_id, "
          + "idempotency_key, currency, amount_minor, as_of, request) "
          + "select \(id), 1, 'unknown', 'simulated', payment_source_id, 'k', 'eur', 13090, "
          + "'2026-11-20', '{}' from payment_source")
      let operation = Task {
        try await attempt(books, over: desk) { try Self.operations.void([id], on: $0) }
      }
      try await books.untilSomebodyWaits()
      try await gateway.run(script: "commit")
      #expect(try await operation.value == "void_refused")
    }
  }

  @Test("while a run is at work nothing that it has read is taken out of the books")
  func duringRun() async throws {
    try await withInvoice { books in
      let id = try await invoice(books)
      let other = try await books.database.connect()
      let voiding = Caught()
      let once = Once()
      try await books.bill("2026-12-01", lanes: 1) { options in
        options.fault = { point in
          guard point == .loaded, once.first() else { return }
          voiding.wait {
            try await other.transaction { try Self.operations.void([id], on: $0) }
          }
        }
      }
      #expect((voiding.error as? BillRunError)?.code == "run_at_work")
      #expect(try await attempt(books) { try Self.operations.void([id], on: $0) } == nil)
    }
  }

  @Test("what has left the house, is in closed books or was credited stays")
  func refusals() async throws {
    try await withInvoice { books in
      let id = try await invoice(books)
      try await books.run("update invoice set sent_at = now()")
      #expect(
        try await attempt(books) { try Self.operations.void([id], on: $0) } == "void_refused_sent")
      try await books.run("update invoice set sent_at = null")
      try await books.run("update seller set closed_through = '2026-11-05'")
      #expect(
        try await attempt(books) { try Self.operations.unpost([id], on: $0) }
          == "unpost_refused_closed")
      try await books.run("update seller set closed_through = '2026-11-20'")
      #expect(
        try await attempt(books) { try Self.operations.writeOff([id], on: $0) }
          == "write_off_refused_closed")
      try await expectTexts(books, "select state from invoice", ["open"])
    }
  }

  @Test("eight writers on one invoice: one wins, the others are told")
  func writers() async throws {
    try await withInvoice { books in
      let id = try await invoice(books)
      let codes = try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 0..<8 {
          let connection = try await books.database.connect()
          group.addTask {
            do {
              try await connection.transaction { try Self.operations.writeOff([id], on: $0) }
              return nil
            } catch let error as BillRunError {
              return error.code
            }
          }
        }
        return try await group.reduce(into: [String?]()) { $0.append($1) }
      }
      #expect(codes.count(where: { $0 == nil }) == 1)
      #expect(codes.count(where: { $0 == "write_off_refused" }) == 7)
      try await expectTexts(books, "select count(*) from settlement", ["1"])
      try await expectSound(books)
    }
  }

  @Test("an unposted invoice in books closed since is canceled: nothing is booked into them")
  func cancelInClosedBooks() async throws {
    try await withInvoice { books in
      #expect(try await attempt(books) { try Self.operations.unpost([1], on: $0) } == nil)
      try await books.run("update seller set closed_through = '2026-11-20'")
      let entries = try await books.text("select count(*) from journal")
      #expect(
        try await attempt(books) { try Self.operations.post([1], on: $0) } == "post_refused_closed")
      #expect(
        try await attempt(books) { try Self.operations.void([1], on: $0) } == "void_refused_closed")
      #expect(try await attempt(books) { try Self.operations.cancel([1], on: $0) } == nil)
      try await expectTexts(books, "select state from invoice", ["voided"])
      #expect(try await books.text("select count(*) from journal") == entries)
      try await books.bill("2026-11-21")
      try await expectTexts(
        books, "select invoice_date || ' ' || total_minor from invoice order by invoice_id",
        ["2026-11-01 13090", "2026-11-21 13090"])
      try await expectSound(books)
    }
  }
}
