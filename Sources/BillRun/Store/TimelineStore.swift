// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// The changes of a batch's subscriptions, and what is billed of those whose billed days may have
/// to be given back; empty for most batches.
struct TimelineRows {
  private let changes: Rows
  private let spans: Rows
  private let discounts: [LineName: [BilledLine.Discount]]
  private let taxes: BilledTaxes
  private let returned: RowsBySubscription?
  private let roundings: Rows?
  /// Where the rows of a subscription are.
  private let changeRows: [Int64: Range<Int>]
  private let spanRows: [Int64: Range<Int>]
  /// Those of a payer.
  private let roundingRows: [Int64: Range<Int>]
  private let index: CatalogIndex

  private struct LineName: Hashable {
    let invoice: Int64
    let number: Int32
  }

  /// Subscriptions with changes or with days to give back: their spans are read one by one.
  let subscriptions: Set<Int64>

  /// Reads the changes, and where some are not billed yet, a prorated cancellation comes before the
  /// end of what is covered, usage came in late or days were given back, what is billed from there
  /// on; where what is covered ends within a period, what is billed of that.
  init(of rows: Rows, index: CatalogIndex, on connection: isolated Connection) throws {
    self.index = index
    let ids = try (0..<rows.count).map { try rows.int64($0, 1) }
    changes = try connection.query(Statement(SQLFiles.loadChanges), [.int64Array(ids)])
    changeRows = try Self.ranges(of: changes)
    var from = try Self.cancellations(rows)
    for row in 0..<rows.count {
      for column in [23, 24] {
        guard let day = try rows.optionalDate(row, column) else { continue }
        let id = try rows.int64(row, 1)
        from[id] = min(from[id] ?? day, day)
      }
    }
    for row in 0..<changes.count where try !changes.bool(row, 9) {
      let id = try changes.int64(row, 0)
      let day = try changes.date(row, 2)
      from[id] = min(from[id] ?? day, day)
    }
    try Self.widen(&from, rows, index)
    let wanted = from.sorted { $0.key < $1.key }
    subscriptions = Set(changeRows.keys).union(from.keys)
    returned = try Self.returned(from, rows, on: connection)
    if wanted.isEmpty {
      (spans, spanRows, discounts, taxes) = (changes, [:], [:], BilledTaxes())
      (roundings, roundingRows) = (nil, [:])
      return
    }
    spans = try connection.query(
      Statement(SQLFiles.loadBilledSpans),
      [.int64Array(wanted.map(\.key)), .dateArray(daysSince2000: wanted.map(\.value))])
    spanRows = try Self.ranges(of: spans)
    var invoices: Set<Int64> = []
    for row in 0..<spans.count {
      if let invoice = try spans.optionalInt64(row, 5) { invoices.insert(invoice) }
    }
    let documents = Parameter.int64Array(invoices.sorted())
    discounts = try Self.discounts(
      try connection.query(Statement(SQLFiles.loadBilledDiscounts), [documents]), spans, index)
    taxes = try BilledTaxes(of: try Self.currencies(spans), index, on: connection)
    let rounded = try connection.query(Statement(SQLFiles.loadCashRoundings), [documents])
    (roundings, roundingRows) = (rounded, try Self.ranges(of: rounded))
  }

  /// Where prorated cancellations come before the end of what is covered.
  private static func cancellations(_ subscriptions: Rows) throws -> [Int64: Int32] {
    var days: [Int64: Int32] = [:]
    for row in 0..<subscriptions.count where try subscriptions.bool(row, 16) {
      if let canceled = try subscriptions.optionalDate(row, 14),
        let covered = try subscriptions.optionalDate(row, 20), covered > canceled
      {
        days[try subscriptions.int64(row, 1)] = canceled
      }
    }
    return days
  }

  /// Goes back to the start of the period in which a day is, or up to which only a part is covered:
  /// its parts have to sum to the whole (RULES 0.4).
  private static func widen(
    _ days: inout [Int64: Int32], _ subscriptions: Rows, _ index: CatalogIndex
  ) throws {
    for row in 0..<subscriptions.count {
      let id = try subscriptions.int64(row, 1)
      let covered = try subscriptions.optionalLocalDate(row, 20)
      guard let covered, let place = index.plans[try subscriptions.int64(row, 2)],
        let cycle = BillingCycle(
          index.catalog.plans[place],
          firstPaidDay: try subscriptions.optionalLocalDate(row, 6)
            ?? subscriptions.localDate(row, 5),
          billingDay: try subscriptions.optionalInt32(row, 9).map(Int.init))
      else { continue }
      let day = min(days[id].map { LocalDate(daysSince2000: $0) } ?? covered, covered)
      let start = cycle.period(cycle.index(containing: day)).start
      if start < covered { days[id] = min(days[id] ?? .max, start.daysSince2000) }
    }
  }

