// SPDX-License-Identifier: Apache-2.0
import Postgres
import TestSupport
import Testing

/// A dump that was made while a run was at work.
@Suite(.enabled(if: Peer.isExecutable("pg_dump"), "no pg_dump: apt-get install postgresql-client"))
struct RestoreTests {
  @Test("restored elsewhere the run is finished, verify is clean, and nobody is charged unasked")
  func busy() async throws {
    try await withTemporaryDatabase { database in
      let run = try await HeldRun(database)
      let original = Shell(database: database.url)
      let before = try await original.run(
        "billrun run --as-of 2026-08-31 --only bill --seller us; billrun charge --as-of 2026-08-31")
      #expect([0, 65].contains(before.status), "\(before.story)")
      try await run.hold()
      try await run.start("opener", "--lanes 1")
      try await withTemporaryDatabase(migrated: false) { copy in
        let folder = try TemporaryFolder()
        let dumped = try await original.run(
          "pg_dump -n billing -f \(folder.path)/dump '\(database.url)'"
            + " && psql -q -v ON_ERROR_STOP=1 -f \(folder.path)/dump '\(copy.url)'")
        #expect(dumped.status == 0, "\(dumped.story)")
        try await run.goOn()
        #expect([0, 65].contains(try await run.end(of: "opener").status))

        let shell = Shell(database: copy.url)
        #expect(try await shell.run("billrun check").status == 0)
        let finished = try await shell.run("billrun \(HeldRun.command)")
        #expect([0, 65].contains(finished.status), "\(finished.story)")
        let wanted = try await run.result()
        expectSame(try await HeldRun.result(on: copy.connect()), wanted)
        let verified = try await shell.run("billrun verify")
        #expect(verified.status == 0, "\(verified.output)")

        let refused = try await shell.run("billrun charge --as-of 2026-09-30")
        #expect(refused.status == 78, "\(refused.story)")
        #expect(refused.story.contains("verify --gateway"))
      }
    }
  }
}
