// SPDX-License-Identifier: Apache-2.0
public import BillingCore
import Postgres
import SQLFiles

/// What people do with a run that is over: post its drafts, cancel them, or take all of it back.
///
/// Each works in blocks of one transaction, with the lock of a run: no run of the seller is at work
/// meanwhile. Killed anywhere, the same command again goes on with what is left.
public struct RunOperations: Sendable {
  let database: Database
  let clock: WallClock
  let stop: StopSignal
  let user: String
  /// How many lanes post.
  private let lanes: Int
  /// How many documents a transaction takes.
  var blockSize: Int64 = 1_000

  /// Prepares to work; nothing is read yet.
  public init(
    database: Database, clock: WallClock = .system, stop: StopSignal = StopSignal(), user: String,
    lanes: Int = 2
  ) {
    self.database = database
    self.clock = clock
    self.stop = stop
    self.user = user
    self.lanes = lanes
  }

  /// A run as it stands.
  struct Standing {
    let id: Int64
    let seller: ID<Seller>
    let sellerCode: String
    let kind: String
    let isGated: Bool
    let state: String
    let asOf: LocalDate
    let invoiceDate: LocalDate
    let pausedBy: String?
    /// Batches that are not done.
    let waiting: Int64
    /// Documents that are more than drafts.
    let posted: Int64
    /// Documents that are drafts, also those that were unposted since.
    let drafts: Int64

    init(_ id: Int64, on connection: isolated Connection) throws {
      let rows = try connection.query(Statement(SQLFiles.findRun), [.int64(id)])
      guard let row = rows.first else { throw BillRunError.unknownRun(id) }
      self.id = id
      seller = ID(try row.int64("seller_id"))
      sellerCode = try row.string("seller")
      kind = try row.string("kind")
      isGated = try row.string("posting") == "gated"
      state = try row.string("state")
      asOf = LocalDate(daysSince2000: try row.date("as_of"))
      invoiceDate = LocalDate(daysSince2000: try row.date("invoice_date"))
      pausedBy = try row.optionalString("paused_by")
      waiting = try row.int64("waiting")
      posted = try row.int64("posted")
      drafts = try row.int64("drafts")
    }

    var isOpen: Bool { state == "pending" || state == "processing" }

    /// What lets a run that is open end.
    var finishing: String {
      pausedBy == nil
        ? "billrun run --as-of \(asOf)" : "billrun runs resume \(id), then billrun run"
    }
  }

  /// Does something with a run while nobody else works for its seller.
  ///
  /// Throws `BillRunError` when there is no such run, and when another is at work (75).
  func alone<Value: Sendable>(
    with run: Int64, _ body: (Standing, Connection) async throws -> Value
  ) async throws -> Value {
    let connection = try await database.open()
    let before = try await Standing(run, on: connection)
    let lock = RunLock(schema: database.schema, seller: before.seller)
    try await lock.take(for: before.sellerCode, on: connection)
    let value = try await body(try await Standing(run, on: connection), connection)
    // A session that ends lets go of it a little later.
    try await lock.release(on: connection)
    await connection.close()
    return value
  }

  /// The operations on documents, as of now, in the name of the person.
  ///
  /// Of what they do to the run somebody has approved the whole, where that is wanted.
  var operations: InvoiceOperations {
    var operations = InvoiceOperations(at: clock.now(), by: user)
    operations.isApproved = true
    return operations
  }

  /// Notes what was done with a run.
  func note(
    _ kind: String, _ run: Int64, on connection: isolated Connection,
    _ fields: (inout JSONWriter) -> Void
  ) throws {
    var detail = JSONWriter()
    detail.object {
      fields(&$0)
      $0.field("os_user", user)
    }
    try connection.execute(
      Statement(SQLFiles.recordEvent),
      [.string(kind), .string("run"), .int64(run), .jsonb(detail.text)])
  }

