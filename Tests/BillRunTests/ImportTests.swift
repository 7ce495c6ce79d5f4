// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct ImportTests {
  @Test("every object of the small file is taken in, exact to the last digit")
  func small() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      let report = try await ImportBooks.run([ImportBooks.small], on: connection)
      #expect(report.isTaken && report.faultCount == 0 && report.lines == 23)
      #expect(report.counts.map(\.description) == Self.counts)
      for row in Self.values {
        let value = try await ImportBooks.value(row.sql, on: connection)
        #expect(value == row.value, "\(row.sql)")
      }
    }
  }

  private static let counts = [
    "seller: 1 created, 0 updated, 0 unchanged",
    "tax_rate: 2 created, 0 updated, 0 unchanged",
    "coupon: 2 created, 0 updated, 0 unchanged",
    "item: 1 created, 0 updated, 0 unchanged",
    "plan: 5 created, 0 updated, 0 unchanged",
    "retry_policy: 1 created, 0 updated, 0 unchanged",
    "holiday: 1 created, 0 updated, 0 unchanged",
    "chasing_cadence: 1 created, 0 updated, 0 unchanged",
    "customer: 3 created, 0 updated, 0 unchanged",
    "subscription: 2 created, 0 updated, 0 unchanged",
    "subscription_change: 1 created, 0 updated, 0 unchanged",
    "usage_record: 1 created, 0 updated, 0 unchanged",
    "pending_line_item: 1 created, 0 updated, 0 unchanged",
    "credit: 1 created, 0 updated, 0 unchanged",
  ]

  private static let values: [(sql: String, value: String)] = [
    ("select cash_increment_minor::text from seller", "5"),
    ("select tax_point from seller", "invoice_date"),
    ("select amount::text from price where amount < 1", "0.123456789012"),
    ("select count(*)::text from price", "5"),
    ("select tiers ->> 1 from price where tiers is not null", #"{"unit_cost": 0.8}"#),
    ("select amount_minor::text from credit where kind = 'money'", "1234"),
    ("select expires_on::text from credit where kind = 'goodwill'", "2027-06-30"),
    ("select start_date::text from subscription where subscription_id = 12", "2026-09-30"),
    (
      "select string_agg(slot || ':' || quantity || ':' || coalesce(amount::text, '-'), ' ' "
        + "order by slot) "
        + "from subscription_addon", "1:1:- 2:1:-1.25"
    ),
    ("select string_agg(redemptions::text, ' ' order by code) from coupon", "1 1"),
    ("select used_on::text || ' ' || quantity from usage_record", "2026-11-01 17.5"),
    ("select unit_cost::text || ' ' || taxes::text from pending_line_item", "99.5 {ny}"),
    ("select parent_customer_id::text from customer where customer_id = 2", "1"),
    ("select token from payment_source where removed_at is null", "approve"),
    ("select detail ->> 'lines' from event where kind = 'import'", "23"),
    ("select nextval(pg_get_serial_sequence('customer', 'customer_id'))::text", "4"),
    ("select nextval(pg_get_serial_sequence('subscription', 'subscription_id'))::text", "13"),
    ("select count(*)::text from billing_cursor where next_bill_on is null", "2"),
  ]

  @Test("the same objects again are unchanged, and other ones update what may be updated")
  func again() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      let text = try String(contentsOfFile: ImportBooks.small, encoding: .utf8)
      _ = try await ImportBooks.run(lines: text, on: connection)
      let known = text.split(separator: "\n").filter { line in
        !["usage_record", "pending_line_item", "\"credit\""].contains { line.contains($0) }
      }.joined(separator: "\n")
      let same = try await ImportBooks.run(lines: known, on: connection)
      #expect(same.isTaken, "\(same.faults)")
      #expect(same.counts.allSatisfy { $0.created == 0 && $0.updated == 0 && $0.unchanged > 0 })

      let other =
        known
        .replacing("parent@example.com", with: "other@example.com")
        .replacing("\"token\":\"approve\"", with: "\"token\":\"decline_expired_card\"")
        .replacing("[\"tenth\",\"five\"]", with: "[\"five\"]")
        .replacing("\"name\":\"Support\"", with: "\"name\":\"Help\"")
      let changed = try await ImportBooks.run(lines: other, on: connection)
      #expect(changed.isTaken, "\(changed.faults)")
      let updated = changed.counts.filter { $0.updated > 0 }.map { "\($0.object) \($0.updated)" }
      #expect(updated == ["plan 1", "customer 2", "subscription 1"])
      for row in Self.changedValues {
        let value = try await ImportBooks.value(row.sql, on: connection)
        #expect(value == row.value, "\(row.sql)")
      }
    }
  }

  private static let changedValues: [(sql: String, value: String)] = [
    ("select count(*)::text from payment_source", "2"),
    ("select token from payment_source where removed_at is null", "decline_expired_card"),
    ("select party ->> 'email' from party_version", "parent@example.com"),
    ("select string_agg(redemptions::text, ' ' order by code) from coupon", "1 0"),
    ("select string_agg(position || ':' || coupon_id, ' ') from subscription_discount", "1:2"),
    ("select count(*)::text from credit where kind = 'money'", "1"),
  ]

  @Test("money that customers bring along is booked as opening credit, goodwill is not")
  func openingCredits() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      _ = try await ImportBooks.run([ImportBooks.small], on: connection)
      try await connection.run(script: "update seller set closed_through = '2026-11-30'")
      let report = try await ImportBooks.run(
        lines: """
          {"object":"customer","id":41,"name":"A","country":"US","credit_balance":5}
          {"object":"customer","id":42,"name":"B","country":"US","credit_balance":7.5}
          {"object":"credit","customer":41,"amount":3,"currency":"jpy"}
          {"object":"credit","customer":42,"amount":4,"currency":"jpy"}
          {"object":"credit","customer":42,"amount":9,"currency":"usd","kind":"goodwill"}
          """, on: connection)
      #expect(report.faults.map(\.expected) == [])
      // Imported on the 21st; after the close, entries go to the first day that is open.
      let entries = """
        select string_agg(concat_ws(' ', j.entry_date, j.currency, l.account_code, l.amount_minor),
          ', ' order by j.journal_id, l.line_no)
        from journal j join journal_line l using (journal_id) where j.event = 'opening'
        """
      #expect(
        try await ImportBooks.value(entries, on: connection)
          == "2026-11-21 usd 3000 1234, 2026-11-21 usd 2100 -1234, "
          + "2026-12-01 usd 3000 1250, 2026-12-01 usd 2100 -1250, "
          + "2026-12-01 jpy 3000 7, 2026-12-01 jpy 2100 -7")
      let verification = try await Verification.check(run: nil, lanes: 1, of: database.database)
      #expect(verification.findings.flatMap(\.offences).map(\.problem) == [])
    }
  }

  @Test("a published price is superseded, never edited")
  func prices() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      _ = try await ImportBooks.run([ImportBooks.small], on: connection)
      let plan = #"{"object":"plan","id":"team","name":"Team","currency":"usd","interval":"month","#
      let rows: [(String, String?)] = [
        (#""amount":49}"#, nil),
        (
          #""amount":50}"#,
          "amount: the price published for this day; another one needs a later valid_from"
        ),
        (
          #""amount":50,"valid_from":"2026-06-01"}"#,
          "valid_from: a later day than that of the newest published price"
        ),
        (#""amount":65,"valid_from":"2028-01-01"}"#, nil),
        (
          #""amount":66,"valid_from":"2028-01-01"}"#,
          "amount: the price published for this day; another one needs a later valid_from"
        ),
      ]
      for (rest, fault) in rows {
        let report = try await ImportBooks.run(lines: plan + rest, on: connection)
        #expect(report.faults.map { "\($0.field): \($0.expected)" } == (fault.map { [$0] } ?? []))
      }
      let count = "select count(*)::text from price join plan using (plan_id) where code = 'team'"
      #expect(try await ImportBooks.value(count, on: connection) == "3")
    }
  }

  @Test("what was billed of a subscription no longer changes by import")
  func covered() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      _ = try await ImportBooks.run([ImportBooks.small], on: connection)
      try await connection.run(
        script: """
          insert into coverage (subscription_id, slot, span_start, span_end, reason)
          values (12, 0, '2026-09-30', '2026-10-15', 'trial')
          """)
      let line =
        #"{"object":"subscription","id":12,"customer":2,"plan":"calls","taxes":["ny","relay"],"#
      let start = #""start_date":1790812800,"trial_end":"2026-10-15""#
      let free = try await ImportBooks.run(
        lines: line + start + #","canceled_at":"2026-12-01"}"#, on: connection)
      #expect(free.counts.map(\.updated) == [1])
      let frozen = try await ImportBooks.run(
        lines: line + start + #","quantity":2,"billed_through":"2026-10-31"}"#, on: connection)
      #expect(
        frozen.faults.map { "\($0.field): \($0.expected)" } == [
          "billed_through: the day that was billed from",
          "quantity: the quantity that was billed; another one needs a subscription_change",
        ])
    }
  }

  @Test("a change that another of its day came after counts again only where that is said")
  func overtakenChanges() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      _ = try await ImportBooks.run(
        lines: String(contentsOfFile: ImportBooks.small, encoding: .utf8), on: connection)
      func change(_ quantities: Int..., again: Bool = false) async throws -> [String] {
        let line = #"{"object":"subscription_change","subscription":11,"effective":"2026-12-01","#
        let report = try await ImportBooks.run(
          lines: quantities.map { line + "\"quantity\":\($0)}" }.joined(separator: "\n"),
          on: connection
        ) { if again { $0.overruled = [.again] } }
        return report.faults.map(\.field)
          + report.counts.map { "\($0.created) \($0.unchanged)" }
      }
      #expect(try await change(2) == ["1 0"])
      #expect(try await change(2) == ["0 1"])
      #expect(try await change(5) == ["1 0"])
      #expect(try await change(2, 5) == ["0 2"])
      // Whether a file was sent twice or the old value is to come back, nobody knows.
      #expect(try await change(2) == ["effective"])
      #expect(try await change(5, 2) == ["effective"])
      #expect(try await change(2, again: true) == ["1 0"])
      #expect(try await change(2, 5, 2) == ["0 3"])
    }
  }

  @Test("good lines are taken, and the others can be mended and imported")
  func acceptGood() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      let text = try String(contentsOfFile: ImportBooks.small, encoding: .utf8)
        .replacing("2% 10 NET 30", with: "whenever")
      try await ImportBooks.withFile("") { refused in
        let first = try await ImportBooks.run(
          lines: text + "{\"broken\n", on: connection, refused: refused)
        #expect(first.isTaken)
        // The parent, its child, what both have, and the broken line.
        #expect(first.refusedLines == 8)
        #expect(first.faults.count { $0.because != nil } == 6)
        let count = "select string_agg(customer_id::text, ' ') from customer"
        #expect(try await ImportBooks.value(count, on: connection) == "3")

        let mended = try String(contentsOfFile: refused, encoding: .utf8)
          .replacing("whenever", with: "NET 10")
          .split(separator: "\n").filter { !$0.contains("import_text") }
        #expect(mended.count == 7 && mended.allSatisfy { $0.contains("import_error") })
        let second = try await ImportBooks.run(
          lines: mended.joined(separator: "\n"), on: connection)
        #expect(second.isTaken, "\(second.faults)")
        #expect(
          try await ImportBooks.value("select count(*)::text from customer", on: connection) == "3")
      }
    }
  }

  @Test("refused lines are never written over a file that has something in it")
  func refusedFileInUse() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      try await ImportBooks.withFile("{\"kept\":1}\n") { file in
        let error = await #expect(throws: BillRunError.self) {
          try await ImportBooks.run([ImportBooks.small], on: connection, refused: file)
        }
        #expect(error?.status == .ioError)
        #expect(error?.code == "file_unwritable")
        let kept = try String(contentsOfFile: file, encoding: .utf8)
        #expect(kept == "{\"kept\":1}\n")
      }
      let count = "select count(*)::text from customer"
      #expect(try await ImportBooks.value(count, on: connection) == "0")
    }
  }

  @Test("a line that is no JSON or no UTF-8 is told by its number, empty lines counted")
  func unreadable() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      let holiday = #"{"object":"holiday","country":"DE","date":"2026-10-03"}"#
      var bytes = Data([0xEF, 0xBB, 0xBF]) + Data((holiday + "\r\n\n{\"a\":\n").utf8)
      bytes += Data(#"{"object":"holiday","country":"D"#.utf8) + [0xE4, 0x0A]
      bytes += Data(#"{"a":"\u0000"}"#.utf8)
      let report = try await ImportBooks.withFile(bytes, named: "odd.jsonl") {
        try await ImportBooks.run([$0], on: connection)
      }
      #expect(report.lines == 4)
      #expect(report.faults.map(\.line) == [3, 4, 5])
      #expect(report.faults.allSatisfy { $0.expected.hasPrefix("one JSON object on the line") })
    }
  }

  @Test("CSV brings what JSON Lines bring")
  func csv() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      _ = try await ImportBooks.run([ImportBooks.small], on: connection)
      let customers = #"""
        id,name,autopay,taxes,metadata.tier,ship_to
        21,"Quoted, ""so""",true,ny;relay,gold,"{""city"":
        ""Albany""}"
        22,Plain,false,,,
        """#
      let subscriptions = """
        id, customer, plan, start_date, quantity
        31,21,calls,2026-10-01,2.50
        """
      let usage = "subscription,quantity,timestamp\n31,7,1793552400\n"
      let items = "customer,name,unit_cost\n22,Fee,1.25\n22,Bad,x\n"
      let good = try await ImportBooks.withFile(usage, named: "usage.csv") { usage in
        try await ImportBooks.withFile(customers, named: "customers.csv") { customers in
          try await ImportBooks.withFile(subscriptions, named: "subscriptions.CSV") {
            try await ImportBooks.run([usage, customers, $0], on: connection)
          }
        }
      }
      #expect(good.isTaken, "\(good.faults)")
      #expect(good.counts.map(\.created) == [2, 1, 1])
      let row =
        "select name || taxes::text || metadata::text || ship_to::text from customer where "
        + "customer_id = 21"
      let expected = #"Quoted, "so"{ny,relay}{"tier": "gold"}{"city": "Albany"}"#
      #expect(try await ImportBooks.value(row, on: connection) == expected)
      let bad = try await ImportBooks.withFile(items, named: "items.csv") {
        try await ImportBooks.run([$0], on: connection)
      }
      #expect(bad.faults.map(\.line) == [3])
      #expect(bad.faults.map(\.found) == ["\"x\""])
    }
  }

  @Test("a file that cannot be read and a header of nothing are errors")
  func files() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      await #expect(throws: BillRunError.self) {
        try await ImportBooks.run(["/nowhere/at/all.jsonl"], on: connection)
      }
      await #expect(throws: BillRunError.self) {
        try await ImportBooks.withFile("a,b\n1,2\n", named: "a.csv") {
          try await ImportBooks.run([$0], on: connection)
        }
      }
    }
  }

  @Test("errors beyond the limit are counted, and those that follow come last")
  func limit() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      let seller =
        #"{"object":"seller","id":"s","name":"S","country":"us","currency":"usd","#
        + #""time_zone":"UTC"}"#
      let customers = (1...50).map {
        #"{"object":"customer","id":\#($0),"name":"C","seller":"s"}"#
      }
      let text = (customers + [seller]).joined(separator: "\n")
      let report = try await ImportBooks.withFile(text) {
        try await ImportBooks.run([$0], on: connection, listed: 10)
      }
      #expect(report.faultCount == 51 && report.refusedLines == 51 && report.faults.count == 10)
      #expect(report.faults[0].line == 51 && report.faults[0].because == nil)
      #expect(report.faults[1].because?.hasSuffix(":51") == true)
    }
  }

  @Test("what somebody else writes at the same moment is found by a second try, but of a pipe")
  func overtaken() async throws {
    try await withBooks { books in
      let line = #"{"object":"coupon","id":"ten","name":"Ten","value":10}"# + "\n"
      try await ImportBooks.withFile(line) { file in
        let report = try await importing(file, with: "ten", in: books)
        #expect(report.counts.map(\.created) == [0])
      }
      let pipe = Pipe()
      try pipe.fileHandleForWriting.write(contentsOf: Data(line.utf8))
      try pipe.fileHandleForWriting.close()
      try await books.run("delete from coupon")
      let name = "/proc/self/fd/\(pipe.fileHandleForReading.fileDescriptor)"
      let refused = await #expect(throws: BillRunError.self) {
        try await importing(name, with: "ten", in: books)
      }
      #expect(refused?.code == "known_already" && refused?.status == .dataError)
    }
  }

  /// Imports a file while another session is about to commit a coupon.
  private func importing(
    _ file: String, with coupon: String, in books: Books
  ) async throws -> ImportReport {
    let other = try await books.database.connect()
    let importing = Caught()
    let report = Mutex<ImportReport?>(nil)
    let connection = books.connection
    try await other.transaction { other in
      try other.run(
        script: "insert into coupon (code, name, value, is_percent) "
          + "values ('\(coupon)', 'Ten', 10, true)")
      importing.start {
        let taken = try await ImportBooks.run([file], on: connection)
        report.withLock { $0 = taken }
      }
      try other.waitUntilBlocking()
    }
    await other.close()
    try await importing.value()
    return try #require(report.withLock { $0 })
  }
}
