// SPDX-License-Identifier: Apache-2.0
import Foundation
import Postgres
import TestSupport
import Testing

/// Every file of `sql/queries` against the migrated schema: a renamed column fails with the file's name.
@Suite struct QueriesTests {
  @Test("every query prepares, or takes in rows when it is a COPY")
  func prepare() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      for (name, text) in try Self.queries {
        do {
          if name.hasPrefix("import_") {
            try await Self.prepareImport(name, text, on: connection)
          } else if text.hasPrefix("copy ") {
            try await connection.copyNothing(text)
          } else {
            try await connection.run(script: "prepare \"\(name)\" as \(text)")
          }
        } catch let error as PostgresError {
          Issue.record("\(name): \(error)")
        }
      }
    }
  }

  /// Prepares a statement of the import, which counts on the staging tables of its transaction.
  private static func prepareImport(
    _ name: String, _ text: String, on connection: Connection
  ) async throws {
    let open = PackageFolder.path + "/sql/queries/import_open.sql"
    let tables = try String(contentsOf: URL(filePath: open), encoding: .utf8)
    if text.hasPrefix("copy ") { return }  // run by every test of the import
    // Scripts and analyze are no statements that could be prepared: they run.
    let isScript = ["import_open", "import_analyze", "import_analyze_lines"].contains(name)
    let body = isScript ? (name == "import_open" ? "" : text) : "prepare \"\(name)\" as \(text)"
    do {
      try await connection.run(script: "begin; \(tables); \(body); rollback")
    } catch {
      try await connection.run(script: "rollback")
      throw error
    }
  }

  @Test("a query says at its head what it does, what it takes and what it gives")
  func heads() throws {
    for (name, text) in try Self.files where !text.hasPrefix("--") {
      Issue.record("\(name).sql begins without a comment")
    }
  }

  private static var files: [(name: String, text: String)] {
    get throws {
      let folder = PackageFolder.path + "/sql/queries"
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      return try names.filter { $0.hasSuffix(".sql") }.map { file in
        (
          String(file.dropLast(4)),
          try String(contentsOf: URL(filePath: "\(folder)/\(file)"), encoding: .utf8)
        )
      }
    }
  }

  /// The statements without the comments above them.
  private static var queries: [(name: String, text: String)] {
    get throws {
      try files.map { name, text in
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return (name, lines.drop { $0.hasPrefix("--") }.joined(separator: "\n"))
      }
    }
  }
}

extension Connection {
  /// Copies no rows, which fails when a table or column does not exist.
  fileprivate func copyNothing(_ statement: String) throws {
    var buffer = CopyBuffer()
    try copyIn(statement, &buffer)
  }
}
