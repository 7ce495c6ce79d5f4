// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// What a dry run notes of a batch before it is taken back.
struct RehearsedBatch: Sendable {
  /// A line of the manifest for each payer.
  var lines: [ManifestLine] = []
  /// What was billed, by currency.
  var totals: [RunSummary.Total] = []

  mutating func add(_ other: RehearsedBatch) {
    lines += other.lines
    totals.add(other.totals)
  }
}

/// What a manifest has of a payer.
struct ManifestLine: Sendable {
  let customer: Int64
  let isInvoiced: Bool
  let outputs: [UInt8]
  /// Without its line feed.
  let text: [UInt8]
}

/// Puts the lines of a manifest together from what is written of a batch, as the view
/// `run_manifest` does from the tables: reading all of it again would take longer than a run.
struct ManifestLines {
  private let catalog: Catalog
  /// The codes of the items that were met.
  private var items: [ID<Item>: String] = [:]
  /// The documents of the account that began last.
  private var documents = JSONWriter()
  /// Of what may still be refused.
  private var pending = RehearsedBatch()
  private var kept = RehearsedBatch()

  init(catalog: Catalog) { self.catalog = catalog }

  /// Forgets what was not kept.
  mutating func forget() { pending = RehearsedBatch() }

  /// Keeps what was written.
  mutating func keep() {
    kept.add(pending)
    forget()
  }

  /// All that was kept since it was last taken, in order of customer.
  mutating func take() -> RehearsedBatch {
    defer { kept = RehearsedBatch() }
    kept.lines.sort { $0.customer < $1.customer }
    return kept
  }

  /// Begins an account.
  mutating func begin() { documents = JSONWriter() }

  /// Adds a document of the account.
  mutating func add(_ draft: InvoiceDraft, on connection: isolated Connection) throws {
    pending.totals.add([RunSummary.Total(draft)])
    for case let item? in draft.lines.lazy.map(\.item) where items[item] == nil {
      let found = try connection.query(Statement(SQLFiles.findItem), [.int64(item.rawValue)])
      items[item] = try found.string(0, 0)
    }
    var writer = JSONWriter()
    swap(&writer, &documents)
    writer.object {
      $0.field("kind", draft.kind == .invoice ? "invoice" : "credit_note")
      $0.field("currency", draft.currency.code)
      $0.field("subtotal", raw: draft.subtotal.majorText)
      $0.field("discounts", raw: draft.discount.majorText)
      $0.field("taxes", raw: draft.tax.majorText)
      $0.field("total", raw: draft.total.majorText)
      $0.field("lines", objects: draft.lines) { line($1, to: &$0) }
      $0.field("tax", objects: draft.taxes) { tax($1, to: &$0) }
    }
    documents = writer
  }

  private func line(_ line: LineDraft, to writer: inout JSONWriter) {
    writer.field("kind", line.kind.rawValue)
    if let subscription = line.subscription {
      writer.field("subscription", subscription.rawValue)
      writer.field("slot", line.slot)
    }
    let plan = line.price == nil ? nil : line.plan.map { catalog.plans[$0].code }
    if let item = plan ?? line.item.flatMap({ items[$0] }) ?? line.name {
      writer.field("item", item)
    }
    if let period = line.period {
      writer.field("start", "\(period.start)")
      writer.field("end", "\(period.end)")
    }
    if line.isPart { writer.field("part", true) }
    writer.field("quantity", raw: "\(line.quantity)")
    writer.field("unit_cost", raw: "\(line.unitCost)")
    writer.field("amount", raw: line.amount.majorText)
    writer.field("discount", raw: line.discount.majorText)
  }

  private func tax(_ tax: TaxDraft, to writer: inout JSONWriter) {
    writer.field("category", tax.category.rawValue)
    if let percent = tax.percent(in: catalog) { writer.field("percent", raw: "\(percent)") }
    if tax.isInclusive { writer.field("inclusive", true) }
    writer.field("amount", raw: tax.amount.majorText)
  }

  /// Ends the account.
  mutating func end(
    _ payer: ID<Customer>, outcome: String, reason: String?, inputs: [UInt8], outputs: [UInt8]
  ) {
    var writer = JSONWriter()
    writer.object {
      $0.field("object", "account")
      $0.field("customer", payer.rawValue)
      $0.field("outcome", outcome)
      if let reason { $0.field("reason", reason) }
      $0.field("inputs", hex(inputs))
      $0.field("outputs", hex(outputs))
      if !documents.bytes.isEmpty {
        $0.field("documents", array: { $0.raw(documents.text) })
      }
    }
    pending.lines.append(
      ManifestLine(
        customer: payer.rawValue, isInvoiced: outcome == "invoiced", outputs: outputs,
        text: writer.bytes))
  }
}

extension [RunSummary.Total] {
  /// Adds what another part of the same run came to, in order of currency.
  mutating func add(_ others: [RunSummary.Total]) {
    for total in others {
      if let place = firstIndex(where: { $0.currency == total.currency }) {
        self[place].add(total)
      } else {
        append(total)
        sort { $0.currency < $1.currency }
      }
    }
  }
}

extension RunSummary.Total {
  /// Of one document.
  fileprivate init(_ draft: InvoiceDraft) {
    self.init(currency: draft.currency.code, digits: draft.currency.minorDigits)
    if draft.kind == .invoice {
      invoices = 1
      subtotal = Int128(draft.subtotal.minor)
      discounts = Int128(draft.discount.minor)
      taxes = Int128(draft.tax.minor)
      total = Int128(draft.total.minor)
      creditsApplied = Int128(draft.credited.minor)
    } else {
      creditNotes = 1
      credited = Int128(draft.total.minor)
    }
  }

  fileprivate mutating func add(_ other: RunSummary.Total) {
    invoices += other.invoices
    subtotal += other.subtotal
    discounts += other.discounts
    taxes += other.taxes
    total += other.total
    creditsApplied += other.creditsApplied
    creditNotes += other.creditNotes
    credited += other.credited
  }
}
