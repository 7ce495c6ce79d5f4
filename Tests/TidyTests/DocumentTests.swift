// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite struct DocumentTests {
  @Test("each Markdown file has exactly one title")
  func titles() {
    expectNone(Tree.markdown.flatMap(Documents.wrongTitles))
  }

  @Test("a missing and a second title are found")
  func titlesFound() {
    func count(_ text: String) -> Int {
      Documents.wrongTitles(in: TreeFile(path: "a.md", text: text)).count
    }
    #expect(count("# One\n\n## Two\n\n```\n# a comment\n```\n") == 0)
    #expect(count("# One\n\n# Two\n") == 1)
    #expect(count("## Two\n\n#hash\n") == 1)
  }

  @Test("each issue code is in the run book")
  func issueCodes() {
    let codes = Documents.issueCodes(in: Tree.file(Documents.issues)?.text ?? "")
    #expect(!codes.isEmpty, "no code found in \(Documents.issues)")
    expectNone(Documents.undocumented(codes, in: Tree.file(Documents.runBook)?.text ?? ""))
  }

  @Test("an issue code that the run book lacks is found")
  func issueCodesFound() {
    let text = #"""
      enum Issue {
        /// Stable, for example "not_this_one".
        var code: String {
          switch self {
          case .tax: "tax_rate_missing"  // "nor_this_one"
          case .plan(let plan): if plan.isEmpty { "plan_empty" } else { "plan_broken" }
          }
        }
        var message: String { "no rate" }
      }
      """#
    let codes = Documents.issueCodes(in: text)
    #expect(codes == ["tax_rate_missing", "plan_empty", "plan_broken"])
    #expect(
      Documents.undocumented(codes, in: "| `tax_rate_missing` | … |\n| `plan_empty_too` | … |") == [
        "plan_empty is not in docs/OPERATIONS.md", "plan_broken is not in docs/OPERATIONS.md",
      ])
  }

  @Test("the package depends on the packages that were chosen, and no other")
  func dependencies() {
    let packages = Documents.dependencies(in: Tree.file("Package.swift")?.text ?? "")
    #expect(
      packages == [
        "Yams", "hummingbird", "swift-argument-parser", "swift-http-types", "swift-log",
        "swift-mustache", "swift-nio", "swift-nio-extras", "swift-service-lifecycle",
      ])
  }

  @Test("a dependency is found, however it is written")
  func dependenciesFound() {
    let text = #"""
      // .package(url: "https://example.org/not-this-one", from: "1.0.0")
      .package(url: "https://example.org/one.git", from: "1.0.0"),
      .package(
        name: "Two", path: "../two"),
      .package(id: "org.three", exact: "1.0.0"),
      """#
    #expect(Documents.dependencies(in: text) == ["one", "org.three", "two"])
  }
}

/// The checks of what the documents and the manifest say.
enum Documents {
  static let issues = "Sources/BillingCore/Invoicing/Issue.swift"
  static let runBook = "docs/OPERATIONS.md"

  static func wrongTitles(in file: TreeFile) -> [String] {
    var isFenced = false
    var titles = 0
    for line in file.lines {
      if line.hasPrefix("```") { isFenced.toggle() }
      if !isFenced, line.hasPrefix("# ") { titles += 1 }
    }
    return titles == 1 ? [] : [file.finding(nil, "\(titles) titles, expected one")]
  }

  /// The string literals in the body of a property named `code`, in order.
  static func issueCodes(in text: String) -> [String] {
    let lines = SwiftText(text).only(.code, .string).split(
      separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(where: { $0.contains("var code: String {") }) else {
      return []
    }
    let indent = lines[start].prefix { $0 == " " }
    let end = lines[start...].firstIndex { $0.hasPrefix(indent + "}") } ?? lines.endIndex
    return lines[start..<end].flatMap { quoted(in: $0) }
  }

  static func undocumented(_ codes: [String], in runBook: String) -> [String] {
    codes.filter { !runBook.contains("`\($0)`") }.map { "\($0) is not in \(Self.runBook)" }
  }

  /// The names of a manifest's dependencies in order: the last part of each one's address.
  static func dependencies(in manifest: String) -> [String] {
    let text = SwiftText(manifest).only(.code, .string)
    return text.split(separator: ".package(").dropFirst().compactMap { call in
      let place = ["url:", "path:", "id:"].compactMap { call.firstRange(of: $0) }.first
      let address = place.flatMap { quoted(in: call[$0.upperBound...]).first }
      let name = address?.split(separator: "/").last.map(String.init)
      return name.map { $0.hasSuffix(".git") ? String($0.dropLast(4)) : $0 }
    }.sorted()
  }

  /// What stands between quotes; the text has no comments and no escapes.
  private static func quoted(in text: Substring) -> [String] {
    let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
    return parts.indices.filter { !$0.isMultiple(of: 2) }.map { String(parts[$0]) }
  }
}
