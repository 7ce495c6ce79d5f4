// SPDX-License-Identifier: Apache-2.0
public import BillRun
import BillingCore
public import Postgres

/// A set of books that a test writes by plain SQL, as an application does, and has billed.
public struct Books: Sendable {
  /// Where they are.
  public let database: Database
  /// The session that the test writes and reads with.
  public let connection: Connection

  /// Opens the books of a temporary database.
  public init(_ temporary: TemporaryDatabase) async throws {
    database = temporary.database
    connection = try await temporary.connect()
  }

  /// Opens the same books by another session.
  public init(_ database: Database, _ connection: Connection) {
    self.database = database
    self.connection = connection
  }

  // MARK: - Writing

  /// A row's columns beyond those that a function asks for, as literals without quotes.
  public typealias Columns = [String: String]

  /// Runs SQL text.
  public func run(_ sql: String) async throws { try await connection.run(script: sql) }

  /// Adds a seller of its own currency in UTC.
  public func seller(
    _ code: String = "acme", currency: String = "eur", _ more: Columns = [:]
  ) async throws {
    let columns: Columns = [
      "code": code, "name": code, "country": "DE", "currency": currency, "time_zone": "UTC",
    ]
    try await insert("seller", columns.merging(more) { $1 })
  }

  /// Adds a plan, with its price per unit from the beginning of time unless nil.
  public func plan(
    _ code: String, _ price: String?, every interval: String = "month", currency: String = "eur",
    _ more: Columns = [:]
  ) async throws {
    let columns: Columns = [
      "code": code, "name": code, "currency": currency, "interval": interval,
    ]
    try await insert("plan", columns.merging(more) { $1 })
    if let price { try await self.price(of: code, price) }
  }

  /// Publishes a price of a plan.
  public func price(
    of plan: String, _ amount: String?, from day: String = "-infinity", _ more: Columns = [:]
  ) async throws {
    var columns: Columns = ["valid_from": day]
    columns["amount"] = amount
    try await insert(
      "price", columns.merging(more) { $1 }, keys: ["plan_id": Self.key("plan", plan)])
  }

  /// Adds a tax rate, per cent, with its value from the beginning of time unless nil.
  public func taxRate(_ code: String, _ value: String?, _ more: Columns = [:]) async throws {
    try await insert("tax_rate", ["code": code, "name": code].merging(more) { $1 })
    guard let value else { return }
    try await insert(
      "tax_rate_version", ["value": value], keys: ["tax_rate_id": Self.key("tax_rate", code)])
  }

  /// Adds a coupon.
  public func coupon(_ code: String, _ value: String, _ more: Columns = [:]) async throws {
    try await insert("coupon", ["code": code, "name": code, "value": value].merging(more) { $1 })
  }

  /// Adds a customer.
  public func customer(_ id: Int, of seller: String = "acme", _ more: Columns = [:]) async throws {
    try await insert(
      "customer", ["customer_id": "\(id)", "name": "Customer \(id)"].merging(more) { $1 },
      keys: ["seller_id": Self.key("seller", seller)])
  }

  /// Adds a subscription with its add-ons and coupons, by their codes, and whoever of them has one,
  /// its quantity.
  public func subscription(
    _ id: Int, of customer: Int, _ plan: String, from start: String, _ more: Columns = [:],
    addons: [String] = [], coupons: [String] = []
  ) async throws {
    let columns: Columns = [
      "subscription_id": "\(id)", "customer_id": "\(customer)", "start_date": start,
    ]
    try await insert(
      "subscription", columns.merging(more) { $1 }, keys: ["plan_id": Self.key("plan", plan)])
    for (index, addon) in addons.enumerated() {
      try await self.addon(addon, slot: index + 1, on: id)
    }
    for (index, coupon) in coupons.enumerated() {
      try await insert(
        "subscription_discount", ["subscription_id": "\(id)", "position": "\(index + 1)"],
        keys: ["coupon_id": Self.key("coupon", coupon)])
    }
  }

  /// Adds an add-on to a subscription.
  public func addon(
    _ plan: String, slot: Int, on subscription: Int, _ more: Columns = [:]
  ) async throws {
    try await insert(
      "subscription_addon",
      ["subscription_id": "\(subscription)", "slot": "\(slot)"].merging(more) { $1 },
      keys: ["plan_id": Self.key("plan", plan)])
  }

