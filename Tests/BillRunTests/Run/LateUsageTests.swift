// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import TestSupport
import Testing

/// What is due of days that were billed: what their usage comes to now, less what was billed for
/// it (RULES 5, late usage; plan change, usage; pause).
///
/// November 2026 has 30 days.
@Suite struct LateUsageTests {
  private static let operations = InvoiceOperations(at: 1_795_176_000, by: "tester")

  /// Customer 1 with an add-on that measures calls at 1.00: 60 on the 5th and 40 on the 20th.
  private func open(
    _ books: Books, _ plan: Books.Columns = [:], own: String? = nil, coupons: [String] = []
  ) async throws {
    try await books.seller()
    try await books.plan("pro", "30")
    try await books.plan("calls", nil, ["quantity_type": "usage"].merging(plan) { $1 })
    try await books.price(of: "calls", "1")
    try await books.plan("other", nil, ["quantity_type": "usage"])
    try await books.price(of: "other", "2")
    try await books.coupon("half", "50", ["duration_cycles": "1"])
    try await books.coupon("eight", "8", ["is_percent": "false", "currency": "eur"])
    for id in 1...2 { try await books.customer(id) }
    try await books.subscription(
      1, of: 1, own ?? "pro", from: "2026-11-01", addons: own == nil ? ["calls"] : [],
      coupons: coupons)
    for (day, count) in [("05", "60"), ("20", "40")] {
      try await books.usage(of: 1, "calls", on: "2026-11-\(day)", count)
    }
  }

  /// What November's calls have come to, by document, before and after discounts.
  private func calls(_ books: Books) async throws -> [String] {
    try await books.texts(
      """
      select sum(case i.kind when 'credit_note' then -1 else 1 end * l.amount_minor)
        || case when sum(l.amount_minor) <> sum(l.net_minor) then ' net '
          || sum(case i.kind when 'credit_note' then -1 else 1 end * l.net_minor) else '' end
      from invoice i join invoice_line l on l.invoice_id = i.invoice_id
      where l.period_start >= '2026-11-01' and l.period_end <= '2026-12-01'
        and (l.slot > 0 or l.kind = 'usage')
      group by i.invoice_id order by i.invoice_id
      """)
  }

  private func expectClean(_ books: Books) async throws {
    try await expectSound(books)
    #expect(try await Replay.make(.init(), lanes: 1, of: books.database).isClean)
  }

  @Test(
    "a backdated end or swap settles the days before it by their usage, whatever comes in with it",
    arguments: ["remove", "swap", "cancel"])
  func cut(how: String) async throws {
    for order in [["cut late"], ["cut", "late"], ["late", "cut"]] {
      try await withBooks { books in
        try await open(books)
        try await books.bill("2026-12-01")
        for (day, steps) in order.enumerated() {
          if steps.contains("late") {
            try await books.usage(of: 1, "calls", on: "2026-11-06", "5")
          }
          if steps.contains("cut") {
            if how == "cancel" {
              try await books.run(
                "update subscription set canceled_at = '2026-11-16', prorate_cancel = true")
            } else {
              try await books.change(
                of: 1, on: "2026-11-16", ["addons": addons(books, how)])
            }
          }
          try await books.bill("2026-12-0\(day + 2)")
        }
        let sum = try await calls(books).compactMap { Int($0) }.reduce(0, +)
        #expect(sum == 6500, "\(how) \(order)")
        try await expectClean(books)
      }
    }
  }

  private func addons(_ books: Books, _ how: String) async throws -> String {
    if how != "swap" { return "[]" }
    return try await books.text(
      "select json_build_array(json_build_object('plan_id', plan_id)) from plan "
        + "where code = 'other'")
  }

