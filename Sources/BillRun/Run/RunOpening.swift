// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Opens a run: checks the days, freezes and counts the population; or finds the one that was not
/// finished.
struct RunOpening: Sendable {
  var options: BillRunOptions
  let clock: WallClock
  /// The program that opens it, kept on the run.
  static let program = "billrun \(Version.current)"
  /// What is opened, where that is not the kind of run that was asked for: a look.
  var look: String?
  /// Of which just that is billed.
  var manifest: Manifest?

  /// As-of day and invoice date for a seller; refuses days that are too far ahead or in closed
  /// books.
  func terms(for seller: SellerRecord, on connection: Connection) async throws -> BillingTerms {
    let today = try await clock.today(in: seller.timeZone, on: connection)
    let asOf = try await options.asOf.day(in: seller.timeZone, on: connection, by: clock)
    let invoiceDate = options.invoiceDate ?? asOf
    if !options.allowsFarAsOf {
      try FarDates.refuseAhead(asOf, of: today, "as-of day", code: "as_of_far_ahead")
      try FarDates.refuseInvoiceDate(invoiceDate, aheadOf: today)
    }
    let terms = BillingTerms(asOf: asOf, invoiceDate: invoiceDate, catchUp: options.catchUp)
    if let closed = seller.closed(to: terms) {
      throw BillRunError.booksClosed(
        seller, invoiceDate, hint: "give an --invoice-date after \(closed)")
    }
    return terms
  }

  private var kind: String { look ?? options.kind.rawValue }

  /// The seller's oldest run that an earlier start left open, as it was frozen; nil when there is
  /// none.
  func unfinished(_ seller: SellerRecord, on connection: isolated Connection) throws -> RunPlan? {
    let found = try connection.query(
      Statement(SQLFiles.findUnfinishedRun), [.int64(seller.seller.id.rawValue)])
    guard let first = found.first else { return nil }
    let terms = BillingTerms(
      asOf: try found.localDate(0, 1), invoiceDate: try found.localDate(0, 2),
      catchUp: try CatchUp(first))
    let id = try found.int64(0, 0)
    if seller.closed(to: terms) != nil {
      throw BillRunError.booksClosed(
        seller, terms.invoiceDate,
        hint: "run \(id) has that date and is not finished: reopen the books")
    }
    return try plan(
      id: id, seller, terms, population: found.int64(0, 4), commitsManifest: found.bool(0, 6),
      gate: Self.gate(found), on: connection)
  }

  private static func gate(_ found: Rows) throws -> RunGate? {
    if try found.string(0, 3) == "direct" { return nil }
    return RunGate(
      limits: try found.optionalString(0, 8), isDraft: try found.bool(0, 9),
      wasLookedAt: try !found.isNull(0, 7))
  }

  /// Whether a run is still to be finished.
  func isOpen(_ plan: RunPlan, on connection: isolated Connection) throws -> Bool {
    let found = try connection.query(
      Statement(SQLFiles.findUnfinishedRun), [.int64(plan.seller.seller.id.rawValue)])
    return try found.contains { try $0.int64("run_id") == plan.id }
  }

  /// Opens a run in one transaction: a crash before its commit leaves nothing.
  ///
  /// Where a second person approves posting, there is something to approve: drafts.
  func open(
    _ seller: SellerRecord, _ terms: BillingTerms, on connection: isolated Connection
  ) throws -> RunPlan {
    let isApproved = try ApprovalRequest.isWanted(
      .runPost, seller: seller.seller.id.rawValue, on: connection)
    if isApproved && !options.writesDrafts {
      var opening = self
      opening.options.writesDrafts = true
      return try opening.open(seller, terms, on: connection)
    }
    return try connection.inTransaction {
      let id = try insert(seller, terms, on: connection)
      let (population, batches) = try freeze(id, seller, terms, on: connection)
      try connection.execute(
        Statement(SQLFiles.countPopulation), [.int64(id), .int64(population), .int64(batches)])
      if look == nil {
        var detail = JSONWriter()
        detail.object {
          $0.field("as_of", "\(terms.asOf)")
          $0.field("population", population)
          if let user = options.user { $0.field("os_user", user) }
        }
        try connection.execute(
          Statement(SQLFiles.recordEvent),
          [.string("run_opened"), .string("run"), .int64(id), .jsonb(detail.text)])
      }
      let plan = try plan(
        id: id, seller, terms, population: population, commitsManifest: manifest != nil,
        gate: gate, on: connection)
      try options.fault(.beforeOpenCommit)
      return plan
    }
  }

  /// Freezes whom the run looks at: those of a manifest, or all in scope for whom something may be
  /// due.
  private func freeze(
    _ run: Int64, _ seller: SellerRecord, _ terms: BillingTerms,
    on connection: isolated Connection
  ) throws -> (population: Int64, batches: Int64) {
    let size = Parameter.int64(Int64(max(1, options.batchSize)))
    let id = Parameter.int64(seller.seller.id.rawValue)
    if manifest != nil {
      let frozen = try connection.query(
        Statement(SQLFiles.freezeManifest), [.int64(run), id, size])
      let strange = try frozen.int64(0, 2)
      guard strange == 0 else { throw BillRunError.strangePayers(strange, of: seller) }
      return (try frozen.int64(0, 0), try frozen.int64(0, 1))
    }
    let frozen = try connection.query(
      Statement(SQLFiles.freezePopulation),
      [
        .int64(run), id, .day(terms.asOf), size, list(options.scope.customers),
        list(options.scope.batches), list(options.scope.currencies), list(options.scope.plans),
      ])
    return (try frozen.int64(0, 0), try frozen.int64(0, 1))
  }

