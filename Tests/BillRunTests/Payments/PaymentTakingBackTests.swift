// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import SQLFiles
import TestSupport
import Testing

/// How money that came in goes back (RULES 3, 7): taken off invoices, refunded, returned, disputed.
@Suite struct PaymentTakingBackTests {
  private typealias Pay = PaymentBooks

  private static let statuses = """
    select status from invoices order by id
    """

  @Test("taken off its invoices it is credit, and can be put to one again")
  func unapplyAndApply() async throws {
    try await Pay.withInvoices { books, first, second in
      #expect(try await Pay.record(books, Pay.payment(15_000)) == nil)
      #expect(
        try await Pay.attempt(books) { try Pay.operations.unapply(1, from: first, on: $0) } == nil)
      try await expectTexts(books, Pay.settled, ["0", "3100"])
      try await expectTexts(books, Pay.credit, ["money 11900"])
      try await expectSound(books)
      #expect(
        try await Pay.attempt(books) {
          try Pay.operations.apply(1, to: second, atMost: 800, on: $0)
        } == nil)
      #expect(
        try await Pay.attempt(books) { try Pay.operations.apply(1, to: second, on: $0) } == nil)
      try await expectTexts(books, Pay.settled, ["0", "11900"])
      try await expectTexts(books, Pay.credit, ["money 3100"])
      try await expectSound(books)
      #expect(try await Pay.attempt(books) { try Pay.operations.unapply(1, on: $0) } == nil)
      try await expectTexts(books, Pay.settled, ["0", "0"])
      try await expectTexts(books, Pay.credit, ["money 11900", "money 3100"])
      try await expectTexts(
        books, "select sum(amount_minor) from journal_line where account_code = '2100'", ["-15000"])
      try await expectSound(books)
      #expect(
        try await Pay.attempt(books) { try Pay.operations.unapply(1, on: $0) }
          == "unapply_refused_nothing")
    }
  }

  @Test("a refund comes out of credit first, then off the newest settlement, up to what is left")
  func refund() async throws {
    try await Pay.withInvoices { books, _, _ in
      #expect(try await Pay.record(books, Pay.payment(25_000)) == nil)
      func refund(_ amount: Int64) async throws -> String? {
        try await Pay.attempt(books) {
          try Pay.operations.refund(1, amount: amount, reason: "twice", over: $0)
        }
      }
      #expect(try await refund(1000) == nil)
      try await expectTexts(books, Pay.settled, ["11900", "11900"])
      #expect(try await refund(5000) == nil)
      try await expectTexts(books, Pay.settled, ["11900", "7100"])
      try await expectTexts(books, Pay.credit, [])
      #expect(
        try await Pay.attempt(books) { _ = try Pay.documents.void([1], on: $0) } == "void_refused")
      try await expectTexts(
        books, Pay.journal,
        [
          "payment: 1000 25000, 1200 -23800, 2100 -1200", "refund: 2100 1000, 1000 -1000",
          "payment_unapplied: 1200 4800, 2100 -4800", "refund: 2100 5000, 1000 -5000",
        ])
      try await expectSound(books)
      #expect(try await refund(19_001) == "refund_refused_amount")
      #expect(try await refund(0) == "refund_refused_amount")
      #expect(try await refund(19_000) == nil)
      try await expectTexts(books, Pay.settled, ["0", "0"])
      try await expectTexts(
        books, "select state || ' ' || amount_minor from refund order by refund_id",
        ["approved 1000", "approved 5000", "approved 19000"])
      try await expectSound(books)
    }
  }

  @Test("what was granted with a payment goes with it, a withholding only with all of it")
  func grants() async throws {
    try await Pay.withInvoices(terms: "2% 10 NET 30") { books, first, second in
      #expect(
        try await Pay.record(
          books, Pay.payment(11_662, on: "2026-11-05", [.init(invoice: second)])) == nil)
      let withheld = try Pay.payment(10_900, [.init(invoice: first)]) {
        $0.withholding = .init(amount: 1000, certificate: "Z-17")
      }
      #expect(try await Pay.record(books, withheld) == nil)
      for payment in [Int64(1), 2] {
        #expect(
          try await Pay.attempt(books) { try Pay.operations.refund(payment, amount: 1, over: $0) }
            == nil)
      }
      try await expectTexts(books, Pay.settled, ["11899", "11661"])
      try await expectSound(books)
      for payment in [Int64(1), 2] {
        #expect(try await Pay.attempt(books) { try Pay.operations.unapply(payment, on: $0) } == nil)
      }
      try await expectTexts(books, Pay.settled, ["0", "0"])
      try await expectTexts(
        books,
        "select account_code from journal_line join journal using (journal_id) "
          + "where run_id is null and account_code in ('6200', '2200', '1250') "
          + "group by account_code having sum(amount_minor) <> 0", [])
      try await expectSound(books)
    }
  }

  @Test("a recovery that goes back is written off again, a payment before it opens the invoice")
  func recovered() async throws {
    try await Pay.withInvoices { books, first, _ in
      let state = "select state from invoice where invoice_id = \(first)"
      #expect(try await Pay.record(books, Pay.payment(1000, [.init(invoice: first)])) == nil)
      _ = try await Pay.attempt(books) { try Pay.documents.writeOff([first], on: $0) }
      let rest = try Pay.payment(10_900, [.init(invoice: first)]) { $0.recovers = true }
      #expect(try await Pay.record(books, rest) == nil)
      try await expectTexts(books, state, ["open"])
      try await expectSound(books)
      #expect(try await Pay.attempt(books) { try Pay.operations.takeReturn(2, over: $0) } == nil)
      try await expectTexts(books, state, ["written_off"])
      try await expectTexts(books, Pay.settled, ["11900", "0"])
      try await expectTexts(
        books,
        "select account_code || ' ' || sum(amount_minor) from journal_line where account_code in "
          + "('1000', '6100', '6110') group by account_code having sum(amount_minor) <> 0 "
          + "order by 1", ["1000 1000", "6100 10900"])
      try await expectSound(books)
      #expect(
        try await Pay.attempt(books) { try Pay.operations.refund(1, amount: 400, over: $0) } == nil)
      try await expectTexts(books, state, ["open"])
      try await expectTexts(books, Pay.settled, ["11500", "0"])
      try await expectSound(books)
    }
  }

  @Test(
    "RULES 1.13: who gets all of an invoice back keeps no early discount on it",
    arguments: [true, false])
  func creditedAfterDiscount(byReversing: Bool) async throws {
    try await Pay.withInvoices(terms: "2% 10 NET 30") { books, _, second in
      let id = [NewPayment.Target(invoice: second)]
      #expect(try await Pay.record(books, Pay.payment(11_662, on: "2026-11-11", id)) == nil)
      #expect(
        try await Pay.attempt(books) {
          if byReversing {
            try Pay.documents.reverse([second], keepingPayments: true, on: $0)
          } else {
            _ = try Pay.documents.credit(second, .all, on: $0)
          }
        } == nil)
      try await expectTexts(
        books, Pay.settlements,
        ["1 payment 11662", "1 early_discount 238", "1 early_discount -238", "1 credit_note 238"])
      try await expectTexts(books, Pay.credit, ["credit_note 11662"])
      try await expectTexts(
        books,
        "select account_code || ' ' || sum(l.amount_minor) from journal_line l join journal j "
          + "using (journal_id) where j.run_id is null and account_code in ('1000', '2200', '6200')"
          + " group by account_code order by account_code", ["1000 11662", "2200 1900", "6200 0"])
      try await expectSound(books)
    }
  }

  @Test("RULES 1.13: given back in parts, an invoice keeps the discount on what is left of it")
  func creditedInParts() async throws {
    try await Pay.withInvoices(terms: "2% 10 NET 30") { books, first, second in
      let id = [NewPayment.Target(invoice: second)]
      #expect(try await Pay.record(books, Pay.payment(11_662, on: "2026-11-11", id)) == nil)
      for amount in ["33.33", "0.01", "66.66"] {
        #expect(
          try await Pay.attempt(books) {
            _ = try Pay.documents.credit(second, .amount(amount), on: $0)
          } == nil)
        try await expectSound(books)
      }
      try await expectTexts(
        books,
        "select kind || ' ' || sum(amount_minor) from settlement group by kind order by kind",
        ["credit_note 238", "early_discount 0", "payment 11662"])
      try await expectTexts(
        books, "select sum(amount_minor - used_minor) from credit", ["11662"])
      try await expectTexts(
        books,
        "select account_code || ' ' || sum(l.amount_minor) from journal_line l join journal j "
          + "using (journal_id) where j.run_id is null and account_code in ('2200', '6200')"
          + " group by account_code order by account_code", ["2200 1900", "6200 0"])
      // Of an unpaid one the discount is that of what is left.
      #expect(
        try await Pay.attempt(books) {
          _ = try Pay.documents.credit(first, .amount("99.00"), on: $0)
        } == nil)
      #expect(
        try await Pay.record(
          books, Pay.payment(1, on: "2026-10-05", [.init(invoice: first)])) == nil)
      try await expectTexts(
        books, "select settled_minor from invoice where invoice_id = \(first)", ["11782"])
      try await expectSound(books)
    }
  }

  @Test("a returned recovery is paid by what a credit note left open, the rest is written off")
  func recoveredAndCredited() async throws {
    try await Pay.withInvoices { books, first, _ in
      _ = try await Pay.attempt(books) { try Pay.documents.writeOff([first], on: $0) }
      for amount in [5000 as Int64, 6900] {
        let part = try Pay.payment(amount, [.init(invoice: first)]) { $0.recovers = true }
        #expect(try await Pay.record(books, part) == nil)
      }
      _ = try await Pay.attempt(books) {
        _ = try Pay.documents.credit(first, .amount("50.00"), on: $0)
      }
      try await expectTexts(books, Pay.credit, ["credit_note 5950"])
      #expect(try await Pay.attempt(books) { try Pay.operations.takeReturn(2, over: $0) } == nil)
      try await expectTexts(books, Self.settlements(of: first), Self.halfWrittenOff)
      try await expectTexts(books, Pay.credit, [])
      try await expectSound(books)
      #expect(try await Pay.attempt(books) { try Pay.operations.takeReturn(1, over: $0) } == nil)
      try await expectTexts(
        books, Self.settlements(of: first),
        ["written_off credit_note 5950", "written_off payment 0", "written_off write_off 5950"])
      try await expectTexts(
        books,
        "select account_code || ' ' || sum(amount_minor) from journal_line where account_code in "
          + "('1000', '2100', '6100', '6110') group by account_code having sum(amount_minor) <> 0 "
          + "order by 1", ["6100 11900", "6110 -5950"])
      try await expectSound(books)
    }
  }

  private static let halfWrittenOff = [
    "written_off credit_note 5950", "written_off payment 5000", "written_off write_off 950",
  ]

  private static func settlements(of invoice: Int64) -> String {
    "select i.state || ' ' || s.kind || ' ' || sum(s.amount_minor) from settlement s "
      + "join invoice i using (invoice_id) where invoice_id = \(invoice) group by i.state, s.kind "
      + "order by 1"
  }

  @Test("a bank return takes it off invoices and credit, with the bank's fee")
  func bankReturn() async throws {
    try await Pay.withInvoices { books, _, _ in
      #expect(try await Pay.record(books, Pay.payment(24_000)) == nil)
      #expect(
        try await Pay.attempt(books) {
          try Pay.operations.takeReturn(1, fee: 350, reason: "AC04", over: $0)
        } == nil)
      try await expectTexts(books, Pay.settled, ["0", "0"])
      try await expectTexts(books, Pay.credit, [])
      try await expectTexts(
        books, Pay.journal,
        [
          "payment: 1000 24000, 1200 -23800, 2100 -200",
          "bank_return: 1200 23800, 2100 200, 1000 -24000", "bank_fee: 6500 350, 1000 -350",
        ])
      try await expectSound(books)
      #expect(
        try await Pay.attempt(books) { try Pay.operations.takeReturn(1, over: $0) }
          == "return_refused_nothing_left")
      #expect(
        try await Pay.attempt(books) { try Pay.operations.refund(1, amount: 1, over: $0) }
          == "refund_refused_amount")
    }
  }

  @Test("while it is disputed its invoices are; won, they are paid as before")
  func disputeWon() async throws {
    try await Pay.withInvoices { books, _, second in
      #expect(try await Pay.record(books, Pay.payment(12_000)) == nil)
      #expect(try await Pay.attempt(books) { try Pay.operations.openDispute(1, over: $0) } == nil)
      try await expectTexts(books, Self.statuses, ["disputed", "disputed"])
      try await expectSound(books)
      for code in try await [
        Pay.attempt(books) { try Pay.operations.refund(1, amount: 1, over: $0) },
        Pay.attempt(books) { try Pay.operations.unapply(1, on: $0) },
        Pay.attempt(books) { try Pay.operations.takeReturn(1, over: $0) },
        Pay.attempt(books) { try Pay.operations.apply(1, to: second, on: $0) },
        Pay.attempt(books) { try Pay.operations.openDispute(1, over: $0) },
      ] {
        #expect(code?.hasSuffix("_refused_disputed") == true, "\(code ?? "done")")
      }
      #expect(
        try await Pay.attempt(books) {
          try Pay.operations.endDispute(1, won: true, fee: 1500, over: $0)
        } == nil)
      let statuses = try await books.texts(Self.statuses)
      #expect(statuses.first == "paid")
      try await expectTexts(
        books, Pay.journal,
        [
          "payment: 1000 12000, 1200 -12000", "dispute_opened: 1210 12000, 1000 -12000",
          "dispute_won: 1000 12000, 1210 -12000", "bank_fee: 6500 1500, 1000 -1500",
        ])
      try await expectSound(books)
      #expect(
        try await Pay.attempt(books) { try Pay.operations.endDispute(1, won: true, over: $0) }
          == "dispute_refused_not_open")
    }
  }

  @Test("a part of a payment is disputed: only that goes back, and it stands in its own column")
  func disputedPart() async throws {
    try await Pay.withInvoices { books, _, _ in
      #expect(try await Pay.record(books, Pay.payment(12_000)) == nil)
      for amount in [0, 12_001] as [Int64] {
        #expect(
          try await Pay.attempt(books) {
            try Pay.operations.openDispute(1, amount: amount, over: $0)
          } == "dispute_refused_amount")
      }
      #expect(
        try await Pay.attempt(books) { try Pay.operations.openDispute(1, amount: 500, over: $0) }
          == nil)
      try await expectSound(books)
      let rows = try await books.connection.query(
        Statement(
          name: SQLFiles.reportReceivables.name, text: SQLFiles.reportReceivables.text),
        [.string("s"), .date(daysSince2000: LocalDate(iso: "2026-12-31")?.daysSince2000 ?? 0)])
      #expect(try rows.first?.numeric("disputed", scale: 0) == 500)
      #expect(
        try await Pay.attempt(books) { try Pay.operations.endDispute(1, won: false, over: $0) }
          == nil)
      try await expectTexts(books, "select sum(settled_minor) from invoice", ["11500"])
      try await expectSound(books)
      // The rest can still be refunded, and no more.
      #expect(
        try await Pay.attempt(books) { try Pay.operations.refund(1, amount: 11_501, over: $0) }
          == "refund_refused_amount")
      #expect(
        try await Pay.attempt(books) { try Pay.operations.refund(1, amount: 11_500, over: $0) }
          == nil)
      try await expectSound(books)
    }
  }

  @Test("lost, its invoices are open, and AutoPay ends for the source it was charged to")
  func disputeLost() async throws {
    try await Pay.withInvoices { books, first, _ in
      #expect(try await Pay.record(books, Pay.payment(11_900, [.init(invoice: first)])) == nil)
      try await books.run(
        """
        insert into payment_source (customer_id, object, gateway, token)
        values (1, 'card', 'simulated', 'approve');
        update payment set payment_source_id = (select payment_source_id from payment_source);
        update customer set autopay = true;
        """)
      #expect(try await Pay.attempt(books) { try Pay.operations.openDispute(1, over: $0) } == nil)
      #expect(
        try await Pay.attempt(books) { try Pay.operations.endDispute(1, won: false, over: $0) }
          == nil)
      try await expectTexts(books, Pay.settled, ["0", "0"])
      try await expectTexts(books, "select autopay from customer", ["false"])
      try await expectTexts(
        books, Pay.journal,
        [
          "payment: 1000 11900, 1200 -11900", "dispute_opened: 1210 11900, 1000 -11900",
          "dispute_lost: 1200 11900, 1210 -11900",
        ])
      try await expectSound(books)
    }
  }

  @Test("put to another invoice, what came in in time has the early discount, and what is withheld")
  func applyGrants() async throws {
    try await Pay.withInvoices(terms: "2% 10 NET 30") { books, first, second in
      let wrong = try Pay.payment(11_662, on: "2026-11-11", [.init(invoice: first)])
      #expect(try await Pay.record(books, wrong) == nil)
      #expect(try await Pay.attempt(books) { try Pay.operations.unapply(1, on: $0) } == nil)
      #expect(
        try await Pay.attempt(books) { try Pay.operations.apply(1, to: second, on: $0) } == nil)
      try await expectTexts(books, Pay.settled, ["0", "11900"])
      let paid = try Pay.payment(11_000, on: "2026-11-15", [.init(invoice: first)])
      #expect(try await Pay.record(books, paid) == nil)
      #expect(try await Pay.attempt(books) { try Pay.operations.unapply(2, on: $0) } == nil)
      let tax = NewPayment.Withholding(amount: 900, certificate: "Z-1")
      #expect(
        try await Pay.attempt(books) {
          try Pay.operations.apply(2, to: first, withholding: tax, on: $0)
        } == nil)
      try await expectTexts(books, Pay.settled, ["11900", "11900"])
      try await expectTexts(
        books,
        """
        select concat_ws(' ', l.account_code, sum(l.amount_minor))
        from journal j join journal_line l using (journal_id)
        where j.event <> 'post' and l.account_code in ('1250', '2100', '6200')
        group by l.account_code having sum(l.amount_minor) <> 0 order by 1
        """, ["1250 900", "6200 200"])
      try await expectSound(books)
      #expect(try await Pay.attempt(books) { try Pay.operations.unapply(1, on: $0) } == nil)
      try await expectTexts(books, Pay.settled, ["11900", "0"])
      try await expectSound(books)
    }
  }

  @Test("a refunded invoice is settled by the open credit of its credit note")
  func creditNote() async throws {
    try await Pay.withInvoices { books, first, _ in
      #expect(try await Pay.record(books, Pay.payment(11_900, [.init(invoice: first)])) == nil)
      try await books.credit(of: 1, "credit_note", 3000, granted: "2026-11-02")
      try await books.run(
        """
        update credit set credit_note_id = (select max(invoice_id) from invoice)
        where kind = 'credit_note';
        insert into line_credit values ((select max(invoice_id) from invoice), 1, \(first), 1, 3000)
        """)
      #expect(
        try await Pay.attempt(books) { try Pay.operations.refund(1, amount: 2000, over: $0) } == nil
      )
      try await expectTexts(books, Pay.settled, ["11900", "0"])
      try await expectTexts(books, Pay.credit, ["credit_note 1000"])
    }
  }

  @Test("credit is taken off an invoice again, each kind to its account")
  func unapplyCredit() async throws {
    try await Pay.withInvoices { books, first, second in
      try await books.credit(of: 1, "money", 1000, granted: "2026-11-02")
      try await books.credit(of: 1, "credit_note", 700, granted: "2026-11-02")
      func unapply(_ ids: Int64...) async throws -> String? {
        try await Pay.attempt(books) { try Pay.documents.unapplyCredit(ids, on: $0) }
      }
      #expect(try await unapply(first) == "unapply_credit_refused")
      _ = try await Pay.attempt(books) { try Pay.documents.applyCredit([first], on: $0) }
      try await expectTexts(books, Pay.settled, ["1700", "0"])
      #expect(try await unapply(first) == nil)
      try await expectTexts(books, Pay.settled, ["0", "0"])
      try await expectTexts(books, Pay.credit, ["money 1000", "credit_note 700"])
      try await expectSound(books)
      #expect(try await Pay.record(books, Pay.payment(5, [.init(invoice: second)])) == nil)
      #expect(try await unapply(second) == "unapply_credit_refused_nothing")
    }
  }

  @Test("nothing goes back on a day of closed books, nor while a charge is on its way")
  func refusals() async throws {
    try await Pay.withInvoices { books, first, _ in
      #expect(try await Pay.record(books, Pay.payment(100, [.init(invoice: first)])) == nil)
      try await books.run(
        """
        insert into payment_source (customer_id, object, gateway, token)
        values (1, 'card', 'simulated', 'approve');
        insert into payment_attempt (invoice_id, try, state, gateway, payment_source_id,
          idempotency_key, currency, amount_minor, as_of, request)
        select \(first), 1, 'pending', 'simulated', payment_source_id, 'k', 'eur', 11800,
          '2026-11-20', '{}'
        from payment_source
        """)
      #expect(
        try await Pay.attempt(books) { try Pay.operations.unapply(1, on: $0) }
          == "unapply_refused_charging")
      #expect(
        try await Pay.attempt(books) { try Pay.operations.refund(1, amount: 1, over: $0) }
          == "refund_refused_charging")
      #expect(
        try await Pay.attempt(books) { try Pay.operations.unapply(7, on: $0) }
          == "payment_not_found")
      for day in ["2026-11-09", "2026-11-21"] {
        let date = try #require(LocalDate(iso: day))
        #expect(
          try await Pay.attempt(books) { try Pay.operations.takeReturn(1, on: date, over: $0) }
            == "return_refused_date")
      }
      try await books.run("update seller set closed_through = '2026-11-20'")
      #expect(
        try await Pay.attempt(books) { try Pay.operations.openDispute(1, over: $0) }
          == "dispute_refused_closed")
      try await expectTexts(books, Pay.settled, ["100", "0"])
    }
  }
}
