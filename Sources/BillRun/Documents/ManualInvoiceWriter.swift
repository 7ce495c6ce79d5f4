// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Prices staged invoices and writes them as drafts, by the pipeline and the writer of a run.
struct ManualInvoiceWriter {
  /// A document that was written.
  struct Written {
    let line: Int32
    let id: Int64
    /// Whether it brought its id along.
    let bringsID: Bool
    /// Whether it names coupons.
    let namesCoupons: Bool
    let isDraft: Bool
    let date: LocalDate
    /// The day in the seller's zone.
    let today: LocalDate
    /// When it is booked as an open item of a former system: today, or the first day that is open.
    let openingDay: LocalDate
  }

  /// An invoice that cannot be priced.
  struct Unpriced {
    let line: Int32
    let issue: Issue
  }

  /// Whether those that are no drafts are open items of a former system.
  private let takesOpenItems: Bool
  private let store: ManualInvoiceStore
  private let sellers: [String: SellerRecord]

  /// Reads the sellers, and the catalog without its plans, by which nothing is charged here.
  init(takesOpenItems: Bool = false, on connection: isolated Connection) throws {
    self.takesOpenItems = takesOpenItems
    let rows = try connection.queryAll(CatalogIndex.couponsAndTaxes + [SellerRecord.all])
    store = ManualInvoiceStore(index: try CatalogIndex.make([], of: rows))
    let sellers = try SellerRecord.records(rows[2])
    self.sellers = Dictionary(uniqueKeysWithValues: sellers.map { ($0.code, $0) })
  }

  /// Writes the good invoices between two lines; those that cannot be priced are not written.
  func write(
    _ lines: ClosedRange<Int32>, on connection: isolated Connection
  ) throws -> (written: [Written], unpriced: [Unpriced]) {
    let rows = try store.read(lines, on: connection)
    let ids = try ids(for: rows, on: connection)
    var buffers = DocumentBuffers()
    var (written, unpriced): ([Written], [Unpriced]) = ([], [])
    var effects = SideEffects()
    try price(rows, on: connection) { position, row, result, writer in
      switch result {
      case .failure(let issue): unpriced.append(Unpriced(line: row.line, issue: issue))
      case .success(let draft):
        writer.write(draft, id: ids[position], for: row.payer, to: &buffers)
        effects.add(draft, id: ids[position], isPosted: false)
        written.append(self.written(row, as: ids[position]))
      }
    }
    try buffers.send(on: connection)
    try effects.write(run: 0, on: connection)
    try describe(written, on: connection)
    return (written, unpriced)
  }

  /// Writes the figures of the only good invoice anew for a draft whose parts are gone.
  func rewrite(_ id: Int64, on connection: isolated Connection) throws {
    let rows = try store.read(1...1, on: connection)
    var buffers = DocumentBuffers()
    var effects = SideEffects()
    try price(rows, on: connection) { _, row, result, writer in
      let draft = try result.orRefused()
      writer.write(draft, id: id, for: row.payer, to: &buffers)
      buffers.invoices.reset()
      effects.add(draft, id: id, isPosted: false)
      try update(id, draft, row, on: connection)
    }
    try buffers.send(on: connection)
    try effects.write(run: 0, on: connection)
    try describe(rows.map { written($0, as: id) }, on: connection)
  }

  private func written(_ row: ManualInvoiceRow, as id: Int64) -> Written {
    let closed = sellers[row.seller]?.closedThrough
    return Written(
      line: row.line, id: id, bringsID: row.id != nil,
      namesCoupons: row.invoice.namesCoupons, isDraft: row.isDraft, date: row.date,
      today: row.today,
      openingDay: max(row.today, closed.map { $0.adding(days: 1) } ?? row.today))
  }

