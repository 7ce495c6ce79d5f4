// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Undoes what documents take back of others: what had billed the days covers them again, and the
  /// next run credits and bills them anew where the change still stands (RULES 0.2).
  ///
  /// Comes after what the documents themselves have billed is given back, since that covers the
  /// same days. Throws `BillRunError` with 65 where another document has billed the days since, or
  /// where they are to be `waived`: an invoice that stands has billed them.
  func undoCredits(
    _ operation: InvoiceOperation, _ invoices: [LockedInvoice], waived: Bool,
    on connection: isolated Connection
  ) throws {
    let crediting = invoices.filter(\.takesBack)
    if crediting.isEmpty { return }
    let ids = Parameter.int64Array(crediting.map(\.id))
    let rows = try connection.query(Statement(SQLFiles.listCreditedDays), [ids])
    let days = try (0..<rows.count).map { try CreditedDays(rows, $0) }
    func name(_ id: Int64) -> String { crediting.first { $0.id == id }?.name ?? "invoice \(id)" }
    if waived, let first = days.first {
      throw refusal(
        operation, "credit_lines",
        "\(name(first.credit)) takes back of earlier documents, whose days cannot be waived",
        hint: "leave --waive out: the earlier documents bill the days again")
    }
    try clear(days, for: operation, name, on: connection)
    if !days.isEmpty {
      try connection.execute(
        Statement(SQLFiles.coverAgain),
        days.parameters + [
          .int64Array(days.map(\.invoice)), .int32Array(days.map(\.line)),
        ])
    }
    try connection.execute(Statement(SQLFiles.undoLineCredits), [ids])
  }

  /// Gives back days that are covered as paused or free since they were credited, or that the
  /// crediting run has covered itself; refuses those that another document has billed.
  private func clear(
    _ days: [CreditedDays], for operation: InvoiceOperation, _ name: (Int64) -> String,
    on connection: isolated Connection
  ) throws {
    if days.isEmpty { return }
    let rows = try connection.query(Statement(SQLFiles.findClashingSpans), days.parameters)
    if rows.isEmpty { return }
    for row in 0..<rows.count {
      let reason = try rows.optionalString(row, 5)
      let subscription = try rows.int64(row, 0)
      let crediting = days.first { $0.subscription == subscription }
      let isOwn = try rows.optionalInt64(row, 7).map { $0 == crediting?.run } ?? false
      if isOwn || reason == "paused" || reason == "zero" { continue }
      let by = try rows.optionalString(row, 6).map { "billed by \($0)" } ?? reason ?? "covered"
      throw refusal(
        operation, "billed_again",
        "what \(name(crediting?.credit ?? 0)) gave back is \(by) since then: subscription "
          + "\(subscription) from \(try rows.localDate(row, 3)) on")
    }
    let cleared = 0..<rows.count
    try connection.execute(
      Statement(SQLFiles.releaseCoverage),
      [
        .int64Array(try cleared.map { try rows.int64($0, 0) }),
        .int32Array(try cleared.map { Int32(try rows.int16($0, 1)) }),
        .dateArray(daysSince2000: try cleared.map { try rows.localDate($0, 2).daysSince2000 }),
        .dateArray(daysSince2000: try cleared.map { try rows.localDate($0, 3).daysSince2000 }),
        .dateArray(daysSince2000: try cleared.map { try rows.localDate($0, 4).daysSince2000 }),
        .string(operation.rawValue),
      ])
  }

  /// Refuses to take a credit note back whose credit was used, or that is why an invoice's periods
  /// are billed again.
  func refuseUsedNote(_ operation: InvoiceOperation, _ note: LockedInvoice) throws {
    if note.isUsed {
      throw refusal(
        operation, "used", "the credit of \(note.name) pays an invoice, or was paid out",
        hint: "billrun invoice unapply-credit takes it off the invoice")
    }
    if note.isOfReversed {
      throw refusal(
        operation, "reversed", "\(note.name) credits an invoice that was reversed")
    }
  }

  /// Withdraws what credit notes gave their customers.
  func withdraw(_ documents: [LockedInvoice], on connection: isolated Connection) throws {
    let notes = documents.filter { $0.kind == .creditNote }.map(\.id)
    if notes.isEmpty { return }
    try connection.execute(Statement(SQLFiles.withdrawNoteCredits), [.int64Array(notes)])
  }
}

/// Days that a document credits, and what had billed them.
private struct CreditedDays {
  let credit: Int64
  let subscription: Int64
  let slot: Int16
  let start: LocalDate
  let end: LocalDate
  let invoice: Int64
  let line: Int32
  /// The run that credits them.
  let run: Int64?

  init(_ rows: Rows, _ row: Int) throws {
    credit = try rows.int64(row, 0)
    subscription = try rows.int64(row, 1)
    slot = try rows.int16(row, 2)
    start = try rows.localDate(row, 3)
    end = try rows.localDate(row, 4)
    invoice = try rows.int64(row, 5)
    line = try rows.int32(row, 6)
    run = try rows.optionalInt64(row, 7)
  }
}

extension [CreditedDays] {
  /// Subscriptions, slots, first days and ends.
  fileprivate var parameters: [Parameter] {
    [
      .int64Array(map(\.subscription)), .int32Array(map { Int32($0.slot) }),
      .dateArray(daysSince2000: map(\.start.daysSince2000)),
      .dateArray(daysSince2000: map(\.end.daysSince2000)),
    ]
  }
}
