// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import TestSupport
import Testing

/// Whole invoices as text: `Examples/*.case`, which `docs/BILLING.md` shows.
@Suite struct ExamplesTests {
  static let folder = PackageFolder.path + "/Tests/BillingCoreTests/Examples"

  /// The names of the examples, without their ending.
  static let names: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder)
    return (files ?? []).filter { $0.hasSuffix(".case") }.map { String($0.dropLast(5)) }.sorted()
  }()

  private func read(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
  }

  @Test("an example comes to what stands below its dashes", arguments: names)
  func example(name: String) throws {
    let path = "\(Self.folder)/\(name).case"
    let file = try CaseFile(try read(path))
    let found = CaseReport(file).text
    if ProcessInfo.processInfo.environment["UPDATE_EXAMPLES"] == nil {
      #expect(found == file.expected)
    } else {
      try Data("\(file.given)\n--\n\(found)".utf8).write(to: URL(filePath: path))
    }
  }

  @Test("there are examples")
  func some() {
    #expect(Self.names.count >= 25)
  }

  @Test("docs/BILLING.md shows examples as they are, and names the others")
  func shown() throws {
    let page = try read(PackageFolder.path + "/docs/BILLING.md")
    var shown: [String: String] = [:]
    for block in page.components(separatedBy: "```case ").dropFirst() {
      let name = block.prefix { $0 != "\n" }
      let text = block.dropFirst(name.count + 1)
      shown[String(name)] = String(text.components(separatedBy: "```").first ?? "")
    }
    #expect(shown.count >= 20)
    for (name, text) in shown {
      try #require(Self.names.contains(name), "\(name)")
      #expect(text == (try read("\(Self.folder)/\(name).case")), "\(name)")
    }
    for name in Self.names { #expect(page.contains(name), "\(name)") }
  }

  @Test(
    "a line that means nothing is refused",
    arguments: [
      "today tomorrow", "plan Pro", "plan Pro  49.00 fortnightly", "wish  more",
      "discount 10%  of Pro",
      "used Pro  2026-01-01..2026-02-01  5", "customer ACME  XXX", "pending setup  1.00  someday",
      "credit 5.00  luck",
    ])
  func unreadable(line: String) {
    #expect(throws: CaseFile.Unreadable.self) { try CaseFile("customer A  usd\n\(line)\n--\n") }
  }
}