  /// Adds a change to a subscription; a plan by its code.
  public func change(
    of subscription: Int, on day: String, plan: String? = nil, _ more: Columns = [:]
  ) async throws {
    try await insert(
      "subscription_change",
      ["subscription_id": "\(subscription)", "effective": day].merging(more) { $1 },
      keys: plan.map { ["plan_id": Self.key("plan", $0)] } ?? [:])
  }

  /// Adds usage of a subscription's measured plan, at noon in UTC.
  public func usage(
    of subscription: Int, _ plan: String, on day: String, _ quantity: String, _ more: Columns = [:]
  ) async throws {
    try await insert(
      "usage_record",
      [
        "subscription_id": "\(subscription)", "used_on": day, "used_at": "\(day) 12:00+00",
        "quantity": quantity,
      ].merging(more) { $1 }, keys: ["plan_id": Self.key("plan", plan)])
  }

  /// Adds a line that waits for a customer's next invoice.
  public func pendingItem(
    of customer: Int, _ unitCost: String, added day: String, currency: String = "eur",
    _ more: Columns = [:]
  ) async throws {
    let columns: Columns = [
      "customer_id": "\(customer)", "name": "One-off", "unit_cost": unitCost,
      "currency": currency, "added_on": day,
    ]
    try await insert("pending_line_item", columns.merging(more) { $1 })
  }

  /// Gives a customer credit, in minor units.
  public func credit(
    of customer: Int, _ kind: String, _ minor: Int, granted day: String, _ more: Columns = [:]
  ) async throws {
    let columns: Columns = [
      "customer_id": "\(customer)", "kind": kind, "currency": "eur", "amount_minor": "\(minor)",
      "granted_on": day,
    ]
    try await insert("credit", columns.merging(more) { $1 })
    if kind == "goodwill" { return }
    // The opening entry of what the customer brings along (RULES 7).
    try await run(
      """
      with entry as (
        insert into journal (seller_id, event, entry_date, currency)
        select seller_id, 'opening', '\(day)', '\(more["currency"] ?? "eur")'
        from customer where customer_id = \(customer)
        returning journal_id
      )
      insert into journal_line (journal_id, line_no, account_code, amount_minor)
      select journal_id, 1, '3000', \(minor) from entry
      union all
      select journal_id, 2, '\(kind == "money" ? "2100" : "2110")', -\(minor) from entry
      """)
  }

  private func insert(_ table: String, _ values: Columns, keys: Columns = [:]) async throws {
    let literals = values.sorted { $0.key < $1.key }.map { name, value in
      (name, value == "null" ? "null" : "'\(value.replacing("'", with: "''"))'")
    }
    let all = literals + keys.map { ($0.key, $0.value) }
    let names = all.map(\.0).joined(separator: ", ")
    try await run(
      "insert into \(table) (\(names)) values (\(all.map(\.1).joined(separator: ", ")))")
  }

  private static func key(_ table: String, _ code: String) -> String {
    "(select \(table)_id from \(table) where code = '\(code)')"
  }
}

extension Books {
  // MARK: - Billing

  /// Bills up to a day, seen on that day, and returns what became of each run.
  @discardableResult
  public func bill(
    _ asOf: String, lanes: Int = 2, stop: StopSignal = StopSignal(),
    _ change: (inout BillRunOptions) -> Void = { _ in }
  ) async throws -> [RunSummary] {
    let ids = try await engine(asOf, lanes: lanes, stop: stop, change).run()
    var summaries: [RunSummary] = []
    for id in ids { summaries.append(try await RunSummary.read(id, on: connection)) }
    return summaries
  }

  /// An engine that bills up to a day, seen on that day.
  public func engine(
    _ asOf: String, lanes: Int = 2, stop: StopSignal = StopSignal(),
    _ change: (inout BillRunOptions) -> Void = { _ in }
  ) throws -> RunEngine {
    guard let day = LocalDate(iso: asOf) else { throw NoSuchDay(text: asOf) }
    var options = BillRunOptions(asOf: .day(day))
    options.lanes = lanes
    change(&options)
    return RunEngine(database: database, options: options, clock: .fixed(day), stop: stop)
  }

  private struct NoSuchDay: Error {
    let text: String
  }

  // MARK: - Reading

