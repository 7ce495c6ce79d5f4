// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import TestSupport
import Testing

@testable import BillingCore

@Suite struct BillingRuleTests {
  @Test("docs/BILLING.md has every rule below its heading", arguments: BillingRule.allCases)
  func isOnThePage(rule: BillingRule) throws {
    let page = String(
      decoding: try Data(contentsOf: URL(filePath: PackageFolder.path + "/docs/BILLING.md")),
      as: UTF8.self)
    let parts = rule.name.components(separatedBy: ": ")
    try #require(parts.count == 2)
    let section = page.components(separatedBy: "\n## ").first { $0.hasPrefix(parts[0] + "\n") }
    let isBold = ["\(parts[1])**", "\(parts[1]).**"].contains {
      section?.contains("**" + $0) ?? false
    }
    #expect(isBold, "\(rule.name)")
    #expect(!rule.paragraph.isEmpty)
  }
}
