// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Taking runs back (DESIGN 8; RULES 0.7, 6).
@Suite struct RunReversalTests {
  @Test("a canceled draft run leaves nothing billed, and the next run bills the same")
  func canceled() async throws {
    let undisturbed = try await Undisturbed.shared.outcome()
    try await withBooks { books in
      try await books.ofAllKinds()
      let runs = try await books.bill("2026-11-30") { $0.writesDrafts = true }
      let reversal = try await books.operations("2026-11-30").cancel(runs[0].id ?? 0)
      #expect(reversal.refused.isEmpty)
      #expect(reversal.canceled == Int(runs[0].invoices + (runs[0].totals.first?.creditNotes ?? 0)))
      try await expectSound(books)
      let again = try await books.bill("2026-11-30")
      #expect(again[0].fingerprint == undisturbed.fingerprint)
      try await expectSound(books)
    }
  }

  @Test("a reversed run is credited to the cent, and the next run bills the same again")
  func reversed() async throws {
    try await withBooks { books in
      try await books.ofAllKinds()
      let runs = try await books.bill("2026-11-30")
      let reversal = try await books.operations("2026-11-30").reverse(runs[0].id ?? 0)
      #expect(reversal.refused.map(\.error.code) == [])
      #expect(reversal.reversed == Int(runs[0].invoices))
      let state = try await RunSummary.read(runs[0].id ?? 0, on: books.connection).state
      #expect(state == "reversed")
      try await expectTexts(
        books,
        """
        select coalesce(sum(l.amount_minor), 0)
        from journal_line l join journal j using (journal_id)
        where l.account_code in ('4000', '2200', '2300', '1200')
        """, ["0"])
      try await expectSound(books)
      let again = try await books.bill("2026-11-30")
      #expect(again[0].invoices == runs[0].invoices)
      #expect(again[0].totals.map(\.subtotal) == runs[0].totals.map(\.subtotal))
      #expect(again[0].totals.map(\.taxes) == runs[0].totals.map(\.taxes))
      try await expectSound(books)
    }
  }

  @Test("a part of a run is reversed by its payers; what was paid is told and stays as credit")
  func part() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      let runs = try await books.bill("2026-11-01")
      let run = runs[0].id ?? 0
      let euro = try #require(Currency(code: "eur"))
      let day = try #require(LocalDate(iso: "2026-11-02"))
      let payment = NewPayment(customer: 2, amount: 700, currency: euro, date: day)
      #expect(try await PaymentBooks.record(books, payment) == nil)
      let reversal = try await books.operations("2026-11-02").reverse(run, customers: [1, 2])
      #expect(reversal.reversed == 2)
      #expect(try await RunSummary.read(run, on: books.connection).totals.map(\.takenBack) == [2])
      #expect(reversal.payments.map(\.amount) == [700])
      #expect(try await RunSummary.read(run, on: books.connection).state == "posted")
      try await expectTexts(
        books,
        "select customer_id || ' ' || sum(amount_minor - used_minor) from credit group by 1"
          .replacing("group by 1", with: "group by customer_id order by 1"), ["1 0", "2 700"])
      try await expectSound(books)
      let again = try await books.bill("2026-11-02")
      #expect(again[0].invoices == 2)
      #expect(again[0].totals.map(\.creditsApplied) == [700])
      let rest = try await books.operations("2026-11-02").reverse(run)
      #expect(rest.reversed == 2)
      #expect(try await RunSummary.read(run, on: books.connection).state == "reversed")
      await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-02").reverse(run)
      }
      try await expectSound(books)
    }
  }

  @Test("credit notes of their own are taken back with the invoices of the run")
  func separateNotes() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.run("update seller set credit_lines = 'separate'")
      try await books.customer(5)
      try await books.subscription(5, of: 5, "dear", from: "2026-11-01")
      try await books.bill("2026-11-01")
      try await books.change(of: 5, on: "2026-11-16", plan: "small")
      let runs = try await books.bill("2026-12-01")
      #expect(runs[0].totals.map(\.creditNotes) == [1])
      #expect(runs[0].totals.map(\.credited) == [50_000])
      let reversal = try await books.operations("2026-12-01").reverse(runs[0].id ?? 0)
      #expect(reversal.refused.isEmpty)
      #expect(reversal.voided == 1)
      try await expectSound(books)
      let again = try await books.bill("2026-12-01")
      #expect(again[0].totals.map(\.total) == runs[0].totals.map(\.total))
      #expect(again[0].totals.map(\.credited) == [50_000])
      try await expectSound(books)
    }
  }

  @Test("what cannot be taken back is told and stays, and nobody else is kept from it")
  func refused() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      let runs = try await books.bill("2026-11-01")
      try await books.run(
        """
        insert into payment_source (customer_id, object, gateway, token)
          values (3, 'card', 'simulated', 'approve');
        insert into payment_attempt (invoice_id, payment_source_id, try, amount_minor, currency,
          gateway, idempotency_key, state, as_of, request)
        select invoice_id, 1, 1, 1000, 'eur', 'simulated', 'k-1', 'unknown', '2026-11-01', '{}'
        from invoice where customer_id = 3
        """)
      let reversal = try await books.operations("2026-11-01").reverse(runs[0].id ?? 0)
      #expect(reversal.reversed == 3)
      #expect(reversal.refused.map(\.customer) == [3])
      #expect(reversal.exitCode == .dataError)
      #expect(try await RunSummary.read(runs[0].id ?? 0, on: books.connection).state == "posted")
    }
  }

  @Test("a run that has posted is not canceled, and one that is not finished is not reversed")
  func refusals() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      let runs = try await books.bill("2026-11-01")
      let direct = await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-01").cancel(runs[0].id ?? 0)
      }
      #expect(direct?.code == "run_not_waiting")
      let missing = await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-01").reverse(99)
      }
      #expect(missing?.code == "run_not_found")
      await #expect(throws: Crash.self) {
        try await books.bill("2026-12-01") { options in
          options.writesDrafts = true
          options.batchSize = 1
          let once = Once(on: 2)
          options.fault = { if $0 == .batchCommitted, once.first() { throw Crash() } }
        }
      }
      let open = await #expect(throws: BillRunError.self) {
        try await books.operations("2026-12-01").reverse(2)
      }
      #expect(open?.code == "run_unfinished")
      // A draft run that is not finished can be given up.
      let given = try await books.operations("2026-12-01").cancel(2)
      #expect(given.canceled >= 2)
      #expect(try await RunSummary.read(2, on: books.connection).state == "canceled")
      let next = try await books.bill("2026-12-01")
      #expect(next.count == 1 && next[0].invoices == 4)
      try await expectSound(books)
    }
  }
}
