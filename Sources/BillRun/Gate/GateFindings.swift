// SPDX-License-Identifier: Apache-2.0
public import Postgres
import SQLFiles

/// What the look between a run's drafts and their posting came to.
public struct GateFindings: Hashable, Sendable {
  /// `pass`, `hold_some` or `hold_all`; nil before the look.
  public var outcome: String?
  /// How many documents are drafts, and how many of them are held.
  public var drafts: Int64
  /// The drafts that nobody may post until what was found is released.
  public var held: Int64
  /// How often each thing was found.
  public var codes: [Code]

  /// How often one thing was found.
  public struct Code: Hashable, Sendable {
    /// What was found, such as `higher_bill`.
    public var code: String
    /// Whether it is about the whole run.
    public var isWhole: Bool
    /// How often.
    public var found: Int64
    /// How many of these are not released.
    public var held: Int64
  }

  /// Reads what is known of a run.
  init(of run: Int64, outcome: String?, on connection: isolated Connection) throws {
    self.outcome = outcome
    let counts = try connection.query(Statement(SQLFiles.countDrafts), [.int64(run)])
    drafts = try counts.int64(0, 0)
    held = try counts.int64(0, 1)
    codes = try Self.codes(of: run, on: connection)
  }

  /// Makes them of their parts.
  init(outcome: String, drafts: Int64, held: Int64, codes: [Code]) {
    self.outcome = outcome
    self.drafts = drafts
    self.held = held
    self.codes = codes
  }

  /// How often each thing was found of a run, in the order in which the gate looks.
  static func codes(of run: Int64, on connection: isolated Connection) throws -> [Code] {
    try connection.query(Statement(SQLFiles.countFindings), [.int64(run)]).map { row in
      Code(
        code: try row.string("code"), isWhole: try row.bool("is_whole"),
        found: try row.int64("found"), held: try row.int64("held"))
    }
  }

  /// Whether somebody has to look.
  public var isHeld: Bool { held > 0 }
}

/// One thing that was found, in words.
public struct GateFinding: Sendable {
  /// What was found.
  public let code: String
  /// The payer; nil: it is about the whole run.
  public let customer: Int64?
  /// The payer's name.
  public let name: String?
  /// Figures and limit.
  public let message: String
  /// When it was released, in UNIX seconds.
  public let released: Int64?
  /// By which login.
  public let releasedBy: String?

  /// What was found of a run, in order.
  ///
  /// Throws `BillRunError` when there is no such run.
  public static func list(
    of run: Int64, on connection: isolated Connection
  ) throws -> [GateFinding] {
    try RunSummary.require(run, on: connection)
    return try connection.query(Statement(SQLFiles.listFindings), [.int64(run)]).map { row in
      GateFinding(
        code: try row.string("code"), customer: try row.optionalInt64("customer_id"),
        name: try row.optionalString("name"), message: try row.string("message"),
        released: try row.optionalInt64("released_at"),
        releasedBy: try row.optionalString("released_by"))
    }
  }
}
