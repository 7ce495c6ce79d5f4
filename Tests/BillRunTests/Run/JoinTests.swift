// SPDX-License-Identifier: Apache-2.0
import Foundation
import Postgres
import TestSupport
import Testing

@testable import BillRun

/// Several processes at one run, of which some die in the middle.
///
/// One after the other: that a program has ended is told only when those have that were started
/// while it ran.
@Suite(.serialized) struct JoinTests {
  @Test("the opener killed, one joiner's lanes cut: a joiner finishes and closes the run")
  func opener() async throws {
    try await Self.withRun { run in
      try await run.start("opener", "--lanes 2")
      try await run.start("cut", "--join --lanes 1")
      try await run.start("other", "--join --lanes 1")
      try await run.kill("opener")
      try await run.cutLane(of: "cut")
      try await run.goOn()
      #expect([0, 65].contains(try await run.end(of: "other").status))
      let cut = try await run.end(of: "cut")
      #expect([0, 65, 69, 75].contains(cut.status), "\(cut.story)")
    }
  }

  @Test("a joiner killed, and the opener finishes its share")
  func joiner() async throws {
    try await Self.withRun { run in
      try await run.start("opener", "--lanes 1")
      try await run.start("joiner", "--join --lanes 2")
      try await run.kill("joiner")
      try await run.goOn()
      #expect([0, 65].contains(try await run.end(of: "opener").status))
    }
  }

  @Test(
    "a joiner over TCP shares the work when the opener is killed",
    .enabled(if: Pooler.isThere, "\(Pooler.missing)"))
  func overTCP() async throws {
    try await Self.withRun { run in
      let pooler = try await Pooler("session")
      try await run.start("opener", "--lanes 1")
      try await run.start("far", "--join --lanes 2", url: pooler.url(run.database.name))
      try await run.kill("opener")
      try await run.goOn()
      let far = try await run.end(of: "far")
      #expect([0, 65].contains(far.status), "\(far.story)")
    }
  }

  /// Has the body end a run that is held up in its middle, and expects what a lone run writes.
  private static func withRun(_ body: (HeldRun) async throws -> Void) async throws {
    let wanted = try await withTemporaryDatabase { database in
      let run = try await HeldRun(database)
      let alone = try await Shell(database: database.url).run("billrun \(HeldRun.command) --json")
      #expect([0, 65].contains(alone.status), "\(alone.story)")
      return try await run.result()
    }
    try await withTemporaryDatabase { database in
      let run = try await HeldRun(database)
      try await run.hold()
      try await body(run)
      #expect(try await run.result() == wanted)
      let verified = try await Shell(database: database.url).run("billrun verify")
      #expect(verified.status == 0, "\(verified.output)")
    }
  }
}

/// Processes that bill the same books, held up where they write their first lines.
actor HeldRun {
  static let command = "run --as-of 2026-09-30 --only bill --seller us"

  let database: TemporaryDatabase
  private let holder: Connection
  private let watcher: Connection
  private let folder: TemporaryFolder
  private var started: [String: Task<Shell.Outcome, any Error>] = [:]

  init(_ database: TemporaryDatabase) async throws {
    self.database = database
    folder = try TemporaryFolder()
    holder = try await database.connect()
    watcher = try await database.connect()
    let made = try await Shell(database: database.url).run(
      "billrun demo --customers 4000 | billrun import -")
    #expect(made.status == 0, "\(made.story)")
  }

  func hold() async throws {
    try await holder.run(script: "begin; lock table invoice_line in share mode")
  }

  func goOn() async throws { try await holder.run(script: "commit") }

  /// Starts a process, and waits until a lane of it waits for the held table.
  func start(_ name: String, _ flags: String, url: String? = nil) async throws {
    let shell = Shell(
      database: url ?? database.url, variables: ["PGAPPNAME": name])
    let line = "echo $$ > \(folder.path)/\(name); exec billrun \(Self.command) \(flags)"
    started[name] = Task { try await shell.run(line) }
    for _ in 0..<600 {
      if try await count(of: name) > 0 { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("\(name) does not come to its lines")
  }

  private func count(of name: String) async throws -> Int64 {
    let waiting = Statement(
      name: "waiting",
      text: """
        select count(*) from pg_stat_activity a
        where a.application_name = $1 and a.datname = current_database()
          and a.wait_event_type = 'Lock'
        """)
    return try await watcher.query(waiting, [.string(name)]).int64(0, 0)
  }

  func kill(_ name: String) async throws {
    let text = try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
    let process = try #require(Int32(text.split(separator: "\n").first ?? ""))
    #expect(Foundation.kill(process, SIGKILL) == 0)
  }

  func cutLane(of name: String) async throws {
    let cut = Statement(
      name: "cut",
      text: """
        select count(pg_terminate_backend(a.pid)) from pg_stat_activity a
        where a.application_name = $1 and a.datname = current_database()
          and a.wait_event_type = 'Lock'
        """)
    #expect(try await watcher.query(cut, [.string(name)]).int64(0, 0) == 1)
  }

  func end(of name: String) async throws -> Shell.Outcome {
    let task = try #require(started[name])
    return try await task.value
  }

  /// Runs that wrote something with their fingerprints and outcomes, and the numbers of the series.
  func result() async throws -> [String] { try await Self.result(on: watcher) }

  /// The same of a copy.
  static func result(on connection: Connection) async throws -> [String] {
    let result = Statement(
      name: "result",
      text: """
        select concat_ws(' ', r.state, r.fingerprint, r.population,
          (select count(*) from invoice i where i.run_id = r.run_id),
          (select sum(i.total_minor) from invoice i where i.run_id = r.run_id))
        from run r where exists (select from invoice i where i.run_id = r.run_id)
        union all select concat_ws(' ', s.format, s.next_seq) from number_series s
        order by 1
        """)
    return try await connection.query(result, []).map { try $0.string(0) }
  }
}
