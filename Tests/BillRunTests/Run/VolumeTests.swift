// SPDX-License-Identifier: Apache-2.0
import BillRun
import FoundationEssentials
import TestSupport
import Testing

/// Accounts and data of a size that a batch does not keep in memory.
@Suite(.serialized) struct VolumeTests {
  @Test("an account of 24,000 lines streams through, and a fault in its midst leaves nothing")
  func largeAccount() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.plan("seat", "0.5")
      for id in 1...3 { try await books.customer(id, id == 2 ? ["consolidated": "true"] : [:]) }
      try await books.run(
        """
        insert into subscription (subscription_id, customer_id, plan_id, start_date)
        select n, 1 + n % 3, (select plan_id from plan where code = 'pro'), '2026-08-01'
        from generate_series(1, 9000) n;
        insert into subscription_addon (subscription_id, slot, plan_id)
        select n, 1, (select plan_id from plan where code = 'seat') from generate_series(1, 9000) n;
        """)
      await #expect(throws: Crash.self) {
        try await books.bill("2026-11-01") { $0.fault = { if $0 == .written { throw Crash() } } }
      }
      try await expectTexts(books, "select count(*) from invoice_line", ["0"])
      let runs = try await books.bill("2026-11-01")
      #expect(runs[0].exitCode == .ok)
      try await expectTexts(
        books,
        """
        select concat_ws(' ', i.customer_id, count(distinct i.invoice_id), count(*),
        sum(l.amount_minor))
        from invoice i join invoice_line l using (invoice_id) group by i.customer_id order by 1
        """,
        ["1 12000 24000 12600000", "2 4 24000 12600000", "3 12000 24000 12600000"])
      try await expectSound(books)
      let again = try await books.bill("2026-11-01")
      #expect(again.map(\.invoices) == [0])
    }
  }

  @Test(
    "the telco data comes to its known figures, then a month at a time",
    .enabled(if: Telco.files != nil, "no telco data in the shared folder"))
  func telco() async throws {
    let files = try #require(Telco.files)
    try await withBooks { books in
      let report = try await Importer().run(
        files: files, options: ImportOptions(now: 1_793_448_000), on: books.connection)
      #expect(report.isTaken)
      let first = try await books.bill("2026-10-31")
      #expect(first.map(\.exitCode) == [.ok])
      #expect(first.map(\.invoices) == [227_990])
      #expect(first.flatMap(\.totals).map(\.subtotal) == [1_605_509_145])
      try await expectTexts(books, "select count(*) from invoice_line", ["1357507"])
      let again = try await books.bill("2026-10-31")
      #expect(again.map(\.invoices) == [0])
      try await expectSound(books)
      let next = try await books.bill("2026-11-30")
      #expect(next.map(\.exitCode) == [.ok])
      try await expectTexts(
        books,
        """
        select concat_ws(' ', min(l.period_start) >= '2026-11-01', max(l.period_start) <=
        '2026-11-30',
          count(distinct i.subscription_id) = count(distinct i.invoice_id))
        from invoice i join invoice_line l using (invoice_id) where i.run_id = 3
        """, ["t t t"])
      try await expectTexts(
        books,
        """
        select count(*) = (select count(*) from invoice where run_id = 3)
        from subscription where canceled_at is null or canceled_at > '2026-11-30'
        """, ["true"])
      try await expectSound(books)
    }
  }
}

private enum Telco {
  /// The three files; nil where they are absent.
  static var files: [String]? {
    guard let folder = SharedFolder.path.map({ $0 + "/data/telco/" }),
      FileManager.default.fileExists(atPath: folder + "catalog.jsonl")
    else { return nil }
    return ["catalog", "customers", "subscriptions"].map { folder + $0 + ".jsonl" }
  }
}
