// SPDX-License-Identifier: Apache-2.0
import Postgres
import Testing

extension PostgresTests {
  @Suite struct CancelHandleTests {
    @Test("a statement that runs is canceled from another task, and the connection stays usable")
    func cancels() async throws {
      let connection = try await Server.connect()
      let sleep = Statement(name: "sleep", text: "select pg_sleep(60)::text")
      let time = await ContinuousClock().measure {
        await #expect {
          try await withThrowingTaskGroup { group in
            group.addTask { _ = try await connection.query(sleep, []) }
            try await Task.sleep(for: .milliseconds(300))
            connection.cancel()
            try await group.waitForAll()
          }
        } throws: {
          ($0 as? PostgresError)?.isCanceled == true
        }
      }
      #expect(time < .seconds(20))
      let one = Statement(name: "one", text: "select 1")
      try await #expect(connection.query(one, []).int32(0, 0) == 1)
    }

    @Test("an idle session is not hurt by a cancel")
    func idle() async throws {
      let connection = try await Server.connect()
      connection.cancel()
      let one = Statement(name: "one", text: "select 1")
      try await #expect(connection.query(one, []).int32(0, 0) == 1)
    }
  }
}
