// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite struct TokenTests {
  @Test("no token stands where it is banned")
  func tokens() {
    expectNone(Tree.swift.flatMap(Tokens.banned))
  }

  struct Row: CustomTestStringConvertible {
    let path: String
    let text: String
    let count: Int

    var testDescription: String { "\(path): \(text)" }
  }

  @Test(
    "a banned token is found, and only that",
    arguments: [
      Row(path: "Tests/A.swift", text: "let a = try! b()", count: 1),
      Row(path: "Tests/A.swift", text: "let a = b as! C", count: 1),
      Row(path: "Tests/A.swift", text: "// try! as! and \"try!\"", count: 0),
      Row(path: "Sources/BillRun/A.swift", text: "fatalError()", count: 1),
      Row(path: "Sources/BillingCore/Values/Require.swift", text: "fatalError()", count: 0),
      Row(path: "Sources/BillRun/A.swift", text: "struct A: @unchecked Sendable {}", count: 1),
      Row(path: "Sources/BillRun/A.swift", text: "// why\nnonisolated(unsafe) let a", count: 1),
      Row(path: "Sources/Postgres/A.swift", text: "\nnonisolated(unsafe) let a", count: 1),
      Row(path: "Sources/Postgres/A.swift", text: "// why\nnonisolated(unsafe) let a", count: 0),
      Row(path: "Sources/Transport/A.swift", text: "\nnonisolated(unsafe) let a", count: 1),
      Row(path: "Sources/Transport/A.swift", text: "// why\nnonisolated(unsafe) let a", count: 0),
      Row(path: "Sources/BillingCore/A.swift", text: "import Foundation", count: 1),
      Row(path: "Sources/BillRun/Store/A.swift", text: "import FoundationEssentials", count: 1),
      Row(path: "Sources/BillRun/A.swift", text: "import FoundationEssentials", count: 0),
      Row(path: "Sources/BillingCore/A.swift", text: "let a: Double = 1", count: 1),
      Row(path: "Sources/BillRun/Store/A.swift", text: "[Float](), Decimal(1)", count: 2),
      Row(path: "Sources/BillingCore/A.swift", text: "ExactDecimal(1), DecimalText", count: 0),
      Row(path: "Sources/BillingCore/A.swift", text: "Date(), UUID(), Clock.now", count: 3),
      Row(path: "Sources/BillingCore/A.swift", text: "LocalDate(1), a.nowhere", count: 0),
      Row(path: "Sources/BillingCore/A.swift", text: "Int.random(in: a)", count: 1),
      Row(path: "Sources/BillingCore/A.swift", text: "a.randomElement()", count: 1),
      Row(path: "Sources/BillingCore/A.swift", text: "print(a)", count: 1),
      Row(path: "Sources/BillRun/A.swift", text: "print(a)", count: 1),
      Row(path: "Sources/BillRun/A.swift", text: "Swift.print(a)", count: 1),
      Row(path: "Sources/BillRun/A.swift", text: "output.print(a), fingerprint(b)", count: 0),
      Row(path: "Sources/BillRunCLI/Output.swift", text: "print(a)", count: 0),
      Row(path: "Tests/A.swift", text: "print(a)", count: 0),
      Row(path: "Sources/BillRun/A.swift", text: "getenv(\"A\")", count: 1),
      Row(path: "Sources/BillRun/A.swift", text: "ProcessInfo.processInfo.environment", count: 1),
      Row(path: "Sources/BillRun/Settings.swift", text: "unsafe getenv(\"A\")", count: 0),
      Row(path: "Sources/BillRun/A.swift", text: "Settings.environment", count: 0),
      Row(path: "Sources/BillRun/A.swift", text: "write(STDOUT_FILENO, a, 1)", count: 1),
    ])
  func tokensFound(row: Row) {
    #expect(Tokens.banned(in: TreeFile(path: row.path, text: row.text)).count == row.count)
  }

  @Test("no unfinished business and no machine's own path is in the tree")
  func marks() {
    expectNone(Tree.files.flatMap(Tokens.marks))
  }

  @Test("unfinished business and a machine's own path are found")
  func marksFound() {
    let text = "-- FIX" + "ME\n-- TO" + "DO\n-- /wo" + "rk/a\n-- ~/ro" + "ot/b\n-- network/a\n"
    #expect(Tokens.marks(in: TreeFile(path: "sql/a.sql", text: text)).count == 4)
    #expect(Tokens.marks(in: TreeFile(path: "docs/a.md", text: text)).count == 2)
  }
}

