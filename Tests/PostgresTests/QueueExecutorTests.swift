// SPDX-License-Identifier: Apache-2.0
import Postgres
import Testing

extension PostgresTests {
  @Suite struct QueueExecutorTests {
    @Test("eight connections wait for the server at the same time, on however few cores")
    func parallel() async throws {
      var connections: [Connection] = []
      for _ in 0..<8 { connections.append(try await Server.connect()) }
      let sleep = Statement(name: "sleep", text: "select pg_sleep(0.5)::text")
      let time = try await ContinuousClock().measure {
        try await withThrowingTaskGroup { group in
          for connection in connections {
            group.addTask { _ = try await connection.execute(sleep, []) }
          }
          try await group.waitForAll()
        }
      }
      #expect(time >= .milliseconds(500))
      #expect(time < .milliseconds(1500))
    }
  }
}
