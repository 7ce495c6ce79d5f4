// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Postgres

extension PostgresTests {
  @Suite struct SessionRequestTests {
    private func failure(_ url: String) async throws -> PostgresError {
      do {
        _ = try await Connection(url, searchPath: "public", applicationName: "PostgresTests")
      } catch let error as PostgresError {
        #expect(!error.message.contains { $0.isNewline })
        #expect(!error.message.contains("LOCATION"))
        return error
      }
      throw Connected()
    }

    private struct Connected: Error {}

    @Test("no server is a connection loss, told in one line")
    func noServer() async throws {
      for url in ["host=/nowhere", "postgres://127.0.0.1:1/none", "host=127.0.0.1,::1 port=1"] {
        let error = try await failure(url)
        #expect(error.isConnectionLoss)
        #expect(!error.isAuthenticationFailure)
        #expect(error.message.contains("connection to server"))
      }
    }

    @Test("a role that the server refuses is an authentication failure, told in one line")
    func refusedRole() async throws {
      let error = try await failure(Server.url(with: "user=postgres_test_nobody"))
      #expect(error.isAuthenticationFailure)
      #expect(!error.isConnectionLoss)
      #expect(!error.message.contains(error.sqlState))
      #expect(error.message.contains("postgres_test_nobody"))
    }

    @Test("a database that does not exist has its SQLSTATE")
    func noDatabase() async throws {
      let error = try await failure(Server.url(with: "dbname=postgres_test_nothing"))
      #expect(error.sqlState == "3D000")
    }

    @Test("a malformed URL is an error, and does not show what it quotes")
    func malformed() async throws {
      let wrong = ["postgres://user:top/secret@host", "password=top secret", "nothing=1"]
      for url in wrong {
        let error = try await failure(url)
        #expect(!error.description.contains("secret"))
        #expect(!error.description.contains("top"))
        #expect(error.sqlState == "22023" && !error.isConnectionLoss)
      }
    }

    @Test("a setting that the server refuses is an error of `set`")
    func wrongSetting() async throws {
      await #expect {
        _ = try await Connection(
          Server.url, searchPath: "public", applicationName: "PostgresTests",
          settings: ["no_such_setting": "1"])
      } throws: {
        let error = $0 as? PostgresError
        return error?.sqlState == "42704" && error?.statement == "set"
      }
    }

    @Test(
      "an identifier is quoted", arguments: [("a", "\"a\""), ("a\"b", "\"a\"\"b\""), ("", "\"\"")])
    func quoting(_ name: String, _ expected: String) {
      #expect(quotedIdentifier(name) == expected)
    }
  }
}
