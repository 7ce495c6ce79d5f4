// SPDX-License-Identifier: Apache-2.0
import Foundation
import Postgres
import TestSupport
import Testing

/// Every file of `sql/queries` on the migrated schema: a renamed column fails with the file's name.
@Suite struct QueriesTests {
  @Test("every query prepares, or takes in rows when it is a COPY")
  func prepare() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      // The statements of an import stand on tables that a script makes for its transaction.
      try await connection.run(script: "begin")
      for name in Self.scripts { try await connection.run(script: Self.text(of: name)) }
      for name in try Self.names where !Self.scripts.contains(name) {
        do {
          try await connection.run(script: "savepoint query")
          try await connection.tryOut(Self.text(of: name), name: name)
        } catch let error as PostgresError {
          Issue.record("\(name): \(error)")
        }
        try await connection.run(script: "rollback to savepoint query")
      }
    }
  }

  @Test("a query says at its head what it does, what it takes and what it gives")
  func heads() throws {
    for name in try Self.names where try !Self.text(of: name).hasPrefix("--") {
      Issue.record("\(name).sql begins without a comment")
    }
  }

  /// The files that are no single statement.
  private static let scripts = [
    "import_close", "import_open", "import_shrink", "import_analyze", "import_analyze_lines",
    "import_analyze_invoices", "make_simulated_ledger", "make_gateway_charges",
    "make_bank_items", "make_manifest_lines",
  ]

  private static let folder = PackageFolder.path + "/sql/queries"

  private static var names: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        .filter { $0.hasSuffix(".sql") }.map { String($0.dropLast(4)) }
    }
  }

  private static func text(of name: String) throws -> String {
    try String(contentsOf: URL(filePath: "\(folder)/\(name).sql"), encoding: .utf8)
  }
}

extension Connection {
  /// Prepares a statement, or copies no rows: both fail when a table or column does not exist.
  fileprivate func tryOut(_ text: String, name: String) throws {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let statement = lines.drop { $0.hasPrefix("--") }.joined(separator: "\n")
    guard statement.hasPrefix("copy ") else {
      return try run(script: "prepare \"\(name)\" as \(statement)")
    }
    guard statement.contains("binary") else {
      try copyIn(text: statement) { nil }
      return
    }
    var buffer = CopyBuffer()
    try copyIn(statement, &buffer)
  }
}
