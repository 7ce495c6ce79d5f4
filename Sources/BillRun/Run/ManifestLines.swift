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

  /// What a line takes beside its documents, about.
  private static let frameBytes = 256

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
  mutating func begin() { documents.reset() }

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
      $0.field("subtotal", draft.subtotal)
      $0.field("discounts", draft.discount)
      $0.field("taxes", draft.tax)
      $0.field("total", draft.total)
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
    writer.field("quantity", line.quantity)
    writer.field("unit_cost", line.unitCost)
    writer.field("amount", line.amount)
    writer.field("discount", line.discount)
  }

  private func tax(_ tax: TaxDraft, to writer: inout JSONWriter) {
    writer.field("category", tax.category.rawValue)
    if let percent = tax.percent(in: catalog) { writer.field("percent", percent) }
    if tax.isInclusive { writer.field("inclusive", true) }
    writer.field("amount", tax.amount)
  }

  /// Ends the account.
  mutating func end(
    _ payer: ID<Customer>, outcome: String, reason: String?, inputs: [UInt8], outputs: [UInt8]
  ) {
    var writer = JSONWriter(capacity: documents.bytes.count + Self.frameBytes)
    writer.object {
      $0.field("object", "account")
      $0.field("customer", payer.rawValue)
      $0.field("outcome", outcome)
      if let reason { $0.field("reason", reason) }
      $0.key("inputs")
      $0.hex(inputs)
      $0.key("outputs")
      $0.hex(outputs)
      if !documents.bytes.isEmpty {
        $0.field("documents", array: { $0.raw(documents.bytes) })
      }
    }
    pending.lines.append(
      ManifestLine(
        customer: payer.rawValue, isInvoiced: outcome == "invoiced", outputs: outputs,
        text: writer.bytes))
  }
}

extension JSONWriter {
  /// Writes a key and an amount in major units with all digits of its currency.
  fileprivate mutating func field(_ name: String, _ amount: Money) {
    field(name, minor: amount.minor, digits: amount.currency.minorDigits, trimmed: false)
  }

  /// Writes a key and a number with no more digits than it takes.
  fileprivate mutating func field(_ name: String, _ number: ExactDecimal) {
    field(name, minor: number.coefficient, digits: ExactDecimal.scaleDigits)
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
