// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// What closing recognises, over whole books (RULES 0.11, 7).
@Suite struct BooksClosingTests {
  @Test("a year's revenue is recognised by its days, and the closes sum to the net")
  func year() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("year", "100", every: "year")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "year", from: "2026-01-01")
      try await books.bill("2026-01-01")
      var sums: [Int128] = []
      for day in ["2026-01-31", "2026-01-31", "2026-02-28", "2026-07-14", "2026-12-31"] {
        let state = try #require(try await books.close(day).first)
        #expect(state.closedThrough == LocalDate(iso: day))
        sums.append(state.recognised?.first?.minor ?? 0)
        #expect(try await books.offences() == [])
      }
      #expect(sums == [849, 0, 767, 3726, 4658])
      #expect(sums.reduce(0, +) == 10_000)
      let entries = try await books.texts(
        """
        select concat_ws(' ', j.entry_date, l.account_code, p.code, l.amount_minor)
        from journal j join journal_line l using (journal_id) join plan p using (plan_id)
        where j.event = 'recognise' order by j.journal_id, l.line_no limit 4
        """)
      #expect(
        entries == [
          "2026-01-31 2300 year 849", "2026-01-31 4000 year -849", "2026-02-28 2300 year 767",
          "2026-02-28 4000 year -767",
        ])
      #expect(
        try await books.text("select count(*) from event where kind = 'books_closed'") == "4")
    }
  }

  @Test("a line is recognised from the close after its date, with the days before it")
  func datedLater() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("month", "31")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "month", from: "2026-10-20")
      try await books.close("2026-10-31")
      try await books.bill("2026-11-03") { $0.invoiceDate = LocalDate(iso: "2026-11-03") }
      #expect(try await books.offences() == [])
      let state = try #require(try await books.close("2026-11-10").first)
      // 20 October to 10 November are 22 of 31 days.
      #expect(state.recognised?.map(\.minor) == [2200])
      #expect(state.deferred.map(\.total.minor) == [900])
      #expect(state.deferred.first?.months.map(\.firstDay) == [.day("2026-11-01")])
      #expect(try await books.offences() == [])
    }
  }

  @Test("credited days that are recognised come out of revenue, the others out of what is deferred")
  func credited() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("year", "365", every: "year")
      try await books.plan("small", "36.5", every: "year")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "year", from: "2026-02-01")
      try await books.bill("2026-02-01")
      try await books.close("2026-03-31")
      try await books.change(of: 1, on: "2026-03-10", plan: "small")
      try await books.bill("2026-04-20")
      // 10 March to 31 January are 328 days, 22 of them up to 31 March.
      let credit = try await books.texts(
        """
        select concat_ws(' ', l.account_code, p.code, l.amount_minor)
        from journal j join journal_line l using (journal_id) join plan p using (plan_id)
        where j.entry_date = '2026-04-20' order by l.account_code, p.code
        """)
      #expect(credit == ["2300 small -3280", "2300 year 30600", "4000 year 2200"])
      #expect(try await books.offences() == [])
      try await books.close("2026-04-30")
      #expect(try await books.offences() == [])
      // The year's 37 days, and 52 days of the small plan's.
      #expect(
        try await books.text(
          "select -sum(amount_minor) from journal_line where account_code = '4000'") == "4220")
      try await books.close("2027-01-31")
      #expect(try await books.offences() == [])
      #expect(
        try await books.text(
          "select sum(amount_minor) from journal_line where account_code = '2300'") == "0")
    }
  }

  @Test("reopened books take documents of recognised days, and the next close goes on")
  func reopened() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("month", "30")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "month", from: "2026-11-01")
      try await books.bill("2026-11-01")
      try await books.close("2026-11-30")
      let closing = BooksClosing(database: books.database, clock: .fixed(.day("2026-12-05")))
      let state = try await closing.reopen(
        through: .day("2026-10-31"), reason: "a forgotten customer", seller: nil)
      #expect(state.map(\.closedThrough) == [LocalDate(iso: "2026-10-31")])
      #expect(state.map(\.recognisedThrough) == [LocalDate(iso: "2026-11-30")])
      #expect(
        try await books.text(
          "select detail ->> 'reason' from event where kind = 'books_reopened'")
          == "a forgotten customer")
      try await books.customer(2)
      try await books.subscription(2, of: 2, "month", from: "2026-11-16")
      try await books.bill("2026-11-16")
      #expect(try await books.offences() == [])
      let again = try #require(try await books.close("2026-11-20").first)
      #expect(again.recognised?.isEmpty == true)
      #expect(again.closedThrough == LocalDate(iso: "2026-11-20"))
      try await books.close("2026-12-31")
      #expect(try await books.offences() == [])
      #expect(
        try await books.text(
          "select -sum(amount_minor) from journal_line where account_code = '4000'") == "6000")
    }
  }

  @Test("each seller and currency has an entry; a seller that defers nothing has none")
  func several() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.seller("flat", ["revenue_recognition": "invoice"])
      for currency in ["eur", "jpy", "kwd"] {
        try await books.plan("plan-\(currency)", "300", currency: currency)
      }
      for (id, currency) in ["eur", "jpy", "kwd", "eur"].enumerated() {
        try await books.customer(id + 1, of: id == 3 ? "flat" : "acme", ["currency": currency])
        try await books.subscription(id + 1, of: id + 1, "plan-\(currency)", from: "2026-11-01")
      }
      try await books.bill("2026-11-01")
      let states = try await books.close("2026-11-15")
      #expect(states.map(\.seller) == ["acme", "flat"])
      #expect(states[0].recognised?.map(\.currency) == ["eur", "jpy", "kwd"])
      #expect(states[0].recognised?.map(\.minor) == [15_000, 150, 150_000])
      #expect(states[0].deferred.map(\.total.minor) == [15_000, 150, 150_000])
      #expect(states[1].recognised?.isEmpty == true)
      #expect(states[1].closedThrough == LocalDate(iso: "2026-11-15"))
      #expect(try await books.offences() == [])
    }
  }

  @Test("what cannot be closed or reopened is refused, with the status that belongs to it")
  func refused() async throws {
    try await withBooks { books in
      try await books.seller()
      let closing = BooksClosing(database: books.database, clock: .fixed(.day("2026-11-15")))
      func failure(_ body: () async throws -> [BooksState]) async -> String? {
        do { _ = try await body() } catch let error as BillRunError {
          return "\(error.status.rawValue) \(error.code)"
        } catch { return "\(error)" }
        return nil
      }
      let day = LocalDate.day("2026-11-15")
      #expect(
        await failure { try await closing.close(through: day.adding(days: 1), seller: nil) }
          == "64 close_ahead")
      #expect(
        await failure { try await closing.close(through: day, seller: "x") } == "64 seller_unknown")
      #expect(
        await failure { try await closing.reopen(through: day, reason: "r", seller: nil) }
          == "65 books_not_closed")
      try await books.run(
        """
        insert into run (kind, seller_id, as_of, invoice_date, state, program)
        values ('regular', 1, '2026-11-01', '2026-11-01', 'processing', 'billrun 0.1.0')
        """)
      #expect(
        await failure { try await closing.close(through: day, seller: nil) } == "75 run_unfinished")
      try await books.run("update run set state = 'posted', closed_at = now()")
      #expect(await failure { try await closing.close(through: day, seller: nil) } == nil)
      try await books.seller("other")
      #expect(
        await failure { try await closing.reopen(through: day, reason: "r", seller: nil) }
          == "64 seller_not_named")
      #expect(
        await failure { try await closing.reopen(through: day, reason: "r", seller: "acme") }
          == "65 books_not_closed")
    }
  }

  @Test("the schema books nothing into closed books, and keeps how revenue is recognised")
  func guarded() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.customer(1)
      try await books.close("2026-11-15")
      let closed = await #expect(throws: PostgresError.self) {
        try await books.credit(of: 1, "money", 500, granted: "2026-11-15")
      }
      #expect(closed?.constraint == "journal_books_open")
      try await books.credit(of: 1, "money", 500, granted: "2026-11-16")
      let kept = await #expect(throws: PostgresError.self) {
        try await books.run("update seller set revenue_recognition = 'invoice'")
      }
      #expect(kept?.constraint == "seller_recognition_stays")
    }
  }

  @Test("out of the books goes what a close has recognised, and what it has not")
  func voided() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("month", "31")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "month", from: "2026-10-01")
      try await books.bill("2026-10-01")
      try await books.close("2026-10-10")
      let closing = BooksClosing(database: books.database, clock: .fixed(.day("2026-10-11")))
      _ = try await closing.reopen(through: .day("2026-09-30"), reason: "wrong plan", seller: nil)
      // 2026-10-11 12:00 UTC.
      let operations = InvoiceOperations(at: 1_791_720_000, by: "tester")
      let booked = """
        select concat_ws(' ', j.event, l.account_code, l.amount_minor)
        from journal j join journal_line l using (journal_id)
        where j.entry_date = '2026-10-11' order by l.account_code
        """
      try await books.connection.transaction { try operations.unpost([1], on: $0) }
      #expect(
        try await books.texts(booked) == [
          "unpost 1200 -3100", "unpost 2300 2100", "unpost 4000 1000",
        ])
      #expect(try await books.offences() == [])
      try await books.connection.transaction { try operations.post([1], on: $0) }
      #expect(try await books.offences() == [])
      try await books.connection.transaction { try operations.void([1], on: $0) }
      #expect(try await books.offences() == [])
      #expect(
        try await books.texts(
          """
          select account_code from journal_line group by account_code
          having sum(amount_minor) <> 0
          """) == [])
    }
  }

  @Test("the schema and the program recognise the same of a line, whatever the rounding")
  func sameAsProgram() async throws {
    try await withBooks { books in
      let euro = try #require(Currency(code: "eur"))
      var random = SplitMix64(seed: 15)
      for rounding in [RoundingMode.halfUp, .halfEven, .up, .down] {
        try await books.seller(rounding.rawValue, ["rounding_mode": rounding.rawValue])
        let record = try #require(
          try await SellerRecord.list(code: rounding.rawValue, on: books.connection).first)
        let start = LocalDate.day("2026-01-01")
        var sql: [String] = []
        var expected: [String] = []
        for _ in 0..<100 {
          let days = Int.random(in: 1...40, using: &random)
          let through = start.adding(days: Int.random(in: -2...42, using: &random))
          let size: Int64 = Bool.random(using: &random) ? 300 : 4_000_000_000_000_000_000
          let net = Money(minor: Int64.random(in: -size...size, using: &random), currency: euro)
          let period = try #require(Period(from: start, to: start.adding(days: days)))
          let rule = RevenueRecognition(
            of: record.seller, invoiceDate: start.adding(days: -1), recognisedThrough: through)
          let deferred = try rule.deferred(net, over: period, isCredit: true)
          expected.append("\(net.minor - deferred.minor)")
          sql.append(
            """
            recognised_minor(\(net.minor), '\(start)', '\(period.end)', '\(start)',
              '\(rounding.rawValue)', '\(through)')
            """)
        }
        #expect(
          try await books.texts("select unnest(array[\(sql.joined(separator: ", "))])") == expected)
      }
    }
  }
}

extension Books {
  /// Closes every seller's books through a day, seen on that day.
  @discardableResult
  func close(_ day: String) async throws -> [BooksState] {
    try await BooksClosing(database: database, clock: .fixed(.day(day)))
      .close(through: .day(day), seller: nil)
  }
}

extension LocalDate {
  /// A day of a test; a text that is none is the first of all days.
  static func day(_ text: String) -> LocalDate {
    LocalDate(iso: text) ?? LocalDate(daysSince1970: 0)
  }
}