  private static func ranges(of rows: Rows) throws -> [Int64: Range<Int>] {
    var ranges: [Int64: Range<Int>] = [:]
    for row in 0..<rows.count {
      let id = try rows.int64(row, 0)
      ranges[id] = (ranges[id]?.lowerBound ?? row)..<row + 1
    }
    return ranges
  }

  // MARK: - Changes

  /// The changes of a subscription, each with its add-ons.
  func changes(of subscription: Int64, _ digest: inout DigestBuffer) throws -> [SubscriptionChange]
  {
    guard !changeRows.isEmpty, let rows = changeRows[subscription] else { return [] }
    var found: [SubscriptionChange] = []
    var first = rows.lowerBound
    for row in rows {
      digest.append(row, of: changes)
      let isLast =
        try row + 1 == rows.upperBound || changes.int64(row + 1, 1) != changes.int64(row, 1)
      guard isLast else { continue }
      found.append(try change(first..<row + 1))
      first = row + 1
    }
    return found
  }

  private func change(_ rows: Range<Int>) throws -> SubscriptionChange {
    let row = rows.lowerBound
    return SubscriptionChange(
      id: ID(try changes.int64(row, 1)), effective: try changes.localDate(row, 2),
      plan: try changes.optionalInt64(row, 3).map(plan),
      quantity: try changes.optionalExactDecimal(row, 4),
      amount: try changes.optionalExactDecimal(row, 5),
      addons: try changes.bool(row, 6) ? try addons(rows) : nil,
      paused: try changes.optionalBool(row, 7), prorates: try changes.bool(row, 8),
      isApplied: try changes.bool(row, 9))
  }

  private func addons(_ rows: Range<Int>) throws -> [SubscriptionChange.Addon] {
    try rows.compactMap { row in
      guard let id = try changes.optionalInt64(row, 10) else { return nil }
      return SubscriptionChange.Addon(
        plan: try plan(id), quantity: try changes.exactDecimal(row, 11),
        amount: try changes.optionalExactDecimal(row, 12),
        description: try changes.optionalString(row, 13))
    }
  }

  private func plan(_ id: Int64) throws -> Int {
    guard let place = index.plans[id] else { throw CatalogChanged() }
    return place
  }

  // MARK: - What is billed

  /// What covers a subscription's days from the first one on that may have to be given back.
  func billed(of subscription: Int64, _ digest: inout DigestBuffer) throws -> [BilledSpan] {
    guard !spanRows.isEmpty, let rows = spanRows[subscription] else { return [] }
    var found: [BilledSpan] = []
    var first = rows.lowerBound
    for row in rows {
      digest.append(row, of: spans)
      let isLast =
        try row + 1 == rows.upperBound || spans.int16(row + 1, 1) != spans.int16(row, 1)
        || spans.date(row + 1, 2) != spans.date(row, 2)
      guard isLast else { continue }
      if let span = try span(first..<row + 1) { found.append(span) }
      first = row + 1
    }
    return found
  }

  private func span(_ rows: Range<Int>) throws -> BilledSpan? {
    let row = rows.lowerBound
    guard
      let days = Period(from: try spans.localDate(row, 2), to: try spans.localDate(row, 3))
    else { return nil }
    let slot = try spans.int16(row, 1)
    // What was suppressed may have been billed late.
    if let reason = try spans.optionalString(row, 4), try spans.isNull(row, 5) {
      let known = ReasonedSpan.Reason(rawValue: reason)
      return BilledSpan(
        slot: slot, days: days, cover: known.map { .reason($0) } ?? .fixed,
        cycle: try cycle(row))
    }
    guard let planID = try spans.optionalInt64(row, 8) else {
      return BilledSpan(slot: slot, days: days, cover: .fixed)
    }
    let terms = BilledSpan.Terms(
      plan: try plan(planID), quantity: try spans.optionalExactDecimal(row, 10),
      amount: try spans.optionalExactDecimal(row, 11))
    return BilledSpan(
      slot: slot, days: days, cover: .billed(terms, try rows.compactMap(line)),
      cycle: try cycle(row))
  }

  private func cycle(_ row: Int) throws -> CouponCycle? {
    guard let start = try spans.optionalLocalDate(row, 22) else { return nil }
    let coupons = try (spans.optionalInt64Array(row, 21) ?? []).map { id in
      guard let place = index.coupons[id] else { throw CatalogChanged() }
      return place
    }
    return CouponCycle(start: start, coupons: coupons)
  }

