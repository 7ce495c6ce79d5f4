// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Where money goes that comes in (RULES 3), what it is booked as (RULES 7), and what is refused.
@Suite struct PaymentRecordingTests {
  private typealias Pay = PaymentBooks

  @Test("it goes to the oldest due, then the next, and what is left is credit")
  func oldest() async throws {
    try await Pay.withInvoices { books, _, _ in
      #expect(try await Pay.record(books, Pay.payment(15_000)) == nil)
      try await expectTexts(books, Pay.settled, ["11900", "3100"])
      #expect(try await Pay.record(books, Pay.payment(10_000, on: "2026-11-11")) == nil)
      try await expectTexts(books, Pay.settled, ["11900", "11900"])
      try await expectTexts(books, Pay.credit, ["money 1200"])
      try await expectTexts(
        books, Pay.journal,
        ["payment: 1000 15000, 1200 -15000", "payment: 1000 10000, 1200 -8800, 2100 -1200"])
      try await expectTexts(
        books,
        "select kind || ' ' || (detail ->> 'os_user') from event where subject_kind = "
          + "'payment'", ["payment_recorded tester", "payment_recorded tester"])
      try await expectSound(books)
    }
  }

  @Test("it goes to the invoices it names, up to what it says, and the rest is credit")
  func named() async throws {
    try await Pay.withInvoices { books, first, second in
      let targets = [NewPayment.Target(invoice: second, amount: 2000), .init(invoice: first)]
      #expect(try await Pay.record(books, Pay.payment(3000, targets)) == nil)
      try await expectTexts(books, Pay.settled, ["1000", "2000"])
      #expect(try await Pay.record(books, Pay.payment(20_000, [.init(invoice: first)])) == nil)
      try await expectTexts(books, Pay.settled, ["11900", "2000"])
      try await expectTexts(books, Pay.credit, ["money 9100"])
      #expect(try await Pay.record(books, Pay.payment(500, [.init(invoice: first)])) == nil)
      try await expectTexts(books, Pay.credit, ["money 9100", "money 500"])
      try await expectSound(books)
    }
  }

