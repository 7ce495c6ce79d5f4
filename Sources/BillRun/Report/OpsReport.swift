// SPDX-License-Identifier: Apache-2.0
public import Postgres
import SQLFiles

/// The report that operations read after a run: per seller the run, who is held, and what is owed.
public struct OpsReport: Sendable {
  /// One for each seller that has a run, in the order of their codes.
  public let parts: [Part]
  /// How many entries of bank statements are open: they are of no seller.
  public var openBankEntries: Int64 { attention.bankEntries }
  /// What needs a person.
  let attention: Attention

  /// Drafts of any run that wait to be posted or canceled.
  public let waiting: [WaitingDrafts]
  /// Sellers whose last start of a run was refused.
  public let refused: [RefusedRun]

  /// The status that the runs in it left with, `dataError` where drafts wait or a run was refused;
  /// the first of several counts by DESIGN 12.
  public var exitCode: ExitStatus {
    let others: [ExitStatus] = waiting.isEmpty && refused.isEmpty ? [] : [.dataError]
    return .worst(of: parts.map(\.run.exitCode) + others)
  }

  /// What the report tells of one seller.
  public struct Part: Sendable {
    /// The seller's newest run, or the one asked for.
    public let run: RunSummary
    /// Who is held now, the oldest first.
    public let holds: [Hold]
    /// What is owed at the end of the run's as-of day, by currency.
    public let receivables: [Receivables]
  }

  /// Reads the report of one run, or of the newest run of every seller.
  ///
  /// - Parameters:
  ///   - run: The run's number; nil means each seller's newest.
  ///   - seller: The only seller's code; nil means every seller.
  ///   - clock: Tells now.
  ///   - connection: The set of books.
  /// - Returns: The report.
  /// - Throws: `BillRunError` when there is no such run or seller.
  public static func read(
    run: Int64?, seller: String? = nil, clock: WallClock, on connection: Connection
  ) async throws -> OpsReport {
    try await connection.transaction(isolation: .repeatableRead, readOnly: true) { connection in
      let store = HoldStore(at: clock.now())
      let parts = try runs(run, of: seller, on: connection).map { number in
        let summary = try RunSummary.read(number, on: connection)
        return Part(
          run: summary,
          holds: try store.holds(seller: summary.seller, asOf: summary.asOf, on: connection),
          receivables: try Receivables.read(
            seller: summary.seller, asOf: summary.asOf, on: connection))
      }
      let seller = run == nil ? seller : parts.first?.run.seller
      return OpsReport(
        parts: parts,
        attention: try Attention.read(seller: nil, on: connection),
        waiting: try WaitingDrafts.list(seller: seller, on: connection),
        refused: try RefusedRun.list(seller: seller, on: connection))
    }
  }

  /// The number of the run that was asked for, or those of each seller's newest.
  ///
  /// Throws `BillRunError` when there is no such seller.
  static func runs(
    _ run: Int64?, of seller: String?, on connection: isolated Connection
  ) throws -> [Int64] {
    try SellerRecord.refuseUnknown(seller, on: connection)
    let latest = Statement(SQLFiles.listLatestRuns)
    return try run.map { [$0] }
      ?? connection.query(latest, [.string(seller)]).map { try $0.int64(0) }
  }
}
