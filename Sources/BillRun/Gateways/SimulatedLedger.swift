// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// What the simulated gateway has approved: tables of its own, written on connections of its own.
///
/// Approvals that come within a few milliseconds are committed as one group, and answered after.
actor SimulatedLedger {
  /// What became of asking for an approval.
  enum Answer: Hashable, Sendable {
    /// Approved now.
    case approved
    /// Approved by an earlier call with this key.
    case approvedBefore
    /// The key was used for another amount before.
    case otherAmount
    /// The ledger could not be reached, so nothing is written.
    case unreachable(reason: String)
    /// The connection was lost while it was written.
    case lost(reason: String)
  }

  /// A charge that it has approved.
  struct Approval: Sendable {
    let key: String
    let amount: Money
    /// Null for one that was written by hand.
    let token: String?
    /// In UNIX seconds.
    let approvedAt: Int64
  }

  private struct Asked {
    let request: ChargeRequest
    let answer: CheckedContinuation<Answer, Never>
  }

  private let pool: ConnectionPool
  private let pause: Duration
  private var waiting: [Asked] = []
  private var isWriting = false

  /// Makes the ledger in a database, which is not asked yet.
  init(url: String, pause: Duration) {
    self.pause = pause
    // One writes, the other one looks up.
    pool = ConnectionPool(count: 2) {
      let connection = try await Connection(
        url, searchPath: "simulated_gateway", applicationName: "billrun simulated gateway")
      let ledger = SQLFiles.makeSimulatedLedger
      try await connection.run(script: ledger.text, name: ledger.name)
      return connection
    }
  }

  /// Does something on a connection to the ledger.
  func withLedger<Value: Sendable>(
    _ body: @Sendable (Connection) async throws -> Value
  ) async throws -> Value {
    try await pool.withConnection(body)
  }

  /// Approves a charge once, and answers after the commit.
  func approve(_ request: ChargeRequest) async -> Answer {
    await withCheckedContinuation { answer in
      waiting.append(Asked(request: request, answer: answer))
      guard !isWriting else { return }
      isWriting = true
      Task { await write() }
    }
  }

  /// The approved amount of a key; nil when there is none.
  func approval(of key: String) async throws -> Money? {
    try await pool.withConnection { connection in
      try await Self.approvals(of: [key], on: connection)[key]
    }
  }

  /// The name of the account.
  func account() async throws -> String {
    try await pool.withConnection { connection in
      try await connection.query(Statement(SQLFiles.showSimulatedAccount), []).string(0, 0)
    }
  }

  /// At most so many approvals since a moment whose keys come after this one, in their order.
  func approvals(
    since moment: Int64, after key: String, limit: Int
  ) async throws -> [Approval] {
    try await pool.withConnection { connection in
      let rows = try await connection.query(
        Statement(SQLFiles.listSimulatedApprovals),
        [.int64(moment), .string(key), .int64(Int64(limit))])
      return try (0..<rows.count).map { row in
        Approval(
          key: try rows.string(row, 0), amount: try Self.amount(of: rows[row]),
          token: try rows.optionalString(row, 3), approvedAt: try rows.int64(row, 4))
      }
    }
  }

  /// Writes group after group until nobody waits.
  private func write() async {
    while !waiting.isEmpty {
      try? await Task.sleep(for: pause)
      let group = waiting
      waiting = []
      let answers = await Self.answers(to: group.map(\.request), by: pool)
      for (asked, answer) in zip(group, answers) { asked.answer.resume(returning: answer) }
    }
    isWriting = false
  }

  private static func answers(
    to group: [ChargeRequest], by pool: ConnectionPool
  ) async -> [Answer] {
    do {
      return try await pool.withConnection { connection in
        do {
          return try await connection.transaction { try answers(to: group, on: $0) }
        } catch {
          let reason = BillRunError(describing: error).message
          return group.map { _ in .lost(reason: reason) }
        }
      }
    } catch {
      let reason = BillRunError(describing: error).message
      return group.map { _ in .unreachable(reason: reason) }
    }
  }

  private static func answers(
    to group: [ChargeRequest], on connection: isolated Connection
  ) throws -> [Answer] {
    let first = Dictionary(group.map { ($0.idempotencyKey, $0) }) { first, _ in first }
    let asked = first.sorted { $0.key < $1.key }
    let rows = try connection.query(
      Statement(SQLFiles.writeSimulatedApprovals),
      [
        .stringArray(asked.map(\.key)), .int64Array(asked.map(\.value.amount.minor)),
        .stringArray(asked.map(\.value.amount.currency.code)),
        .stringArray(asked.map(\.value.token)),
      ])
    var new = Set(try rows.map { try $0.string(0) })
    let old = asked.map(\.key).filter { !new.contains($0) }
    let known = old.isEmpty ? [:] : try approvals(of: old, on: connection)
    return group.map { request in
      let key = request.idempotencyKey
      guard known[key] ?? first[key]?.amount == request.amount else { return .otherAmount }
      return new.remove(key) == nil ? .approvedBefore : .approved
    }
  }

  private static func approvals(
    of keys: [String], on connection: isolated Connection
  ) throws -> [String: Money] {
    let rows = try connection.query(
      Statement(SQLFiles.findSimulatedApprovals), [.stringArray(keys)])
    return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.string(0), try amount(of: $0)) })
  }

  static func amount(of row: Row) throws -> Money {
    let code = try row.string(2)
    guard let currency = Currency(code: code) else {
      throw BillRunError(
        .software, code: "unexpected",
        "unexpected trouble, the simulated gateway's ledger has the currency \(code)")
    }
    return Money(minor: try row.int64(1), currency: currency)
  }
}