  @Test("paid in time and by enough, the early discount settles the rest, its tax goes back")
  func earlyDiscount() async throws {
    try await Pay.withInvoices(terms: "2% 10 NET 30") { books, first, second in
      let id = [NewPayment.Target(invoice: second)]
      #expect(try await Pay.record(books, Pay.payment(11_662, on: "2026-11-11", id)) == nil)
      try await expectTexts(books, Pay.settled, ["0", "11900"])
      try await expectTexts(
        books, Pay.settlements, ["1 payment 11662", "1 early_discount 238"])
      try await expectTexts(
        books, Pay.journal,
        ["early_discount: 2200 38, 6200 200, 1200 -238", "payment: 1000 11662, 1200 -11662"])
      #expect(
        try await Pay.record(
          books, Pay.payment(11_662, on: "2026-11-12", [.init(invoice: first)])) == nil)
      try await expectTexts(books, Pay.settled, ["11662", "11900"])
      try await expectSound(books)
    }
  }

  @Test("a small difference and withheld tax settle what money does not")
  func differences() async throws {
    try await Pay.withInvoices { books, first, second in
      let small = try Pay.payment(11_895, [.init(invoice: first)]) { $0.smallDifference = 5 }
      #expect(try await Pay.record(books, small) == nil)
      let withheld = try Pay.payment(10_900, [.init(invoice: second)]) {
        $0.withholding = .init(amount: 1000, certificate: "Z-17")
      }
      #expect(try await Pay.record(books, withheld) == nil)
      try await expectTexts(books, Pay.settled, ["11900", "11900"])
      try await expectTexts(
        books, Pay.journal,
        [
          "payment: 1000 11895, 1200 -11895", "small_difference: 6300 5, 1200 -5",
          "payment: 1000 10900, 1200 -10900", "withholding: 1250 1000, 1200 -1000",
        ])
      try await expectTexts(
        books, "select certificate from settlement where kind = 'withholding'", ["Z-17"])
      try await expectSound(books)
    }
  }

  @Test("what was written off is recovered only where that is asked for, in part and in full")
  func recovery() async throws {
    try await Pay.withInvoices { books, first, second in
      _ = try await Pay.attempt(books) { try Pay.documents.writeOff([first], on: $0) }
      let plain = try Pay.payment(4000, [.init(invoice: first)])
      #expect(try await Pay.record(books, plain) == "record_payment_refused_written_off")
      let part = try Pay.payment(4000, [.init(invoice: first)]) { $0.recovers = true }
      #expect(try await Pay.record(books, part) == nil)
      try await expectTexts(
        books, Pay.settlements,
        ["1 write_off 11900", "1 write_off -11900", "1 payment 4000", "1 write_off 7900"])
      try await expectTexts(
        books, "select state from invoice where invoice_id = \(first)", ["written_off"])
      try await expectTexts(
        books, Pay.journal,
        ["write_off: 6100 11900, 1200 -11900", "recovery: 1000 4000, 6110 -4000"])
      try await expectSound(books)
      let rest = try Pay.payment(8000, [.init(invoice: first)]) { $0.recovers = true }
      #expect(try await Pay.record(books, rest) == nil)
      try await expectTexts(
        books, "select state from invoice where invoice_id = \(first)", ["open"])
      try await expectTexts(books, Pay.credit, ["money 100"])
      try await expectSound(books)
    }
  }

  @Test("on a charging invoice it is taken with a warning, on a voided one it is credit")
  func phases() async throws {
    try await Pay.withInvoices { books, first, second in
      try await books.run(
        """
        insert into payment_source (customer_id, object, gateway, token)
        values (1, 'card', 'simulated', 'approve');
        insert into payment_attempt (invoice_id, try, state, gateway, payment_source_id,
          idempotency_key, currency, amount_minor, as_of, request)
        select \(first), 1, 'unknown', 'simulated', payment_source_id, 'k', 'eur', 11900,
          '2026-11-20', '{}'
        from payment_source
        """)
      let both = try Pay.payment(11_900)
      let recorded = try await books.connection.transaction {
        try Pay.operations.record([both], on: $0)
      }
      #expect(recorded.map(\.warnings.count) == [1])
      try await expectTexts(books, Pay.settled, ["11900", "0"])
      _ = try await Pay.attempt(books) { try Pay.documents.void([second], on: $0) }
      #expect(try await Pay.record(books, Pay.payment(500, [.init(invoice: second)])) == nil)
      try await expectTexts(books, Pay.credit, ["money 500"])
      try await expectSound(books)
    }
  }

  @Test("what is wrong is refused by its code, and nothing is recorded")
  func refusals() async throws {
    try await Pay.withInvoices { books, first, second in
      let more = #"{"object":"customer","id":2,"name":"D"}"# + "\n"
      #expect(try await ImportBooks.run(lines: more, on: books.connection).isTaken)
      _ = try await Pay.attempt(books) { try Pay.documents.unpost([second], on: $0) }
      try await books.run("update seller set closed_through = '2026-11-05'")
      let one = [NewPayment.Target(invoice: first)]
      let cases: [(String, NewPayment)] = [
        ("closed", try Pay.payment(1, on: "2026-11-05")),
        ("date", try Pay.payment(1, on: "2026-11-21")),
        ("amount", try Pay.payment(0)),
        ("amount", try Pay.payment(5, [.init(invoice: first, amount: 6)])),
        ("twice", try Pay.payment(5, one + one)),
        ("withholding", try Pay.payment(5) { $0.withholding = .init(amount: 1, certificate: "Z") }),
        (
          "withholding",
          try Pay.payment(5, one) { $0.withholding = .init(amount: 11_900, certificate: "Z") }
        ),
        (
          "currency",
          try {
            var payment = NewPayment(
              customer: 1, amount: 5, currency: try #require(Currency(code: "usd")),
              date: try #require(LocalDate(iso: "2026-11-10")))
            payment.invoices = one
            return payment
          }()
        ),
        (
          "customer",
          try {
            var payment = NewPayment(
              customer: 2, amount: 5, currency: try #require(Currency(code: "eur")),
              date: try #require(LocalDate(iso: "2026-11-10")))
            payment.invoices = one
            return payment
          }()
        ),
      ]
      for (cause, payment) in cases {
        #expect(try await Pay.record(books, payment) == "record_payment_refused_\(cause)")
      }
      #expect(
        try await Pay.record(books, Pay.payment(5, [.init(invoice: second)]))
          == "record_payment_refused")
      try await expectTexts(books, "select count(*) from payment", ["0"])
    }
  }

  @Test("the same reference of a customer and method is taken once")
  func references() async throws {
    try await Pay.withInvoices { books, _, _ in
      let payment = try Pay.payment(100) { $0.reference = "R-1" }
      #expect(try await Pay.record(books, payment) == nil)
      #expect(try await Pay.record(books, payment) == "record_payment_refused_known")
      let other = try Pay.payment(100) {
        $0.reference = "R-1"
        $0.method = "cash"
      }
      #expect(try await Pay.record(books, other) == nil)
      try await expectTexts(books, Pay.settled, ["200", "0"])
      try await expectSound(books)
    }
  }

  @Test("eight payments of one invoice at once: all are taken, the sums are right")
  func concurrent() async throws {
    try await Pay.withInvoices { books, first, second in
      try await withThrowingTaskGroup(of: String?.self) { group in
        for index in 0..<8 {
          let connection = try await books.database.connect()
          let payment = try Pay.payment(2000, [.init(invoice: first)]) {
            $0.reference = "R-\(index)"
          }
          group.addTask { try await Pay.record(books, over: connection, payment) }
        }
        for try await code in group { #expect(code == nil) }
      }
      try await expectTexts(books, Pay.settled, ["11900", "0"])
      try await expectTexts(books, "select sum(amount_minor) from payment", ["16000"])
      try await expectTexts(
        books, "select sum(amount_minor - used_minor) from credit", ["4100"])
      try await expectSound(books)
    }
  }

  @Test("a day more than 366 days back, and more than a unit as a small difference, are slips")
  func slips() async throws {
    try await Pay.withInvoices { books, _, _ in
      let old = try Pay.payment(100, on: "2025-11-18")
      #expect(try await Pay.record(books, old) == "payment_date_far_back")
      #expect(try await Pay.record(books, Pay.payment(100, on: "2025-11-19")) == nil)
      #expect(
        try await Pay.record(books, Pay.payment(100, on: "2025-11-18") { $0.isFarBack = true })
          == nil)
      #expect(
        try await Pay.record(books, Pay.payment(100) { $0.smallDifference = 101 })
          == "record_payment_refused_small_difference")
      #expect(try await Pay.record(books, Pay.payment(11_600) { $0.smallDifference = 100 }) == nil)
    }
  }
}
