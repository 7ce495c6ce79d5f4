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
    "it has each attribute, parameter and endpoint of both documents",
    .enabled(if: SharedFolder.path != nil, "no shared folder"))
  func whole() throws {
    let folder = URL(filePath: try #require(SharedFolder.path)).appending(path: "seeds")
    let page = try Self.text("docs/SEEDS.md")
    let names = Self.names(in: page)
    let first = try String(
      contentsOf: folder.appending(path: "invoiced-invoicing.md"), encoding: .utf8)
    var attributes = 0
    for line in first.split(separator: "\n") where line.hasPrefix("**") {
      let name = line.dropFirst(2).prefix { $0 != "*" }
      attributes += 1
      #expect(names.contains(String(name)), "\(line)")
    }
    #expect(attributes == 99)
    for line in first.split(separator: "\n") {
      let endpoint = line.replacing("`", with: "")
      guard ["GET /", "POST /", "PATCH /", "DELETE /"].contains(where: endpoint.hasPrefix) else {
        continue
      }
      #expect(page.contains("`\(endpoint)`"), "\(endpoint)")
    }
    let second = try String(
      contentsOf: folder.appending(path: "zuora-invoices.txt"), encoding: .utf8)
    let operations = second.split(separator: "- [").dropFirst()
    #expect(operations.count == 13)
    for operation in operations {
      let words = operation.prefix { $0 != "]" }.split(separator: " ")
      let last = words[1].split(separator: "/").last ?? ""
      #expect(page.contains("\(words[0]) ") && page.contains(last), "\(words)")
    }
  }
}
