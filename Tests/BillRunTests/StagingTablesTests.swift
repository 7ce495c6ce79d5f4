// SPDX-License-Identifier: Apache-2.0
import Postgres
import SQLFiles
import TestSupport
import Testing

@testable import BillRun

@Suite struct StagingTablesTests {
  private static let fill = Statement(
    name: "fill",
    text: """
      insert into import_text (line, content)
      select i, convert_to(repeat('x', 100), 'UTF8') from generate_series(1, 5000) i
      """)
  private static let sizes = Statement(
    name: "sizes",
    text: """
      select pg_relation_size('import_text'), (select count(*) from import_text),
        (select count(*) from import_field)
      """)

  private static func look(_ connection: isolated Connection) throws -> [Int64] {
    let rows = try connection.query(sizes, [])
    return try (0..<3).map { try rows.int64(0, $0) }
  }

  @Test("a session's staging tables are emptied, and give back their places once they are worn")
  func worn() async throws {
    try await withBooks { books in
      try await books.connection.transaction { connection in
        try StagingTables.open(forMany: false, on: connection)
        let fresh = try Self.look(connection)
        #expect(fresh[0] == 0 && fresh[1] == 0 && fresh[2] > 100)
        try connection.execute(Self.fill, [])
        try StagingTables.open(forMany: false, on: connection)
        let emptied = try Self.look(connection)
        #expect(emptied[0] > 500_000 && emptied[1] == 0 && emptied[2] == fresh[2])
        // The second use is behind us: the table goes from its thousandth on.
        for _ in 2..<1_001 { try StagingTables.open(forMany: false, on: connection) }
        #expect(try Self.look(connection) == fresh)
      }
    }
  }
}
