// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A text file of the package, with its path from the package's root.
struct TreeFile: Sendable {
  let path: String
  let text: String
  /// The lines in order, without their line ends.
  let lines: [String]
  /// Of a Swift file, the lines with comments and strings blanked out.
  let codeLines: [String]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    lines = Self.lines(of: text)
    codeLines = path.hasSuffix(".swift") ? Self.lines(of: SwiftText(text).only(.code)) : []
  }

  private static func lines(of text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// The path's last part.
  var name: String { String(path.split(separator: "/").last ?? "") }

  /// The last part without its ending.
  var stem: String { String(name.split(separator: ".").first ?? "") }

  var isSwift: Bool { name.hasSuffix(".swift") }
  var isMarkdown: Bool { name.hasSuffix(".md") }
  var isScript: Bool {
    name.hasSuffix(".sh") || ((isBelow("scripts") || isBelow(".ci")) && !name.contains("."))
  }
  /// SQL that people write; `sql/schema.sql` is written by pg_dump.
  var isSQL: Bool { name.hasSuffix(".sql") && path != "sql/schema.sql" }

  func isBelow(_ folder: String) -> Bool { path.hasPrefix(folder + "/") }

  /// A finding of a check: the place, and what is wrong there.
  func finding(_ line: Int? = nil, _ message: String) -> String {
    line.map { "\(path):\($0): \(message)" } ?? "\(path): \(message)"
  }
}

/// The package as it lies on disk: the folders and root files that are ours, read once.
enum Tree {
  static let folders = [".ci", "Sources", "Tests", "docs", "jobs", "scripts", "sql"]

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .resolvingSymlinksInPath()

  static let files: [TreeFile] = paths().sorted().compactMap { path in
    let contents = try? String(contentsOf: root.appending(path: path), encoding: .utf8)
    return contents.map { TreeFile(path: path, text: $0) }
  }

  static let swift = files.filter(\.isSwift)
  static let sources = swift.filter { $0.isBelow("Sources") }
  static let markdown = files.filter(\.isMarkdown)

  static func file(_ path: String) -> TreeFile? { files.first { $0.path == path } }

  private static func paths() -> [String] {
    let ours = folders.flatMap { folder in
      subpaths(of: folder).map { "\(folder)/\($0)" }
    }
    let notOurs: Set = [".git", "Package.resolved"]
    let atRoot = try? FileManager.default.contentsOfDirectory(atPath: root.path)
    return ours + (atRoot ?? []).filter { !notOurs.contains($0) && !folders.contains($0) }
  }

  private static func subpaths(of folder: String) -> [String] {
    let folder = root.appending(path: folder).path
    return (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
  }
}

/// Fails with all the findings of a check, one a line.
func expectNone(_ findings: [String], sourceLocation: SourceLocation = #_sourceLocation) {
  guard !findings.isEmpty else { return }
  let list = findings.joined(separator: "\n")
  Issue.record("\(findings.count) found\n\(list)", sourceLocation: sourceLocation)
}

@Suite struct TreeTests {
  @Test("the tree that the other checks read is there")
  func treeIsRead() {
    #expect(Tree.file("Package.swift") != nil)
    #expect(Tree.file("Tests/TidyTests/Tree.swift") != nil)
    #expect(!Tree.sources.isEmpty)
    #expect(!Tree.files.contains { $0.path.contains(".build") })
  }
}
