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
  private let blockSize: Int

  /// Makes an operation at a moment, in UNIX seconds, by a user of the operating system.
  public init(
    _ operation: InvoiceOperation, at moment: Int64, by user: String, blockSize: Int = 5_000
  ) {
    self.operation = operation
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
    var found: [(id: Int64, currency: String, minor: Int64, digits: Int)] = []
    try InvoiceReader(at: moment).heads(filter, on: connection) { head in
      guard let state = InvoicePhase.State(rawValue: head.state) else { return }
      let owed = head.total + head.rounding
      let phase = InvoicePhase(
        state, hasNumber: head.number != nil, owed: owed, settled: head.settled,
        hasLiveAttempt: head.status == "pending")
      // Nobody gets a second copy because a first try was stopped.
      let isDone = operation == .email && head.wasSent
      switch operation.permission(in: phase, isZero: owed == 0) {
      case .yes where !isDone, .asVoid:
        found.append((head.id, head.currency, head.total, head.digits))
      default: selection.others[phase, default: 0] += 1
      }
    }
    if toCustomers {
      let rows = try connection.query(
        Statement(SQLFiles.listUnreachable), [.int64Array(found.map(\.id))])
      selection.unreachable = try rows.map { (try $0.int64(0), try $0.int64(1)) }
    }
    let unreachable = Set(selection.unreachable.map(\.invoice))
    for one in found where !unreachable.contains(one.id) {
      selection.ids.append(one.id)
      let sum = selection.totals[one.currency] ?? (0, 0, one.digits)
      selection.totals[one.currency] = (sum.count + 1, sum.minor + Int128(one.minor), one.digits)
    }
    if operation == .post {
      selection.ids = try Posting.load(selection.ids, on: connection).map(\.id)
    }
    return selection
  }

  /// Does it with a selection, a block at a time.
  ///
  /// Throws what the step throws, with how many are done in the hint: those stay done.
  public func perform(
    _ selection: Selection, on connection: isolated Connection, _ step: Step
  ) throws {
    var done = 0
    for block in blocks(of: selection) {
      do {
        try connection.inOperation {
          try connection.planByKeys()
          try step(operations, block, connection)
        }
      } catch let error as BillRunError where done > 0 {
        throw BillRunError(
          error.status, code: error.code, error.message,
          hint: "\(done) of \(selection.ids.count) invoices are done and stay so; "
            + "confirm the number of the rest to go on")
      }
      done += block.count
    }
  }

  /// Does the same in one transaction, and takes all of it back.
  public func rehearse(
    _ selection: Selection, on connection: isolated Connection, _ step: Step
  ) throws {
    do {
      try connection.inTransaction {
        try connection.planByKeys()
        for block in blocks(of: selection) { try step(operations, block, connection) }
        throw TakenBack()
      }
    } catch is TakenBack {}
  }

  private struct TakenBack: Error {}

  private func blocks(of selection: Selection) -> [[Int64]] {
    stride(from: 0, to: selection.ids.count, by: blockSize).map {
      Array(selection.ids[$0..<min($0 + blockSize, selection.ids.count)])
    }
  }
}

extension Connection {
  /// Has statements that are given thousands of keys planned once, until the transaction ends.
  func planByKeys() throws {
    _ = try query(Statement(SQLFiles.planByKeys), [])
  }
}

extension BulkOperation.Selection {
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
