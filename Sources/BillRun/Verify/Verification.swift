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
  /// All checks see the same snapshot, so a run may be at work meanwhile; nothing is written. Of
  /// everything, surveys look first: what they find sound is not looked at again.
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
    let queue = CheckQueue(run: run)
    let findings = try await withThrowingTaskGroup(of: [Finding].self) { lane in
      for _ in 0..<max(1, lanes) {
        lane.addTask {
          let connection = try await database.connect(settings: Self.settings)
          var found: [Finding] = []
          while let step = await queue.next() {
            let findings: [Finding]
            switch step {
            case .check(let check):
              findings = [try await connection.make(check, run: run, snapshot: snapshot)]
            case .survey(let survey):
              findings = try await connection.make(survey, snapshot: snapshot)
              let decided = Set(findings.map(\.check))
              await queue.add(survey.checks.filter { !decided.contains($0.name) })
            }
            findings.forEach(report)
            found += findings
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

  /// Room to sort and hash whole tables, which are read along their keys, since rows lie nearly in
  /// that order; one process a lane, whatever it reads.
  private static let settings = [
    "work_mem": "64MB", "jit": "off", "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
  ]
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
    /// How long it took, or the survey that decided it with others.
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

  /// One reading that decides several checks: a statement of `sql/queries/survey_*.sql`.
  struct Survey: Sendable {
    let statement: Statement
    /// What it can find sound; a check that it does not is made, and tells what is wrong.
    let checks: [Check]

    static let all = SQLFiles.surveys.map { file in
      Survey(
        statement: Statement(file),
        checks: Check.all.filter { file.text.contains("('\($0.name)',") })
    }
  }
}

/// Hands out surveys, then the checks that they do not decide, each once.
private actor CheckQueue {
  enum Step {
    case survey(Verification.Survey)
    case check(Verification.Check)
  }

  private var rest: [Step]

  init(run: Int64?) {
    let surveys = run == nil ? Verification.Survey.all : []
    let surveyed = Set(surveys.flatMap(\.checks).map(\.name))
    let checks = Verification.Check.all.filter {
      (run == nil || $0.knowsRuns) && !surveyed.contains($0.name)
    }
    rest = (surveys.map(Step.survey) + checks.map(Step.check)).reversed()
  }

  func next() -> Step? { rest.popLast() }

  /// Puts checks before all others.
  func add(_ checks: [Verification.Check]) { rest += checks.reversed().map(Step.check) }
}

extension Connection {
  /// Keeps a snapshot open until the connection is closed, and returns its name for other sessions.
  func beginSnapshot() throws -> String {
    try run(script: "begin isolation level repeatable read read only", name: "begin")
    return try query(Statement(SQLFiles.exportSnapshot), [])[0].string("snapshot")
  }

  /// Says of the checks that a survey finds sound what it looked at; of the others nothing.
  fileprivate func make(
    _ survey: Verification.Survey, snapshot: String
  ) throws -> [Verification.Finding] {
    do {
      return try transaction(isolation: .repeatableRead, readOnly: true) { connection in
        // Keys are merged as they lie. The few groups in the end, taken for many, would else be
        // reason to sort all rows for them.
        try connection.run(
          script: "set transaction snapshot '\(snapshot)'; "
            + "set local enable_sort = off; set local enable_hashjoin = off", name: "set snapshot")
        let start = ContinuousClock.now
        let rows = try connection.query(survey.statement, [])
        let duration = ContinuousClock.now - start
        return try rows.compactMap { row in
          guard try row.bool("is_sound") else { return nil }
          return Verification.Finding(
            check: try row.string("name"), lookedAt: try row.int64("looked_at"), wrong: 0,
            offences: [], milliseconds: duration.milliseconds)
        }
      }
    } catch let error as PostgresError where error.sqlState == "22003" {
      // Figures that don't fit together into a number: the checks tell whose they are.
      return []
    }
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
