// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Changes a document by an object with fields of the seeds' update call; only what differs from
  /// what it has counts.
  ///
  /// A draft may change in everything, and is priced again; of a posted one only what RULES 6
  /// allows: terms are amended, notes and figures stay. `draft: false` posts it. Throws
  /// `BillRunError` with 65, and for a date far ahead unless it is meant; nothing is changed then.
  public func update(
    _ id: Int64, _ text: DocumentText, farAhead: Bool = false, on connection: isolated Connection
  ) throws {
    guard
      let invoice = try LockedInvoice.lock([id], alone: false, moment: moment, on: connection)
        .first
    else { return }
    let staging = ManualInvoiceStaging(moment: moment)
    try staging.stage(
      [text], as: "invoice_change", fields: SQLFiles.importChangeFields, on: connection)
    try connection.execute(Statement(SQLFiles.checkInvoiceChange), [.int64(id)])
    try staging.refuse(text.name, on: connection)
    let change = try InvoiceChange(of: id, on: connection)
    try refuse(change, of: invoice)
    if let date = change.day("date"), !farAhead {
      try FarDates.refuseInvoiceDate(date, aheadOf: invoice.today)
    }
    let postings = try Posting.load([id], on: connection)
    guard let before = postings.first else { return }
    if !change.fields.isEmpty {
      if invoice.phase == .draft || invoice.phase == .unposted {
        try changeDraft(invoice, change, text.name, on: connection)
      } else {
        try changePosted(invoice, change, on: connection)
      }
      try change.record(of: id, by: user, total: before.total, on: connection)
    }
    if change["draft"] == "false" {
      if !postsFreely {
        throw refusal(.post, "scope", "\(invoice.name) is posted by who may operate")
      }
      try post([id], on: connection)
    }
  }

  /// Refuses what may not be changed in the document's phase.
  private func refuse(_ change: InvoiceChange, of invoice: LockedInvoice) throws {
    let isDraft = invoice.phase == .draft || invoice.phase == .unposted
    for (operation, fields) in InvoiceChange.operations
    where fields.contains(where: { change[$0] != nil }) {
      if invoice.kind == .creditNote {
        throw refusal(
          operation, "credit_note", "\(invoice.name) is no invoice: only invoices can be that")
      }
      if case .no = operation.permission(in: invoice.phase) {
        throw refusal(
          operation, nil,
          "\(invoice.name) \(operation.refusal(in: invoice.phase, of: invoice.state))")
      }
    }
    if change["draft"] == "true" {
      throw refusal(
        .change, "posted", "\(invoice.name) is posted", hint: "billrun invoice unpost ID")
    }
    for field in ["payment_terms", "due_date"]
    where !isDraft && change[field] != nil && change.text(field) == nil {
      throw refusal(
        .amend, "none", "\(invoice.name) is posted, another \(field) can be agreed, but not none")
    }
    if change["sent"] == "false" {
      throw refusal(.annotate, "sent", "\(invoice.name) has left the house")
    }
    if change["sent"] == "true", isDraft {
      throw refusal(.annotate, "draft", "\(invoice.name) is a draft, which nobody is sent")
    }
    if change["number"] != nil, invoice.number != nil {
      throw refusal(.change, "number", "\(invoice.name) has its number for good")
    }
  }

  // MARK: - Drafts

  private func changeDraft(
    _ draft: LockedInvoice, _ change: InvoiceChange, _ name: String,
    on connection: isolated Connection
  ) throws {
    let id = draft.id
    if change["date"] != nil { try refuseDisorder(draft, change, on: connection) }
    if change["attachments"] != nil {
      try connection.execute(Statement(SQLFiles.replaceAttachments), [.int64(id)])
    }
    let merged = try connection.query(Statement(SQLFiles.mergeInvoiceChange), [.int64(id)])
    if merged.isEmpty || !change.isOfFigures {
      if change.isOfCharges || change["number"] != nil {
        throw refusal(
          .change, "run", "a run has made \(draft.name), what it bills stays as it is",
          hint: "billrun invoice cancel \(draft.number ?? String(id)), and the next run bills it")
      }
      if change["payment_terms"] != nil || change["due_date"] != nil {
        try setTerms(of: draft, change, on: connection)
      }
      try setFields(of: draft, on: connection)
      return
    }
    let object = try merged.string(0, 0)
    let place = try connection.query(Statement(SQLFiles.showNumberPlace), [.int64(id)])
    try release([draft], as: "update", waived: false, on: connection)
    try freeCoupons(of: [draft], on: connection)
    for file in [SQLFiles.deleteDraftParts, SQLFiles.deleteRequests] {
      try connection.execute(Statement(file), [.int64Array([id])])
    }
    let staging = ManualInvoiceStaging(moment: moment)
    try staging.stage(invoice: object, name: name, on: connection)
    try staging.readInvoice(name, on: connection)
    try ManualInvoiceWriter(on: connection).rewrite(id, on: connection)
    if !place.isEmpty {
      try connection.execute(
        Statement(SQLFiles.setSeriesDate), [.int64(try place.int64(0, 3))])
    }
  }

  /// Refuses a date by which the numbers of a series would no longer be in its order (RULES 2).
  private func refuseDisorder(
    _ draft: LockedInvoice, _ change: InvoiceChange, on connection: isolated Connection
  ) throws {
    let place = try connection.query(Statement(SQLFiles.showNumberPlace), [.int64(draft.id)])
    guard !place.isEmpty, let date = change.day("date") else { return }
    let sellers = try SellerRecord.list(code: nil, on: connection)
    let seller = try Posting.load([draft.id], on: connection).first?.seller
    let series = sellers.first { $0.code == seller }?.series(.invoice, on: date)
    let (before, after) = (
      try place.optionalLocalDate(0, 1), try place.optionalLocalDate(0, 2)
    )
    let isInOrder = before.map { $0 <= date } ?? true && after.map { date <= $0 } ?? true
    if try !isInOrder || series != place.string(0, 0) {
      throw refusal(
        .change, "order", "\(draft.name) would no longer be in the order of its series on \(date)")
    }
  }

  /// Terms of a draft that a run has made.
  private func setTerms(
    of draft: LockedInvoice, _ change: InvoiceChange, on connection: isolated Connection
  ) throws {
    let (text, stored) = try terms(of: draft, on: connection)
    let wanted = change["payment_terms"] == nil ? text : change.text("payment_terms")
    let terms = wanted.flatMap { PaymentTerms($0) }
    let due =
      change["due_date"] == nil && change["payment_terms"] == nil
      ? stored : change.day("due_date") ?? terms?.dueDate(from: draft.date)
    let sellers = try SellerRecord.list(code: nil, on: connection)
    guard let posting = try Posting.load([draft.id], on: connection).first,
      let seller = sellers.first(where: { $0.code == posting.seller })?.seller
    else { return }
    let early = try terms?.earlyDiscount(
      of: Money(minor: posting.total, currency: draft.currency), from: draft.date,
      rounding: seller.rounding)
    try connection.execute(
      Statement(SQLFiles.setDraftTerms),
      [
        .int64(draft.id), .string(wanted), .day(due), .day(early?.until),
        .int64(early?.amount.minor),
      ])
  }

  /// The terms and the due date that a document has now.
  private func terms(
    of invoice: LockedInvoice, on connection: isolated Connection
  ) throws -> (String?, LocalDate?) {
    var found: (String?, LocalDate?) = (nil, nil)
    try InvoiceReader(at: moment).heads(InvoiceFilter(id: invoice.id), on: connection) {
      found = ($0.terms, $0.dueDate)
    }
    return found
  }

  // MARK: - Posted documents

  /// Amends terms, and sets what may change.
  private func changePosted(
    _ invoice: LockedInvoice, _ change: InvoiceChange, on connection: isolated Connection
  ) throws {
    if change["payment_terms"] != nil || change["due_date"] != nil {
      let terms = change.text("payment_terms")
      let due =
        change.day("due_date")
        ?? terms.flatMap { PaymentTerms($0) }?.dueDate(from: invoice.date)
      try connection.execute(
        Statement(SQLFiles.amendInvoice), [.int64(invoice.id), .string(terms), .day(due)])
    }
    if change["attachments"] != nil {
      try connection.execute(Statement(SQLFiles.replaceAttachments), [.int64(invoice.id)])
    }
    try setFields(of: invoice, on: connection)
  }

  private func setFields(
    of invoice: LockedInvoice, on connection: isolated Connection
  ) throws {
    try connection.execute(
      Statement(SQLFiles.setInvoiceFields), [.int64(invoice.id), .day(invoice.today)])
  }
}

