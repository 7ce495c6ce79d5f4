// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Invoices taken back, whole or in part (RULES 0.7, 1.7, 6, 7).
@Suite struct InvoiceReversalTests {
  /// 2026-11-20 12:00 UTC.
  private static let operations = InvoiceOperations(at: 1_795_176_000, by: "tester")

  private static let objects = """
    {"object":"seller","id":"s","name":"S","country":"DE","currency":"eur","time_zone":"UTC"}
    {"object":"tax_rate","id":"vat","name":"VAT","value":19}
    {"object":"plan","id":"pro","name":"Pro","currency":"eur","interval":"month","amount":100}
    {"object":"coupon","id":"once","name":"Once","value":10,"duration_cycles":1}
    {"object":"customer","id":1,"name":"C","taxes":["vat"]}
    {"object":"subscription","id":1,"customer":1,"plan":"pro","start_date":"2026-11-01",\
    "discounts":["once"]}
    {"object":"pending_line_item","customer":1,"name":"Setup","unit_cost":20}

    """

  /// An invoice of 110.00 net and 130.90 in all: 90.00 of the month, 20.00 once.
  private func withInvoice(
    _ more: String = "", _ body: @Sendable (Books) async throws -> Void
  ) async throws {
    try await withBooks { books in
      let report = try await ImportBooks.run(lines: Self.objects + more, on: books.connection)
      #expect(report.isTaken, "\(report.faults)")
      try await books.bill("2026-11-01")
      try await body(books)
    }
  }

  private func attempt(
    _ books: Books, _ body: @escaping @Sendable (isolated Connection) throws -> Void
  ) async throws -> String? {
    do {
      try await books.connection.transaction { try body($0) }
      return nil
    } catch let error as BillRunError {
      #expect(error.status == .dataError)
      return error.code
    }
  }

  private func credit(
    _ books: Books, _ request: InvoiceOperations.CreditRequest, of id: Int64 = 1
  ) async throws -> String? {
    try await attempt(books) { _ = try Self.operations.credit(id, request, on: $0) }
  }

  private func reverse(
    _ books: Books, keepingPayments: Bool = false, waive: String? = nil
  ) async throws -> String? {
    try await attempt(books) {
      try Self.operations.reverse([1], keepingPayments: keepingPayments, waive: waive, on: $0)
    }
  }

  private static let documents = """
    select concat_ws(' ', n.number, i.kind, i.state, i.total_minor, i.settled_minor)
    from invoice i left join invoice_number n using (invoice_id) order by i.invoice_id
    """
  private static let accounts = """
    select account_code || ' ' || sum(amount_minor) from journal_line
    group by account_code having sum(amount_minor) <> 0 order by account_code
    """

  private func expectSound(_ books: Books) async throws {
    #expect(try await books.offences() == [])
    let ids = try await books.texts("select invoice_id from invoice order by 1").compactMap {
      Int64($0)
    }
    let explanations = try await InvoiceExplanation.read(ids, on: books.connection)
    #expect(explanations.filter { $0.mismatches > 0 }.map(\.text) == [])
  }

