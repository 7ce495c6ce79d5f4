// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// That docs/SEEDS.md is true, and has all of the two API documents.
@Suite struct SeedsTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// What stands in backticks.
  private static func names(in text: String) -> Set<String> {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    return Set(parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0]) })
  }

  @Test("each suite that it names is there, and each command in the help")
  func named() throws {
    let names = Self.names(in: try Self.text("docs/SEEDS.md"))
    let files = FileManager.default.enumerator(
      at: Self.root.appending(path: "Tests"), includingPropertiesForKeys: nil)
    let suites = Set(
      (files?.allObjects ?? []).compactMap {
        ($0 as? URL)?.deletingPathExtension().lastPathComponent
      })
    let named = names.filter { $0.hasSuffix("Tests") }
    #expect(named.count > 5)
    #expect(named.subtracting(suites) == [])
    let help = try Self.text("Tests/BillRunCLITests/Transcripts/help.txt")
    let commands = names.filter { $0.hasPrefix("billrun invoice ") }
    #expect(commands.count > 10)
    for command in commands {
      let word = command.split(separator: " ")[2]
      #expect(help.contains("\n  \(word) "), "\(command)")
    }
  }

  @Test(
    "it has a row for each endpoint, attribute and parameter of both documents, with its type",
    .enabled(if: SharedFolder.path != nil, "no shared folder"))
  func whole() throws {
    let folder = URL(filePath: try #require(SharedFolder.path)).appending(path: "seeds")
    let lines = try Self.text("docs/SEEDS.md").split(separator: "\n")
    func expectRow(_ start: String, _ section: String = "") {
      let rows = lines.drop { !section.isEmpty && $0 != "## \(section)" }.dropFirst()
        .prefix { section.isEmpty || !$0.hasPrefix("## ") }.filter { $0.hasPrefix(start) }
      #expect(rows.count == 1, "\(section): \(start)")
      #expect(rows.allSatisfy { $0.contains("`SeedEndpointTests`") }, "\(start)")
    }
    let first = try String(
      contentsOf: folder.appending(path: "invoiced-invoicing.md"), encoding: .utf8)
    var (heading, rows, endpoints) = ("", 0, 0)
    for line in first.split(separator: "\n") {
      if line.hasPrefix("## ") { heading = String(line.dropFirst(3)) }
      if let row = line.firstMatch(of: /^\*\*(\w+)\*\* \|? ?\*(\w+)\*/) {
        rows += 1
        if let word = Self.words[heading] {
          expectRow("| \(word) | `\(row.1)` | \(row.2) |", "Invoiced: parameters")
        } else {
          expectRow("| `\(row.1)` | \(row.2) ", "Invoiced: the \(heading.lowercased())")
        }
      }
      if let endpoint = line.firstMatch(of: /^`(GET|POST|PATCH|DELETE) \/.*`$/) {
        endpoints += 1
        expectRow("| \(endpoint.0) ")
      }
    }
    #expect(rows == 99 && endpoints == 8)
    let second = try String(
      contentsOf: folder.appending(path: "zuora-invoices.txt"), encoding: .utf8)
    let operations = second.matches(of: /## ([A-Z][a-z ]+) - \[([A-Z]+ [^\]]+)\]/)
    #expect(operations.count == 13)
    for operation in operations {
      let rows = lines.filter { $0.hasPrefix("| ") && $0.contains(", `\(operation.2)`") }
      #expect(rows.count == 1, "\(operation.2)")
      let word = operation.1.prefix { $0 != " " }
      #expect(rows.allSatisfy { $0.hasPrefix("| \(word)") }, "\(rows)")
      #expect(
        rows.allSatisfy { $0.contains("below `/zuora`: `SeedEndpointTests`") }, "\(rows)")
    }
  }

  /// What the endpoints with parameters are called in the table of those.
  private static let words = [
    "Create an invoice": "create", "Retrieve an invoice": "retrieve",
    "Update an invoice": "update", "Send an invoice": "send", "List all invoices": "list",
  ]
}