  /// Opens a run of nobody, in a transaction that is going to be taken back.
  func openEmpty(
    _ seller: SellerRecord, _ terms: BillingTerms, on connection: isolated Connection
  ) throws -> RunPlan {
    let id = try insert(seller, terms, on: connection)
    return try plan(
      id: id, seller, terms, population: 1, commitsManifest: false, gate: nil, on: connection)
  }

  /// What stands between drafts and posting; nothing in what is taken back anyway.
  private var gate: RunGate? {
    if look != nil || !options.writesDrafts && options.gate == nil { return nil }
    return RunGate(
      limits: options.gate?.json, isDraft: options.writesDrafts, wasLookedAt: false)
  }

  private func insert(
    _ seller: SellerRecord, _ terms: BillingTerms, on connection: isolated Connection
  ) throws -> Int64 {
    let opened = try connection.query(
      Statement(SQLFiles.openRun),
      [
        .string(kind), .int64(seller.seller.id.rawValue), .day(terms.asOf),
        .day(terms.invoiceDate), .string(gate == nil ? "direct" : "gated"),
        .jsonb(options.scope.json),
        .jsonb(frozenOptions(seller.seller)), .string(Self.program),
      ])
    return try opened.int64(0, 0)
  }

  /// What the run goes by that may be different tomorrow: its figures are explained by it.
  private func frozenOptions(_ seller: Seller) -> String {
    var writer = JSONWriter()
    writer.object {
      $0.field("batch_size", options.batchSize)
      $0.field("rounding", seller.rounding.rawValue)
      if let cash = seller.cashRounding { $0.field("cash_increment_minor", cash.increment) }
      $0.field("tax", seller.taxRounding.rawValue)
      $0.field("tax_point", seller.taxPoint.rawValue)
      if let manifest { $0.field("manifest", manifest.digest) }
      if options.catchUp != CatchUp() {
        $0.key("catch_up")
        $0.raw(options.catchUp.json)
      }
      if let gate {
        if gate.isDraft { $0.field("draft", true) }
        if let limits = gate.limits {
          $0.key("gate")
          $0.raw(limits)
        }
      }
    }
    return writer.text
  }

  private func list(_ values: [Int64]?) -> Parameter { values.map { .int64Array($0) } ?? .null }

  private func list(_ values: [String]?) -> Parameter { values.map { .stringArray($0) } ?? .null }

  // MARK: - Number series

  private func plan(
    id: Int64, _ seller: SellerRecord, _ terms: BillingTerms, population: Int64,
    commitsManifest: Bool, gate: RunGate?, on connection: isolated Connection
  ) throws -> RunPlan {
    let date = terms.invoiceDate
    // What only covers days numbers nothing, so no date is too early for it.
    let hint = terms.catchUp.numbersNothing ? nil : "give an --invoice-date of"
    let invoices = try NumberSeries(.invoice, of: seller, on: date, hint: hint, on: connection)
    let creditNotes = try NumberSeries(
      .creditNote, of: seller, on: date, hint: hint, on: connection)
    return RunPlan(
      id: id, seller: seller, terms: terms, invoiceSeries: invoices.id,
      creditNoteSeries: creditNotes.id, invoiceFormat: invoices.format,
      creditNoteFormat: creditNotes.format, population: population,
      commitsManifest: commitsManifest, gate: gate)
  }
}

extension SellerRecord {
  /// Through which day the books are closed, where that is not before what the run dates; what only
  /// covers days dates nothing.
  fileprivate func closed(to terms: BillingTerms) -> LocalDate? {
    if terms.catchUp.numbersNothing { return nil }
    return closedThrough.flatMap { terms.invoiceDate <= $0 ? $0 : nil }
  }
}

extension BillRunError {
  /// Nothing may be dated on or before the day through which a seller's books are closed (RULES
  /// 0.11).
  static func booksClosed(
    _ seller: SellerRecord, _ invoiceDate: LocalDate, hint: String
  ) -> BillRunError {
    let day = seller.closedThrough.map(String.init(describing:)) ?? "no day"
    return BillRunError(
      .dataError, code: "books_closed",
      "the books of seller \(seller.code) are closed through \(day), invoice date \(invoiceDate)",
      hint: hint)
  }
}

extension BillRunError {
  /// Since a manifest was made, customers have gone, or others pay for them.
  fileprivate static func strangePayers(_ count: Int64, of seller: SellerRecord) -> BillRunError {
    BillRunError(
      .dataError, code: "manifest_outdated",
      "the manifest bills \(count) who are no payers of seller \(seller.code) any more",
      hint: "billrun run --as-of DAY --dry --manifest FILE")
  }
}
