// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import Postgres
import TestSupport

/// What the tests of the import have in common: files, and imports on a fixed moment.
enum ImportBooks {
  /// A small file with every object.
  static let small = PackageFolder.path + "/Tests/Books/small.jsonl"

  /// 2026-11-21 12:00 UTC.
  static let now: Int64 = 1_795_262_400

  /// Imports files.
  static func run(
    _ files: [String], on connection: Connection, refused: String? = nil, listed: Int = 1000,
    _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> ImportReport {
    var options = ImportOptions(refusedFile: refused, listedErrors: listed, now: now)
    change(&options)
    return try await Importer().run(files: files, options: options, on: connection)
  }

  /// Writes text to a file of its own that the body may read.
  static func withFile<Value>(
    _ text: String, named suffix: String = "lines.jsonl",
    _ body: (String) async throws -> Value
  ) async throws -> Value {
    try await withFile(Data(text.utf8), named: suffix, body)
  }

  /// Writes bytes to a file of its own that the body may read.
  static func withFile<Value>(
    _ bytes: Data, named suffix: String, _ body: (String) async throws -> Value
  ) async throws -> Value {
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID())-\(suffix)")
    try bytes.write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try await body(url.path)
  }

  /// Imports lines of text.
  static func run(
    lines: String, on connection: Connection, refused: String? = nil,
    _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> ImportReport {
    try await withFile(lines) { try await run([$0], on: connection, refused: refused, change) }
  }

  /// The one value of a query, as text.
  static func value(_ sql: String, on connection: Connection) async throws -> String? {
    let rows = try await connection.query(Statement(name: sql, text: sql), [])
    return rows.isEmpty ? nil : try rows.optionalString(0, 0)
  }
}
