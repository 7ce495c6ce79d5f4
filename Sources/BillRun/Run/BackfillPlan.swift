// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// A plan of missed periods as people read it before they approve it: a manifest, payer by payer.
public struct BackfillPlan: Sendable {
  /// The file.
  public let path: String
  /// Whom it is about, in order of customer.
  public let accounts: [Account]

  /// What would become of one payer.
  public struct Account: Sendable {
    /// The payer.
    public let customer: Int64
    /// Its name; nil where it is gone.
    public let name: String?
    /// `invoiced`, `nothing_due` or `held`.
    public let outcome: String
    /// Why, unless it is invoiced.
    public let reason: String?
    /// How many documents.
    public let documents: Int64
    /// The first day of the oldest period; nil where nothing is billed.
    public let oldest: LocalDate?
    /// The end of the newest, exclusive.
    public let newest: LocalDate?
    /// Totals by currency in major units, as `30.00 eur`; nil where nothing is billed.
    public let totals: String?
  }

  /// Reads a plan.
  ///
  /// Throws `BillRunError` where it is none (65).
  public init(_ path: String, on connection: Connection) async throws {
    self.path = path
    try await Manifest.makeTables(on: connection)
    _ = try await Manifest(path, on: connection)
    accounts = try await connection.query(
      Statement(SQLFiles.listPlanAccounts), [.int16(Manifest.Side.first.rawValue)]
    ).map { row in
      Account(
        customer: try row.int64("customer_id"), name: try row.optionalString("name"),
        outcome: try row.string("outcome"), reason: try row.optionalString("reason"),
        documents: try row.int64("documents"),
        oldest: try row.optionalDate("oldest").map { LocalDate(daysSince2000: $0) },
        newest: try row.optionalDate("newest").map { LocalDate(daysSince2000: $0) },
        totals: try row.optionalString("totals"))
    }
  }
}
