// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

/// Does with documents what RULES 6 allows: all of those named in one transaction, or none.
///
/// What may be done in which phase is `InvoiceOperation`'s table; what each operation does to
/// number, journal, periods and money stands with it. Every refusal is an error with a stable code
/// and exit status 65. Call inside a transaction.
public struct InvoiceOperations: Sendable {
  /// In UNIX seconds: its day in the seller's zone is today.
  let moment: Int64
  /// The user of the operating system, for the event log.
  let user: String
  /// Whether posting leaves its events to the caller: one tells of a whole block.
  var leavesEvents = false
  /// Whether a second person's approval is used already for all that they take back, or none is
  /// wanted.
  var isApproved = false
  /// The place of a block that is posted beside others; nil where it is alone.
  var turn: BlockLine.Turn?
  /// Whether drafts are posted that were there before, and invoices dated after today.
  let postsFreely: Bool

  /// Makes operations at a moment, in UNIX seconds, by a user of the operating system.
  ///
  /// Who does not post freely posts what is created, as of today at the latest; anything else is
  /// refused with `post_refused_scope`: an invoice of a day to come closes its series to all days
  /// before.
  public init(at moment: Int64, by user: String, postsFreely: Bool = true) {
    self.moment = moment
    self.user = user
    self.postsFreely = postsFreely
  }

  /// Locks documents, so that nobody else changes them before the transaction ends.
  ///
  /// Throws `BillRunError` for one that does not exist.
  public func lock(_ ids: [Int64], on connection: isolated Connection) throws {
    _ = try LockedInvoice.lock(ids, alone: false, moment: moment, on: connection)
  }

  /// Locks documents and refuses those with which the operation is not legal.
  ///
  /// What takes a document out of the books or gives its periods back runs `alone`: a run that has
  /// read the document may credit it, or bill late usage beside it.
  func begin(
    _ operation: InvoiceOperation, _ ids: [Int64], alone: Bool = false,
    on connection: isolated Connection
  ) throws -> [LockedInvoice] {
    let invoices = try LockedInvoice.lock(ids, alone: alone, moment: moment, on: connection)
    for invoice in invoices {
      if invoice.kind == .creditNote, !operation.fitsCreditNotes {
        throw refusal(
          operation, "credit_note", "\(invoice.name) is no invoice: only invoices can be that")
      }
      if case .no = operation.permission(in: invoice.phase, isZero: invoice.owed == 0) {
        throw refusal(
          operation, nil,
          "\(invoice.name) \(operation.refusal(in: invoice.phase, of: invoice.state))")
      }
    }
    return invoices
  }

  /// An error whose code is the operation, and what stands in its way where that is not the phase.
  func refusal(
    _ operation: InvoiceOperation, _ cause: String?, _ message: String, hint: String? = nil
  ) -> BillRunError {
    let code = "\(operation.rawValue)_refused" + (cause.map { "_\($0)" } ?? "")
    return BillRunError(.dataError, code: code, message, hint: hint)
  }

  /// Refuses what has left the house, is paid for or referred to, or lies in closed books (RULES 6,
  /// note 1).
  func refuseWhatIsKnown(_ operation: InvoiceOperation, _ invoice: LockedInvoice) throws {
    let name = invoice.name
    if invoice.hasLeft {
      throw refusal(operation, "sent", "\(name) was sent, viewed or exported")
    }
    if invoice.wasCharged { throw refusal(operation, "charged", "\(name) was charged") }
    try refuseCredited(operation, invoice)
    if invoice.kind == .creditNote { try refuseUsedNote(operation, invoice) }
    if let closed = invoice.closedThrough, invoice.date <= closed {
      // Canceling books nothing, so that closed books don't stand in its way.
      throw refusal(
        operation, "closed", "\(name) is dated in books that are closed through \(closed)",
        hint: invoice.phase == .unposted ? "billrun invoice cancel \(invoice.id)" : nil)
    }
  }

