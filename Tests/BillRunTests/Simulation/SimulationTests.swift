// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import TestSupport
import Testing

/// What is simulated is what runs then bill, to the cent.
@Suite(.serialized) struct SimulationTests {
  @Test("all kinds of customers: three months are what four runs bill")
  func allKinds() async throws {
    try await withBooks { books in
      try await books.ofAllKinds()
      let simulation = try await books.simulate("2026-11-01", "2027-01-31")
      try await expectWritten(books, nothing: true)
      #expect(simulation.held.map(\.code).sorted() == ["payment_terms_unknown", "price_missing"])
      try await expectSame(simulation, books)
    }
  }

  @Test("every price model, tax and change: three months are what the runs bill")
  func everything() async throws {
    try await withBooks { books in
      try await books.openEverything(
        .init(rounding: "half_up", tax: "group", creditLines: "net"))
      let simulation = try await books.simulate("2026-11-01", "2027-01-31")
      try await expectSame(simulation, books)
    }
  }

  @Test("the demo: three months are what the runs bill, on any number of lanes")
  func demo() async throws {
    try await withBooks { books in
      try await books.demo(customers: 300)
      let simulation = try await books.simulate("2026-11-01", "2027-01-31")
      let alone = try await books.simulate("2026-11-01", "2027-01-31") { $0.lanes = 1 }
      #expect(alone.text == simulation.text)
      try await expectSame(simulation, books)
    }
  }

  private static let prices = """
    {"object":"plan","id":"pro","name":"pro","currency":"eur","interval":"month","amount":25.5,\
    "valid_from":"2026-12-01"}
    {"object":"tax_rate","id":"de19","name":"de19","value":21,"valid_from":"2027-01-01"}
    """

  @Test("by the prices of a file it is what the runs bill after that was imported")
  func priceFile() async throws {
    try await withBooks { books in
      try await books.ofAllKinds()
      try await books.bill("2026-10-31")
      let usual = try await books.simulate("2026-11-01", "2027-01-31")
      let count =
        "select concat_ws(' ', (select count(*) from price), (select count(*) from event))"
      let before = try await books.texts(count)
      let simulation = try await ImportBooks.withFile(Self.prices) { file in
        try await books.simulate("2026-11-01", "2027-01-31") { $0.prices = file }
      }
      try await expectTexts(books, count, before)
      #expect(simulation.all.map(\.total.total) != usual.all.map(\.total.total))
      #expect(try await ImportBooks.run(lines: Self.prices, on: books.connection).isTaken)
      try await expectSame(simulation, books)
    }
  }

  @Test("a price file that would be refused, or that brings other objects, is refused")
  func badFile() async throws {
    try await withBooks { books in
      try await books.ofAllKinds()
      let lines = [
        #"{"object":"plan","id":"pro","amount":"much"}"#: "import_refused",
        #"{"object":"customer","id":77,"name":"New"}"#: "price_file_invalid",
      ]
      for (line, code) in lines {
        let error = await #expect(throws: BillRunError.self) {
          try await ImportBooks.withFile(line) { file in
            try await books.simulate("2026-11-01", "2027-01-31") { $0.prices = file }
          }
        }
        #expect(error?.code == code)
      }
      try await expectTexts(books, "select count(*) from customer where customer_id = 77", ["0"])
    }
  }

  @Test("usage that is not over and changes that are ahead are counted")
  func open() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "30")
      try await books.plan("calls", "1", ["quantity_type": "usage"])
      try await books.customer(1)
      try await books.subscription(1, of: 1, "calls", from: "2026-11-01")
      try await books.subscription(2, of: 1, "pro", from: "2026-11-01")
      try await books.change(of: 2, on: "2026-12-15", ["quantity": "2"])
      try await books.usage(of: 1, "calls", on: "2026-11-03", "7")
      let simulation = try await books.simulate("2026-11-01", "2026-12-31")
      // Of November, which is due in December.
      #expect(simulation.openUsagePeriods == 1)
      #expect(simulation.changesAhead == 1)
      #expect(
        simulation.runs.map(\.day) == ["2026-10-31", "2026-11-30", "2026-12-31"].map { .on($0) })
      #expect(simulation.text.contains("1 usage period not over"))
      var writer = JSONWriter()
      simulation.write(to: &writer)
      let object = try JSON(writer.text)
      #expect(object["object"] == "simulation")
      #expect(object["runs"]?.elements.count == 3)
      #expect(object["open_usage_periods"] == 1)
    }
  }

  @Test("a scope takes in only those, and one that names nobody is refused")
  func scope() async throws {
    try await withBooks { books in
      try await books.ofAllKinds()
      let one = try await books.simulate("2026-11-01", "2026-11-30") { $0.scope.customers = [4] }
      #expect(one.accounts == 1)
      await #expect(throws: BillRunError.self) {
        try await books.simulate("2026-11-01", "2026-11-30") { $0.scope.plans = ["nothing"] }
      }
    }
  }

  private func expectWritten(_ books: Books, nothing: Bool) async throws {
    try await expectTexts(
      books, "select (select count(*) from run) + (select count(*) from invoice)", ["0"])
  }

  /// Bills on the simulated days, and compares totals and plans of each run.
  private func expectSame(_ simulation: Simulation, _ books: Books) async throws {
    for run in simulation.runs {
      let id = try await books.bill("\(run.day)")[0].id ?? 0
      let totals = try await books.texts(
        """
        select concat_ws(' ', i.currency, count(*) filter (where i.kind = 'invoice'),
          count(*) filter (where i.kind = 'credit_note'), sum(s.sign * coalesce(t.tax, 0)),
          sum(s.sign * i.total_minor))
        from invoice i
        cross join lateral (select case i.kind when 'invoice' then 1 else -1 end as sign) s
        cross join lateral (select sum(t.amount_minor) as tax from invoice_tax t
          where t.invoice_id = i.invoice_id) t
        where i.run_id = \(id) group by i.currency order by i.currency
        """)
      #expect(
        run.totals.map { currency, total in
          "\(currency.code) \(total.invoices) \(total.creditNotes) \(total.tax) \(total.total)"
        } == totals, "\(run.day)")
      for (_, total) in run.totals { #expect(total.net + total.tax == total.total) }
      let plans = try await books.texts(
        """
        select concat_ws(' ', coalesce(p.code, '-'), i.currency, count(*),
          sum(l.net_minor * case i.kind when 'invoice' then 1 else -1 end))
        from invoice i join invoice_line l using (invoice_id)
        left join price q using (price_id) left join plan p on p.plan_id = q.plan_id
        where i.run_id = \(id) group by p.code, i.currency
        order by coalesce(p.code, '') collate "C", i.currency
        """)
      #expect(
        run.plans.map { "\($0.plan ?? "-") \($0.currency.code) \($0.lines) \($0.net)" } == plans,
        "\(run.day)")
    }
  }
}

extension Books {
  /// Simulates runs, seen on the first day.
  fileprivate func simulate(
    _ from: String, _ to: String, _ change: (inout Simulation.Options) -> Void = { _ in }
  ) async throws -> Simulation {
    var options = Simulation.Options(from: .on(from), to: .on(to))
    change(&options)
    let engine = SimulationEngine(
      database: database, options: options, clock: .fixed(.on(from)))
    let simulations = try await engine.run()
    return try #require(simulations.first)
  }
}
