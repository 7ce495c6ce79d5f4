// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite struct ImportTests {
  @Test("each module imports what it may")
  func imports() {
    expectNone(Tree.swift.flatMap(Imports.forbidden))
  }

  @Test("each module of the sources is in the table")
  func modules() {
    let folders = Set(Tree.sources.compactMap { $0.path.split(separator: "/").dropFirst().first })
    #expect(folders.subtracting(Imports.allowed.keys.map { $0.dropFirst(8) }).isEmpty)
  }

  struct Row: CustomTestStringConvertible {
    let path: String
    let text: String
    let count: Int

    var testDescription: String { "\(path): \(text)" }
  }

  @Test(
    "a forbidden import is found",
    arguments: [
      Row(path: "Sources/BillingCore/A.swift", text: "import Glibc", count: 1),
      Row(path: "Sources/BillingCore/A.swift", text: "// import Glibc", count: 0),
      Row(path: "Sources/Postgres/A.swift", text: "internal import CLibPQ", count: 0),
      Row(path: "Sources/Postgres/A.swift", text: "import BillingCore", count: 1),
      Row(path: "Sources/BillRun/Store/A.swift", text: "@preconcurrency import CLibPQ", count: 1),
      Row(path: "Sources/Transport/A.swift", text: "import CCurl", count: 0),
      Row(path: "Sources/Transport/A.swift", text: "import Postgres", count: 1),
      Row(path: "Sources/BillRun/A.swift", text: "import CCurl", count: 1),
      Row(path: "Sources/BillRun/A.swift", text: "public import struct Logging.Logger", count: 0),
      Row(path: "Sources/BillRunCLI/A.swift", text: "import struct Yams.Node", count: 1),
      Row(path: "sql/SQLFiles.swift", text: "import BillRun", count: 1),
      Row(path: "Tests/PostgresTests/A.swift", text: "import CLibPQ", count: 0),
      Row(path: "Tests/BillRunTests/A.swift", text: "import CLibPQ", count: 1),
      Row(path: "Tests/PostgresTests/A.swift", text: "@testable import Postgres", count: 0),
    ])
  func importsFound(row: Row) {
    #expect(Imports.forbidden(in: TreeFile(path: row.path, text: row.text)).count == row.count)
  }
}

/// The check of who may import whom.
enum Imports {
  /// The modules that the files of a folder may import.
  static let allowed: [String: Set<Substring>] = [
    "Sources/BillingCore": [],
    "Sources/Postgres": ["CLibPQ", "CLibCrypto", "Dispatch", "Glibc", "Synchronization"],
    "Sources/Transport": ["CCurl", "CLibCrypto", "Dispatch", "Synchronization"],
    "Sources/Documents": ["BillingCore", "CPango", "Mustache", "Yams", "FoundationEssentials"],
    "sql": [],
    "Sources/BillRun": [
      "BillingCore", "Documents", "Postgres", "SQLFiles", "Transport", "Logging", "Yams",
      "FoundationEssentials", "Dispatch",
      "Glibc", "Synchronization",
    ],
    "Sources/BillRunCLI": [
      "BillRun", "BillingCore", "Postgres", "ArgumentParser", "Logging", "FoundationEssentials",
      "Dispatch", "Glibc",
    ],
    "Sources/BillRunHTTP": [
      "Dispatch", "BillRun", "BillingCore", "Postgres", "HTTPTypes", "Hummingbird",
      "HummingbirdCore",
      "Logging", "NIOCore", "NIOHTTPTypes", "ServiceLifecycle", "FoundationEssentials",
      "Synchronization",
    ],
    "Sources/BillRunServe": ["BillRun", "BillRunHTTP", "ArgumentParser", "Logging", "Glibc"],
    "Tests/BillRunHTTPTests": [
      "BillRun", "BillRunHTTP", "BillingCore", "Postgres", "TestSupport", "Testing", "Foundation",
      "Logging", "Synchronization",
    ],
    "Tests/PostgresTests": ["CLibPQ", "Postgres", "TestSupport", "Testing", "Foundation", "Glibc"],
    "Tests": [
      "BillingCore", "Documents", "Postgres", "SQLFiles", "Transport", "BillRun", "TestSupport",
      "Testing", "Foundation",
      "FoundationEssentials", "Logging", "Dispatch", "Glibc", "Synchronization",
    ],
  ]

  static func forbidden(in file: TreeFile) -> [String] {
    let tables = allowed.filter { file.isBelow($0.key) }
    guard let allowed = tables.max(by: { $0.key.count < $1.key.count })?.value else { return [] }
    return file.codeLines.enumerated().compactMap { index, code in
      guard let module = module(importedBy: code), !allowed.contains(module) else { return nil }
      return file.finding(index + 1, "may not import \(module)")
    }
  }

  /// The module that a line of code imports, if it does.
  private static func module(importedBy code: String) -> Substring? {
    let access: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    let kinds: Set<Substring> = [
      "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
    ]
    let words = code.split(separator: " ").drop { access.contains($0) || $0.hasPrefix("@") }
    guard words.first == "import" else { return nil }
    return words.dropFirst().drop { kinds.contains($0) }.first?.split(separator: ".").first
  }
}