  @Test("reversed, the invoice is settled by a credit note, and all is billed again")
  func reversed() async throws {
    try await withInvoice { books in
      #expect(try await reverse(books) == nil)
      #expect(
        try await books.texts(Self.documents) == [
          "INV-000001 invoice reversed 13090 13090", "CN-000001 credit_note open 13090 0",
        ])
      #expect(try await books.texts(Self.accounts) == [])
      try await expectSound(books)
      #expect(
        try await books.texts(
          "select kind from event where subject_kind = 'invoice' order by event_id")
          == ["credit_note_issued", "invoice_reversed"])
      try await books.bill("2026-11-20")
      #expect(
        try await books.texts(Self.documents).last == "INV-000002 invoice open 13090 0")
      try await expectSound(books)
      #expect(try await reverse(books) == "reverse_refused")
    }
  }

  @Test("waived, nobody is billed for the days again")
  func waived() async throws {
    try await withInvoice { books in
      #expect(try await reverse(books, waive: "our fault") == nil)
      try await books.bill("2026-11-20")
      #expect(try await books.texts(Self.documents).count == 2)
      try await expectSound(books)
    }
  }

  @Test("what was paid stays as credit, where that is wanted")
  func keptPayments() async throws {
    try await withInvoice { books in
      try await books.credit(of: 1, "money", 5000, granted: "2026-11-10")
      try await books.connection.transaction { try Self.operations.applyCredit([1], on: $0) }
      #expect(try await reverse(books) == "reverse_refused_settled")
      #expect(try await reverse(books, keepingPayments: true) == nil)
      #expect(
        try await books.texts(
          "select kind || ' ' || amount_minor || ' ' || used_minor from credit order by credit_id")
          == ["money 5000 5000", "credit_note 13090 8090"])
      try await expectSound(books)
      try await books.bill("2026-11-20")
      #expect(
        try await books.texts(Self.documents).last == "INV-000002 invoice open 13090 5000")
      try await expectSound(books)
    }
  }

  @Test("a part gives back no more than the invoice, whose lines below zero lessen it")
  func linesBelowZero() async throws {
    let rebate = #"{"object":"pending_line_item","customer":1,"name":"Rebate","unit_cost":-30}"#
    try await withInvoice(rebate + "\n") { books in
      #expect(try await books.texts(Self.documents) == ["INV-000001 invoice open 9520 0"])
      #expect(try await credit(books, .amount("80.01")) == "credit_refused_too_much")
      #expect(try await credit(books, .lines([(1, nil)])) == "credit_refused_too_much")
      #expect(try await credit(books, .lines([(1, "90"), (2, "20")])) == "credit_refused_too_much")
      #expect(try await credit(books, .amount("80.00")) == nil)
      #expect(try await books.texts(Self.documents).last == "CN-000001 credit_note open 9520 0")
      #expect(try await credit(books, .amount("0.01")) == "credit_refused_too_much")
      // The lines that are left take each other back: a note would be empty.
      #expect(try await credit(books, .all) == "credit_refused_nothing_left")
      #expect(try await books.text("select count(*) from invoice") == "2")
      try await expectSound(books)
    }
  }

  @Test("with a tax of its own a line below zero lessens what a part may come to, taxes included")
  func otherTaxBelowZero() async throws {
    let lines = """
      {"object":"pending_line_item","customer":1,"name":"Rebate","unit_cost":-30}
      {"object":"pending_line_item","customer":1,"name":"Abroad","unit_cost":100,"taxable":false}

      """
    try await withInvoice(lines) { books in
      // 80.00 at 19 %, 100.00 without: 195.20.
      #expect(try await credit(books, .lines([(1, "80"), (4, nil)])) == nil)
      #expect(try await books.texts(Self.documents).last == "CN-000001 credit_note open 19520 0")
      #expect(try await credit(books, .lines([(2, "20")])) == "credit_refused_too_much")
      try await expectSound(books)
    }
    try await withInvoice(
      lines.replacing(#""Abroad","unit_cost":100"#, with: #""Abroad","unit_cost":-30"#)
    ) { books in
      // 80.00 at 19 %, -30.00 without: 65.20, while 50.00 at 19 % are 59.50 and 55.00 65.45.
      #expect(try await credit(books, .lines([(1, "50"), (2, "5")])) == "credit_refused_too_much")
      #expect(try await credit(books, .lines([(1, "50")])) == nil)
      try await expectSound(books)
    }
  }

  /// Books with invoices that are made of these objects, each posted at once.
  private func withInvoices(
    _ lines: String, _ objects: [String], _ body: @Sendable (Books) async throws -> Void
  ) async throws {
    try await withBooks { books in
      let report = try await ImportBooks.run(lines: lines, on: books.connection)
      #expect(report.isTaken, "\(report.faults)")
      for object in objects {
        try await books.connection.transaction {
          _ = try Self.operations.create(DocumentText(object, name: "test"), on: $0)
        }
      }
      try await body(books)
    }
  }

  @Test("what cash rounding brought to nothing gives nothing back", arguments: ["0.02", "0.04"])
  func roundedAway(cost: String) async throws {
    let lines = """
      {"object":"seller","id":"s","name":"S","country":"CH","currency":"chf","time_zone":"UTC",\
      "rounding":{"cash_increment":0.05,"cash_methods":["other"]}}
      {"object":"customer","id":1,"name":"C"}

      """
    let object = #"{"customer":1,"items":[{"name":"A","unit_cost":\#(cost)}]}"#
    try await withInvoices(lines, [object]) { books in
      let isFree = cost == "0.02"
      #expect(
        try await credit(books, .amount("0.01")) == (isFree ? "credit_refused_too_much" : nil))
      #expect(try await credit(books, .all) == nil)
      #expect(
        try await books.texts("select coalesce(sum(amount_minor), 0)::text from credit")
          == [isFree ? "0" : "5"])
      try await expectSound(books)
    }
  }

  @Test(
    "RULES 1.10: who gives all back in whatever words leaves no cash rounding owed",
    arguments: ["118.99", "119.02"], [0, 1, 2, 3])
  func roundingAlong(cost: String, way: Int) async throws {
    let lines = """
      {"object":"seller","id":"s","name":"S","country":"CH","currency":"chf","time_zone":"UTC",\
      "rounding":{"cash_increment":0.05,"cash_methods":["other"]}}
      {"object":"tax_rate","id":"vat","name":"VAT","value":8.1}
      {"object":"customer","id":1,"name":"C","taxes":["vat"]}

      """
    let object = #"{"customer":1,"items":[{"name":"A","unit_cost":\#(cost)}]}"#
    let rest: String? = cost == "118.99" ? "68.99" : "69.02"
    let last: [(number: Int32, amount: String?)] = [(1, rest)]
    let requests: [[InvoiceOperations.CreditRequest]] = [
      [.all], [.amount(cost)], [.lines([(1, nil)])], [.amount("50"), .lines(last)],
    ]
    try await withInvoices(lines, [object]) { books in
      for request in requests[way] { #expect(try await credit(books, request) == nil) }
      let rounding = cost == "118.99" ? "2" : "-1"
      #expect(
        try await books.texts(
          """
          select concat_ws(' ', kind, sum(rounding_minor), sum(total_minor + rounding_minor))
          from invoice group by kind order by kind
          """) == ["credit_note \(rounding) 12865", "invoice \(rounding) 12865"])
      #expect(
        try await books.text("select settled_minor from invoice where invoice_id = 1") == "12865")
      #expect(try await credit(books, .all) == "credit_refused_nothing_left")
      try await expectSound(books)
    }
  }

  @Test("a compound tax of lines of both signs is as it should be")
  func compound() async throws {
    let lines = """
      {"object":"seller","id":"s","name":"S","country":"CA","currency":"cad","time_zone":"UTC"}
      {"object":"tax_rate","id":"gst","name":"GST","value":5}
      {"object":"tax_rate","id":"qst","name":"QST","value":10,"compound":true}
      {"object":"customer","id":1,"name":"C"}

      """
    let objects = [(#""gst","qst""#, #""gst""#), (#""gst""#, #""gst","qst""#)].map {
      #"{"customer":1,"items":[{"name":"A","unit_cost":100,"taxes":[\#($0)]},"#
        + #"{"name":"B","unit_cost":-20,"taxes":[\#($1)]}]}"#
    }
    try await withInvoices(lines, objects) { books in
      try await expectSound(books)
      #expect(try await credit(books, .all) == nil)
      #expect(try await credit(books, .amount("10"), of: 2) == nil)
      try await expectSound(books)
    }
  }

  @Test("an invoice that takes back of an earlier one is reversed, or credited in part")
  func takingBack() async throws {
    let change =
      #"{"object":"subscription_change","subscription":1,"effective":"2026-11-16","quantity":3}"#
    try await withInvoice(change + "\n") { books in
      try await books.bill("2026-11-16")
      let lines = try await books.texts(
        "select line_no from invoice_line where invoice_id = 2 and kind = 'credit'")
      let number = try #require(lines.first.flatMap { Int32($0) })
      #expect(try await credit(books, .all, of: 2) == "credit_refused_takes_back")
      #expect(
        try await credit(books, .lines([(number, nil)]), of: 2) == "credit_refused_credit_line")
      #expect(try await credit(books, .amount("5.00"), of: 2) == nil)
      try await expectSound(books)
      // What the change took of the first invoice stays taken until the second is reversed.
      #expect(
        try await attempt(books) { try Self.operations.reverse([2], on: $0) }
          == "reverse_refused_settled")
      #expect(
        try await attempt(books) { try Self.operations.reverse([2], keepingPayments: true, on: $0) }
          == nil)
      #expect(try await credit(books, .all) == nil)
      #expect(
        try await books.texts(
          "select sum(case kind when 'invoice' then total_minor else -total_minor end) from invoice"
        )
          == ["0"])
      try await expectSound(books)
    }
  }

  @Test("credited in part, then reversed: together no more than was billed, tax to the cent")
  func parts() async throws {
    try await withInvoice { books in
      #expect(try await credit(books, .lines([(1, "30.01"), (2, nil)])) == nil)
      try await expectSound(books)
      #expect(try await credit(books, .amount("0.33")) == nil)
      try await expectSound(books)
      #expect(try await reverse(books, keepingPayments: true) == nil)
      try await expectSound(books)
      let notes = try await books.texts(
        """
        select subtotal_minor || ' ' || tax_minor || ' ' || total_minor
        from invoice where kind = 'credit_note' order by invoice_id
        """)
      #expect(notes.first == "5001 950 5951")
      #expect(
        try await books.text(
          "select sum(subtotal_minor) || ' ' || sum(tax_minor) from invoice "
            + "where kind = 'credit_note'") == "11000 2090")
      #expect(try await books.texts(Self.accounts) == [])
    }
  }

  @Test("a paid invoice's credit note is the customer's credit, and pays the next one")
  func paid() async throws {
    try await withInvoice { books in
      try await books.credit(of: 1, "money", 20000, granted: "2026-11-10")
      try await books.connection.transaction { try Self.operations.applyCredit([1], on: $0) }
      #expect(try await credit(books, .all) == nil)
      #expect(try await credit(books, .all) == "credit_refused_nothing_left")
      try await expectSound(books)
      try await books.bill("2026-12-01")
      #expect(
        try await books.texts(Self.documents).last == "INV-000002 invoice open 11900 11900")
      try await expectSound(books)
    }
  }

  @Test("a credit note's balance is what of it is still credit")
  func noteBalance() async throws {
    try await withInvoice { books in
      #expect(try await credit(books, .amount("50.00")) == nil)
      try await expectTexts(
        books,
        "select concat_ws(' ', kind, total, balance) from invoices order by id",
        ["invoice 130.90 71.40", "credit_note 59.50 0.00"])
    }
  }

  @Test("more than is left, lines that are none and amounts of nothing are refused")
  func refusals() async throws {
    try await withInvoice { books in
      let refused = await #expect(throws: BillRunError.self) {
        try await books.connection.transaction {
          _ = try Self.operations.credit(1, .amount("110.01"), on: $0)
        }
      }
      #expect(
        refused?.message == "110.01 is more than what is left of invoice INV-000001, 110.00 before "
          + "exclusive taxes")
      #expect(try await credit(books, .amount("110.01")) == "credit_refused_too_much")
      #expect(try await credit(books, .lines([(1, "90.01")])) == "credit_refused_too_much")
      #expect(try await credit(books, .lines([(9, nil)])) == "credit_refused_no_line")
      #expect(try await credit(books, .lines([(1, "1"), (1, "1")])) == "credit_refused_line_twice")
      for amount in ["0", "-1", "1.001", "x", ""] {
        #expect(try await credit(books, .amount(amount)) == "credit_refused_amount", "\(amount)")
      }
      try await books.connection.transaction { try Self.operations.unpost([1], on: $0) }
      #expect(try await credit(books, .all) == "credit_refused")
      #expect(try await reverse(books) == "reverse_refused")
      #expect(try await books.texts(Self.documents).count == 1)
    }
  }

  @Test("books that are closed today are refused, and a note is dated after the books' close")
  func closed() async throws {
    try await withInvoice { books in
      try await books.run("update seller set closed_through = '2026-11-19'")
      #expect(try await credit(books, .amount("10")) == nil)
      try await books.run("update seller set closed_through = '2026-11-20'")
      #expect(try await reverse(books, keepingPayments: true) == "reverse_refused_closed")
    }
  }

  @Test(
    "money taken off a reversed invoice: its own note pays it again, so that nothing is given away",
    arguments: ["unapply", "return"])
  func takenOff(_ way: String) async throws {
    try await withInvoice { books in
      try await books.run(
        """
        insert into payment (customer_id, currency, amount_minor, received_on)
          values (1, 'eur', 13090, '2026-11-10');
        insert into settlement (invoice_id, kind, amount_minor, effective_on, payment_id)
          select 1, 'payment', 13090, '2026-11-10', payment_id from payment;
        update invoice set settled_minor = 13090;
        insert into journal (seller_id, event, entry_date, currency)
          select seller_id, 'payment', '2026-11-10', 'eur' from seller;
        insert into journal_line (journal_id, line_no, account_code, amount_minor)
          select max(journal_id), 1, '1000', 13090 from journal
          union all select max(journal_id), 2, '1200', -13090 from journal;
        """)
      try await expectSound(books)
      #expect(try await reverse(books, keepingPayments: true) == nil)
      let payments = PaymentOperations(at: 1_795_176_000, by: "tester")
      try await books.connection.transaction {
        if way == "unapply" {
          try payments.unapply(1, on: $0)
        } else {
          try payments.takeReturn(1, over: $0)
        }
      }
      #expect(
        try await books.texts(Self.documents).first == "INV-000001 invoice reversed 13090 13090")
      #expect(
        try await books.text("select coalesce(sum(amount_minor - used_minor), 0) from credit")
          == (way == "unapply" ? "13090" : "0"))
      try await expectSound(books)
    }
  }

  @Test("what an earlier note left open settles the invoice before the last note is written")
  func ownNotes() async throws {
    try await withInvoice { books in
      try await books.credit(of: 1, "money", 20000, granted: "2026-11-10")
      try await books.connection.transaction { try Self.operations.applyCredit([1], on: $0) }
      #expect(try await credit(books, .amount("30")) == nil)
      try await books.connection.transaction { try Self.operations.unapplyCredit([1], on: $0) }
      #expect(try await reverse(books, keepingPayments: true) == nil)
      #expect(
        try await books.texts(Self.documents).first == "INV-000001 invoice reversed 13090 13090")
      #expect(
        try await books.text("select sum(amount_minor - used_minor) from credit") == "20000")
      try await expectSound(books)
    }
  }

  @Test("nothing is booked before the document that it takes back")
  func ahead() async throws {
    try await withInvoice { books in
      try await books.bill("2026-12-01") { $0.invoiceDate = LocalDate(iso: "2026-12-01") }
      let id = Int64(try await books.text("select max(invoice_id) from invoice")) ?? 0
      try await books.connection.transaction { try Self.operations.reverse([id], on: $0) }
      #expect(
        try await books.text("select invoice_date from invoice where kind = 'credit_note'")
          == "2026-12-01")
      #expect(
        try await books.text("select max(entry_date) from journal where event = 'credit_note'")
          == "2026-12-01")
      try await expectSound(books)
    }
  }

  @Test("a day that was changed keeps its credit: only what is left is given back")
  func changed() async throws {
    try await withInvoice { books in
      try await books.run(
        """
        insert into subscription_change (subscription_id, effective, quantity)
        values (1, '2026-11-16', 2)
        """)
      try await books.bill("2026-11-16")
      #expect(try await reverse(books) == nil)
      try await expectSound(books)
      try await books.bill("2026-11-20")
      try await expectSound(books)
      let again = try await books.bill("2026-11-20")
      #expect(again.map(\.population) == [0])
    }
  }
}
