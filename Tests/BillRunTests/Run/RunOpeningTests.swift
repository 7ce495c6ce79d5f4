// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

@Suite struct RunOpeningTests {
  @Test("an as-of day more than 62 days ahead is refused with 64, unless it is meant")
  func farAhead() async throws {
    try await withBooks { books in
      try await books.oneCustomer()
      func bill(_ day: String, allowed: Bool) async throws -> [Int64] {
        var options = BillRunOptions(asOf: .day(try #require(LocalDate(iso: day))))
        options.allowsFarAsOf = allowed
        let today = try #require(LocalDate(iso: "2026-11-15"))
        return try await RunEngine(
          database: books.database, options: options, clock: .fixed(today)
        ).run()
      }
      let error = await #expect(throws: BillRunError.self) {
        try await bill("2027-01-17", allowed: false)
      }
      #expect(error?.status == .usage)
      #expect(error?.code == "as_of_far_ahead")
      try await expectTexts(books, "select count(*) from run", ["0"])
      _ = try await bill("2027-01-16", allowed: false)
      _ = try await bill("2027-02-16", allowed: true)
      try await expectTexts(books, "select count(*) from run", ["2"])
    }
  }

  @Test("so is an invoice date, which would close the series to every day before it")
  func invoiceDateFarAhead() async throws {
    try await withBooks { books in
      try await books.oneCustomer()
      let error = await #expect(throws: BillRunError.self) {
        try await books.bill("2026-11-15") { $0.invoiceDate = LocalDate(iso: "2062-11-15") }
      }
      #expect(error?.status == .usage)
      #expect(error?.code == "invoice_date_far_ahead")
      try await expectTexts(books, "select count(*) from run", ["0"])
      try await books.bill("2026-11-15") {
        $0.invoiceDate = LocalDate(iso: "2062-11-15")
        $0.allowsFarAsOf = true
      }
      try await expectTexts(books, "select invoice_date from invoice", ["2062-11-15"])
    }
  }

  @Test("an invoice date before the newest number's is refused with 65, and nothing is opened")
  func beforeTheSeries() async throws {
    try await withBooks { books in
      try await books.oneCustomer()
      try await books.bill("2026-12-15") {
        $0.invoiceDate = LocalDate(iso: "2026-12-20")
      }
      let error = await #expect(throws: BillRunError.self) { try await books.bill("2026-12-19") }
      #expect(error?.status == .dataError)
      #expect(error?.code == "invoice_date_before_series")
      try await expectTexts(books, "select count(*) from run", ["1"])
      try await books.bill("2026-12-20")
      try await expectTexts(
        books, "select distinct invoice_date from invoice", ["2026-12-20"])
      try await expectSound(books)
    }
  }

