// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Writes what became of charges, a block a transaction: attempts, payments, when each invoice is
/// charged next, and what the policy does when no attempt is left.
struct ChargeOutcomes {
  /// What a gateway made of an attempt.
  typealias Answer = (attempt: ChargeAttempt, outcome: ChargeOutcome)

  let asOf: LocalDate
  /// In UNIX seconds.
  let moment: Int64
  let user: String
  var fault: @Sendable (ChargeOptions.FaultPoint) throws -> Void = { _ in }

  /// Writes a block and counts it; what a person or another process has settled meanwhile stays.
  func write(
    _ answers: [Answer], adding summary: ChargeSummary, on connection: isolated Connection
  ) throws -> ChargeSummary {
    var summary = summary
    let answers = answers.sorted { $0.attempt.id < $1.attempt.id }
    let counted = try connection.inTransaction {
      try connection.planByKeys()
      let counted = try settle(answers, on: connection)
      try fault(.beforeOutcomeCommit)
      return counted
    }
    for (outcome, declineClass) in counted {
      summary.outcomes[outcome, default: 0] += 1
      if let declineClass { summary.declines[declineClass, default: 0] += 1 }
    }
    try fault(.settled)
    return summary
  }

  /// Writes answers within a transaction that the caller has begun.
  func settle(
    _ answers: [Answer], on connection: isolated Connection
  ) throws -> [(String, String?)] {
    let payments = PaymentOperations(at: moment, by: user)
    _ = try payments.lock(answers.map(\.attempt.customer), on: connection)
    let rows = try rows(of: answers, on: connection)
    let written = try connection.query(
      Statement(SQLFiles.writeOutcomes),
      [
        .int64Array(rows.map(\.attempt.id)), .stringArray(rows.map(\.state)),
        .stringArray(rows.map(\.reference)), .stringArray(rows.map(\.code)),
        .stringArray(rows.map(\.declineClass?.rawValue)), .stringArray(rows.map(\.reason)),
        .day(asOf), .timestamptz(unixSeconds: moment),
      ])
    let ours = Set(try (0..<written.count).map { try written.int64($0, 0) })
    let known = rows.filter { ours.contains($0.attempt.id) }
    let approved = known.filter { $0.state == "approved" }
    try payments.receive(
      approved.map { PaymentOperations.Charged($0.attempt, reference: $0.reference) },
      on: connection)
    let declined = known.filter { $0.state == "declined" }.map(\.attempt.invoice)
    // Credit notes that came while the charge was on its way have waited for it (RULES 0.7).
    try payments.invoices.settleByNotesToday(declined, on: connection)
    try decide(declined, on: connection)
    return known.map { ($0.state, $0.declineClass?.rawValue) }
  }

  /// An answer as it is written.
  private struct Row {
    let attempt: ChargeAttempt
    let state: String
    var reference: String?
    var code: String?
    var declineClass: DeclineClass?
    var reason: String?
  }

  private func rows(of answers: [Answer], on connection: isolated Connection) throws -> [Row] {
    var rows: [Row] = []
    for (attempt, outcome) in answers {
      switch outcome {
      case .approved(let reference):
        rows.append(Row(attempt: attempt, state: "approved", reference: reference))
      case .declined(let code, let reference):
        rows.append(
          Row(
            attempt: attempt, state: "declined", reference: reference,
            code: CardNumber.masked(code)))
      case .pending(let reference):
        rows.append(Row(attempt: attempt, state: "pending", reference: reference))
      case .unknown(let reason):
        rows.append(Row(attempt: attempt, state: "unknown", reason: CardNumber.masked(reason)))
      case .notSent: continue
      }
    }
    let declined = rows.indices.filter { rows[$0].state == "declined" }
    if declined.isEmpty { return rows }
    let classes = try connection.query(
      Statement(SQLFiles.loadDeclineRules),
      [
        .int64Array(declined.map { rows[$0].attempt.customer }),
        .stringArray(declined.map { rows[$0].attempt.gateway }),
        .stringArray(declined.map { rows[$0].code }),
      ])
    for (place, row) in declined.enumerated() {
      rows[row].declineClass = DeclineClass(rawValue: try classes.string(place, 0)) ?? .soft
    }
    return rows
  }