/// The checks of single words.
enum Tokens {
  /// A token, the folders it is banned in, and the files that may have it nevertheless.
  private struct Ban {
    let token: String
    let folders: [String]
    var except: [String] = []
  }

  private static let pure = ["Sources/BillingCore", "Sources/BillRun/Store"]
  private static let everywhere = ["Sources", "Tests", "sql"]
  private static let output = "Sources/BillRunCLI/Output.swift"
  private static let settings = "Sources/BillRun/Settings.swift"

  private static let bans = [
    Ban(token: "import Foundation", folders: pure),
    Ban(token: "import FoundationEssentials", folders: pure),
    Ban(token: "Double", folders: pure),
    Ban(token: "Float", folders: pure),
    Ban(token: "Decimal", folders: pure),
    Ban(token: "Date(", folders: pure),
    Ban(token: "UUID(", folders: pure),
    Ban(token: ".now", folders: pure),
    Ban(token: "random", folders: pure),
    Ban(token: "randomElement", folders: pure),
    Ban(token: "shuffled", folders: pure),
    Ban(token: "SystemRandomNumberGenerator", folders: pure),
    Ban(token: "try!", folders: everywhere),
    Ban(token: "as!", folders: everywhere),
    Ban(
      token: "fatalError", folders: everywhere,
      except: ["Sources/BillingCore/Values/Require.swift"]),
    Ban(token: "print(", folders: ["Sources"], except: [output]),
    Ban(token: "Swift.print(", folders: ["Sources"], except: [output]),
    Ban(token: "debugPrint(", folders: ["Sources"]),
    Ban(token: "STDOUT_FILENO", folders: ["Sources"], except: [output]),
    Ban(token: "standardOutput", folders: ["Sources"], except: [output]),
    Ban(token: "processInfo.environment", folders: ["Sources"], except: [settings]),
    Ban(token: "getenv", folders: ["Sources"], except: [settings]),
    Ban(token: "environ", folders: ["Sources"], except: [settings]),
  ]

  /// Ways around the compiler's proof, allowed where C is called, under a comment that says why
  /// safe.
  private static let claims = ["@unchecked Sendable", "nonisolated(unsafe)"]

  private static let callers = ["Sources/Postgres", "Sources/Transport"]

  static func banned(in file: TreeFile) -> [String] {
    let bans = bans.filter { ban in
      ban.folders.contains { file.isBelow($0) } && !ban.except.contains(file.path)
    }
    let lines = file.lines
    return file.codeLines.enumerated().flatMap { index, code in
      let above = index > 0 ? lines[index - 1].drop { $0 == " " } : ""
      let isExplained = callers.contains { file.isBelow($0) } && above.hasPrefix("//")
      return bans.map(\.token).filter { contains(code, $0) }
        .map { file.finding(index + 1, "\($0) is banned here") }
        + claims.filter { !isExplained && contains(code, $0) }
        .map { file.finding(index + 1, "\($0) without a reason, or where no C is called") }
    }
  }

  static func marks(in file: TreeFile) -> [String] {
    // Put together from halves, or this file would be found itself.
    let paths = ["/wo" + "rk/", "/ro" + "ot/"]
    let unfinished = file.isMarkdown ? [] : ["FIX" + "ME", "TO" + "DO"]
    return file.lines.enumerated().flatMap { index, line in
      (paths + unfinished).filter(line.contains).map { file.finding(index + 1, "\($0) is banned") }
    }
  }

  /// Whether a token stands in a line, not as a part of a longer name.
  private static func contains(_ line: String, _ token: String) -> Bool {
    func isName(_ character: Character?) -> Bool {
      character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
    }
    return line.ranges(of: token).contains { range in
      let before = line[..<range.lowerBound].last
      let after = line[range.upperBound...].first
      // A member of the same name is another function: `output.print(`.
      if token == "print(", before == "." { return false }
      return !(isName(token.first) && isName(before)) && !(isName(token.last) && isName(after))
    }
  }
}
