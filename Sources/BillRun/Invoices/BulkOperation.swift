// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// An operation on all invoices that a filter finds, in blocks of one transaction each.
///
/// It can be stopped or killed at any moment: blocks that are through stay, and the rest
/// goes on when its number is confirmed anew.
public struct BulkOperation: Sendable {
  /// What is done with some invoices, by their ids, within a transaction.
  public typealias Step =
    @Sendable (InvoiceOperations, [Int64], isolated Connection) throws -> Void

  private let operation: InvoiceOperation
  private let operations: InvoiceOperations
  private let moment: Int64
  private let waive: String?
  private let blockSize: Int

  /// Makes an operation at a moment, in UNIX seconds, by a user of the operating system.
  ///
  /// `waive` is why nobody will be billed for the periods of what is taken back.
  public init(
    _ operation: InvoiceOperation, at moment: Int64, by user: String, waive: String? = nil,
    blockSize: Int = 5_000
  ) {
    self.operation = operation
    self.waive = waive
    self.moment = moment
    self.blockSize = blockSize
    operations = InvoiceOperations(at: moment, by: user)
  }

  /// What a filter finds, and what of it the operation is legal with (RULES 6).
  public struct Selection: Sendable {
    /// The ids of those with which it is legal, in order; those to post as they are numbered.
    public internal(set) var ids: [Int64] = []
    /// How many there are, and their totals in minor units, by currency.
    public internal(set) var totals: [String: (count: Int, minor: Int128, digits: Int)] = [:]
    /// How many others the filter finds, by phase.
    public internal(set) var others: [InvoicePhase: Int] = [:]
    /// Those that cannot be mailed, since their customers have no address; in order.
    public internal(set) var unreachable: [(invoice: Int64, customer: Int64)] = []
  }

  /// Looks what a filter finds; credit notes are among it only to be posted.
  ///
  /// Drafts to post come in the order of their numbers (RULES 0.1), so that blocks keep it too.
  /// With `toCustomers`, what goes to a customer without an address is set aside.
  public func find(
    _ filter: InvoiceFilter, toCustomers: Bool = false, on connection: isolated Connection
  ) throws -> Selection {
    var filter = filter
    if operation != .post { filter.kind = "invoice" }
    var selection = Selection()
    try connection.stream(
      Statement(SQLFiles.findInvoices),
      filter.conditions + [
        .timestamptz(unixSeconds: moment), .bool(operation == .post), .bool(toCustomers),
      ]
    ) { try selection.add($0, to: operation) }
    return selection
  }

  /// How many lanes, each with a connection of its own, can share in it: only posting is done side
  /// by side, by two unless a number is given.
  public func lanes(for selection: Selection, atMost count: Int?) -> Int {
    let blocks = (selection.ids.count + blockSize - 1) / blockSize
    return operation == .post ? max(1, min(count ?? 2, blocks)) : 1
  }

  /// Does it with a selection, a block at a time, by as many lanes as there are connections.
  ///
  /// Where a second person has to approve it, that is all of it. Throws what the step throws, with
  /// how many are done in the hint: those stay done.
  public func perform(
    _ selection: Selection, on lanes: [Connection], _ step: @escaping Step
  ) async throws {
    try await approve(selection, on: lanes)
    let line = BlockLine(selection.ids, by: blockSize)
    do {
      try await line.perform(on: lanes) { block, turn, connection in
        var operations = approved
        operations.turn = turn
        // A second try beside others would wait for who waits for it.
        try connection.inOperation(repeats: turn == nil) {
          try connection.planByKeys()
          try step(operations, block, connection)
        }
      }
    } catch let error as BillRunError where line.finished > 0 {
      throw BillRunError(
        error.status, code: error.code, error.message,
        hint: "\(line.finished) of \(selection.ids.count) invoices are done and stay so; "
          + "confirm the number of the rest to go on")
    }
  }

  /// The operations, once all of a selection is approved or only looked at.
  private var approved: InvoiceOperations {
    var operations = operations
    operations.isApproved = true
    return operations
  }

  private func approve(_ selection: Selection, on lanes: [Connection]) async throws {
    guard let connection = lanes.first, [.reverse, .void, .unpost, .cancel].contains(operation)
    else { return }
    let (operations, operation, waive) = (operations, operation, waive)
    try await connection.operation(by: operations.user) {
      try operations.requireApproval(of: operation, selection.ids, waive: waive, on: $0)
    }
  }

