// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// The rows of a batch's documents in COPY form, one buffer a table, until they are sent.
struct DocumentBuffers: ~Copyable {
  var invoices = CopyBuffer()
  var lines = CopyBuffer()
  var discounts = CopyBuffer()
  var taxes = CopyBuffer()
  var coverage = CopyBuffer()
  var settlements = CopyBuffer()
  var credits = CopyBuffer()
  var lineCredits = CopyBuffer()
  var lineCreditTaxes = CopyBuffer()
  var roundingCredits = CopyBuffer()
  var lateUsage = CopyBuffer()
  /// Days to give back before any are covered.
  var released = ReleasedDays()

  /// Bytes that wait to be sent.
  var byteCount: Int {
    invoices.byteCount + lines.byteCount + discounts.byteCount + taxes.byteCount
      + coverage.byteCount + settlements.byteCount + credits.byteCount
  }

  /// Sends all rows, what is referred to before what refers to it, and empties the buffers.
  mutating func send(run: Int64, on connection: isolated Connection) throws {
    try released.send(run: run, on: connection)
    try send(on: connection)
  }

  /// Sends the rows of documents that give no days back.
  mutating func send(on connection: isolated Connection) throws {
    try Self.send(SQLFiles.copyInvoices, &invoices, on: connection)
    try Self.send(SQLFiles.copyInvoiceLines, &lines, on: connection)
    try Self.send(SQLFiles.copyInvoiceTaxes, &taxes, on: connection)
    try Self.send(SQLFiles.copyLineCredits, &lineCredits, on: connection)
    try Self.send(SQLFiles.copyLineCreditTaxes, &lineCreditTaxes, on: connection)
    try Self.send(SQLFiles.copyRoundingCredits, &roundingCredits, on: connection)
    try Self.send(SQLFiles.copyLateUsage, &lateUsage, on: connection)
    try Self.send(SQLFiles.copyInvoiceDiscounts, &discounts, on: connection)
    try Self.send(SQLFiles.copyCoverage, &coverage, on: connection)
    try Self.send(SQLFiles.copySettlements, &settlements, on: connection)
    try Self.send(SQLFiles.copyCredits, &credits, on: connection)
  }

  /// Empties the buffers without sending.
  mutating func reset() {
    invoices.reset()
    lines.reset()
    discounts.reset()
    taxes.reset()
    coverage.reset()
    settlements.reset()
    credits.reset()
    lineCredits.reset()
    lineCreditTaxes.reset()
    roundingCredits.reset()
    lateUsage.reset()
    released.removeAll()
  }

  /// Sends one buffer, if it has rows, and empties it.
  static func send(
    _ statement: SQLFile, _ buffer: inout CopyBuffer, on connection: isolated Connection
  ) throws {
    guard buffer.rowCount > 0 else { return }
    try connection.copyIn(statement.text, &buffer)
    buffer.reset()
  }
}

/// Days that changes give back, of one batch.
struct ReleasedDays {
  private var spans: [ReleasedSpan] = []

  mutating func add(_ released: [ReleasedSpan]) { spans += released }

  mutating func removeAll() { spans.removeAll(keepingCapacity: true) }

  /// Gives them back.
  mutating func send(run: Int64, on connection: isolated Connection) throws {
    if spans.isEmpty { return }
    try connection.execute(
      Statement(SQLFiles.releaseCoverage),
      [
        .int64Array(spans.map(\.subscription.rawValue)), .int32Array(spans.map { Int32($0.slot) }),
        .dateArray(daysSince2000: spans.map(\.spanStart.daysSince2000)),
        .dateArray(daysSince2000: spans.map(\.days.start.daysSince2000)),
        .dateArray(daysSince2000: spans.map(\.days.end.daysSince2000)),
        .string("run \(run)"),
      ])
    removeAll()
  }
}
