// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Subscription-days by month and what became of them, and what breaks the proof.
@Suite(.serialized) struct CompletenessProofTests {
  @Test("each day is billed, has its reason, or waits; and the parts come to the active days")
  func complete() async throws {
    try await withBooks { books in
      try await books.fiveSubscriptions()
      let proof = try await books.proof()
      #expect(proof.isComplete)
      #expect(proof.exitCode == .ok)
      #expect(proof.months.map(\.active) == [120, 124 - 21, 101, 124])
      #expect(proof.months.map(\.subscriptions) == [4, 4, 4, 4])
      let parts = proof.months.map(\.parts)
      #expect(parts[0] == ["billed": 60, "trial": 30, "held": 30])
      #expect(parts[1] == ["billed": 31 + 10 + 31, "held": 31])
      #expect(parts[2] == ["billed": 60, "held": 30, "not_due": 11])
      #expect(parts[3] == ["not_due": 93, "held": 31])
      #expect(
        proof.text.hasSuffix(
          "complete: every active day is billed, has its reason, or waits for its run\n"))
      var writer = JSONWriter()
      proof.write(to: &writer)
      let object = try JSON(writer.text)
      #expect(object["complete"] == true)
      #expect(object["months"]?.elements.first?["active_days"] == 120)
      #expect(object["months"]?.elements.first?["days"]?["trial"] == 30)
    }
  }

  @Test("days given back wait for their day where a run for an earlier one has looked")
  func earlier() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "pro", from: "2026-09-10", ["bill_in": "arrears"])
      try await books.bill("2026-11-23")
      let operations = InvoiceOperations(at: 1_795_392_000, by: "tester")
      try await books.connection.transaction { try operations.reverse([1], on: $0) }
      try await books.bill("2026-10-01") { $0.invoiceDate = LocalDate(iso: "2026-11-23") }
      #expect(try await books.text("select count(*) from invoice where kind = 'invoice'") == "2")
      try await expectSound(books)
      try await books.bill("2026-11-23")
      #expect(try await books.text("select count(*) from invoice where kind = 'invoice'") == "3")
      try await expectSound(books)
    }
  }

  @Test("a part of a month counts its own days, and a seller its own subscriptions")
  func bounds() async throws {
    try await withBooks { books in
      try await books.fiveSubscriptions()
      let days = try #require(Period(from: .on("2026-09-30"), to: .on("2026-10-02")))
      let proof = try await CompletenessProof.read(days, seller: "acme", on: books.connection)
      #expect(proof.months.map(\.active) == [4, 4])
      await #expect(throws: BillRunError.self) {
        try await CompletenessProof.read(days, seller: "nobody", on: books.connection)
      }
    }
  }

  @Test("a hole is missing, and a day that is covered twice does not add up")
  func faults() async throws {
    try await withBooks { books in
      try await books.fiveSubscriptions()
      try await books.run(
        """
        set session_replication_role = replica;
        delete from coverage where subscription_id = 1 and span_start = '2026-10-01';
        """)
      let hole = try await books.proof()
      #expect(hole.months[1].parts["missing"] == 31)
      #expect(hole.months.map(\.addsUp) == [true, true, true, true])
      #expect(hole.exitCode == .software)
      #expect(hole.text.hasSuffix("NOT COMPLETE: 31 days missing, 0 months that do not add up\n"))
      try await books.run(
        """
        alter table coverage drop constraint if exists coverage_live_key;
        drop index if exists coverage_live_key;
        insert into coverage (subscription_id, slot, span_start, span_end, reason)
        values (1, 0, '2026-10-01', '2026-11-01', 'paused'),
          (1, 0, '2026-11-10', '2026-11-12', 'paused');
        """)
      let twice = try await books.proof()
      #expect(twice.months.map(\.addsUp) == [true, true, false, true])
      #expect(twice.exitCode == .software)
    }
  }
}

/// The series of numbers, sound and not.
@Suite(.serialized) struct NumberAuditTests {
  @Test("series are counted by kind, and a gap and a wrong order are found")
  func audit() async throws {
    try await withBooks { books in
      try await books.ofAllKinds()
      for day in ["2026-10-31", "2026-11-30"] { try await books.bill(day) }
      let sound = try await NumberAudit.read(seller: nil, on: books.connection)
      #expect(sound.isSound)
      #expect(sound.text.hasSuffix("\nno gap, all in order\n"))
      let invoices = try #require(sound.series.first { $0.kind == "invoice" })
      try await expectTexts(
        books, "select count(*) from invoice where kind = 'invoice'", ["\(invoices.numbers)"])
      #expect(invoices.invoices == invoices.numbers)
      #expect(invoices.firstDate == .on("2026-10-31"))
      #expect(invoices.lastDate == .on("2026-11-30"))
      let notes = try #require(sound.series.first { $0.kind == "credit_note" })
      #expect(notes.creditNotes == notes.numbers && notes.numbers > 0)
      try await books.run(
        """
        set session_replication_role = replica;
        delete from invoice_number n using number_series s
        where s.number_series_id = n.number_series_id and s.kind = 'invoice' and n.seq in (3, 4, 7);
        delete from invoice_number n using number_series s
        where s.number_series_id = n.number_series_id and s.kind = 'invoice'
          and n.seq = s.next_seq - 1;
        update invoice set invoice_date = '2026-10-01'
        where invoice_id = (select invoice_id from invoice_number n
          join number_series s using (number_series_id) where s.kind = 'invoice' and n.seq = 9);
        """)
      let audit = try await NumberAudit.read(seller: "acme", on: books.connection)
      let broken = try #require(audit.series.first { $0.kind == "invoice" })
      #expect(broken.missing == 4)
      #expect(broken.gaps == ["3-4", "7", "\(invoices.numbers)"])
      #expect(broken.disordered == 1)
      #expect(broken.disorder.count == 1)
      #expect(audit.exitCode == .software)
      #expect(audit.text.hasSuffix("\nNOT SOUND\n"))
      var writer = JSONWriter()
      audit.write(to: &writer)
      #expect(try JSON(writer.text)["sound"] == false)
      await #expect(throws: BillRunError.self) {
        try await NumberAudit.read(seller: "nobody", on: books.connection)
      }
    }
  }
}

extension Books {
  /// One plain, one with a trial, one held, one canceled, one to come; billed up to November.
  fileprivate func fiveSubscriptions() async throws {
    try await seller()
    try await plan("pro", "30")
    try await plan("broken", nil)
    for id in 1...5 { try await customer(id) }
    try await subscription(1, of: 1, "pro", from: "2026-09-01")
    try await subscription(2, of: 2, "pro", from: "2026-09-01", ["trial_end": "2026-10-01"])
    try await subscription(3, of: 3, "broken", from: "2026-09-01")
    try await subscription(
      4, of: 4, "pro", from: "2026-09-01",
      ["canceled_at": "2026-10-11", "prorate_cancel": "true"])
    try await subscription(5, of: 5, "pro", from: "2026-11-20")
    try await bill("2026-11-01")
  }

  fileprivate func proof() async throws -> CompletenessProof {
    let days = try #require(Period(from: .on("2026-09-01"), to: .on("2027-01-01")))
    return try await CompletenessProof.read(days, seller: nil, on: connection)
  }
}
