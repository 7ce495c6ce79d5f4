// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import TestSupport
import Testing

/// Stored documents made again and compared to the cent.
@Suite(.serialized) struct ReplayTests {
  @Test("what was billed is made again, whichever lane does it")
  func clean() async throws {
    try await withBooks { books in
      try await books.ofAllKinds()
      let first = try await books.bill("2026-10-31")
      let second = try await books.bill("2026-11-30")
      let all = try await Replay.make(.init(), lanes: 3, of: books.database)
      #expect(all.tally.first == [])
      #expect(all.exitCode == .ok)
      try await expectTexts(books, "select count(*) from invoice", ["\(all.tally.documents)"])
      try await expectTexts(books, "select count(*) from invoice_line", ["\(all.tally.lines)"])
      #expect(all.tally.figures > 8 * all.tally.documents)
      let runs = [first[0].id ?? 0, second[0].id ?? 0]
      let one = try await Replay.make(.init(runs: [runs[0]]), lanes: 1, of: books.database)
      try await expectTexts(
        books, "select count(*) from invoice where run_id = \(runs[0])", ["\(one.tally.documents)"])
      let both = try await Replay.make(.init(runs: runs), lanes: 1, of: books.database)
      #expect(both.tally.documents == all.tally.documents)
      let dated = try await Replay.make(
        .init(from: .on("2026-11-01"), to: .on("2026-11-30")), lanes: 1, of: books.database)
      #expect(dated.tally.documents == all.tally.documents - one.tally.documents)
      #expect(one.text.hasPrefix("clean: \(one.tally.documents) documents, "))
      await #expect(throws: BillRunError.self) {
        try await Replay.make(.init(runs: [99]), lanes: 1, of: books.database)
      }
    }
  }

  @Test("the demo is made again, over more than one block")
  func demo() async throws {
    try await withBooks { books in
      try await books.demo(customers: 1_000)
      for day in ["2026-09-30", "2026-10-31", "2026-11-30"] { try await books.bill(day) }
      let all = try await Replay.make(.init(), lanes: 2, of: books.database)
      #expect(all.tally.first == [])
      #expect(all.tally.documents > 2_000)
    }
  }

  /// A figure, and which row of its table is changed.
  struct Fault: Sendable {
    let table: String
    let column: String
    let rows: String
    var more = "1"
  }

  @Test("a fault of one cent is found in each kind of figure")
  func planted() async throws {
    try await withBooks { books in
      try await books.openEverything(
        .init(rounding: "half_up", tax: "group", creditLines: "net"))
      for day in ["2026-11-16", "2026-11-20", "2026-11-25"] { try await books.bill(day) }
      try await books.bill("2026-12-01")
      try await books.usage(of: 11, "calls", on: "2026-11-18", "80")
      for day in ["2026-12-02", "2026-12-20", "2027-01-01"] { try await books.bill(day) }
      try await books.run(
        """
        set session_replication_role = replica;
        alter table invoice drop constraint invoice_total_adds_up,
          drop constraint invoice_balance_within;
        create function plant(command text) returns text language plpgsql as $$
          declare planted text;
          begin
            execute command into strict planted;
            return planted;
          end $$;
        """)
      let sound = try await Replay.make(.init(), lanes: 2, of: books.database)
      #expect(sound.tally.first == [])
      for fault in Self.faults {
        let planted = try await books.texts(
          """
          select plant($$
            update \(fault.table) set \(fault.column) = \(fault.column) + \(fault.more)
            where ctid = (select ctid from \(fault.table) where \(fault.rows)
              order by invoice_id, ctid limit 1)
            returning concat_ws(' ', ctid, invoice_id) $$)
          """)
        let words = try #require(planted.first, "no \(fault)").split(separator: " ")
        let replay = try await Replay.make(.init(), lanes: 2, of: books.database)
        let found = replay.tally.first.contains { "\($0.invoice)" == words[1] }
        #expect(found, "\(fault) on invoice \(words[1])\n\(replay.text)")
        #expect(replay.exitCode == .software)
        try await books.run(
          """
          update \(fault.table) set \(fault.column) = \(fault.column) - \(fault.more)
          where ctid = '\(words[0])'
          """)
      }
      let again = try await Replay.make(.init(), lanes: 2, of: books.database)
      #expect(again.isClean)
    }
  }

  @Test("each difference is named, all are counted, and some are shown")
  func many() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "30")
      for id in 1...60 {
        try await books.customer(id)
        try await books.subscription(id, of: id, "pro", from: "2026-11-01")
      }
      try await books.bill("2026-11-01")
      try await books.run(
        """
        set session_replication_role = replica;
        update invoice_line set amount_minor = 3001;
        """)
      let replay = try await Replay.make(.init(runs: [1]), lanes: 2, of: books.database)
      // The amount and the net of each line, and the sum of the document.
      #expect(replay.tally.differences == 180)
      #expect(replay.tally.differing == 60)
      #expect(replay.tally.first.count == Replay.shown)
      let first = try #require(replay.tally.first.first)
      #expect(first.part == "line" && first.place == 1 && first.figure == "amount")
      #expect(first.stored == "30.01" && first.recomputed == "30.00")
      #expect(replay.text.contains("and 80 more\n\nDIFFERENT: 180 figures of 60 documents; "))
      var writer = JSONWriter()
      replay.write(to: &writer)
      let object = try JSON(writer.text)
      #expect(object["object"] == "replay")
      #expect(object["differences"] == 180)
      #expect(object["first"]?.elements.count == 100)
      #expect(object["exit_code"] == 70)
    }
  }

  private static let faults =
    invoiceFaults + lineFaults + [
      Fault(table: "invoice_discount", column: "amount_minor", rows: "line_no is null"),
      Fault(table: "invoice_discount", column: "amount_minor", rows: "line_no is not null"),
      Fault(table: "invoice_discount", column: "share_minor[1]", rows: "share_lines is not null"),
      Fault(table: "invoice_tax", column: "base_minor", rows: "not inclusive"),
      Fault(table: "invoice_tax", column: "base_minor", rows: "inclusive"),
      Fault(
        table: "invoice_tax", column: "amount_minor", rows: "not inclusive and percent is not null"
      ),
      Fault(table: "invoice_tax", column: "amount_minor", rows: "inclusive"),
      Fault(
        table: "invoice_tax", column: "amount_minor", rows: "percent is null"),
      Fault(table: "invoice_tax", column: "amount_minor", rows: "category = 'AE'"),
      Fault(table: "invoice_tax", column: "percent", rows: "percent > 0", more: "0.01"),
      Fault(table: "line_credit", column: "amount_minor", rows: "true"),
      Fault(table: "line_credit_tax", column: "amount_minor", rows: "true"),
    ]

  private static let invoiceFaults = [
    ("subtotal_minor", "true"), ("discount_minor", "true"), ("tax_minor", "true"),
    ("total_minor", "kind = 'invoice'"), ("total_minor", "kind = 'credit_note'"),
    ("rounding_minor", "rounding_minor <> 0"), ("settled_minor", "true"),
    ("credits_applied_minor", "true"),
    ("early_discount_minor", "early_discount_minor is not null"),
    ("early_discount_until", "early_discount_until is not null"),
    ("due_date", "payment_terms = 'NET 10 EOM' or payment_terms like '2%'"),
  ].map { Fault(table: "invoice", column: $0.0, rows: $0.1) }

  private static let lineFaults =
    ["period", "usage", "minimum", "credit", "pending"].map {
      Fault(table: "invoice_line", column: "amount_minor", rows: "kind = '\($0)'")
    }
    + ["custom", "flat", "package", "per_unit", "percentage", "stairstep", "tiered", "volume"].map {
      Fault(
        table: "invoice_line", column: "amount_minor",
        rows: "price_id in (select price_id from price where pricing_mode = '\($0)')")
    } + [
      Fault(table: "invoice_line", column: "unit_cost", rows: "kind = 'period'", more: "0.01"),
      Fault(table: "invoice_line", column: "quantity", rows: "kind = 'period'", more: "0.01"),
      Fault(table: "invoice_line", column: "unit_cost", rows: "kind = 'pending'", more: "0.01"),
      Fault(table: "invoice_line", column: "discount_minor", rows: "discount_minor > 0"),
      Fault(
        table: "invoice_line", column: "invoice_discount_minor",
        rows: "invoice_discount_minor > 0"),
      Fault(table: "invoice_line", column: "net_minor", rows: "kind = 'period'"),
      Fault(table: "invoice_line", column: "net_minor", rows: "kind = 'credit'"),
      Fault(table: "invoice_line", column: "net_minor", rows: "net_minor <> amount_minor"),
    ]
}

extension Books {
  /// Imports the demo's books.
  func demo(customers: Int) async throws {
    var lines: [UInt8] = []
    DemoBooks(customers: customers, seed: 3).write {
      lines += $0
      return true
    }
    let report = try await ImportBooks.run(
      lines: String(decoding: lines, as: UTF8.self), on: connection)
    #expect(report.isTaken)
  }
}

extension LocalDate {
  /// A day of a test; the first of 1970 where the text is none.
  static func on(_ text: String) -> LocalDate {
    LocalDate(iso: text) ?? LocalDate(daysSince1970: 0)
  }
}
