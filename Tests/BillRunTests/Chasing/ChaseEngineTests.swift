// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// DESIGN 10: each step once, by cadence, invoice and day.
@Suite struct ChaseEngineTests {
  /// Books with customers who each owe 10.00 of 2026-11-01, due on 2026-11-11.
  private func withDebtors(
    _ count: Int = 1, steps: String = Self.steps, with cadence: Books.Columns = [:],
    _ body: (Books) async throws -> Void
  ) async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await Self.cadence(books, steps, cadence)
      for place in 1...count {
        try await books.customer(
          place,
          [
            "chasing_cadence": "dunning", "payment_terms": "NET 10",
            "email": "c\(place)@example.com", "phone": "+49 30 1", "address1": "Street 1",
            "city": "Berlin",
          ])
        try await books.subscription(place, of: place, "pro", from: "2026-11-01")
      }
      try await books.bill("2026-11-01")
      try await body(books)
    }
  }

  private static func cadence(
    _ books: Books, _ steps: String, _ more: Books.Columns = [:]
  ) async throws {
    let values = ["code": "dunning", "steps": steps].merging(more) { $1 }.sorted {
      $0.key < $1.key
    }
    try await books.run(
      """
      insert into chasing_cadence (\(values.map(\.key).joined(separator: ", ")))
      values (\(values.map { "'\($0.value)'" }.joined(separator: ", ")))
      """)
  }

  private static let steps = """
    [{"after_due": 3, "action": "email"},
     {"after_due": 10, "action": "letter", "template": "second"},
     {"after_due": 10, "action": "late_fee", "amount": 5},
     {"after_due": 20, "action": "phone", "assignee": "Ann"},
     {"after_due": 30, "action": "escalate", "assignee": "Bob"},
     {"after_due": 30, "action": "pause"}]
    """

  private static let taken = """
    select concat_ws(' ', dense_rank() over (order by invoice_id), step, action, due_on, taken_on,
      state, reason, assignee, message_id)
    from chase_step order by invoice_id, step
    """
  private static let messages = """
    select concat_ws(' ', customer_id, invoice_id, channel, template, state,
      recipients -> 0 ->> 'email', jsonb_array_length(content -> 'invoices'), content ->> 'step')
    from message order by message_id
    """
  private static let next = "select next_chase_on from invoice order by invoice_id"

  @Test("a step is taken on its day, once, however often it is started")
  func once() async throws {
    try await withDebtors { books in
      #expect(try await books.chase("2026-11-13").steps == [])
      try await expectTexts(books, Self.next, ["2026-11-14"])
      #expect(try await books.chase("2026-11-14").queued == 1)
      #expect(try await books.chase("2026-11-14").steps == [])
      #expect(try await books.chase("2026-11-15").steps == [])
      try await expectTexts(
        books, Self.taken, ["1 1 email 2026-11-14 2026-11-14 taken 1"])
      try await expectTexts(
        books, Self.messages, ["1 1 email reminder queued c1@example.com 1 1"])
      try await expectTexts(books, Self.next, ["2026-11-21"])
      // The letter has the invoice in it: it has left the house.
      try await expectTexts(books, "select sent_at is not null from invoice", ["true"])
      try await expectSound(books)
    }
  }

  @Test("before the due date the invoice is sent, from it on reminders of rising level")
  func levels() async throws {
    let steps = """
      [{"after_issue": 0, "action": "email"}, {"after_due": 0, "action": "email"},
       {"after_due": 5, "action": "late_fee", "amount": 5},
       {"after_due": 9, "action": "letter", "template": "last"}]
      """
    try await withDebtors(steps: steps) { books in
      for day in ["2026-11-01", "2026-11-11", "2026-11-20"] { try await books.chase(day) }
      try await expectTexts(
        books,
        """
        select concat_ws(' ', template, content ->> 'level', content ->> 'reminder',
          content ->> 'as_of') from message where invoice_id = 1 order by message_id
        """,
        ["invoice false 2026-11-01", "reminder 1 true 2026-11-11", "last 2 true 2026-11-20"])
    }
  }

  @Test("letter, fee, call, escalation and pause, each as the cadence says")
  func actions() async throws {
    try await withDebtors { books in
      for day in ["2026-11-14", "2026-11-21", "2026-12-01", "2026-12-11"] {
        try await books.chase(day)
      }
      try await expectTexts(
        books, Self.taken,
        [
          "1 1 email 2026-11-14 2026-11-14 taken 1", "1 2 letter 2026-11-21 2026-11-21 taken 2",
          "1 3 late_fee 2026-11-21 2026-11-21 taken",
          "1 4 phone 2026-12-01 2026-12-01 taken Ann",
          "1 5 escalate 2026-12-11 2026-12-11 taken Bob",
          "1 6 pause 2026-12-11 2026-12-11 taken",
          // The fee is owed as any invoice: NET 10 from 2026-11-21.
          "2 1 email 2026-12-04 2026-12-11 missed", "2 2 letter 2026-12-11 2026-12-11 taken 3",
          "2 3 late_fee 2026-12-11 2026-12-11 refused late_fee_refused_late_fee",
        ])
      try await expectTexts(
        books, "select total_minor from invoice order by 1", ["500", "1000"])
      try await expectTexts(
        books,
        "select concat_ws(' ', kind, detail ->> 'assignee') from event "
          + "where kind in ('invoice_escalated', 'service_paused') order by 1",
        ["invoice_escalated Bob", "service_paused"])
      let report = try await ChasingReport.read(
        Period(from: day("2026-11-01"), to: day("2027-01-01")).required(), seller: "acme",
        at: noon("2026-12-20"), on: books.connection)
      #expect(report.text.contains("escalate  2026-12-11  Bob"))
      #expect(report.text.contains("late_fee_refused_late_fee"))
      try await expectSound(books)
    }
  }

  @Test("missed days are made up for by the last message only")
  func missed() async throws {
    try await withDebtors { books in
      let summary = try await books.chase("2026-12-05")
      #expect(summary.taken == [.phone: 1, .lateFee: 1])
      #expect(summary.queued == 0)
      #expect(summary.text.contains("missed: 2"))
      try await expectTexts(books, Self.messages, [])
      #expect(try await books.chase("2026-12-05").steps.count == 0)
    }
  }

  @Test(
    "chasing ends by itself",
    arguments: [
      "update invoice set closed = true", "update invoice set chase = false",
      "update invoice set promised_on = '2026-11-14'",
      "update customer set chasing_cadence = null",
      """
      insert into payment_attempt (invoice_id, try, state, automatic, gateway, payment_source_id,
        idempotency_key, currency, amount_minor, as_of, request, intended_at)
      select 1, 1, 'unknown', true, 'x', payment_source_id, 'k', 'eur', 1000, '2026-11-14', '{}',
        now()
      from payment_source
      """,
    ])
  func ends(_ sql: String) async throws {
    try await withDebtors { books in
      try await books.source(1, "approve")
      try await books.run(sql)
      #expect(try await books.chase("2026-11-14").steps == [])
      try await expectTexts(books, Self.messages, [])
    }
  }

  @Test("paid, voided, disputed or on AutoPay: nobody is chased; a broken promise is")
  func settled() async throws {
    try await withDebtors(4) { books in
      let moment = try noon("2026-11-12")
      let payments = PaymentOperations(at: moment, by: "tester")
      let invoices = InvoiceOperations(at: moment, by: "tester")
      let euro = try #require(Currency(code: "eur"))
      try await books.connection.transaction { connection in
        for (customer, amount) in [(Int64(1), Int64(1000)), (3, 400)] {
          let payment = NewPayment(
            customer: customer, amount: amount, currency: euro, date: try day("2026-11-12"))
          _ = try payments.record([payment], on: connection)
        }
        try payments.openDispute(2, over: connection)
        _ = try invoices.void([2], on: connection)
        try invoices.promise([4], until: try day("2026-11-20"), on: connection)
      }
      #expect(try await books.chase("2026-11-20").steps == [])
      try await expectTexts(
        books, "select next_chase_on from invoice where invoice_id = 4",
        ["2026-11-21"])
      #expect(try await books.chase("2026-11-21").steps.map(\.invoice) == [4, 4, 4])
      try await expectSound(books)
    }
  }

  @Test("one letter tells of all invoices of a customer whose step it is")
  func combined() async throws {
    let steps = #"[{"after_due": 3, "action": "email"}, {"after_due": 3, "action": "phone"}]"#
    try await withDebtors(2, steps: steps, with: ["combine": "true"]) { books in
      try await books.subscription(9, of: 1, "pro", from: "2026-11-01")
      try await books.bill("2026-11-01")
      let summary = try await books.chase("2026-11-14")
      #expect(summary.steps.count == 6 && summary.queued == 2)
      try await expectTexts(
        books, Self.messages,
        [
          "1 email reminder queued c1@example.com 2 1",
          "2 2 email reminder queued c2@example.com 1 1",
        ])
      #expect(try await books.chase("2026-11-14").steps == [])
      let letter = QueuedMessage(
        id: 1, channel: "email", template: "reminder", customer: 1, invoice: nil, content: "{}",
        language: nil, seller: "acme")
      let composed = try await MessageComposer().compose([letter], on: books.connection)
      let text = try #require(try composed[1]?.get())
      #expect(text.subject == "Reminder: 2 open invoices")
      #expect(text.text.contains("- Invoice INV-000001 of 1 November 2026: €10.00, due by"))
      #expect(text.text.contains("- Invoice INV-000003 of 1 November 2026: €10.00, due by"))
      // Both invoices, and a statement.
      #expect(text.files.count == 3)
    }
  }

  @Test("a changed cadence neither repeats nor catches up")
  func changed() async throws {
    try await withDebtors { books in
      try await books.chase("2026-11-14")
      try await Self.cadence(
        books,
        """
        [{"after_due": 1, "action": "sms"}, {"after_due": 3, "action": "email"},
         {"after_due": 5, "action": "sms"}]
        """, ["version": "2"])
      #expect(try await books.chase("2026-11-15").steps == [])
      #expect(try await books.chase("2026-11-16").steps.map(\.step) == [3])
      try await expectTexts(books, Self.next, ["null"])
    }
  }

  @Test("a step of a changed cadence bears its fee, also where the former one had another there")
  func changedFee() async throws {
    let steps = #"[{"after_due": 3, "action": "late_fee", "amount": 5}]"#
    try await withDebtors(steps: steps) { books in
      #expect(try await books.chase("2026-11-14").steps.map(\.state) == [.taken])
      try await Self.cadence(
        books, #"[{"after_due": 9, "action": "late_fee", "amount": 7}]"#, ["version": "2"])
      #expect(try await books.chase("2026-11-20").steps.map(\.state) == [.taken])
      try await expectTexts(
        books,
        """
        select concat_ws(' ', f.step, f.chasing_cadence_id, i.total_minor)
        from late_fee f join invoice i on i.invoice_id = f.fee_invoice_id order by 1
        """, ["1 1 500", "1 2 700"])
    }
  }

  @Test("a day to come is only looked at")
  func ahead() async throws {
    try await withDebtors { books in
      let clock = WallClock.fixed(try #require(LocalDate(iso: "2026-11-13")))
      var options = ChaseEngine.Options(
        asOf: .day(try #require(LocalDate(iso: "2026-11-14"))))
      func engine() -> ChaseEngine {
        ChaseEngine(database: books.database, options: options, clock: clock, user: "tester")
      }
      let error = await #expect(throws: BillRunError.self) { try await engine().chase() }
      #expect(error?.code == "as_of_ahead")
      // A run that is dated ahead chases what is due today.
      #expect(try await engine().chase(runs: ["acme": 1]).steps == [])
      options.isDry = true
      #expect(try await engine().chase().steps.count == 1)
    }
  }

  @Test("who cannot be reached is refused, and told")
  func unreachable() async throws {
    let steps = #"[{"after_due": 3, "action": "email"}, {"after_due": 3, "action": "sms"}]"#
    try await withDebtors(steps: steps) { books in
      try await books.run("update customer set email = null, phone = null")
      let summary = try await books.chase("2026-11-14")
      #expect(summary.steps.map(\.reason) == ["no_address", "no_phone"])
      #expect(summary.text.contains("refused: 1 no_address, 1 no_phone"))
      try await expectTexts(books, Self.messages, [])
    }
  }

  @Test(
    "within the quiet hours of the customer's zone a message waits for their end",
    arguments: [
      ("20:00", "08:00", "UTC", 12, "2026-11-14 12:00:00+00"),
      ("20:00", "08:00", "UTC", 22, "2026-11-15 08:00:00+00"),
      ("20:00", "08:00", "UTC", 3, "2026-11-14 08:00:00+00"),
      ("08:00", "18:00", "UTC", 12, "2026-11-14 18:00:00+00"),
      ("20:00", "08:00", "Asia/Tokyo", 12, "2026-11-14 23:00:00+00"),
    ])
  func quiet(from: String, to: String, zone: String, hour: Int64, wanted: String) async throws {
    let quiet = #"{"from": "\#(from)", "to": "\#(to)"}"#
    try await withDebtors(with: ["quiet_hours": quiet]) { books in
      try await books.run("update customer set time_zone = '\(zone)'")
      try await books.chase("2026-11-14", hour: hour)
      try await expectTexts(books, "select not_before from message", [wanted])
    }
  }

  @Test("a rehearsal lists who gets what and writes nothing")
  func dry() async throws {
    try await withDebtors { books in
      let summary = try await books.chase("2026-11-21") { $0.isDry = true }
      #expect(summary.steps.map(\.state) == [.missed, .taken, .taken])
      #expect(summary.table.contains("missed, a later step comes in its place"))
      try await expectTexts(books, Self.taken, [])
      try await expectTexts(books, Self.next, ["null"])
    }
  }

  @Test("a crash before a commit takes nothing, and the next start takes it once")
  func crash() async throws {
    try await withDebtors(3) { books in
      await #expect(throws: Crash.self) {
        try await books.chase("2026-11-21") {
          $0.blockSize = 1
          $0.fault = { throw Crash() }
        }
      }
      try await expectTexts(books, Self.taken, [])
      try await expectTexts(books, "select count(*) from invoice", ["3"])
      try await books.chase("2026-11-21") { $0.blockSize = 2 }
      #expect(try await books.texts(Self.taken).count == 9)
      try await expectTexts(books, "select count(*) from late_fee", ["3"])
      try await expectSound(books)
    }
  }

  @Test("several at once take each step once")
  func atOnce() async throws {
    try await withDebtors(5) { books in
      let queued = await withTaskGroup(of: Int?.self) { group in
        for _ in 0..<6 { group.addTask { try? await books.chase("2026-11-14").queued } }
        return await group.reduce(into: 0) { $0 += $1 ?? 0 }
      }
      #expect(queued == 5)
      try await expectTexts(books, "select count(*) from message", ["5"])
    }
  }

  private func day(_ text: String) throws -> LocalDate { try #require(LocalDate(iso: text)) }

  private func noon(_ text: String) throws -> Int64 {
    Int64(try day(text).daysSince1970) * 86_400 + 43_200
  }
}

extension Optional {
  fileprivate func required() throws -> Wrapped { try #require(self) }
}

extension Books {
  /// Chases on a day, seen on that day.
  @discardableResult
  func chase(
    _ asOf: String, hour: Int64 = 12, _ change: (inout ChaseEngine.Options) -> Void = { _ in }
  ) async throws -> ChaseSummary {
    let day = try #require(LocalDate(iso: asOf))
    var options = ChaseEngine.Options(asOf: .day(day))
    change(&options)
    let moment = Int64(day.daysSince1970) * 86_400 + hour * 3600
    return try await ChaseEngine(
      database: database, options: options, clock: WallClock(now: { moment }), user: "tester"
    ).chase()
  }
}
