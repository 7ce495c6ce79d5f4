// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

/// What a run would bill a customer, or whoever pays for it: the same code in one transaction,
/// which is taken back.
///
/// Documents have no number, and ids that others will never have.
public struct Preview: Sendable {
  private let database: Database
  private let customer: Int64
  private let opening: RunOpening

  /// What a run would do with the payer.
  public enum Outcome: Sendable, Equatable {
    /// It would be billed.
    case invoiced
    /// Nothing is due: the reason.
    case nothingDue(String)
    /// It would be held: code and message.
    case held(code: String, message: String?)
  }

  /// Looks at a customer on a day; `options.asOf` and `options.invoiceDate` count.
  public init(
    of customer: Int64, database: Database, options: BillRunOptions, clock: WallClock = .system
  ) {
    self.customer = customer
    self.database = database
    opening = RunOpening(options: options, clock: clock, look: "preview")
  }

  /// Bills, has the body read the documents of the run whose id it gets, takes all back, and
  /// returns the outcome with what the body has read.
  ///
  /// `after` is done before, and taken back with it. Throws `BillRunError` for a customer that does
  /// not exist, and as a run does.
  public func show<Value: Sendable>(
    after change: @Sendable (isolated Connection) throws -> Void = { _ in },
    _ body: @Sendable (isolated Connection, _ run: Int64) throws -> Value
  ) async throws -> (Outcome, Value) {
    let connection = try await database.open()
    let found = try await connection.query(Statement(SQLFiles.findPayer), [.int64(customer)])
    guard let row = found.first else { throw BillRunError.unknownCustomer(customer) }
    let payer = try row.int64("payer_id")
    let seller = try await SellerRecord.list(code: try row.string("seller"), on: connection)[0]
    let terms = try await opening.terms(for: seller, on: connection)
    return try await bill(payer, seller, terms, on: connection, change, body)
  }

  /// Ends a transaction that did all it was to do.
  private struct TakenBack: Error {}

  private func bill<Value>(
    _ payer: Int64, _ seller: SellerRecord, _ terms: BillingTerms,
    on connection: isolated Connection, _ change: (isolated Connection) throws -> Void,
    _ body: (isolated Connection, _ run: Int64) throws -> Value
  ) throws -> (Outcome, Value) {
    var seen: (Outcome, Value)?
    do {
      try connection.inTransaction {
        try change(connection)
        let plan = try opening.openEmpty(seller, terms, on: connection)
        let step = BillStep(
          plan: plan, stop: StopSignal(), progress: RunProgress(), fault: { _ in })
        try step.look(at: payer, on: connection)
        seen = (try outcome(of: plan.id, on: connection), try body(connection, plan.id))
        throw TakenBack()
      }
    } catch is TakenBack {}
    guard let seen else { throw BillRunError.controlCheck("a preview was not taken back") }
    return seen
  }

  private func outcome(of run: Int64, on connection: isolated Connection) throws -> Outcome {
    let rows = try connection.query(Statement(SQLFiles.showOutcome), [.int64(run)])
    let reason = try rows.optionalString(0, 1) ?? ""
    switch try rows.string(0, 0) {
    case "held": return .held(code: reason, message: try rows.optionalString(0, 2))
    case "nothing_due": return .nothingDue(reason)
    default: return .invoiced
    }
  }
}
