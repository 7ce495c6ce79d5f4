// SPDX-License-Identifier: Apache-2.0
import Postgres
import SQLFiles

/// What `verify` found: each invariant of DESIGN 13 that live rows can break, checked by one query.
public struct Verification: Sendable {
  /// The run whose documents and accounts were looked at; nil means the whole set of books.
  public let run: Int64?

  /// One for each check that was made, in the order of `SQLFiles.checks`.
  public let findings: [Finding]

  /// Whether nothing is wrong.
  public var isClean: Bool { findings.allSatisfy { $0.wrong == 0 } }

  /// The status to leave with; `software` when something is wrong.
  public var exitCode: ExitStatus { isClean ? .ok : .software }

  /// Checks everything, or what belongs to one run, as of one moment.
  ///
  /// All checks see the same snapshot, so a run may be at work meanwhile; nothing is written.
  ///
  /// - Parameters:
  ///   - run: A run's number; nil means the whole set of books.
  ///   - lanes: How many checks are made at a time, each on a connection of its own.
  ///   - database: The set of books.
  ///   - report: Gets each finding as it comes, in no certain order.
  /// - Returns: All findings.
  /// - Throws: `BillRunError` for a schema that does not fit, else `PostgresError`.
  public static func check(
    run: Int64?, lanes: Int, of database: Database,
    report: @escaping @Sendable (Finding) -> Void = { _ in }
  ) async throws -> Verification {
    let leader = try await database.open()
    let snapshot = try await leader.beginSnapshot()
    let queue = CheckQueue(Check.all.filter { run == nil || $0.knowsRuns })
    let findings = try await withThrowingTaskGroup(of: [Finding].self) { lane in
      for _ in 0..<max(1, lanes) {
        lane.addTask {
          let connection = try await database.connect(settings: Self.settings)
          var found: [Finding] = []
          while let check = await queue.next() {
            let finding = try await connection.make(check, run: run, snapshot: snapshot)
            report(finding)
            found.append(finding)
          }
          await connection.close()
          return found
        }
      }
      return try await lane.reduce(into: []) { $0 += $1 }
    }
    await leader.close()
    let places = Dictionary(
      uniqueKeysWithValues: Check.all.enumerated().map { ($1.name, $0) })
    return Verification(
      run: run,
      findings: findings.sorted { places[$0.check, default: 0] < places[$1.check, default: 0] })
  }

  /// Room to sort and hash whole tables, and plans that look at every row anyway.
  private static let settings = ["work_mem": "64MB", "jit": "off"]
}

extension Verification {
  /// What one check found.
  public struct Finding: Sendable {
    /// The check's name: `line_amounts`.
    public let check: String
    /// How many things it looked at: documents, lines, spans, accounts or entries.
    public let lookedAt: Int64
    /// How many of its rows are wrong.
    public let wrong: Int64
    /// The first of them, at most 20.
    public let offences: [Offence]
    /// How long it took.
    public let milliseconds: Int64
  }

  /// A row that breaks an invariant.
  public struct Offence: Sendable {
    /// What it is: `invoice`, `subscription`, `run` and the like, as the table is called.
    public let object: String
    /// Its id.
    public let id: Int64
    /// What is wrong; amounts are in minor units.
    public let problem: String
  }

  /// One check: a statement of `sql/queries/verify_*.sql`.
  struct Check: Sendable {
    let name: String
    let statement: Statement
    /// Whether it can look at a single run only; the others are of the whole set of books.
    let knowsRuns: Bool

    static let all = SQLFiles.checks.map { file in
      Check(
        name: String(file.name.dropFirst("verify_".count)), statement: Statement(file),
        knowsRuns: file.text.contains("$1"))
    }
  }
}

/// Hands out the checks, each once.
private actor CheckQueue {
  private var rest: ArraySlice<Verification.Check>

  init(_ checks: [Verification.Check]) { rest = checks[...] }

  func next() -> Verification.Check? { rest.popFirst() }
}

extension Connection {
  /// Keeps a snapshot open until the connection is closed, and returns its name for other sessions.
  func beginSnapshot() throws -> String {
    try run(script: "begin isolation level repeatable read read only", name: "begin")
    return try query(Statement(SQLFiles.exportSnapshot), [])[0].string("snapshot")
  }

  fileprivate func make(
    _ check: Verification.Check, run: Int64?, snapshot: String
  ) throws -> Verification.Finding {
    try transaction(isolation: .repeatableRead, readOnly: true) { connection in
      try connection.run(script: "set transaction snapshot '\(snapshot)'", name: "set snapshot")
      let start = ContinuousClock.now
      let rows = try connection.query(check.statement, check.knowsRuns ? [.int64(run)] : [])
      return try Verification.Finding(check.name, rows, took: ContinuousClock.now - start)
    }
  }
}

extension Verification.Finding {
  fileprivate init(_ check: String, _ rows: Rows, took duration: Duration) throws {
    self.check = check
    milliseconds = duration.milliseconds
    lookedAt = try rows[0].int64("looked_at")
    wrong = try rows[0].int64("wrong")
    offences = try rows.compactMap { row in
      guard let id = try row.optionalInt64("id") else { return nil }
      return Verification.Offence(
        object: try row.string("object"), id: id, problem: try row.string("problem"))
    }
  }
}
