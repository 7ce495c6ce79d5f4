// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Gathers what a batch comes to, and writes it: documents as they come, everything else at the
/// end.
///
/// Lives and dies with one transaction; a lane has one and resets it for each batch.
final class BatchSink {
  private let plan: RunPlan
  private let index: CatalogIndex
  private var writer: DocumentWriter
  private var buffers = DocumentBuffers()
  private var accounts = CopyBuffer()
  private var numbers = CopyBuffer()
  private var journal: JournalSums
  private var digest = AccountDigest()
  /// Of a dry run.
  private var manifest: ManifestLines?
  /// Ids drawn from the sequence and not given yet; they outlive a batch.
  private var ids: [Int64] = []
  private var numbered: [(id: Int64, kind: InvoiceDraft.Kind)] = []
  private var cursors = CursorMoves()
  private var sideEffects = SideEffects()
  private var held: [(customer: Int64, issue: Issue)] = []
  private var unheld: [Int64] = []
  private var batch: Int32 = 0
  private(set) var counts = BatchCounts()

  /// Buffers beyond this many bytes are sent before the batch is complete, so that memory stays
  /// bounded.
  static let flushBytes = 8 << 20
  private static let idsDrawnAtOnce: Int64 = 4_096
  /// False for what is taken back: no numbers are taken, and nothing is sent.
  private let givesNumbers: Bool
  /// False for drafts: they are booked, numbered and sent by the posting pass (RULES 0.1).
  private let posts: Bool

  /// `numbers` is false for what is taken back, and `manifest` is true for what is noted before.
  init(plan: RunPlan, index: CatalogIndex, numbers: Bool = true, manifest: Bool = false) {
    self.plan = plan
    givesNumbers = numbers
    if manifest { self.manifest = ManifestLines(catalog: index.catalog) }
    self.index = index
    writer = DocumentWriter(
      catalog: index.catalog, seller: plan.seller.seller, run: plan.id,
      invoiceDate: plan.terms.invoiceDate)
    posts = plan.gate == nil
    writer.isDraft = !posts
    journal = JournalSums(
      catalog: index.catalog, seller: plan.seller, invoiceDate: plan.terms.invoiceDate)
  }

  /// Forgets everything of the batch before.
  func begin(batch: Int32) {
    self.batch = batch
    buffers.reset()
    accounts.reset()
    numbers.reset()
    journal.reset()
    numbered.removeAll(keepingCapacity: true)
    cursors.removeAll()
    sideEffects.removeAll()
    held.removeAll(keepingCapacity: true)
    unheld.removeAll(keepingCapacity: true)
    manifest?.forget()
    counts = BatchCounts()
  }

  /// What a dry run notes of all that was finished since it was last asked.
  func takeManifest() -> RehearsedBatch { manifest?.take() ?? RehearsedBatch() }

  /// Begins an account.
  func begin(_ payer: Customer, _ result: AccountResult) {
    digest.begin(payer.id)
    manifest?.begin()
    buffers.released.add(result.released)
  }

  /// Takes a document of the account that began last.
  func add(
    _ draft: InvoiceDraft, of account: AccountSnapshot, on connection: isolated Connection
  ) throws {
    try draft.checkSums()
    if ids.isEmpty { try drawIDs(on: connection) }
    let id = ids.removeLast()
    writer.write(draft, id: id, for: account.payer, to: &buffers)
    digest.add(draft)
    try manifest?.add(draft, on: connection)
    if posts { try journal.add(draft) }
    numbered.append((id, draft.kind))
    sideEffects.add(draft, id: id, isPosted: posts)
    counts.invoices += 1
    counts.lines += draft.lines.count
    if buffers.byteCount > Self.flushBytes { try buffers.send(run: plan.id, on: connection) }
  }

  /// Ends an account that was billed, or for which nothing was due.
  func end(_ loaded: AccountStore.Loaded, _ result: AccountResult) {
    for span in result.reasoned {
      writer.write(span, for: loaded.account.payer.id, to: &buffers)
    }
    cursors.add(result, of: loaded.account)
    for cycle in result.couponCycles {
      sideEffects.add(cycle, coupon: index.catalog.coupons[cycle.coupon].id)
    }
    sideEffects.apply(result.applied)
    unheld.append(loaded.account.payer.id.rawValue)
    if result.documents > 0 { counts.invoiced += 1 } else { counts.nothingDue += 1 }
    account(
      loaded.account.payer.id, inputs: loaded.inputs,
      outcome: result.documents > 0 ? "invoiced" : "nothing_due",
      reason: result.nothingDue?.rawValue, documents: result.documents)
  }

