// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Chases what is unpaid by the cadences of customers: messages into the outbox, late fees, tasks
/// (DESIGN 10).
///
/// A step is noted in the transaction that takes it, once for an invoice, version of a cadence and
/// step: whoever kills it anywhere, or starts it every minute, sends nothing twice.
public struct ChaseEngine: Sendable {
  /// What is chased.
  public struct Options: Sendable {
    /// The day whose steps are due.
    public var asOf: AsOf
    /// Only this seller, by code; nil for all.
    public var seller: String?
    /// Whether nothing is written: the steps are only told.
    public var isDry = false
    /// Whether a day far ahead is meant.
    public var allowsFarAsOf = false
    /// How many invoices are written in one transaction.
    public var blockSize = 1_000
    /// Called before each commit, for tests: what it throws ends all.
    public var fault: @Sendable () throws -> Void = {}

    /// Asks for the steps up to a day.
    public init(asOf: AsOf) { self.asOf = asOf }
  }

  private let database: Database
  private let options: Options
  private let clock: WallClock
  private let stop: StopSignal
  private let user: String

  /// Prepares to chase; nothing is read before `chase`.
  public init(
    database: Database, options: Options, clock: WallClock = .system,
    stop: StopSignal = StopSignal(), user: String
  ) {
    self.database = database
    self.options = options
    self.clock = clock
    self.stop = stop
    self.user = user
  }

  /// Takes the due steps of every seller, or of the one named.
  ///
  /// `runs` are the runs whose step it is, by seller's code. Throws `BillRunError`: somebody else
  /// is at it or it was stopped (75), bad options (64).
  public func chase(runs: [String: Int64] = [:]) async throws -> ChaseSummary {
    let connection = try await database.open()
    let sellers = try await SellerRecord.list(code: options.seller, on: connection)
    if let code = options.seller, sellers.isEmpty { throw BillRunError.unknownSeller(code) }
    var summary = ChaseSummary(isDry: options.isDry)
    for seller in sellers {
      let lock = RunLock.chasing(schema: database.schema, seller: seller.seller.id)
      if try await !lock.tryTake(on: connection) { throw Self.atWork(seller.code) }
      var watch = StopWatch()
      summary.steps += try await chase(seller, inRun: runs[seller.code] != nil, on: connection)
      if let run = runs[seller.code] {
        try await connection.endPhase("chase", of: run, after: watch.lap())
      }
      try await lock.release(on: connection)
    }
    await connection.close()
    if stop.isRequested {
      throw BillRunError(
        .tryAgain, code: "stopped", "chasing was stopped and is not finished",
        hint: "the same command again goes on")
    }
    return summary
  }

  private func chase(
    _ seller: SellerRecord, inRun: Bool, on connection: Connection
  ) async throws -> [ChasedStep] {
    let moment = clock.now()
    let asOf = try await day(for: seller, inRun: inRun, on: connection)
    let cadences = try await StoredCadence.all(in: seller.seller.country, on: connection)
    let writer = ChaseWriter(
      seller: seller.seller.id.rawValue, cadences: cadences, asOf: asOf, moment: moment,
      user: user, fault: options.fault)
    let found = try await writer.find(on: connection)
    if options.isDry { return found.plan.steps }
    var taken: [ChasedStep] = []
    for block in found.blocks(of: options.blockSize) where !stop.isRequested {
      taken += try await connection.transaction { try writer.take(block, on: $0) }
    }
    for block in found.quiet.blocks(of: 5_000) where !stop.isRequested {
      try await writer.setNext(block, on: connection)
    }
    try await writer.note(taken, on: connection)
    return taken
  }

  /// The day whose steps are due: none to come, whose invoices are not overdue yet.
  ///
  /// A run that is dated ahead chases what is due today; a rehearsal may look ahead.
  private func day(
    for seller: SellerRecord, inRun: Bool, on connection: Connection
  ) async throws -> LocalDate {
    let today = try await clock.today(in: seller.timeZone, on: connection)
    let asOf = try await options.asOf.day(in: seller.timeZone, on: connection, by: clock)
    if options.isDry {
      if !options.allowsFarAsOf {
        try FarDates.refuseAhead(asOf, of: today, "as-of day", code: "as_of_far_ahead")
      }
      return asOf
    }
    guard asOf <= today || inRun else {
      throw BillRunError(
        .usage, code: "as_of_ahead", "as-of day \(asOf) is to come, today is \(today)",
        hint: "billrun chase --as-of \(asOf) --dry")
    }
    return min(asOf, today)
  }

  static func atWork(_ seller: String) -> BillRunError {
    BillRunError(
      .tryAgain, code: "chase_at_work", "somebody else is chasing for seller \(seller)",
      hint: "the same command again when that is done")
  }
}

extension Connection {
  /// Notes on a run how long a step after billing took.
  func endPhase(_ name: String, of run: Int64, after time: Duration) throws {
    let parts = time.components
    try execute(
      Statement(SQLFiles.endPhase),
      [
        .int64(run), .string(name),
        .int64(parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000),
      ])
  }
}

extension Array {
  /// The elements in blocks of at most so many.
  func blocks(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
  }
}