  private func line(_ row: Int) throws -> BilledLine? {
    guard
      let days = Period(from: try spans.localDate(row, 12), to: try spans.localDate(row, 13))
    else { return nil }
    let invoice = try spans.int64(row, 5)
    let number = try spans.int32(row, 6)
    let currency = try spans.currency(row, 9)
    let base = Money(minor: try spans.int64(row, 14), currency: currency)
    var line = BilledLine(
      invoice: ID(invoice), payer: ID(try spans.int64(row, 18)),
      isBadDebt: try spans.bool(row, 19), number: number,
      price: try spans.optionalInt64(row, 7).map { ID($0) },
      days: days, liveDays: Int(try spans.int32(row, 16)),
      base: base,
      credited: Money(minor: try spans.int64(row, 15), currency: currency),
      discounts: discounts[LineName(invoice: invoice, number: number)] ?? [],
      taxes: taxes.of(
        try spans.int16Array(row, 17), line: number, base: base, invoice: invoice))
    line.draftOf = try spans.optionalInt64(row, 20)
    return line
  }

  /// The goodwill of days that were credited, of subscriptions that were edited since they came in,
  /// as giving days back does; nil where there are none.
  private static func returned(
    _ from: [Int64: Int32], _ rows: Rows, on connection: isolated Connection
  ) throws -> RowsBySubscription? {
    var (ids, days, payers): ([Int64], [Int32], [Int64]) = ([], [], [])
    for row in 0..<rows.count {
      let id = try rows.int64(row, 1)
      if try from[id] == nil && rows.int32(row, 22) == 0 { continue }
      ids.append(id)
      days.append(try from[id] ?? rows.optionalDate(row, 20) ?? rows.date(row, 5))
      payers.append(try rows.int64(row, 0))
    }
    if ids.isEmpty { return nil }
    return try RowsBySubscription(
      connection.query(
        Statement(SQLFiles.loadReturnedGoodwill),
        [.int64Array(ids), .dateArray(daysSince2000: days), .int64Array(payers)]))
  }

  /// The goodwill that was given back with days of a subscription.
  func returnedGoodwill(
    of subscription: Int64, _ digest: inout DigestBuffer
  ) throws -> [ReturnedGoodwill] {
    guard let returned else { return [] }
    let rows = returned.rows
    return try returned[subscription].compactMap { row in
      digest.append(row, of: rows)
      guard let days = try Period(from: rows.localDate(row, 2), to: rows.localDate(row, 3)) else {
        return nil
      }
      return ReturnedGoodwill(
        slot: try rows.int16(row, 1), days: days, lineDays: Int(try rows.int32(row, 4)),
        amount: Money(minor: try rows.int64(row, 6), currency: try rows.currency(row, 5)))
    }
  }

  /// The cash rounding that may go back with what a payer gets back.
  func roundings(of payer: Int64, _ digest: inout DigestBuffer) throws -> [BilledRounding] {
    guard let rows = roundings, let own = roundingRows[payer] else { return [] }
    var found: [BilledRounding] = []
    var lines: [BilledRounding.Line] = []
    for row in own {
      digest.append(row, of: rows)
      let currency = try rows.currency(row, 2)
      lines.append(
        BilledRounding.Line(
          invoice: ID(try rows.int64(row, 4)), number: try rows.int32(row, 5),
          rest: Money(minor: try rows.int64(row, 6), currency: currency)))
      let invoice = try rows.int64(row, 1)
      if try row + 1 < own.upperBound && rows.int64(row + 1, 1) == invoice { continue }
      found.append(
        BilledRounding(
          invoice: ID(invoice), amount: Money(minor: try rows.int64(row, 3), currency: currency),
          lines: lines))
      lines.removeAll()
    }
    return found
  }

  private static func currencies(_ spans: Rows) throws -> [Int64: Currency] {
    var currencies: [Int64: Currency] = [:]
    for row in 0..<spans.count {
      if let invoice = try spans.optionalInt64(row, 5) {
        currencies[invoice] = try spans.currency(row, 9)
      }
    }
    return currencies
  }

  private static func discounts(
    _ rows: Rows, _ spans: Rows, _ index: CatalogIndex
  ) throws -> [LineName: [BilledLine.Discount]] {
    let currencies = try currencies(spans)
    var discounts: [LineName: [BilledLine.Discount]] = [:]
    for row in 0..<rows.count {
      let invoice = try rows.int64(row, 0)
      guard let currency = currencies[invoice] else { continue }
      let coupon = try rows.optionalInt64(row, 2).map { id in
        guard let place = index.coupons[id] else { throw CatalogChanged() }
        return place
      }
      discounts[LineName(invoice: invoice, number: try rows.int32(row, 1)), default: []].append(
        .init(
          coupon: coupon, amount: Money(minor: try rows.int64(row, 3), currency: currency)))
    }
    return discounts
  }
}
