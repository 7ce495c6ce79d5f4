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
  /// Throws `BillRunError` for a customer that does not exist, and as a run does.
  public func show<Value: Sendable>(
    _ body: @Sendable (isolated Connection, _ run: Int64) throws -> Value
  ) async throws -> (Outcome, Value) {
    try await takenBack { payer, connection in
      let (run, outcome) = try look(at: payer, by: payer.terms, on: connection)
      return (outcome, try body(connection, run))
    }
  }

  /// Bills from day to day, from the as-of day on, until a document has the subscription that
  /// `add` makes; has the body read that document, whose id it gets, and takes all back.
  ///
  /// What falls due before is billed before, as by a run every day. Without a value where no run
  /// will have the subscription, or the payer would be held. Throws as `show` does.
  public func showFirst<Value: Sendable>(
    of add: @Sendable (isolated Connection) throws -> Int64,
    _ body: @Sendable (isolated Connection, _ invoice: Int64) throws -> Value
  ) async throws -> (Outcome, Value?) {
    try await takenBack { payer, connection in
      let subscription = try add(connection)
      var days = [payer.terms.asOf]
      for _ in 0..<Self.mostLooks {
        let day = days.removeFirst()
        let (run, outcome) = try look(
          at: payer, by: BillingTerms(asOf: day, invoiceDate: day), on: connection)
        if case .held = outcome { return (outcome, nil) }
        let rows = try connection.query(
          Statement(SQLFiles.findFirstBill), [.int64(run), .int64(subscription)])
        if let invoice = try rows.optionalInt64(0, 0) {
          return (outcome, try body(connection, invoice))
        }
        if days.isEmpty {
          guard let next = try rows.optionalLocalDate(0, 1) else { return (outcome, nil) }
          days = [next.adding(days: -1), next].filter { $0 > day }
          if days.isEmpty { return (outcome, nil) }
        }
      }
      return (.nothingDue("not_due"), nil)
    }
  }

  /// Documents of nothing are not made; past a few of them nobody waits for the first.
  private static let mostLooks = 40

  /// Who is looked at, for whom and by which days.
  private struct Payer {
    let id: Int64
    let seller: SellerRecord
    let terms: BillingTerms
  }

  /// Ends a transaction that did all it was to do.
  private struct TakenBack: Error {}

  private func takenBack<Value: Sendable>(
    _ body: @Sendable (Payer, isolated Connection) throws -> Value
  ) async throws -> Value {
    let connection = try await database.open()
    let found = try await connection.query(Statement(SQLFiles.findPayer), [.int64(customer)])
    guard let row = found.first else { throw BillRunError.unknownCustomer(customer) }
    let seller = try await SellerRecord.list(code: try row.string("seller"), on: connection)[0]
    let payer = Payer(
      id: try row.int64("payer_id"), seller: seller,
      terms: try await opening.terms(for: seller, on: connection))
    return try await takenBack(payer, on: connection, body)
  }

  private func takenBack<Value>(
    _ payer: Payer, on connection: isolated Connection,
    _ body: (Payer, isolated Connection) throws -> Value
  ) throws -> Value {
    var seen: Value?
    do {
      try connection.inTransaction {
        seen = try body(payer, connection)
        throw TakenBack()
      }
    } catch is TakenBack {}
    guard let seen else { throw BillRunError.controlCheck("a preview was not taken back") }
    return seen
  }

  /// A run of one payer, which is closed again.
  private func look(
    at payer: Payer, by terms: BillingTerms, on connection: isolated Connection
  ) throws -> (run: Int64, Outcome) {
    let plan = try opening.openEmpty(payer.seller, terms, on: connection)
    let step = BillStep(plan: plan, stop: StopSignal(), progress: RunProgress(), fault: { _ in })
    try step.look(at: payer.id, on: connection)
    try connection.execute(
      Statement(SQLFiles.setRunState), [.int64(plan.id), .string("completed")])
    return (plan.id, try outcome(of: plan.id, on: connection))
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