  /// Ends an account that cannot be billed; nothing of it may have been added.
  func hold(_ loaded: AccountStore.Loaded, _ issue: Issue) {
    hold(payer: loaded.account.payer.id, issue, inputs: loaded.inputs)
  }

  /// The same where not even reading it worked.
  func hold(payer: ID<Customer>, _ issue: Issue, inputs: [UInt8] = []) {
    digest.begin(payer)
    manifest?.begin()
    if case .operatorHold = issue {
      unheld.append(payer.rawValue)
    } else {
      held.append((payer.rawValue, issue))
    }
    counts.held += 1
    account(payer, inputs: inputs, outcome: "held", reason: issue.code, documents: 0)
  }

  private func account(
    _ payer: ID<Customer>, inputs: [UInt8], outcome: String, reason: String?, documents: Int
  ) {
    accounts.beginRow(fields: 8)
    accounts.int8(plan.id)
    accounts.int8(payer.rawValue)
    accounts.int4(batch)
    accounts.text(outcome)
    accounts.text(reason)
    accounts.int4(Int32(documents))
    accounts.bytes(inputs)
    let outputs = digest.finish()
    accounts.bytes(outputs)
    manifest?.end(payer, outcome: outcome, reason: reason, inputs: inputs, outputs: outputs)
  }

  /// Writes what is left, the numbers last of all: their series' row is locked from here to the
  /// commit.
  func finish(on connection: isolated Connection, fault: (FaultPoint) throws -> Void) throws {
    try buffers.send(run: plan.id, on: connection)
    try DocumentBuffers.send(SQLFiles.copyRunAccounts, &accounts, on: connection)
    try cursors.write(on: connection)
    try sideEffects.write(run: plan.id, on: connection)
    try writeHolds(on: connection)
    try journal.write(
      seller: plan.seller.seller.id.rawValue, run: plan.id, batch: batch, on: connection)
    try connection.execute(
      Statement(SQLFiles.recordEvent),
      [.string("batch_billed"), .string("run"), .int64(plan.id), .jsonb(counts.json(batch: batch))])
    if givesNumbers && posts && plan.seller.sendsInvoices {
      try connection.execute(
        Statement(SQLFiles.queuePostedInvoices), [.int64Array(numbered.map(\.id))])
    }
    try fault(.written)
    if givesNumbers && posts { try number(on: connection) }
    manifest?.keep()
  }

  private func writeHolds(on connection: isolated Connection) throws {
    if !held.isEmpty {
      try connection.execute(
        Statement(SQLFiles.holdAccounts),
        [
          .int64Array(held.map(\.customer)), .stringArray(held.map(\.issue.code)),
          .stringArray(held.map(\.issue.message)), .int64(plan.id),
        ])
    }
    try connection.execute(Statement(SQLFiles.endHolds), [.int64Array(unheld), .int64(plan.id)])
  }

  // MARK: - Ids and numbers

  private func drawIDs(on connection: isolated Connection) throws {
    let rows = try connection.query(
      Statement(SQLFiles.drawInvoiceIds),
      [.int64(min(max(1, plan.population), Self.idsDrawnAtOnce))])
    ids = try (0..<rows.count).reversed().map { try rows.int64($0, 0) }
  }

  /// Numbers the batch's documents in their order (RULES 0.1, direct).
  private func number(on connection: isolated Connection) throws {
    for kind in [InvoiceDraft.Kind.invoice, .creditNote] {
      let documents = numbered.lazy.filter { $0.kind == kind }.map(\.id)
      let count = documents.count
      if count == 0 { continue }
      let series = kind == .invoice ? plan.invoiceSeries : plan.creditNoteSeries
      let format = kind == .invoice ? plan.invoiceFormat : plan.creditNoteFormat
      let taken = try connection.query(
        Statement(SQLFiles.takeNumbers),
        [.int64(series), .int64(Int64(count)), .day(plan.terms.invoiceDate)])
      guard taken.count == 1 else { throw BillRunError.laterNumber(plan) }
      var seq = try taken.int64(0, 0)
      for id in documents {
        numbers.beginRow(fields: 5)
        numbers.int8(series)
        numbers.int8(seq)
        numbers.int8(plan.seller.seller.id.rawValue)
        numbers.int8(id)
        numbers.text(format.number(seq))
        seq += 1
      }
    }
    try DocumentBuffers.send(SQLFiles.copyInvoiceNumbers, &numbers, on: connection)
  }
}
