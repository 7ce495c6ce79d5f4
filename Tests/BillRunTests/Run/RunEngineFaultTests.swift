// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// Each is a crash: afterwards a new start finishes, and the invoices are those of an undisturbed
/// run (DESIGN 13.6).
@Suite struct RunEngineFaultTests {
  struct Row: CustomTestStringConvertible {
    let point: FaultPoint
    let occurrence: Int
    let lanes: Int

    var testDescription: String { "\(point.rawValue) \(occurrence), \(lanes) lanes" }

    static let all = FaultPoint.allCases.filter { !$0.isOfPosting }.flatMap { point in
      point.isOfBatch
        ? [
          Row(point: point, occurrence: 1, lanes: 1), Row(point: point, occurrence: 3, lanes: 1),
          Row(point: point, occurrence: 4, lanes: 2),
        ] : [Row(point: point, occurrence: 1, lanes: 2)]
    }
  }

  @Test("a run that dies anywhere ends as an undisturbed one", arguments: Row.all)
  func crash(row: Row) async throws {
    let undisturbed = try await Undisturbed.shared.outcome()
    try await withBooks { books in
      try await books.ofAllKinds()
      await #expect(throws: Crash.self) {
        try await books.bill("2026-11-30", lanes: row.lanes) { options in
          options.batchSize = 6
          let count = Once(on: row.occurrence)
          options.fault = { if $0 == row.point, count.first() { throw Crash() } }
        }
      }
      let runs = try await books.bill("2026-11-30", lanes: row.lanes) { $0.batchSize = 6 }
      #expect(Set(runs.map(\.state)) == ["posted"])
      #expect(runs.flatMap(\.discrepancies) == [])
      expectSame(try await books.dump(), undisturbed.dump)
      try await expectSound(books)
      // What was made, whichever run made it.
      let fingerprints = try await books.texts(
        "select fingerprint from run where population > 2 order by run_id limit 1")
      #expect(fingerprints == [undisturbed.fingerprint])
    }
  }

  @Test("a lane whose connection is killed leaves with 69, and the next start finishes")
  func killed() async throws {
    let undisturbed = try await Undisturbed.shared.outcome()
    try await withBooks { books in
      try await books.ofAllKinds()
      let killer = try await books.database.connect()
      let error = await #expect(throws: PostgresError.self) {
        try await books.bill("2026-11-30", lanes: 2) { options in
          options.batchSize = 6
          let count = Once(on: 3)
          options.fault = { point in
            guard point == .written, count.first() else { return }
            let kill = Caught()
            kill.wait {
              try await killer.run(
                script: """
                  select pg_terminate_backend(pid) from pg_stat_activity
                  where datname = current_database() and application_name = 'billrun'
                    and state = 'idle in transaction' and pid <> pg_backend_pid()
                  """)
            }
            if let error = kill.error { throw error }
          }
        }
      }
      #expect(error.map { BillRunError(describing: $0).status } == .unavailable)
      await killer.close()
      _ = try await books.bill("2026-11-30") { $0.batchSize = 6 }
      expectSame(try await books.dump(), undisturbed.dump)
      try await expectSound(books)
    }
  }
}

extension FaultPoint {
  /// Whether only runs that post drafts come there.
  fileprivate var isOfPosting: Bool { self == .beforeGateCommit || self == .beforePostCommit }

  /// Whether it comes once a batch.
  fileprivate var isOfBatch: Bool {
    switch self {
    case .claimed, .loaded, .written, .beforeBatchCommit, .batchCommitted: true
    default: false
    }
  }
}

/// What an undisturbed run of the same books comes to, billed once a process.
actor Undisturbed {
  static let shared = Undisturbed()

  struct Outcome {
    let dump: [String]
    let fingerprint: String
  }

  private var task: Task<Outcome, any Error>?

  func outcome() async throws -> Outcome {
    let task =
      self.task
      ?? Task {
        try await withBooks { books in
          try await books.ofAllKinds()
          let runs = try await books.bill("2026-11-30", lanes: 1) { $0.batchSize = 6 }
          #expect(runs.map(\.exitCode) == [.dataError])
          try await expectSound(books)
          return Outcome(dump: try await books.dump(), fingerprint: runs[0].fingerprint ?? "none")
        }
      }
    self.task = task
    return try await task.value
  }
}

extension Books {
  /// Customers of all kinds: missed months, add-ons, coupons, taxes, credits, pending items,
  /// parents, consolidated ones, negative drafts, and two that cannot be billed.
  func ofAllKinds() async throws {
    try await seller("acme", currency: "eur", ["zero_invoices": "suppress"])
    try await plan("pro", "19.90")
    try await plan("seat", "7.35")
    try await plan("year", "99", every: "year")
    try await plan("own", nil)
    try await price(of: "own", nil, ["pricing_mode": "custom"])
    try await plan("free", "0")
    try await plan("broken", nil)
    try await taxRate("de19", "19")
    try await taxRate("in7", "7", ["inclusive": "true"])
    try await coupon("tenth", "10", ["duration_cycles": "2"])
    try await coupon("five", "5", ["is_percent": "false", "currency": "eur"])
    try await customersOfAllKinds()
  }

  private func customersOfAllKinds() async throws {
    for id in 1...20 {
      let tax = id % 3 == 0 ? "{in7}" : id % 3 == 1 ? "{de19}" : "{}"
      var more: Columns = ["taxes": tax]
      if id % 4 == 0 { more["payment_terms"] = "2% 10 NET 30" }
      if id == 5 || id == 15 { more["consolidated"] = "true" }
      if id == 7 { more["parent_customer_id"] = "6" }
      if id == 8 { more["autopay"] = "true" }
      try await customer(id, more)
      try await subscription(
        id, of: id, id == 13 ? "broken" : "pro", from: "2026-\(id % 2 == 0 ? "09" : "10")-30",
        ["quantity": "\(1 + id % 3)"], addons: id % 3 == 0 ? ["seat", "year"] : [],
        coupons: id % 5 == 0 ? ["five", "tenth"] : [])
    }
    try await subscription(31, of: 5, "year", from: "2026-11-01")
    try await subscription(32, of: 7, "seat", from: "2026-11-15")
    try await subscription(33, of: 14, "free", from: "2026-11-01")
    try await customer(21)
    try await subscription(34, of: 21, "own", from: "2026-10-01", ["amount": "-12.34"])
    try await customer(22, ["payment_terms": "whenever"])
    try await subscription(35, of: 22, "pro", from: "2026-11-01")
    try await customer(23)
    try await subscription(36, of: 23, "free", from: "2026-11-01")
    try await customer(24)
    try await subscription(37, of: 24, "pro", from: "2026-10-01", ["trial_end": "2026-12-01"])
    for id in [2, 7, 9, 23] { try await pendingItem(of: id, "3.21", added: "2026-11-20") }
    for id in [1, 2, 9] {
      try await credit(of: id, "money", 1500, granted: "2026-01-01")
      try await credit(of: id, "credit_note", 700, granted: "2026-02-01")
      try await credit(of: id, "goodwill", 250, granted: "2026-02-01")
    }
  }
}