  /// Has a second person's approval used, where the seller wants one (RULES 2).
  func approve(
    _ operation: Approval.Operation, _ run: Standing, _ customers: [Int64]?, _ what: String,
    on connection: isolated Connection
  ) throws {
    let found = try connection.query(
      Statement(SQLFiles.digestRunDocuments), [.int64(run.id), .int64Array(customers ?? [])])
    let payers = customers.map { " of customers \($0.map(String.init).joined(separator: ", "))" }
    let (spans, whose) = (try found.int64(0, 2), try found.int64(0, 3))
    let days =
      spans == 0
      ? ""
      : ", \(Figure.counted(spans, "span")) of days that it has covered unbilled of "
        + Figure.counted(whose, "payer")
    try connection.asking {
      try connection.inTransaction {
        try ApprovalRequest(
          seller: run.seller.rawValue, operation: operation,
          facts: "\(what) of seller \(run.sellerCode) as of \(run.asOf)\(payers ?? ""): "
            + "\(Figure.counted(try found.int64(0, 0), "document"))\(days), "
            + "digest \(try found.string(0, 1))"
        ).require(on: connection)
      }
    }
  }

  /// A run whose drafts do not wait for the command on the whole of it: those that were unposted
  /// since it was posted are a person's, one by one.
  func notWaiting(_ run: Standing, _ command: String, hint: String) -> BillRunError {
    if ["canceled", "reversed"].contains(run.state) {
      return refusal(run, "run_over", "is \(run.state)", hint: "billrun runs show \(run.id)")
    }
    let again = run.isOpen ? 0 : run.drafts
    return refusal(
      run, "run_not_waiting",
      again == 0
        ? "is \(run.state): no draft of it waits"
        : "is \(run.state), and \(Figure.counted(again, "draft")) of it unposted since",
      hint: again == 0 ? hint : "billrun invoice \(command) --run \(run.id)")
  }

  /// A refusal, with what to do instead.
  func refusal(_ run: Standing, _ code: String, _ why: String, hint: String) -> BillRunError {
    BillRunError(.dataError, code: code, "run \(run.id) \(why)", hint: hint)
  }
}

// MARK: - Posting

extension RunOperations {
  /// Gives a run's drafts numbers and posts them, and returns what became of the run.
  ///
  /// What its gate found holds drafts back until it is released: all of it, or what is about some
  /// payers. `date` is another date for the drafts, where numbers of a later one were given since.
  /// Throws `BillRunError` with 65 for a run without drafts, and as posting does, and with 64 for a
  /// date far ahead unless that is allowed.
  public func post(
    _ run: Int64, releasing: Bool = false, customers: [Int64]? = nil, date: LocalDate? = nil,
    allowsFarDate: Bool = false
  ) async throws -> RunSummary {
    try await alone(with: run) { standing, connection in
      try refuseUnlessWaiting(standing)
      if let date, !allowsFarDate {
        try FarDates.refuseInvoiceDate(date, aheadOf: try await today(of: standing, connection))
      }
      try await approve(
        .runPost, standing, customers,
        "post run \(run)\(releasing ? ", all that its gate holds" : "")"
          + "\(date.map { ", dated \($0)" } ?? "")", on: connection)
      if releasing { try await release(standing, customers, on: connection) }
      if let date { try await redate(standing, to: date, on: connection) }
      let posting = RunPosting(of: run, at: clock.now(), by: user, stop: stop)
      try await posting.post(on: database.lanes(lanes, with: connection))
      if stop.isRequested, try await !posting.isDone(on: connection) {
        throw BillRunError(
          .tryAgain, code: "stopped", "posting run \(run) was stopped, and is not finished",
          hint: "billrun runs post \(run)")
      }
      return try await RunSummary.read(run, on: connection)
    }
  }

  private func today(
    of run: Standing, _ connection: Connection
  ) async throws -> LocalDate {
    guard let seller = try await SellerRecord.list(code: run.sellerCode, on: connection).first
    else {
      return run.asOf
    }
    return try await clock.today(in: seller.timeZone, on: connection)
  }

