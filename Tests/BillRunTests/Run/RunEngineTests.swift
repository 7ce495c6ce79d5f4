// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

@Suite struct RunEngineTests {
  @Test("a run bills what is due, and the same day again adds nothing")
  func billsWhatIsDue() async throws {
    try await withBooks { books in
      try await books.threeCustomers()
      let first = try await books.bill("2026-11-15")
      #expect(first.map(\.exitCode) == [.ok])
      #expect(first[0].population == 3)
      #expect(first[0].accounts(.invoiced) == 2)
      #expect(first[0].reasons.filter { $0.outcome == .nothingDue }.map(\.code) == ["not_due"])
      #expect(
        try await books.texts(
          """
          select concat_ws(' ', i.customer_id, n.number, i.total_minor, l.period_start,
            l.period_end)
          from invoice i join invoice_number n using (invoice_id)
            join invoice_line l using (invoice_id)
          order by i.customer_id, l.period_start
          """
        )
        .map { $0.replacing(/INV-\d{6}/, with: "N") }
          == [
            "1 N 1000 2026-11-01 2026-12-01", "2 N 1000 2026-10-15 2026-11-15",
            "2 N 1000 2026-11-15 2026-12-15",
          ])
      #expect(first[0].totals.map(\.total) == [3000])
      let before = try await books.dump()
      let again = try await books.bill("2026-11-15")
      #expect(again[0].invoices == 0)
      #expect(again[0].exitCode == .ok)
      #expect(try await books.dump() == before)
      try await expectSound(books)
    }
  }

  @Test(
    "missed months are billed one by one with the date of the run, and only the newest is chased")
  func missedMonths() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "pro", from: "2026-01-31")
      try await books.bill("2026-04-30")
      #expect(
        try await books.texts(
          """
          select concat_ws(' ', n.number, i.invoice_date, i.missed, i.chase, l.period_start,
            l.period_end)
          from invoice i join invoice_number n using (invoice_id)
            join invoice_line l using (invoice_id)
          order by n.seq
          """) == [
            "INV-000001 2026-04-30 t f 2026-01-31 2026-02-28",
            "INV-000002 2026-04-30 t f 2026-02-28 2026-03-31",
            "INV-000003 2026-04-30 t f 2026-03-31 2026-04-30",
            "INV-000004 2026-04-30 f t 2026-04-30 2026-05-31",
          ])
      try await expectSound(books)
    }
  }

  @Test("each seller has a run of its own, in its own currency and series")
  func twoSellers() async throws {
    try await withBooks { books in
      try await books.seller("acme")
      try await books.seller("beta", currency: "jpy", ["number_format": "B{year}-{seq:03}"])
      try await books.plan("pro", "10")
      try await books.plan("yen", "500", currency: "jpy")
      try await books.customer(1, of: "acme")
      try await books.customer(2, of: "beta")
      try await books.subscription(1, of: 1, "pro", from: "2026-11-01")
      try await books.subscription(2, of: 2, "yen", from: "2026-11-01")
      let runs = try await books.bill("2026-11-01")
      #expect(runs.map(\.seller) == ["acme", "beta"])
      #expect(runs.map(\.population) == [1, 1])
      #expect(
        try await books.texts("select number from invoice_number order by seller_id")
          == ["INV-000001", "B2026-001"])
      let one = try await books.bill("2026-12-01") { $0.seller = "beta" }
      #expect(one.map(\.seller) == ["beta"])
      #expect(try await books.text("select count(*) from invoice") == "3")
      try await expectSound(books)
      await #expect(throws: BillRunError.self) {
        try await books.bill("2026-12-01") { $0.seller = "gamma" }
      }
    }
  }

  @Test("a second run at the same time leaves with 75, and adds nothing")
  func atWork() async throws {
    try await withBooks { books in
      try await books.threeCustomers()
      let second = Caught()
      try await books.bill("2026-11-15", lanes: 1) { options in
        let once = Once()
        options.fault = { point in
          guard point == .claimed, once.first() else { return }
          second.wait { _ = try await books.bill("2026-11-15") }
        }
      }
      let error = second.error as? BillRunError
      #expect(error?.status == .tryAgain)
      #expect(error?.code == "run_at_work")
      #expect(try await books.text("select count(*) from run") == "1")
      try await expectSound(books)
    }
  }

  @Test("one that joins shares the work, and the run is closed once")
  func joins() async throws {
    try await withBooks { books in
      try await books.manyCustomers(60)
      let joined = Caught()
      let runs = try await books.bill("2026-11-30", lanes: 1) { options in
        options.batchSize = 4
        let once = Once()
        options.fault = { point in
          guard point == .claimed, once.first() else { return }
          joined.start {
            _ = try await books.bill("2026-11-30") {
              $0.joins = true; $0.lanes = 1
            }
          }
        }
      }
      try await joined.value()
      #expect(runs.map(\.state) == ["posted"])
      #expect(try await books.text("select count(*) from event where kind = 'run_closed'") == "1")
      #expect(try await books.text("select count(distinct invoice_id) from invoice_number") == "60")
      try await expectSound(books)
    }
  }

  @Test("to join where nothing is at work does nothing")
  func joinsNothing() async throws {
    try await withBooks { books in
      try await books.threeCustomers()
      #expect(try await books.bill("2026-11-30") { $0.joins = true }.isEmpty)
      #expect(try await books.text("select count(*) from run") == "0")
    }
  }

  @Test("one that joins finishes the run of a process that is gone")
  func joinsTheDead() async throws {
    try await withBooks { books in
      try await books.manyCustomers(30)
      await #expect(throws: Crash.self) {
        try await books.bill("2026-11-30", lanes: 1) { options in
          options.batchSize = 4
          let count = Once(on: 3)
          options.fault = { if $0 == .batchCommitted, count.first() { throw Crash() } }
        }
      }
      let runs = try await books.bill("2026-11-30") { $0.joins = true }
      #expect(runs.map(\.state) == ["posted"])
      #expect(try await books.text("select count(*) from invoice") == "30")
      try await expectSound(books)
    }
  }

  @Test("one that joins closes the run when the process that opened it dies meanwhile")
  func outlivesTheOpener() async throws {
    try await withBooks { books in
      try await books.manyCustomers(40)
      let joined = Caught()
      await #expect(throws: Crash.self) {
        try await books.bill("2026-11-30", lanes: 1) { options in
          options.batchSize = 4
          let once = Once()
          options.fault = { point in
            guard point == .claimed, once.first() else { return }
            joined.start { _ = try await books.bill("2026-11-30") { $0.joins = true } }
            try joined.untilTrue {
              try await books.text("select exists (select from run_batch where done)") == "true"
            }
            throw Crash()
          }
        }
      }
      try await joined.value()
      #expect(try await books.texts("select state from run") == ["posted"])
      #expect(try await books.text("select count(*) from invoice") == "40")
      try await expectSound(books)
    }
  }

  @Test("a stop ends the batch, leaves with 75, and the next start finishes the same run")
  func stops() async throws {
    try await withBooks { books in
      try await books.manyCustomers(30)
      let stop = StopSignal()
      let error = await #expect(throws: BillRunError.self) {
        try await books.bill("2026-11-30", lanes: 1, stop: stop) { options in
          options.batchSize = 5
          options.fault = { if $0 == .batchCommitted { stop.request() } }
        }
      }
      #expect(error?.status == .tryAgain)
      #expect(error?.code == "stopped")
      #expect(try await books.text("select count(*) from run_batch where done") == "1")
      #expect(try await books.texts("select state from run") == ["processing"])
      let runs = try await books.bill("2026-11-30")
      #expect(runs.map(\.state) == ["posted", "posted"])
      #expect(runs.map(\.invoices) == [30, 0])
      try await expectSound(books)
    }
  }

  @Test("a run that was stopped is finished with its own day before a new one opens")
  func finishesTheOldOne() async throws {
    try await withBooks { books in
      try await books.threeCustomers()
      await #expect(throws: Crash.self) {
        try await books.bill("2026-11-15") { $0.fault = { if $0 == .opened { throw Crash() } } }
      }
      let runs = try await books.bill("2026-12-15")
      #expect(runs.map(\.asOf.description) == ["2026-11-15", "2026-12-15"])
      #expect(
        try await books.texts("select invoice_date from invoice order by invoice_id") == [
          "2026-11-15", "2026-11-15", "2026-11-15", "2026-12-15", "2026-12-15", "2026-12-15",
        ])
      try await expectSound(books)
    }
  }

  @Test("a run with nobody to look at closes at once")
  func empty() async throws {
    try await withBooks { books in
      try await books.seller()
      let runs = try await books.bill("2026-11-15")
      #expect(runs.map(\.state) == ["posted"])
      #expect(runs.map(\.population) == [0])
      #expect(runs.map(\.exitCode) == [.ok])
      try await expectSound(books)
    }
  }
}

extension Books {
  /// One due on the 1st, one since a month on the 15th, one that starts in the future.
  fileprivate func threeCustomers() async throws {
    try await seller()
    try await plan("pro", "10")
    for id in 1...3 { try await customer(id) }
    try await subscription(1, of: 1, "pro", from: "2026-11-01")
    try await subscription(2, of: 2, "pro", from: "2026-10-15")
    try await subscription(3, of: 3, "pro", from: "2026-12-01")
  }

  /// So many customers with one month due.
  func manyCustomers(_ count: Int) async throws {
    try await seller()
    try await plan("pro", "10")
    try await run(
      """
      insert into customer (customer_id, seller_id, name)
      select n, (select seller_id from seller), 'Customer ' || n
      from generate_series(1, \(count)) n;
      insert into subscription (subscription_id, customer_id, plan_id, start_date)
      select n, n, (select plan_id from plan), date '2026-11-01' + n % 30
      from generate_series(1, \(count)) n;
      """)
  }
}
