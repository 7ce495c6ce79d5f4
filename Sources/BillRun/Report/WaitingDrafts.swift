// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

/// Drafts of a run that is over, in one currency: they wait for a person, whatever was run since.
public struct WaitingDrafts: Sendable {
  /// The run that made them.
  public let run: Int64
  /// The seller's code.
  public let seller: String
  /// How many there are.
  public let drafts: Int64
  private let asOf: LocalDate
  private let state: String
  private let held: Int64
  private let currency: String
  private let digits: Int
  private let total: Int128

  private init(_ row: Row) throws {
    run = try row.int64("run_id")
    seller = try row.string("seller")
    drafts = try row.int64("drafts")
    asOf = LocalDate(daysSince2000: try row.date("as_of"))
    state = try row.string("state")
    held = try row.int64("held")
    currency = try row.string("currency")
    digits = Int(try row.int16("digits"))
    total = try row.numeric("total", scale: 0)
  }

  /// Reads them, the oldest run first; nil means every seller.
  public static func list(
    seller: String?, on connection: isolated Connection
  ) throws -> [WaitingDrafts] {
    try connection.query(Statement(SQLFiles.listWaitingDrafts), [.string(seller)]).map(Self.init)
  }

  /// What to do with them: drafts of a run that is not waiting any more are those of a person.
  public var command: String {
    state == "completed"
      ? "billrun runs post \(run), or billrun runs cancel \(run)"
      : "billrun invoice post --run \(run), or billrun invoice cancel --run \(run)"
  }

  /// The same as a table.
  static func table(of list: [WaitingDrafts]) -> ReportTable {
    ReportTable(
      "waiting_drafts", "Drafts that wait",
      [
        .init("run", nil, .integer), .init("seller"), .init("as_of", "as of", .day),
        .init("drafts", nil, .count), .init("held", "held by the gate", .count),
        .init("currency"), .init("total", nil, .amount), .init("command", "what to do"),
      ],
      rows: list.map { one in
        [
          .init(one.run), .text(one.seller), .day(one.asOf), .init(one.drafts), .init(one.held),
          .text(one.currency), .amount(one.total, digits: one.digits), .text(one.command),
        ]
      })
  }
}

/// A seller whose last start of a run of everybody was refused.
public struct RefusedRun: Sendable {
  /// The seller's code.
  public let seller: String
  /// Why, as the run has told it.
  public let error: BillRunError

  /// Reads them in the order of the sellers' codes; nil means every seller.
  public static func list(
    seller: String?, on connection: isolated Connection
  ) throws -> [RefusedRun] {
    try connection.query(Statement(SQLFiles.listRefusedRuns), [.string(seller)]).map { row in
      RefusedRun(
        seller: try row.string("seller"),
        error: BillRunError(
          .dataError, code: try row.string("code"), try row.string("message"),
          hint: try row.optionalString("hint")))
    }
  }

  /// The same as a table.
  static func table(of list: [RefusedRun]) -> ReportTable {
    ReportTable(
      "refused_runs", "Runs that were refused",
      [.init("seller"), .init("code"), .init("message")],
      rows: list.map { [.text($0.seller), .text($0.error.code), .text($0.error.message)] })
  }
}