  /// The first column of each row, as text.
  public func texts(_ sql: String) async throws -> [String] {
    let statement = Statement(
      name: "texts_\(UInt(bitPattern: sql.hashValue))",
      text: "select x::text from (\(sql)) t (x)")
    return try await connection.query(statement, []).map { try $0.optionalString(0) ?? "null" }
  }

  /// The first value, as text.
  public func text(_ sql: String) async throws -> String {
    try await texts(sql).first ?? "no row"
  }

  /// What verify finds wrong with the books; empty when they are clean.
  public func offences() async throws -> [String] {
    try await Verification.check(run: nil, lanes: 1, of: database).findings.flatMap { finding in
      finding.offences.map { "\(finding.check): \($0.object) \($0.id): \($0.problem)" }
        + (finding.wrong > 0 && finding.offences.isEmpty ? [finding.check] : [])
    }
  }

  /// Every document with all its parts, and what else a run writes, without ids, numbers and times.
  public func dump() async throws -> [String] { try await texts(Self.dump) }

  /// A line for each number series that does not read first … next - 1; empty when all do.
  public func holes() async throws -> [String] {
    try await texts(
      """
      select concat_ws(' ', kind, format, first_seq, next_seq, count(seq), min(seq), max(seq))
      from number_series left join invoice_number using (number_series_id)
      group by number_series_id
      having count(seq) <> next_seq - first_seq or min(seq) <> first_seq or max(seq) <> next_seq - 1
      """)
  }

  private static let dump = """
    select concat_ws(' | ',
      concat_ws(' ', i.kind, i.customer_id, i.subscription_id, i.state, i.currency, i.invoice_date,
        i.due_date, i.missed, i.autopay, i.chase, i.subtotal_minor, i.discount_minor, i.tax_minor,
        i.total_minor, i.settled_minor, i.credits_applied_minor, i.next_payment_attempt_on,
        case when n.number is null then 'without number' end),
      (select string_agg(concat_ws(' ', line_no, kind, subscription_id, slot, name, quantity,
         unit_cost, amount_minor, discount_minor, invoice_discount_minor, net_minor, period_start,
         period_end, tax_date, tax_nos, pricing), ', ' order by line_no)
       from invoice_line l where l.invoice_id = i.invoice_id),
      (select string_agg(concat_ws(' ', discount_no, line_no, coupon_id, amount_minor,
         share_lines, share_minor), ', ' order by discount_no)
       from invoice_discount d where d.invoice_id = i.invoice_id),
      (select string_agg(concat_ws(' ', tax_no, category, percent, inclusive, base_minor,
         amount_minor, reason), ', ' order by tax_no)
       from invoice_tax t where t.invoice_id = i.invoice_id),
      (select string_agg(concat_ws(' ', kind, amount_minor, effective_on, credit_id), ', '
         order by settlement_id) from settlement t where t.invoice_id = i.invoice_id))
    from invoice i left join invoice_number n on n.invoice_id = i.invoice_id
    union all
    select concat_ws(' ', 'covered', subscription_id, slot, span_start, span_end, line_no, reason)
    from coverage
    union all
    select concat_ws(' ', 'cursor', subscription_id, covered_through, next_bill_on)
    from billing_cursor
    union all
    select concat_ws(' ', 'credit', customer_id, kind, amount_minor, used_minor) from credit
    union all
    select concat_ws(' ', 'cycles', subscription_id, position, cycles_used)
    from subscription_discount
    union all
    select concat_ws(' ', 'item', pending_line_item_id, line_no) from pending_line_item
    union all
    select concat_ws(' ', 'hold', customer_id, placed_by, code, released_at is null) from hold
    union all
    select concat_ws(' ', 'booked', s.code, j.entry_date, j.currency, l.account_code, l.plan_id,
      l.item_id, l.tax_rate_version_id, sum(l.amount_minor))
    from journal j join journal_line l using (journal_id) join seller s using (seller_id)
    group by s.code, j.entry_date, j.currency, l.account_code, l.plan_id, l.item_id,
      l.tax_rate_version_id
    having sum(l.amount_minor) <> 0
    order by 1
    """
}

/// Lends books in a temporary database of their own to the body.
public func withBooks<Value: Sendable>(
  _ body: (Books) async throws -> Value
) async throws -> Value {
  try await withTemporaryDatabase { temporary in
    let books = try await Books(temporary)
    let value = try await body(books)
    await books.connection.close()
    return value
  }
}