/// What a staged change of a document says otherwise than the document does.
private struct InvoiceChange {
  /// Field by field, as JSON.
  let fields: [(name: String, old: String, new: String)]

  /// Which fields which operation of RULES 6 changes; what is printed is as immutable as figures
  /// (RULES 2).
  static let operations: [(InvoiceOperation, Set<String>)] = [
    (.change, ["number", "currency", "date", "items", "discounts", "taxes", "notes"]),
    (.amend, ["payment_terms", "due_date", "autopay", "disabled_payment_methods"]),
    (.annotate, ["name", "chase", "closed", "sent", "attachments"]),
    (.label, ["metadata"]),
  ]

  init(of id: Int64, on connection: isolated Connection) throws {
    let rows = try connection.query(Statement(SQLFiles.compareInvoiceChange), [.int64(id)])
    fields = try rows.indices.map {
      (try rows.string($0, 0), try rows.string($0, 1), try rows.string($0, 2))
    }
  }

  /// The new value of a field as JSON; nil where it does not change.
  subscript(_ name: String) -> String? { fields.first { $0.name == name }?.new }

  /// The new value of a text; nil where it does not change, or is gone.
  func text(_ name: String) -> String? {
    self[name].flatMap { $0.hasPrefix("\"") ? String($0.dropFirst().dropLast()) : nil }
  }

  /// The new value of a day.
  func day(_ name: String) -> LocalDate? { text(name).flatMap { LocalDate(iso: $0) } }

  /// Whether what a draft charges is to be something else.
  var isOfCharges: Bool {
    fields.contains { ["currency", "date", "items", "discounts", "taxes"].contains($0.name) }
  }

  /// Whether a draft must be priced again.
  var isOfFigures: Bool {
    isOfCharges
      || fields.contains {
        ["number", "payment_terms", "due_date", "autopay", "chase"].contains($0.name)
      }
  }

  func record(
    of id: Int64, by user: String, total: Int64, on connection: isolated Connection
  ) throws {
    try connection.execute(
      Statement(SQLFiles.recordInvoiceChange),
      [
        .int64(id), .string(user), .stringArray(fields.map(\.name)),
        .stringArray(fields.map(\.old)), .stringArray(fields.map(\.new)), .int64(total),
      ])
  }
}