  /// Refuses what a later document takes back of, or stands on: it would be billed twice.
  func refuseCredited(_ operation: InvoiceOperation, _ invoice: LockedInvoice) throws {
    if invoice.isCredited || invoice.hasLateUsage {
      throw refusal(
        operation, "credited",
        "a later document takes back of \(invoice.name), or bills late usage beside it")
    }
  }

  /// Refuses to waive what was measured: a record that comes in late would bring all of it back.
  func refuseWaivedUsage(
    _ operation: InvoiceOperation, _ invoice: LockedInvoice, waive: String?
  ) throws {
    if waive != nil, invoice.billsUsage {
      throw refusal(
        operation, "usage", "\(invoice.name) bills usage, which cannot be waived",
        hint: "delete its usage records, then void it without --waive")
    }
  }

  /// The day that a journal entry of now is dated: today, but never before the document that it is
  /// about; it must be open (RULES 0.11).
  func openToday(_ operation: InvoiceOperation, _ invoice: LockedInvoice) throws -> LocalDate {
    let day = max(invoice.today, invoice.date)
    if let closed = invoice.closedThrough, day <= closed {
      throw refusal(operation, "closed", "the books are closed through \(closed)")
    }
    return day
  }

  /// Books the mirror of what posting has booked, dated today, a day and its documents at a time.
  func mirror(
    _ operation: InvoiceOperation, _ invoices: [LockedInvoice], on connection: isolated Connection
  ) throws {
    let days = try Dictionary(grouping: invoices) { try openToday(operation, $0) }
    for (day, invoices) in days.sorted(by: { $0.key < $1.key }) {
      try connection.execute(
        Statement(SQLFiles.bookDocuments),
        [
          .int64Array(invoices.map(\.id)), .string(operation.rawValue), .int32(-1), .day(day),
          .int64(0),
        ])
    }
  }

  /// Gives back what documents have billed, or covers their days with the reason `waived`.
  func release(
    _ invoices: [LockedInvoice], as word: String, waived: Bool,
    on connection: isolated Connection
  ) throws {
    let ids = invoices.map(\.id)
    let freed = try connection.query(
      Statement(SQLFiles.releaseInvoices), [.int64Array(ids), .string(word), .bool(waived)])
    if waived { try waive(freed, on: connection) }
  }

  /// Gives back days that a run has covered without billing them, of payers of whom no document of
  /// it stands, or covers them as `waived`; returns how many spans (RULES 6).
  func releaseDays(
    of run: Int64, _ payers: [Int64]?, as word: String, waived: Bool,
    on connection: isolated Connection
  ) throws -> Int {
    let freed = try connection.query(
      Statement(SQLFiles.releaseRunDays),
      [.int64(run), .int64Array(payers ?? []), .string(word)])
    if waived { try waive(freed, on: connection) }
    return freed.count
  }

  /// Covers days that were given back, so that nobody is billed for them.
  private func waive(_ freed: Rows, on connection: isolated Connection) throws {
    if freed.isEmpty { return }
    let rows = 0..<freed.count
    try connection.execute(
      Statement(SQLFiles.waiveDays),
      [
        .int64Array(try rows.map { try freed.int64($0, 0) }),
        .int32Array(try rows.map { Int32(try freed.int16($0, 1)) }),
        .dateArray(daysSince2000: try rows.map { try freed.localDate($0, 2).daysSince2000 }),
        .dateArray(daysSince2000: try rows.map { try freed.localDate($0, 3).daysSince2000 }),
      ])
  }

  /// Puts documents into a state, with an event each.
  func move(
    _ invoices: [LockedInvoice], to state: InvoicePhase.State, as event: String,
    reason: String? = nil, on connection: isolated Connection
  ) throws {
    try connection.execute(
      Statement(SQLFiles.setInvoiceState),
      [
        .int64Array(invoices.map(\.id)), .string(state.rawValue), .string(event), .string(user),
        .string(reason),
      ])
  }
}
