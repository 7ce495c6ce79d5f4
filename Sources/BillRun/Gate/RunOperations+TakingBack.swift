// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// What taking a run back came to.
public struct RunReversal: Sendable {
  /// The run.
  public let run: Int64
  /// Invoices taken back by a credit note.
  public internal(set) var reversed = 0
  /// Drafts dropped.
  public internal(set) var canceled = 0
  /// Credit notes of the run declared never valid.
  public internal(set) var voided = 0
  /// Spans of days that it covered without billing them, and that are open again.
  public internal(set) var freed = 0
  /// What stays as it is, and why.
  public internal(set) var refused: [Refusal] = []
  /// What was paid on its invoices and is the customers' credit now.
  public internal(set) var payments: [Payment] = []

  /// A document that cannot be taken back.
  public struct Refusal: Sendable {
    /// Its id.
    public let invoice: Int64
    /// Whose it is.
    public let customer: Int64
    /// Why, with its stable code.
    public let error: BillRunError
  }

  /// What was paid in one currency, in its minor units.
  public struct Payment: Sendable {
    /// The currency's code in lower case.
    public let currency: String
    /// How many digits it has.
    public let digits: Int
    /// On how many invoices.
    public let invoices: Int64
    /// How much.
    public let amount: Int128
  }

  /// The status to leave with; 65 where something stays.
  public var exitCode: ExitStatus { refused.isEmpty ? .ok : .dataError }
}

extension RunOperations {
  /// Drops the drafts of a run that was not posted: the next run bills the same again (RULES 6).
  ///
  /// Days that it has covered without billing them come back with them, but for payers of whom
  /// something of it is posted. Of some payers only where they are named. A run that is not
  /// finished ends with it. Throws `BillRunError` with 65 for a run that posts at once or has no
  /// draft, and for customers who are no payers of it.
  public func cancel(
    _ run: Int64, customers: [Int64]? = nil
  ) async throws -> RunReversal {
    try await alone(with: run) { standing, connection in
      guard standing.isGated, standing.isOpen || standing.state == "completed" else {
        if standing.isOpen {
          throw refusal(standing, "run_unfinished", "is not finished", hint: standing.finishing)
        }
        throw notWaiting(
          standing, "cancel", hint: "billrun runs reverse \(run) takes a posted run back")
      }
      if standing.isOpen && (standing.posted > 0 || customers != nil) {
        throw refusal(
          standing, "run_unfinished", "is not finished",
          hint: standing.finishing)
      }
      try await refuseAbsent(customers, in: standing, on: connection)
      var reversal = RunReversal(run: run)
      if let customers {
        // First those who have no draft: what the blocks end stays canceled where this is killed.
        reversal.freed = try await releaseDays(of: run, customers, .cancel, nil, on: connection)
      }
      let isPart = customers != nil || standing.posted > 0
      try await takeBack(
        .cancel, in: "draft", customers, freesDays: isPart, of: &reversal, on: connection)
      if standing.isOpen {
        reversal.freed += try await releaseDays(of: run, nil, .cancel, nil, on: connection)
        try await connection.execute(
          Statement(SQLFiles.setRunState), [.int64(run), .string("canceled")])
      }
      try await note(reversal, as: "run_canceled", on: connection)
      return reversal
    }
  }

  /// Takes a posted run back, or the part of some payers: credit notes for what is posted, drafts
  /// dropped, periods billed again by the next run unless `waive` says why nobody will (RULES 6).
  ///
  /// What was paid stays with the customers as credit, and is told. What cannot be taken back is
  /// told, too, and stays. The run ends with it where nothing of it is left. Throws `BillRunError`
  /// with 65 for a run that is not finished, and for customers who are no payers of it.
  public func reverse(
    _ run: Int64, customers: [Int64]? = nil, waive: String? = nil
  ) async throws -> RunReversal {
    try await alone(with: run) { standing, connection in
      guard ["completed", "posted"].contains(standing.state) else {
        throw refusal(
          standing, standing.isOpen ? "run_unfinished" : "run_over", "is \(standing.state)",
          hint: standing.isOpen ? standing.finishing : "billrun runs show \(run)")
      }
      try await refuseAbsent(customers, in: standing, on: connection)
      let way = waive.map { ", and nobody bills it again: \($0)" } ?? ""
      try await approve(
        .runReverse, standing, customers, "reverse run \(run)\(way)", on: connection)
      var reversal = RunReversal(run: run)
      reversal.payments = try await payments(of: run, customers, on: connection)
      try await takeBack(.cancel, in: "draft", customers, waive, of: &reversal, on: connection)
      for state in ["open", "written_off"] {
        try await takeBack(.reverse, in: state, customers, waive, of: &reversal, on: connection)
      }
      reversal.freed += try await releaseDays(of: run, customers, .reverse, waive, on: connection)
      try await connection.execute(Statement(SQLFiles.endReversedRun), [.int64(run)])
      try await note(reversal, as: "run_reversed", on: connection)
      return reversal
    }
  }

