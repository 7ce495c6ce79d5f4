// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Months of an operations team, thrown with dice: after every step the books are sound, and every
/// day of every subscription is accounted for (DESIGN 1.1, 13).
@Suite struct RandomOperationsTests {
  /// Coupons that have not counted a cycle for each base period of which a day is covered with them
  /// (RULES 5, coupons).
  private static let miscounted = """
    select concat_ws(' ', d.subscription_id, d.cycles_used, n.cycles)
    from subscription_discount d
    cross join lateral (
      select count(distinct c.cycle_start) as cycles
      from coverage c
      where c.subscription_id = d.subscription_id and c.slot = 0 and c.released_by is null
        and d.coupon_id = any(c.coupon_ids)) n
    where d.cycles_used <> n.cycles
    """

  @Test(
    "changes, usage, runs, drafts, cancellations and reversals in any order leave sound books",
    arguments: 1...8)
  func sound(seed: Int) async throws {
    try await withBooks { books in
      var months = try await RandomMonths(books, seed: seed)
      for _ in 1...25 {
        let step = try await months.step()
        let offences = try await books.offences()
        #expect(offences == [], "seed \(seed), after \(step)")
        let days = try #require(Period(from: .on("2026-08-01"), to: .on("2028-01-01")))
        let proof = try await CompletenessProof.read(days, seller: nil, on: books.connection)
        #expect(proof.isComplete, "seed \(seed), after \(step): \(proof.text)")
        let miscounted = try await books.texts(Self.miscounted)
        #expect(miscounted == [], "seed \(seed), after \(step)")
        if !offences.isEmpty || !proof.isComplete || !miscounted.isEmpty { return }
      }
      try await expectExplained(books)
    }
  }
}

/// Books of six customers, and what happens to them.
private struct RandomMonths {
  private static let subscriptions = 6

  private let books: Books
  private var random: SplitMix64
  private var asOf = LocalDate.on("2026-09-25")

  init(_ books: Books, seed: Int) async throws {
    self.books = books
    random = SplitMix64(seed: seed)
    try await books.seller("acme", ["zero_invoices": seed % 2 == 0 ? "suppress" : "issue"])
    try await books.coupon("first", "100", ["duration_cycles": "1"])
    try await books.coupon("half", "50", ["duration_cycles": "3"])
    try await books.plan("pro", "30")
    try await books.plan("big", "90")
    try await books.plan("year", "300", every: "year")
    try await books.plan("metered", "1", ["quantity_type": "usage"])
    for id in 1...Self.subscriptions {
      try await books.customer(id)
      try await subscribe(id)
    }
  }

  private mutating func subscribe(_ id: Int) async throws {
    let plan = pick("pro", "pro", "metered", "big", "year")
    let start = LocalDate.on("2026-08-01").adding(days: roll(60))
    var more: Books.Columns = [:]
    if plan != "metered" && oneIn(3) {
      more["bill_in"] = "arrears"
    } else if oneIn(4) {
      more["bill_in_advance_days"] = pick("3", "10")
    }
    if oneIn(6) { more["paused"] = "true" }
    if oneIn(6) { more["trial_end"] = start.adding(days: 7 + roll(34)).description }
    if oneIn(5) { more["snap_to_nth_day"] = pick("1", "15", "31") }
    if oneIn(6) { more["cycles"] = pick("2", "3") }
    let coupons = oneIn(2) ? [] : oneIn(2) ? ["first", "half"] : [pick("first", "half")]
    try await books.subscription(
      id, of: id, plan, from: start.description, more,
      addons: oneIn(3) ? ["metered", "pro"] : oneIn(3) ? ["pro"] : [],
      coupons: coupons)
  }

  /// Does one thing, and says what.
  mutating func step() async throws -> String {
    switch roll(20) {
    case 0..<7: try await change()
    case 7..<10: try await use()
    case 10..<16: try await bill()
    default: try await operate()
    }
  }

  private mutating func change() async throws -> String {
    let id = 1 + roll(Self.subscriptions)
    let day = asOf.adding(days: roll(70) - 20).description
    var plan: String?
    var more: Books.Columns = oneIn(5) ? ["prorate": "false"] : [:]
    switch roll(4) {
    case 0: plan = pick("pro", "big", "year", "metered")
    case 1: more["quantity"] = "\(roll(6))"
    case 2: more["paused"] = pick("true", "false")
    default: more["addons"] = pick("[]", #"[{"plan_id":1}]"#)
    }
    let step = "a change of \(id) on \(day): \(plan ?? "") \(more)"
    return try await told(step) { [books, plan, more] in
      try await books.change(of: id, on: day, plan: plan, more)
    }
  }

  private mutating func use() async throws -> String {
    let id = 1 + roll(Self.subscriptions)
    let day = min(asOf.adding(days: 20), LocalDate.on("2026-09-01").adding(days: roll(200)))
    return try await told("usage of \(id) on \(day)") { [books] in
      try await books.usage(of: id, "metered", on: day.description, "5")
    }
  }

  private mutating func bill() async throws -> String {
    asOf = asOf.adding(days: [0, 1, 5, 12, 31, 40][roll(6)])
    let isDraft = oneIn(3)
    let customers = oneIn(4) ? [Int64(1 + roll(Self.subscriptions))] : []
    try await books.bill(asOf.description) { options in
      options.writesDrafts = isDraft
      options.scope.customers = customers
      options.allowsFarAsOf = true
    }
    return "a run of \(asOf), drafts: \(isDraft), customers: \(customers)"
  }

  private mutating func operate() async throws -> String {
    let runs = try await books.texts(
      "select run_id || ' ' || state from run order by run_id desc limit 4")
    guard !runs.isEmpty else { return "nothing" }
    let parts = runs[roll(runs.count)].split(separator: " ")
    guard let run = Int64(parts[0]) else { return "nothing" }
    let customers = oneIn(3) ? [Int64(1 + roll(Self.subscriptions))] : nil
    let operations = books.operations(asOf.description)
    let isWaiting = parts[1] == "completed"
    let posts = isWaiting && oneIn(2)
    let step = posts ? "posting" : isWaiting ? "canceling" : "reversing"
    return try await told("\(step) of run \(run), customers: \(customers ?? [])") {
      if posts {
        _ = try await operations.post(run)
      } else if isWaiting {
        _ = try await operations.cancel(run, customers: customers)
      } else {
        _ = try await operations.reverse(run, customers: customers)
      }
    }
  }

  /// What is refused changes nothing, and is told as such.
  private func told(_ step: String, _ body: () async throws -> Void) async throws -> String {
    do {
      try await body()
      return step
    } catch let error as BillRunError {
      return "\(step) (\(error.code))"
    } catch let error as PostgresError where error.sqlState.hasPrefix("23") {
      return "\(step) (refused)"
    }
  }

  private mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &random) }

  private mutating func oneIn(_ chances: Int) -> Bool { roll(chances) == 0 }

  private mutating func pick(_ words: String...) -> String { words[roll(words.count)] }
}
