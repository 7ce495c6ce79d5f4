// SPDX-License-Identifier: Apache-2.0
public import Postgres
import SQLFiles

/// Two runs or manifests, customer by customer: who is new, who is gone, whose bill has changed,
/// and why.
///
/// Days are not compared, so that a month can be held against the one before. Everything is read
/// into tables of the session.
public struct ManifestComparison: Sendable {
  /// What is billed differently for a payer in a currency.
  public struct Difference: Hashable, Sendable {
    /// The payer's id.
    public let customer: Int64
    /// Its name; nil when it is gone.
    public let name: String?
    /// `new`, `gone` or `changed`.
    public let change: String
    /// Of a changed bill `added`, `removed`, `plan`, `periods`, `proration`, `price`, `quantity`,
    /// `discount`, `tax`; else why the payer has no documents in the other.
    public let reasons: [String]
    /// The currency's code in lower case.
    public let currency: String
    /// Invoices less credit notes in major units, before and after; nil where there is none.
    public let before: String?
    /// The same after.
    public let after: String?
  }

  /// What both come to in a currency.
  public struct Sum: Hashable, Sendable {
    /// The currency's code in lower case.
    public let currency: String
    /// How many payers have documents in the first, in the second, in both.
    public let beforePayers: Int64
    /// Those of the second.
    public let afterPayers: Int64
    /// Those of both.
    public let bothPayers: Int64
    /// Invoices less credit notes in major units.
    public let before: String
    /// The same of the second.
    public let after: String
  }

  /// What both come to, in order of currency.
  public let sums: [Sum]

  /// Reads both; each is a run's number or a manifest's path.
  ///
  /// Throws `BillRunError`: there is no such run (64), the file is no manifest (65).
  public init(
    _ first: String, _ second: String, on connection: isolated Connection
  ) throws {
    try Manifest.makeTables(on: connection)
    try Self.keep(first, as: .first, on: connection)
    try Self.keep(second, as: .second, on: connection)
    sums = try connection.query(Statement(SQLFiles.sumManifests), []).map { row in
      Sum(
        currency: try row.string("currency"), beforePayers: try row.int64("before_payers"),
        afterPayers: try row.int64("after_payers"), bothPayers: try row.int64("both_payers"),
        before: try row.string("before"), after: try row.string("after"))
    }
  }

  private static func keep(
    _ name: String, as side: Manifest.Side, on connection: isolated Connection
  ) throws {
    guard let run = Int64(name) else {
      _ = try Manifest(name, as: side, on: connection)
      return
    }
    try RunSummary.require(run, on: connection)
    try connection.execute(
      Statement(SQLFiles.keepRunEntries), [.int16(side.rawValue), .int64(run)])
  }

  /// What differs, in order of customer.
  public func differences(on connection: isolated Connection) throws -> [Difference] {
    try connection.query(Statement(SQLFiles.diffManifests), []).map { row in
      Difference(
        customer: try row.int64("customer_id"), name: try row.optionalString("name"),
        change: try row.string("change"), reasons: try row.stringArray("reasons"),
        currency: try row.string("currency"), before: try row.optionalString("before"),
        after: try row.optionalString("after"))
    }
  }
}

extension ManifestComparison.Difference {
  /// As an object of `runs diff --json`.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "run_difference")
      $0.field("customer", customer)
      $0.field("name", name)
      $0.field("change", change)
      $0.field("reasons", array: { list in for reason in reasons { list.string(reason) } })
      $0.field("currency", currency)
      $0.key("before")
      $0.raw(before ?? "null")
      $0.key("after")
      $0.raw(after ?? "null")
    }
  }
}