  /// Refuses customers of whom a run has nothing: a mistyped one, or one whose parent pays.
  private func refuseAbsent(
    _ customers: [Int64]?, in run: Standing, on connection: isolated Connection
  ) throws {
    guard let customers else { return }
    let absent = try connection.query(
      Statement(SQLFiles.listAbsentPayers), [.int64(run.id), .int64Array(customers)]
    ).map { String(try $0.int64("customer_id")) }
    if absent.isEmpty { return }
    let who =
      absent.count == 1 ? "customer \(absent[0])" : "customers \(absent.joined(separator: ", "))"
    throw refusal(
      run, "customer_not_in_run", "has nothing of \(who), and nothing was changed",
      hint: "billrun invoice list --run \(run.id) tells its payers")
  }

  private func note(
    _ reversal: RunReversal, as kind: String, on connection: isolated Connection
  ) throws {
    try note(kind, reversal.run, on: connection) {
      $0.field("reversed", reversal.reversed)
      $0.field("canceled", reversal.canceled)
      $0.field("voided", reversal.voided)
      $0.field("freed", reversal.freed)
      $0.field("refused", reversal.refused.count)
    }
  }

  private func releaseDays(
    of run: Int64, _ customers: [Int64]?, _ operation: InvoiceOperation, _ waive: String?,
    on connection: isolated Connection
  ) throws -> Int {
    let operations = operations
    return try connection.inTransaction {
      try operations.releaseDays(
        of: run, customers, as: operation.rawValue, waived: waive != nil, on: connection)
    }
  }

  private func payments(
    of run: Int64, _ customers: [Int64]?, on connection: isolated Connection
  ) throws -> [RunReversal.Payment] {
    try connection.query(
      Statement(SQLFiles.sumRunPayments),
      [.int64(run), .int64Array(customers ?? [])]
    ).map { row in
      RunReversal.Payment(
        currency: try row.string("currency"), digits: Int(try row.int16("digits")),
        invoices: try row.int64("invoices"), amount: try row.numeric("amount", scale: 0))
    }
  }

  private struct Document: Sendable {
    let id: Int64
    let customer: Int64
    let isInvoice: Bool
  }

  private func documents(
    of run: Int64, in state: String, customers: [Int64]?, after: (customer: Int64, id: Int64),
    on connection: isolated Connection
  ) throws -> [Document] {
    try connection.query(
      Statement(SQLFiles.listRunDocuments),
      [
        .int64(run), .string(state), .int64Array(customers ?? []),
        .int64(after.customer), .int64(-after.id), .int64(blockSize),
      ]
    ).map { row in
      Document(
        id: try row.int64("invoice_id"), customer: try row.int64("customer_id"),
        isInvoice: try row.string("kind") == "invoice")
    }
  }

  /// Works through a run's documents in a state, a block a transaction; where a block is refused,
  /// each of its documents alone.
  private func takeBack(
    _ operation: InvoiceOperation, in state: String, _ customers: [Int64]?,
    _ waive: String? = nil, freesDays: Bool = false, of reversal: inout RunReversal,
    on connection: Connection
  ) async throws {
    var after: (customer: Int64, id: Int64) = (0, 0)
    let run = freesDays ? reversal.run : nil
    while !stop.isRequested {
      let block = try await documents(
        of: reversal.run, in: state, customers: customers, after: after, on: connection)
      guard let last = block.last else { return }
      after = (last.customer, last.id)
      do {
        reversal.freed += try await takeBack(operation, block, waive, freeing: run, on: connection)
        reversal.add(operation, block.map(\.isInvoice))
      } catch is BillRunError {
        for document in block {
          do {
            reversal.freed += try await takeBack(
              operation, [document], waive, freeing: run, on: connection)
            reversal.add(operation, [document.isInvoice])
          } catch let error as BillRunError where error.status == .dataError {
            reversal.refused.append(
              RunReversal.Refusal(invoice: document.id, customer: document.customer, error: error))
          }
        }
      }
    }
    throw BillRunError(
      .tryAgain, code: "stopped", "taking run \(reversal.run) back was stopped, on the way",
      hint: "the same command again goes on with what is left")
  }

  /// Takes documents back, with the days that the run to be freed has covered of their payers;
  /// returns how many spans of such days.
  private func takeBack(
    _ operation: InvoiceOperation, _ documents: [Document], _ waive: String?,
    freeing run: Int64?, on connection: Connection
  ) async throws -> Int {
    let operations = operations
    return try await connection.transaction { connection in
      try connection.planByKeys()
      if operation == .cancel {
        let freed = try operations.cancel(documents.map(\.id), waive: waive, on: connection)
        guard let run else { return freed }
        let payers = Array(Set(documents.map(\.customer)))
        return try freed
          + operations.releaseDays(
            of: run, payers, as: "cancel", waived: waive != nil, on: connection)
      }
      // Invoices first: they may bill the days anew that the notes give back.
      let invoices = documents.filter(\.isInvoice).map(\.id)
      if !invoices.isEmpty {
        try operations.reverse(invoices, keepingPayments: true, waive: waive, on: connection)
      }
      let notes = documents.filter { !$0.isInvoice }.map(\.id)
      if !notes.isEmpty { try operations.void(notes, on: connection) }
      return 0
    }
  }
}

extension RunReversal {
  fileprivate mutating func add(_ operation: InvoiceOperation, _ areInvoices: [Bool]) {
    let invoices = areInvoices.count { $0 }
    if operation == .cancel {
      canceled += areInvoices.count
    } else {
      reversed += invoices
      voided += areInvoices.count - invoices
    }
  }
}