  /// Says of declined invoices when each is charged again, or does what the policy says.
  private func decide(_ invoices: [Int64], on connection: isolated Connection) throws {
    if invoices.isEmpty { return }
    let histories = try DeclineHistory.load(invoices, on: connection)
    let sources = try connection.query(Statement(SQLFiles.listSources), [.int64Array(invoices)])
    let planned = Set(
      try sources.indices.filter { try sources.bool($0, 5) }.map { try sources.int64($0, 0) })
    let wentBack = Set(
      try sources.indices.filter { try sources.bool($0, 4) }.map { try sources.int64($0, 0) })
    var next: [(invoice: Int64, day: LocalDate?, moment: Int64?)] = []
    var ended: [RetryPolicy.Action: [Int64]] = [:]
    for invoice in invoices {
      // The payer has tried, or has paid otherwise meanwhile, or money of it went back (RULES 3).
      guard planned.contains(invoice) else {
        next.append((invoice, nil, nil))
        continue
      }
      guard let history = histories[invoice] else {
        // Another source by now: the schedule starts anew, but not where money went back.
        next.append((invoice, wentBack.contains(invoice) ? nil : asOf, nil))
        continue
      }
      switch history.schedule.decision(after: history.tries, planned: history.planned) {
      case .retry(let day, let notBefore): next.append((invoice, day, notBefore))
      case .wait: next.append((invoice, nil, nil))
      case .giveUp:
        next.append((invoice, nil, nil))
        ended[history.afterLast, default: []].append(invoice)
      }
    }
    try ChargeClaim.schedule(next, attempts: 1, on: connection)
    for (action, invoices) in ended.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      try act(action, on: invoices.sorted(), connection)
    }
  }

  private func act(
    _ action: RetryPolicy.Action, on invoices: [Int64], _ connection: isolated Connection
  ) throws {
    switch action {
    case .leave: return
    case .writeOff:
      try InvoiceOperations(at: moment, by: user).writeOff(
        invoices, reason: "no attempt is left", on: connection)
    case .cancelSubscription, .autopayOff, .chase:
      try connection.execute(
        Statement(SQLFiles.endCharging),
        [.int64Array(invoices), .string(action.rawValue), .day(asOf), .string(user)])
    }
  }
}

/// What was declined of an invoice with the source that it has now, and by which policy.
struct DeclineHistory {
  private(set) var tries: [RetrySchedule.Try] = []
  let schedule: RetrySchedule
  let afterLast: RetryPolicy.Action
  let planned: LocalDate?

  /// Reads the histories of invoices.
  static func load(
    _ invoices: [Int64], on connection: isolated Connection
  ) throws -> [Int64: DeclineHistory] {
    let rows = try connection.query(Statement(SQLFiles.loadDeclines), [.int64Array(invoices)])
    let calendars = try calendars(rows, on: connection)
    var histories: [Int64: DeclineHistory] = [:]
    for row in 0..<rows.count {
      let invoice = try rows.int64(row, 0)
      if histories[invoice] == nil {
        let policy = try policy(rows, row)
        let calendar = try rows.optionalString(row, 14).flatMap { calendars[$0] }
        histories[invoice] = DeclineHistory(
          schedule: RetrySchedule(policy, calendar: calendar ?? BusinessCalendar()),
          afterLast: policy.afterLast, planned: try rows.optionalLocalDate(row, 6))
      }
      histories[invoice]?.tries.append(
        RetrySchedule.Try(
          day: try rows.localDate(row, 1), moment: try rows.int64(row, 2),
          isAutomatic: try rows.bool(row, 3), try rows.choice(row, 4),
          barredHours: Int(try rows.int32(row, 5))))
    }
    return histories
  }

  private static func policy(_ rows: Rows, _ row: Int) throws -> RetryPolicy {
    if try rows.isNull(row, 7) { return RetryPolicy() }
    let integers = { (column: Int) in try rows.int32Array(row, column).map { Int($0) } }
    return RetryPolicy(
      days: try integers(7), hours: try integers(8), payDays: try integers(9),
      maxAttempts: try rows.optionalInt32(row, 10).map { Int($0) },
      windowDays: try rows.optionalInt32(row, 11).map { Int($0) },
      businessDaysOnly: try rows.bool(row, 12), afterLast: try rows.choice(row, 13))
  }

  private static func calendars(
    _ rows: Rows, on connection: isolated Connection
  ) throws -> [String: BusinessCalendar] {
    let countries = Set(
      try (0..<rows.count).compactMap { row in
        try rows.isNull(row, 12) || !rows.bool(row, 12) ? nil : rows.optionalString(row, 14)
      })
    if countries.isEmpty { return [:] }
    let found = try connection.query(
      Statement(SQLFiles.listHolidays), [.stringArray(countries.sorted())])
    var days: [String: Set<LocalDate>] = [:]
    for row in 0..<found.count {
      days[try found.string(row, 0), default: []].insert(try found.localDate(row, 1))
    }
    return days.mapValues { BusinessCalendar(holidays: $0) }
  }
}
