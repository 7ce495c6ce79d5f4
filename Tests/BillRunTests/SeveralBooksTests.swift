// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// Two sets of books in one database.
struct SeveralBooksTests {
  /// What a day does, and what it comes to: fingerprints, and counts of what was done.
  private static let day = [
    "run --as-of 2026-09-30 --only bill", "charge --as-of 2026-09-30", "chase --as-of 2026-10-31",
    "send",
  ]

  @Test("two at work at the same time do what each does alone, and touch nothing of each other")
  func atOnce() async throws {
    let seeds = ["east": 1, "west": 2]
    var alone: [String: [String]] = [:]
    for (schema, seed) in seeds {
      alone[schema] = try await withTemporaryDatabase(migrated: false) { database in
        try await Self.fill(schema, seed, database)
        return try await Self.work(schema, database)
      }
    }
    let wanted = alone
    try await withTemporaryDatabase(migrated: false) { database in
      for (schema, seed) in seeds { try await Self.fill(schema, seed, database) }
      let found = try await withThrowingTaskGroup(of: (String, [String]).self) { group in
        for schema in seeds.keys {
          group.addTask { (schema, try await Self.work(schema, database)) }
        }
        return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      #expect(found == wanted)
      let shell = Shell(database: database.url)
      for schema in seeds.keys {
        let verified = try await shell.run("billrun verify --schema \(schema)")
        #expect(verified.status == 0, "\(verified.output)")
      }
    }
  }

  @Test("the lock of one set of books is none of another's")
  func locks() async throws {
    try await withTemporaryDatabase(migrated: false) { database in
      let shell = Shell(database: database.url)
      for schema in ["east", "west"] { try await Self.fill(schema, 1, database, customers: 20) }
      let held = try await Database(url: database.url, schema: "east").connect()
      // What east's run would write first is held up, and its lock held meanwhile.
      try await held.run(script: "begin; lock table run in share mode")
      async let waiting = shell.run("billrun run --as-of 2026-09-30 --only bill --schema east")
      let locked = Statement(
        name: "locked",
        text: "select count(*) > 0 from pg_locks where locktype = 'advisory' and database = "
          + "(select oid from pg_database where datname = current_database())")
      var isAtWork = false
      for _ in 0..<300 where !isAtWork {
        isAtWork = try await held.query(locked, []).bool(0, 0)
        if !isAtWork { try await Task.sleep(for: .milliseconds(50)) }
      }
      #expect(isAtWork)
      let refused = try await shell.run("billrun run --as-of 2026-09-30 --only bill --schema east")
      #expect(refused.status == 75, "\(refused.story)")
      let other = try await shell.run("billrun run --as-of 2026-09-30 --only bill --schema west")
      #expect([0, 65].contains(other.status), "\(other.story)")
      try await held.run(script: "commit")
      let first = try await waiting
      #expect([0, 65].contains(first.status), "\(first.story)")
    }
  }

  private static func fill(
    _ schema: String, _ seed: Int, _ database: TemporaryDatabase, customers: Int = 300
  ) async throws {
    let made = try await Shell(database: database.url).run(
      "billrun migrate up --schema \(schema) && billrun demo --customers \(customers)"
        + " --seed \(seed) | billrun import --schema \(schema) -")
    #expect(made.status == 0, "\(made.story)")
  }

  private static func work(
    _ schema: String, _ database: TemporaryDatabase
  ) async throws -> [String] {
    let shell = Shell(database: database.url)
    var found: [String] = []
    for command in day {
      let outcome = try await shell.run("billrun \(command) --schema \(schema) --json")
      #expect([0, 65].contains(outcome.status), "\(schema) \(command): \(outcome.story)")
      found += outcome.output.split(separator: "\"").map(String.init).filter {
        $0.hasPrefix("sha256:")
      }
    }
    let connection = try await Database(url: database.url, schema: schema).connect()
    let counts = try await connection.query(
      Statement(
        name: "counts",
        text: """
          select concat_ws(' ', state, currency, count(*), sum(amount_minor)) from payment_attempt
          group by state, currency
          union all select concat_ws(' ', 'step', action, state, count(*)) from chase_step
          group by action, state
          union all select concat_ws(' ', 'message', channel, template, count(*)) from message
          group by channel, template
          union all select concat_ws(' ', 'owed', currency, sum(total_minor - settled_minor))
          from invoice group by currency
          order by 1
          """), [])
    found += try counts.map { try $0.string(0) }
    await connection.close()
    return found
  }
}