  private func price(
    _ rows: [ManualInvoiceRow], on connection: isolated Connection,
    _ body: (Int, ManualInvoiceRow, Result<InvoiceDraft, Issue>, DocumentWriter) throws -> Void
  ) throws {
    var goodwill = try OpenGoodwill(
      of: Set(rows.map(\.payer.id.rawValue)).sorted(), on: connection)
    let catalog = store.index.catalog
    for (position, row) in rows.enumerated() {
      guard let seller = sellers[row.seller]?.seller else { throw CatalogChanged() }
      var builder = InvoiceBuilder(
        catalog: catalog, seller: seller,
        terms: BillingTerms(asOf: row.date, invoiceDate: row.date))
      let payer = row.payer.id.rawValue
      var invoice = row.invoice
      invoice.isOpenItem = takesOpenItems && !row.isDraft
      let credits = invoice.isOpenItem ? [] : goodwill.of(payer)
      let result = Result { () throws(Issue) in
        try builder.build(invoice, for: row.payer, credits: credits)
      }
      if case .success(let draft) = result {
        try draft.checkSums()
        try goodwill.use(draft, of: payer)
      }
      var writer = DocumentWriter(
        catalog: catalog, seller: seller, run: nil, invoiceDate: row.date)
      writer.isDraft = true
      try body(position, row, result, writer)
    }
  }

  private func ids(
    for rows: [ManualInvoiceRow], on connection: isolated Connection
  ) throws -> [Int64] {
    let wanted = rows.count { $0.id == nil }
    let drawn = try connection.query(Statement(SQLFiles.drawInvoiceIds), [.int64(Int64(wanted))])
    var next = 0
    return try rows.map { row in
      if let id = row.id { return id }
      next += 1
      return try drawn.int64(next - 1, 0)
    }
  }

  /// What no figure depends on, and what was asked for.
  private func describe(_ written: [Written], on connection: isolated Connection) throws {
    if written.isEmpty { return }
    let ids = Parameter.int64Array(written.map(\.id))
    let pairs: [Parameter] = [.int32Array(written.map(\.line)), ids]
    try connection.enqueue(Statement(SQLFiles.describeManualInvoices), pairs)
    try connection.enqueue(Statement(SQLFiles.attachManualFiles), pairs)
    if written.contains(where: \.namesCoupons) {
      try connection.enqueue(Statement(SQLFiles.countAttachedCoupons), [ids, .int32(1)])
    }
  }

  private func update(
    _ id: Int64, _ draft: InvoiceDraft, _ row: ManualInvoiceRow,
    on connection: isolated Connection
  ) throws {
    let autopay = row.payer.autopay || row.payer.paymentTerms?.lowercased() == "autopay"
    try connection.execute(
      Statement(SQLFiles.updateDraft),
      [
        .int64(id), .string(draft.currency.code), .day(row.date), .day(draft.dueDate),
        .string(row.payer.paymentTerms), .bool(autopay), .bool(row.payer.chase),
        .int64(draft.subtotal.minor), .int64(draft.discount.minor), .int64(draft.tax.minor),
        .int64(draft.total.minor), .int64(draft.rounding.minor), .day(draft.earlyDiscount?.until),
        .int64(draft.earlyDiscount?.amount.minor),
      ])
  }
}

extension ManualInvoice {
  /// Whether a coupon stands among its discounts, or among those of an item.
  fileprivate var namesCoupons: Bool {
    ([discounts] + items.map(\.discounts)).joined().contains {
      if case .coupon = $0 { true } else { false }
    }
  }
}

extension Result where Success == InvoiceDraft, Failure == Issue {
  /// The draft, or the error by which a command ends.
  func orRefused() throws -> InvoiceDraft {
    switch self {
    case .success(let draft): return draft
    case .failure(let issue): throw BillRunError(issue)
    }
  }
}

extension BillRunError {
  /// What stands in the way of one invoice: 65 with the code that a run would hold the account by.
  init(_ issue: Issue) {
    self.init(.dataError, code: issue.code, "nothing written, \(issue.message)")
  }
}
