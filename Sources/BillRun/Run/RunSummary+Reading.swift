// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

extension RunSummary {
  /// Reads the summary of a run out of the tables.
  ///
  /// Throws `BillRunError` when there is no such run.
  public static func read(_ id: Int64, on connection: isolated Connection) throws -> RunSummary {
    let rows = try connection.query(Statement(SQLFiles.showRun), [.int64(id)])
    guard let row = rows.first else { throw BillRunError.unknownRun(id) }
    var summary = RunSummary(
      id: id, kind: try row.string("kind"), seller: try row.string("seller"),
      asOf: LocalDate(daysSince2000: try row.date("as_of")), state: try row.string("state"),
      population: try row.int64("population"))
    summary.fingerprint = try row.optionalString("fingerprint")
    summary.error = try row.optionalString("error")
    summary.charges = try Charges(row)
    summary.chased.due = try row.int64("steps_due")
    summary.chased.queued = try row.int64("steps_queued")
    summary.reasons = try reasons(of: id, on: connection)
    summary.totals = try connection.query(Statement(SQLFiles.listRunTotals), [.int64(id)])
      .map(Total.init)
    if try row.string("posting") == "gated" {
      summary.gate = try GateFindings(
        of: id, outcome: try row.optionalString("gate"), on: connection)
    }
    summary.phases = try connection.query(Statement(SQLFiles.listRunPhases), [.int64(id)])
      .map { Phase(try $0.string("name"), milliseconds: try $0.int64("milliseconds")) }
    return summary
  }

  /// How the payers of a run ended, and why.
  static func reasons(of run: Int64, on connection: isolated Connection) throws -> [Reason] {
    try connection.query(Statement(SQLFiles.listRunReasons), [.int64(run)]).map(Reason.init)
  }

  /// Throws `BillRunError` when there is no such run.
  public static func require(_ id: Int64, on connection: isolated Connection) throws {
    if try connection.query(Statement(SQLFiles.showRun), [.int64(id)]).isEmpty {
      throw BillRunError.unknownRun(id)
    }
  }

  /// The numbers of the runs, the newest first; nil means every seller, and no limit.
  ///
  /// A dry run is among them while somebody is at it: of one that was killed nothing counts.
  /// Throws `BillRunError` when there is no such seller.
  public static func newest(
    seller: String? = nil, limit: Int64? = nil, on connection: isolated Connection
  ) throws -> [Int64] {
    if let seller, try SellerRecord.list(code: seller, on: connection).isEmpty {
      throw BillRunError.unknownSeller(seller)
    }
    let dead = try connection.query(Statement(SQLFiles.listDryRuns), []).compactMap { row in
      let lock = RunLock(schema: connection.searchPath, seller: ID(try row.int64("seller_id")))
      let isAtWork = try row.bool("is_newest") && lock.isHeld(on: connection)
      return isAtWork ? nil : try row.int64("run_id")
    }
    return try connection.query(
      Statement(SQLFiles.listRuns), [.string(seller), .int64(limit), .int64Array(dead)]
    ).map { try $0.int64("run_id") }
  }
}

extension BillRunError {
  static func unknownRun(_ id: Int64) -> BillRunError {
    BillRunError(
      .usage, code: "run_not_found", "run \(id) not found, there is no such run",
      hint: "billrun runs list")
  }
}

extension RunSummary.Charges {
  fileprivate init(_ row: Row) throws {
    attempted = try row.int64("attempted")
    approved = try row.int64("approved")
    declined = try row.int64("declined")
    unknown = try row.int64("unknown")
  }
}

extension RunSummary.Reason {
  fileprivate init(_ row: Row) throws {
    let word = try row.string("outcome")
    guard let outcome = RunSummary.Outcome(rawValue: word) else {
      throw BillRunError(.software, code: "unknown_outcome", "outcome \(word) is not known")
    }
    self.init(
      outcome, try row.optionalString("reason"), accounts: try row.int64("accounts"),
      oldestDays: try row.optionalInt32("oldest_days"))
  }
}

extension RunSummary.Total {
  fileprivate init(_ row: Row) throws {
    self.init(currency: try row.string("currency"), digits: Int(try row.int16("digits")))
    invoices = try row.int64("invoices")
    subtotal = try row.numeric("subtotal", scale: 0)
    discounts = try row.numeric("discounts", scale: 0)
    taxes = try row.numeric("taxes", scale: 0)
    total = try row.numeric("total", scale: 0)
    creditsApplied = try row.numeric("credits_applied", scale: 0)
    creditNotes = try row.int64("credit_notes")
    credited = try row.numeric("credited", scale: 0)
    takenBack = try row.int64("taken_back")
    takenBackTotal = try row.numeric("taken_back_total", scale: 0)
  }
}