  /// Does the same in one transaction, and takes all of it back.
  public func rehearse(
    _ selection: Selection, on connection: isolated Connection, _ step: Step
  ) throws {
    do {
      let operations = approved
      try connection.inTransaction {
        try connection.planByKeys()
        for block in selection.ids.blocks(of: blockSize) {
          try step(operations, block, connection)
        }
        throw TakenBack()
      }
    } catch is TakenBack {}
  }

  private struct TakenBack: Error {}
}

extension Connection {
  /// Has statements that are given thousands of keys planned once, until the transaction ends.
  func planByKeys() throws {
    _ = try query(Statement(SQLFiles.planByKeys), [])
  }
}

extension BulkOperation.Selection {
  /// Takes a document in, as far as the operation is legal with it.
  fileprivate mutating func add(_ row: Row, to operation: InvoiceOperation) throws {
    let (id, state) = (try row.int64(0), try row.string(2))
    guard let state = InvoicePhase.State(rawValue: state) else { return }
    let (owed, settled) = (try row.int64(6), try row.int64(7))
    let phase = InvoicePhase(
      state, hasNumber: try row.bool(8), owed: owed, settled: settled,
      hasLiveAttempt: try row.bool(9))
    // Nobody gets a second copy because a first try was stopped.
    let isDone = try operation == .email && row.bool(10)
    switch operation.permission(in: phase, isZero: owed == 0) {
    case .yes where !isDone, .asVoid: break
    default: return others[phase, default: 0] += 1
    }
    if try row.bool(11) { return unreachable.append((id, try row.int64(1))) }
    ids.append(id)
    let (currency, digits) = (try row.string(3), Int(try row.int16(4)))
    let sum = totals[currency] ?? (0, 0, digits)
    totals[currency] = (sum.count + 1, sum.minor + Int128(try row.int64(5)), digits)
  }

  /// Refuses what somebody has not seen: nothing found, or another number than was confirmed.
  public func confirm(_ count: Int?) throws {
    if ids.isEmpty {
      throw BillRunError(
        .dataError, code: "nothing_matches",
        "no invoice of the filter "
          + (othersText.isEmpty ? "is there" : "can be taken: \(othersText)")
      )
    }
    guard let count else {
      throw BillRunError(
        .usage, code: "not_confirmed", "\(text) are found, and nothing is done",
        hint: "--dry-run to see it done and taken back, --confirm \(ids.count) to do it")
    }
    if count != ids.count {
      throw BillRunError(
        .dataError, code: "count_differs", "\(ids.count) invoices are found, not \(count)",
        hint: "--dry-run shows them")
    }
  }

  /// What was found, in words: `12 invoices (eur 1,200.00)`.
  public var text: String {
    let sums = totals.sorted { $0.key < $1.key }
      .map { "\($0.key) \(Figure.amount(minor: $0.value.minor, digits: $0.value.digits))" }
    let noun = ids.count == 1 ? "invoice" : "invoices"
    return "\(ids.count) \(noun) (\(sums.joined(separator: ", ")))"
  }

  /// What else the filter finds, in words: `3 paid, 1 ended, 2 without an address`; empty for
  /// nothing.
  public var othersText: String {
    let phases = InvoicePhase.allCases.compactMap { phase in
      others[phase].map { "\($0) \(phase.rawValue.replacing("_", with: " "))" }
    }
    let rest = unreachable.isEmpty ? [] : ["\(unreachable.count) without an address"]
    return (phases + rest).joined(separator: ", ")
  }

  /// Writes what was done, or would be.
  public func write(
    _ operation: InvoiceOperation, isRehearsal: Bool, to writer: inout JSONWriter
  ) {
    writer.object {
      $0.field("object", "bulk_operation")
      $0.field("operation", operation.rawValue)
      $0.field("dry_run", isRehearsal)
      $0.field("invoices", ids.count)
      $0.field("totals", objects: totals.sorted(by: { $0.key < $1.key })) { object, entry in
        object.field("currency", entry.key)
        object.field("invoices", entry.value.count)
        object.field("total", minor: entry.value.minor, digits: entry.value.digits)
      }
      $0.field(
        "others",
        array: { list in
          for phase in InvoicePhase.allCases {
            guard let count = others[phase] else { continue }
            list.object {
              $0.field("phase", phase.rawValue)
              $0.field("invoices", count)
            }
          }
          if !unreachable.isEmpty {
            list.object {
              $0.field("reason", "no_address")
              $0.field("invoices", unreachable.count)
            }
          }
        })
      if unreachable.isEmpty { return }
      $0.field("unreachable", objects: unreachable) { object, one in
        object.field("invoice", one.invoice)
        object.field("customer", one.customer)
      }
    }
  }
}