  private func refuseUnlessWaiting(_ run: Standing) throws {
    if run.state == "completed" { return }
    if run.isOpen {
      throw refusal(
        run, "run_unfinished", "is not finished", hint: run.finishing)
    }
    throw notWaiting(run, "post", hint: "billrun runs show \(run.id)")
  }

  private func release(
    _ run: Standing, _ customers: [Int64]?, on connection: isolated Connection
  ) throws {
    try connection.inTransaction {
      let released = try connection.query(
        Statement(SQLFiles.releaseFindings),
        [.int64(run.id), .int64Array(customers ?? [])])
      let count = try released.int64(0, 0)
      try note("findings_released", run.id, on: connection) { $0.field("released", count) }
    }
  }

  /// Gives drafts another date, and due days that follow from it.
  private func redate(
    _ run: Standing, to date: LocalDate, on connection: isolated Connection
  ) throws {
    guard let seller = try SellerRecord.list(code: run.sellerCode, on: connection).first else {
      return
    }
    let again = "billrun runs cancel \(run.id), and bill anew"
    if seller.seller.taxPoint == .invoiceDate {
      throw refusal(
        run, "tax_date_moves", "taxes its lines by the invoice date, which cannot change any more",
        hint: again)
    }
    try connection.inTransaction {
      let moving = try connection.query(
        Statement(SQLFiles.findMovingTax), [.int64(run.id), .day(date)])
      if try moving.bool(0, 0) {
        throw refusal(
          run, "tax_date_moves",
          "has lines without a period, taxed by the invoice date, and tax rates change before "
            + "\(date)", hint: again)
      }
      let rows = try connection.query(Statement(SQLFiles.listDraftTerms), [.int64(run.id)])
      let found = try rows.map { row in
        (terms: try row.optionalString("payment_terms"), due: try row.optionalDate("due_date"))
      }
      let new = found.map { $0.terms.flatMap { PaymentTerms($0) } }
      try connection.execute(
        Statement(SQLFiles.redateDrafts),
        [
          .int64(run.id), .day(date), .stringArray(found.map(\.terms)),
          .dateArray(daysSince2000: found.map(\.due)),
          .dateArray(daysSince2000: new.map { $0?.dueDate(from: date)?.daysSince2000 }),
          .dateArray(
            daysSince2000: new.map { terms in
              terms?.early.map { date.adding(days: $0.days).daysSince2000 }
            }),
        ])
      try note("drafts_redated", run.id, on: connection) {
        $0.field("old", run.invoiceDate.description)
        $0.field("new", date.description)
      }
    }
  }
}

// MARK: - Pausing

extension RunOperations {
  /// Has all who work on a run end their batch and leave; nobody goes on until it is resumed.
  ///
  /// Throws `BillRunError` with 65 for a run that is finished, or is paused already.
  public func pause(_ run: Int64) async throws { try await set(run, paused: true) }

  /// Lets a run that was paused go on, with the next start.
  ///
  /// Throws `BillRunError` with 65 for a run that is not paused.
  public func resume(_ run: Int64) async throws { try await set(run, paused: false) }

  private func set(_ run: Int64, paused: Bool) async throws {
    let connection = try await database.open()
    let standing = try await Standing(run, on: connection)
    try await connection.transaction { connection in
      let changed = try connection.execute(
        Statement(SQLFiles.pauseRun), [.int64(run), .bool(paused)])
      guard changed == 1 else {
        let why =
          standing.isOpen ? paused ? "is paused already" : "is not paused" : "is \(standing.state)"
        throw refusal(
          standing, paused ? "run_not_at_work" : "run_not_paused", why,
          hint: "billrun runs show \(run)")
      }
      try note(paused ? "run_paused" : "run_resumed", run, on: connection) { _ in }
    }
    await connection.close()
  }
}