  @Test(
    "a run for an earlier day, or one that bills nothing, leaves late usage to the next",
    arguments: ["2026-11-01", "2026-11-15", "2026-12-15", "cover", "window"])
  func early(how: String) async throws {
    try await withBooks { books in
      try await open(books, own: "calls")
      try await books.bill("2027-01-02")
      #expect(try await calls(books) == ["10000"])
      try await books.usage(of: 1, "calls", on: "2026-11-10", "5")
      try await books.usage(of: 1, "calls", on: "2026-12-10", "7")
      switch how {
      case "cover":
        try await books.bill("2027-02-15") {
          $0.kind = .catchUp
          $0.catchUp = CatchUp(.covered(.migrated), sweepsItems: false)
        }
      case "window":
        try await books.bill("2027-01-02") {
          $0.kind = .backfill
          $0.catchUp = CatchUp(.covered(.skipped), to: LocalDate(iso: "2026-11-01"))
        }
      default: try await books.bill(how) { $0.invoiceDate = LocalDate(iso: "2027-01-02") }
      }
      // What comes in after that run is late as well.
      try await books.usage(of: 1, "calls", on: "2026-11-11", "1")
      try await books.bill("2027-01-03")
      try await books.bill("2027-04-03")
      #expect(try await calls(books).compactMap { Int($0) }.reduce(0, +) == 10_600)
      #expect(
        try await books.text("select sum(amount_minor) from invoice_line where kind = 'usage'")
          == "11300")
      try await expectClean(books)
    }
  }

  @Test("a pause splits no period of usage, whether it is known in time or reported late")
  func pause() async throws {
    for day in ["2026-11-30", "2026-12-02"] {
      try await withBooks { books in
        try await open(books, ["aggregation": "max"])
        try await books.bill("2026-11-01")
        if day > "2026-12" { try await books.bill("2026-12-01") }
        try await books.change(of: 1, on: "2026-11-10", ["paused": "true"])
        try await books.change(of: 1, on: "2026-11-12", ["paused": "false"])
        try await books.bill("2026-12-02")
        #expect(try await calls(books) == ["6000"])
        try await books.usage(of: 1, "calls", on: "2026-11-25", "61")
        try await books.bill("2026-12-03")
        #expect(try await calls(books) == ["6000", "100"])
        try await expectClean(books)
      }
    }
  }

  @Test("what somebody credits by hand stays billed (RULES 2)")
  func credited() async throws {
    try await withBooks { books in
      try await open(books, own: "calls")
      try await books.bill("2026-12-01")
      let id = try #require(Int64(try await books.text("select invoice_id from invoice")))
      _ = try await Self.operations.credit(id, .all, on: books.connection)
      try await books.usage(of: 1, "calls", on: "2026-11-06", "5")
      try await books.bill("2026-12-02")
      #expect(try await calls(books) == ["10000", "500"])
      try await expectClean(books)
    }
  }

  @Test("another payer is billed for more, but not credited for less (RULES 5, parent pays)")
  func payer() async throws {
    try await withBooks { books in
      try await open(books, own: "calls")
      try await books.bill("2026-12-01")
      try await books.run(
        "update customer set parent_customer_id = 2, bill_parent = true where customer_id = 1")
      try await books.usage(of: 1, "calls", on: "2026-11-06", "5")
      try await books.bill("2026-12-02")
      try await expectTexts(
        books, "select customer_id || ' ' || total_minor from invoice order by invoice_id",
        ["1 10000", "2 500"])
      try await books.run("delete from usage_record where quantity = 40")
      try await books.bill("2026-12-03")
      try await expectTexts(books, "select code from hold", ["credit_of_another_payer"])
      #expect(try await calls(books) == ["10000", "500"])
    }
  }

  @Test("late usage has its period's percentages, and of a fixed amount what is left of it")
  func coupons() async throws {
    for (coupon, wanted) in [
      ("half", ["10000 net 5000", "2000 net 1000", "-12000 net -6000", "300 net 150"]),
      ("eight", ["10000 net 9200", "2000", "-12000 net -11200", "300 net 0"]),
    ] {
      try await withBooks { books in
        try await open(books, own: "calls", coupons: [coupon])
        try await books.bill("2026-12-01")
        try await books.usage(of: 1, "calls", on: "2026-11-06", "20")
        try await books.bill("2026-12-02")
        try await books.run("delete from usage_record")
        try await books.bill("2026-12-03")
        try await books.usage(of: 1, "calls", on: "2026-11-06", "3")
        try await books.bill("2026-12-04")
        #expect(try await calls(books) == wanted, "\(coupon)")
        try await expectTexts(books, "select cycles_used from subscription_discount", ["1"])
        try await expectClean(books)
      }
    }
  }
}
