// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite struct PairTests {
  @Test("each file of the core has its twin among the tests")
  func twins() {
    let sources = Tree.sources.filter { $0.isBelow("Sources/BillingCore") }
    let tests = Tree.swift.filter { $0.isBelow("Tests/BillingCoreTests") }
    #expect(!sources.isEmpty)
    expectNone(Pairs.withoutTwin(sources, among: tests))
  }

  @Test("a file without a twin is found")
  func twinsFound() {
    let names = ["Money", "Money+Text", "Ratio", "Period+Text"]
    let sources = names.map { TreeFile(path: "Sources/BillingCore/Values/\($0).swift", text: "") }
    let tests = [TreeFile(path: "Tests/BillingCoreTests/Values/MoneyTests.swift", text: "")]
    #expect(
      Pairs.withoutTwin(sources, among: tests) == [
        "Sources/BillingCore/Values/Ratio.swift: no RatioTests.swift",
        "Sources/BillingCore/Values/Period+Text.swift: no PeriodTests.swift",
      ])
  }

  @Test("each SQL file is named exactly once in SQLFiles.swift")
  func sqlFiles() {
    let files = Tree.files.filter { $0.isBelow("sql/queries") || $0.isBelow("sql/migrations") }
    let names = Tree.files.filter { $0.path.hasPrefix("sql/SQLFiles") }.map(\.text).joined()
    expectNone(Pairs.notNamedOnce(files, in: names))
  }

  @Test("an SQL file that is named never or twice is found")
  func sqlFilesFound() {
    let names = ["claim_accounts", "write_lines", "load_lines"]
    let files = names.map { TreeFile(path: "sql/queries/\($0).sql", text: "") }
    let text = """
      static let claim = text(PackageResources.claim_accounts_sql)
      // PackageResources.write_lines_sql, re_load_lines_sql
      let a = load_lines_sql, b = load_lines_sql
      """
    #expect(
      Pairs.notNamedOnce(files, in: text) == [
        "sql/queries/write_lines.sql: named 0 times in SQLFiles.swift",
        "sql/queries/load_lines.sql: named 2 times in SQLFiles.swift",
      ])
  }

  @Test("the migrations are numbered without a gap")
  func migrations() {
    let files = Tree.files.filter { $0.isBelow("sql/migrations") }
    #expect(!files.isEmpty)
    expectNone(Pairs.misnumbered(files.map(\.name)))
  }

  @Test("a gap, a repeat and a wrong name among migrations are found")
  func migrationsFound() {
    #expect(Pairs.misnumbered(["m0002_b.sql", "m0001_a.sql", "m0003_c_d.sql"]).isEmpty)
    #expect(Pairs.misnumbered(["m0001_a.sql", "m0003_c.sql"]) == ["m0003_c.sql: expected m0002_…"])
    #expect(Pairs.misnumbered(["m0001_a.sql", "m0001_b.sql"]) == ["m0001_b.sql: expected m0002_…"])
    #expect(Pairs.misnumbered(["m0001.sql"]) == ["m0001.sql: expected m0001_…"])
    #expect(Pairs.misnumbered(["0001_a.sql"]) == ["0001_a.sql: expected m0001_…"])
  }
}

/// The checks of files that belong to one another.
enum Pairs {
  /// The sources without a test file of their name; `Type+Conformance` shares the twin of `Type`.
  static func withoutTwin(_ sources: [TreeFile], among tests: [TreeFile]) -> [String] {
    let names = Set(tests.map(\.name))
    return sources.compactMap { source in
      let type = source.stem.split(separator: "+").first ?? ""
      return names.contains("\(type)Tests.swift")
        ? nil : source.finding(nil, "no \(type)Tests.swift")
    }
  }

  /// The SQL files whose constant does not stand exactly once in the Swift text that embeds them.
  static func notNamedOnce(_ files: [TreeFile], in text: String) -> [String] {
    let words = SwiftText(text).only(.code).split { !($0.isLetter || $0.isNumber || $0 == "_") }
    return files.compactMap { file in
      let count = words.count { $0 == "\(file.stem)_sql" }
      return count == 1 ? nil : file.finding(nil, "named \(count) times in SQLFiles.swift")
    }
  }

  /// The migrations whose name does not begin with the number of their place in the order.
  static func misnumbered(_ names: [String]) -> [String] {
    names.sorted().enumerated().compactMap { index, name in
      let number = String(index + 1)
      let prefix = "m" + String(repeating: "0", count: max(0, 4 - number.count)) + number + "_"
      return name.hasPrefix(prefix) ? nil : "\(name): expected \(prefix)…"
    }
  }
}
