// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite struct LayoutTests {
  @Test("no line is too long")
  func columns() {
    expectNone(Tree.files.flatMap(Layout.longLines))
  }

  @Test("a long line is found")
  func columnsFound() {
    let wide = String(repeating: "x", count: 101)
    let words = String(repeating: "word ", count: 31)
    for path in ["a.swift", "sql/a.sql", "scripts/a", "scripts/a.sh", ".ci/run"] {
      #expect(Layout.longLines(in: TreeFile(path: path, text: "\n\(wide)\n")).count == 1)
      #expect(Layout.longLines(in: TreeFile(path: path, text: wide.dropLast() + "\n")).isEmpty)
    }
    #expect(Layout.longLines(in: TreeFile(path: "a.md", text: words)).count == 1)
    #expect(Layout.longLines(in: TreeFile(path: "a.md", text: "| \(words) |")).isEmpty)
    #expect(Layout.longLines(in: TreeFile(path: "a.md", text: "https://" + wide + wide)).isEmpty)
  }

  @Test("no file is too long")
  func lines() {
    expectNone(Tree.files.flatMap(Layout.longFile))
  }

  @Test("a long file is found", arguments: [("Sources/A.swift", 400), ("Tests/A.swift", 600)])
  func linesFound(path: String, limit: Int) {
    let text = String(repeating: "\n", count: limit)
    #expect(Layout.longFile(TreeFile(path: path, text: text)).isEmpty)
    #expect(Layout.longFile(TreeFile(path: path, text: text + "\n")).count == 1)
  }

  @Test("no function of the sources is too long")
  func functions() {
    expectNone(Tree.sources.flatMap { Layout.longFunctions(in: $0) })
  }

  @Test("a long function is found by its body's lines")
  func functionsFound() {
    let text = """
      protocol P {
        func none(_ a: Int)
        var short: Int { get }
      }
      struct S {
        @inlinable public static func long(
          a: [Int] = [].map { $0 },
          b: Int
        ) throws -> Int
        where T: P {
          guard a > b else { return "}" }
          // }
          return 3
        }
        init?(a: Int) { self.a = a }
        private mutating func fits() {
          if a {
          }
        }
        init() {
          a()
          b()
          c()
        }
      }
      """
    let findings = Layout.longFunctions(in: TreeFile(path: "A.swift", text: text), limit: 2)
    #expect(
      findings == [
        "A.swift:6: a body of 3 lines, 2 are the limit",
        "A.swift:20: a body of 3 lines, 2 are the limit",
      ])
  }

  @Test("each Swift file begins with its licence")
  func licence() {
    expectNone(Tree.swift.flatMap(Layout.missingLicence))
  }

  @Test("a missing licence is found")
  func licenceFound() {
    let line = "// SPDX-License-Identifier: Apache-2.0\n"
    #expect(Layout.missingLicence(TreeFile(path: "A.swift", text: "import B\n" + line)).count == 1)
    #expect(Layout.missingLicence(TreeFile(path: "A.swift", text: line)).isEmpty)
    #expect(Layout.missingLicence(TreeFile(path: "Package.swift", text: "// x\n" + line)).isEmpty)
  }
}

/// The checks of how long things are.
enum Layout {
  static func longLines(in file: TreeFile) -> [String] {
    let isCode = file.isSwift || file.isSQL || file.isScript
    guard isCode || file.isMarkdown else { return [] }
    let limit = isCode ? 100 : 150
    return file.lines.enumerated().compactMap { index, line in
      guard line.count > limit else { return nil }
      // Markdown has no way to break a table's row or an address.
      if !isCode, line.hasPrefix("|") || !line.contains(" ") { return nil }
      return file.finding(index + 1, "\(line.count) columns, \(limit) are the limit")
    }
  }

  static func longFile(_ file: TreeFile) -> [String] {
    guard file.isSwift || file.isSQL || file.isScript else { return [] }
    let limit = file.isBelow("Tests") ? 600 : 400
    let count = file.lines.count
    return count > limit ? [file.finding(nil, "\(count) lines, \(limit) are the limit")] : []
  }

  static func longFunctions(in file: TreeFile, limit: Int = 50) -> [String] {
    let lines = file.codeLines
    return lines.indices.compactMap { index in
      guard isFunction(lines[index]), let count = bodyLines(lines, from: index), count > limit
      else { return nil }
      return file.finding(index + 1, "a body of \(count) lines, \(limit) are the limit")
    }
  }

  /// Whether a function or an initialiser is declared in a line of code.
  private static func isFunction(_ line: String) -> Bool {
    let modifiers: Set<Substring> = [
      "public", "package", "internal", "fileprivate", "private", "open", "final", "override",
      "required", "convenience", "static", "class", "mutating", "nonmutating", "borrowing",
      "consuming", "nonisolated", "isolated", "prefix", "postfix", "infix", "dynamic",
    ]
    let words = line.split(separator: " ").drop { modifiers.contains($0) || $0.hasPrefix("@") }
    guard let first = words.first else { return false }
    return first == "func" || first == "deinit"
      || ["init(", "init?(", "init<", "init?<", "subscript("].contains { first.hasPrefix($0) }
  }

  /// The lines between the braces of the body that a declaration has, or nil if it has none.
  private static func bodyLines(_ lines: [String], from start: Int) -> Int? {
    var parentheses = 0
    var braces = 0
    var opening: Int?
    for index in lines[start...].indices {
      if index > start, opening == nil, parentheses == 0, begins(lines[index], after: lines[start])
      {
        return nil
      }
      for character in lines[index] {
        switch character {
        case "(", "[": parentheses += 1
        case ")", "]": parentheses -= 1
        case "{" where opening != nil || parentheses == 0:
          braces += 1
          opening = opening ?? index
        case "}" where opening != nil || parentheses == 0:
          braces -= 1
          if braces <= 0 { return opening.map { max(0, index - $0 - 1) } }
        default: break
        }
      }
    }
    return nil
  }

  /// Whether a line begins something else than the rest of the signature above it.
  private static func begins(_ line: String, after signature: String) -> Bool {
    let text = line.drop { $0 == " " }
    guard !text.isEmpty else { return false }
    let indent = line.count - text.count
    let signatureIndent = signature.prefix { $0 == " " }.count
    return indent <= signatureIndent
      && ![")", "{", "where ", "->", "throws", "async"].contains { text.hasPrefix($0) }
  }

  static func missingLicence(_ file: TreeFile) -> [String] {
    // SwiftPM wants its own version on a manifest's first line.
    let index = file.path == "Package.swift" ? 1 : 0
    let expected = "// SPDX-License-Identifier: Apache-2.0"
    let lines = file.lines
    return lines.count > index && lines[index] == expected
      ? [] : [file.finding(index + 1, "expected \(expected)")]
  }
}