  @Test("books that are closed are refused with 65, also to a run that was not finished")
  func closedBooks() async throws {
    try await withBooks { books in
      try await books.oneCustomer()
      try await books.run("update seller set closed_through = '2026-11-30'")
      let error = await #expect(throws: BillRunError.self) { try await books.bill("2026-11-30") }
      #expect(error?.status == .dataError)
      #expect(error?.code == "books_closed")
      await #expect(throws: Crash.self) {
        try await books.bill("2026-11-30") { options in
          options.invoiceDate = LocalDate(iso: "2026-12-01")
          options.fault = { if $0 == .opened { throw Crash() } }
        }
      }
      try await books.run("update seller set closed_through = '2026-12-01'")
      let late = await #expect(throws: BillRunError.self) { try await books.bill("2026-12-02") }
      #expect(late?.code == "books_closed")
      try await expectTexts(books, "select count(*) from invoice", ["0"])
      try await books.run("update seller set closed_through = '2026-11-30'")
      try await books.bill("2026-12-02")
      try await expectTexts(
        books, "select distinct invoice_date from invoice order by 1",
        ["2026-12-01", "2026-12-02"])
      try await expectSound(books)
    }
  }

  @Test("a seller whose books refuse the day doesn't keep the others from being billed")
  func oneSellerRefused() async throws {
    try await withBooks { books in
      try await books.plan("pro", "10")
      for (id, code) in [(1, "acme"), (2, "beta"), (3, "gamma")] {
        try await books.seller(code)
        try await books.customer(id, of: code)
        try await books.subscription(id, of: id, "pro", from: "2026-11-01")
      }
      try await books.run("update seller set closed_through = '2026-11-30' where code = 'beta'")
      let outcome = try await books.engine("2026-11-30").outcome()
      #expect(outcome.closed.count == 2)
      #expect(outcome.failures.map { ($0 as? BillRunError)?.code } == ["books_closed"])
      try await expectTexts(books, "select customer_id from invoice order by 1", ["1", "3"])
      try await books.run("update seller set closed_through = null")
      try await books.bill("2026-11-30")
      try await expectTexts(books, "select customer_id from invoice order by 1", ["1", "2", "3"])
      try await expectSound(books)
    }
  }

  struct ScopeRow: CustomTestStringConvertible {
    let name: String
    let set: @Sendable (inout RunScope) -> Void
    /// Customers with a run_account.
    let looked: [String]

    var testDescription: String { name }
  }

  @Test(
    "a scope takes only whom it names",
    arguments: [
      ScopeRow(name: "all", set: { _ in }, looked: ["1", "2", "3", "4", "6", "7"]),
      ScopeRow(name: "customers", set: { $0.customers = [1, 4] }, looked: ["1", "4"]),
      ScopeRow(name: "a child's payer", set: { $0.customers = [5] }, looked: ["4"]),
      ScopeRow(name: "nobody", set: { $0.customers = [] }, looked: []),
      ScopeRow(name: "groups", set: { $0.batches = ["b"] }, looked: ["2"]),
      ScopeRow(name: "currencies", set: { $0.currencies = ["usd"] }, looked: ["3", "7"]),
      ScopeRow(name: "plans", set: { $0.plans = ["gold"] }, looked: ["2"]),
      ScopeRow(
        name: "plans and customers",
        set: {
          $0.plans = ["gold"]
          $0.customers = [1]
        }, looked: []),
    ])
  func scope(row: ScopeRow) async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.plan("gold", "20")
      try await books.plan("usd", "30", currency: "usd")
      for id in 1...7 {
        var more: Books.Columns = id == 2 ? ["batch": "b"] : [:]
        if id == 5 { more["parent_customer_id"] = "4" }
        try await books.customer(id, more)
      }
      for (id, plan) in [(1, "pro"), (2, "gold"), (3, "usd"), (5, "pro")] {
        try await books.subscription(id, of: id, plan, from: "2026-11-01")
      }
      try await books.pendingItem(of: 6, "5", added: "2026-11-01")
      try await books.pendingItem(of: 7, "5", added: "2026-11-01", currency: "usd")
      try await books.bill("2026-11-01") { row.set(&$0.scope) }
      try await expectTexts(books, "select customer_id from run_account order by 1", row.looked)
      try await books.bill("2026-11-02")
      try await expectTexts(books, "select count(*) from invoice", ["4"])
      try await expectSound(books)
    }
  }

  static let mistyped = [
    ScopeRow(name: "customer", set: { $0.customers = [1, 71] }, looked: []),
    ScopeRow(name: "plan", set: { $0.plans = ["pro", "por"] }, looked: []),
    ScopeRow(name: "currency", set: { $0.currencies = ["eru"] }, looked: []),
    ScopeRow(name: "batch", set: { $0.batches = ["north"] }, looked: []),
  ]

  @Test(
    "a scope with something that is not there is refused with 64, and nothing is opened",
    arguments: mistyped)
  func unknownScope(row: ScopeRow) async throws {
    try await withBooks { books in
      try await books.oneCustomer()
      let error = await #expect(throws: BillRunError.self) {
        try await books.bill("2026-11-30") { row.set(&$0.scope) }
      }
      #expect(error?.status == .usage)
      #expect(error?.code == "\(row.name)_not_found")
      try await expectTexts(books, "select count(*) from run", ["0"])
    }
  }

  @Test("someone who is held is looked at only within the scope")
  func heldOutOfScope() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.plan("gold", "20")
      for (id, plan) in [(1, "pro"), (2, "gold")] {
        try await books.customer(id, ["payment_terms": "never"])
        try await books.subscription(id, of: id, plan, from: "2026-11-01")
      }
      try await books.bill("2026-11-01")
      try await books.bill("2026-11-01") { $0.scope.plans = ["gold"] }
      try await expectTexts(books, "select tries from hold order by customer_id", ["1", "2"])
    }
  }

  @Test("nothing due has its reason")
  func reasons() async throws {
    try await withBooks { books in
      try await books.seller("acme", ["zero_invoices": "suppress"])
      try await books.plan("pro", "10")
      try await books.plan("free", "0")
      for id in 1...6 { try await books.customer(id) }
      try await books.subscription(1, of: 1, "pro", from: "2026-12-01")
      try await books.subscription(2, of: 2, "pro", from: "2026-11-01", ["trial_end": "2026-12-15"])
      try await books.subscription(3, of: 3, "pro", from: "2026-11-01", ["paused": "true"])
      try await books.subscription(4, of: 4, "free", from: "2026-11-01")
      try await books.subscription(
        5, of: 5, "pro", from: "2026-11-01", ["migrated_through": "2027-01-01"])
      try await books.subscription(
        6, of: 6, "pro", from: "2026-11-01", ["canceled_at": "2026-11-01"])
      try await books.bill("2026-11-10")
      try await expectTexts(
        books, "select customer_id || ' ' || reason from run_account order by customer_id",
        ["1 not_due", "2 trial", "3 paused", "4 zero", "5 migrated", "6 finished"])
      try await expectTexts(
        books,
        "select concat_ws(' ', subscription_id, span_start, span_end, reason) from coverage "
          + "order by 1",
        [
          "2 2026-11-01 2026-12-15 trial", "3 2026-11-01 2026-12-01 paused",
          "4 2026-11-01 2026-12-01 zero", "5 2026-11-01 2027-01-01 migrated",
        ])
      try await expectSound(books)
      // None of them is looked at again before something may be due.
      let again = try await books.bill("2026-11-10")
      #expect(again[0].population == 0)
      try await books.bill("2027-01-01")
      try await expectTexts(
        books, "select distinct customer_id from invoice order by 1", ["1", "2", "5"])
      try await expectSound(books)
    }
  }

  @Test("the population is cut into batches of about as many due periods")
  func batches() async throws {
    try await withBooks { books in
      try await books.manyCustomers(10)
      try await books.bill("2026-11-30") { $0.batchSize = 3 }
      try await expectTexts(
        books, "select cardinality(payer_ids) from run_batch order by batch_no",
        ["2", "3", "3", "2"])
      try await expectTexts(books, "select population || ' ' || batches from run", ["10 4"])
    }
  }
}

extension Books {
  fileprivate func oneCustomer() async throws {
    try await seller()
    try await plan("pro", "10")
    try await customer(1)
    try await subscription(1, of: 1, "pro", from: "2026-11-01")
  }
}
