// SPDX-License-Identifier: Apache-2.0
import Yams

/// The words and forms of one language: what its file says, and English for what it lacks.
public struct DocumentLanguage: Sendable {
  /// Its code: `de`, `de-AT`.
  public let code: String
  /// Each value by its path, as `labels.due_date`; a list's elements are joined by line feeds.
  private let words: [String: String]
  /// The months' names, January first.
  let months: [String]
  let decimal: String
  let group: String

  init(code: String, words: [String: String]) {
    self.code = code
    self.words = words
    months = (words["months"] ?? "").split(separator: "\n").map(String.init)
    decimal = words["decimal"] ?? "."
    group = words["group"] ?? ","
  }

  /// Whether one writes from right to left.
  public var isRightToLeft: Bool { words["direction"] == "rtl" }

  /// Reads the text of a language's file into values by path, on top of others.
  ///
  /// Throws `languageError` with the line for what is no YAML, and for keys that English lacks:
  /// those would be mistypings.
  static func read(
    _ text: String, named name: String, over base: [String: String], isFirst: Bool = false
  ) throws(DocumentError) -> [String: String] {
    var words = base
    for (path, value, line) in try YAMLText(text, named: name, .languageError).values() {
      // Currencies and countries are open lists.
      let isOpen =
        path.hasPrefix("symbols.") || path.hasPrefix("countries.")
        || path.hasPrefix("reminders.")
      guard isFirst || isOpen || base[path] != nil else {
        throw DocumentError(.languageError, "\(name) line \(line), there is no key '\(path)'")
      }
      words[path] = value
    }
    let direction = words["direction"]
    guard direction == "ltr" || direction == "rtl" else {
      throw DocumentError(.languageError, "\(name), direction is ltr or rtl")
    }
    guard words["months"]?.split(separator: "\n").count == 12 else {
      throw DocumentError(.languageError, "\(name), months has twelve names")
    }
    if let problem = problem(of: words, over: isFirst ? words : base) {
      throw DocumentError(.languageError, "\(name), \(problem)")
    }
    return words
  }

  /// The word at a path, as `labels.due_date`; the path itself where even English has none.
  public func word(_ path: String) -> String { words[path] ?? path }

  /// The word at a path; nil where there is none.
  func optionalWord(_ path: String) -> String? { words[path] }

  /// The words at a path with the names in braces filled in.
  ///
  /// What is filled in is not looked at
  /// again, so that nothing in a customer's name is taken for a name in braces.
  func fill(_ path: String, _ values: [String: String]) -> String {
    Self.fill(pattern: word(path), values)
  }

  static func fill(pattern: String, _ values: [String: String]) -> String {
    guard pattern.utf8.contains(UInt8(ascii: "{")) else { return pattern }
    var text = ""
    var rest = pattern[...]
    while let start = rest.firstIndex(of: "{") {
      text += rest[..<start]
      let after = rest[rest.index(after: start)...]
      guard let end = after.firstIndex(of: "}"), let value = values[String(after[..<end])] else {
        text += "{"
        rest = after
        continue
      }
      text += value
      rest = after[after.index(after: end)...]
    }
    return text + rest
  }
}

/// The values of a YAML file by path, with their lines.
struct YAMLText {
  private let root: Node?
  private let name: String
  private let code: DocumentError.Code

  /// Parses the text; throws with the line where it is no YAML.
  init(_ text: String, named name: String, _ code: DocumentError.Code) throws(DocumentError) {
    self.name = name
    self.code = code
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw DocumentError(code, "\(name)\(Self.place(of: error))")
    } catch {
      throw DocumentError(code, "\(name), it is no YAML")
    }
  }

  /// The scalars by their paths; the elements of a list are joined by line feeds.
  func values() throws(DocumentError) -> [(path: String, value: String, line: Int)] {
    guard let root else { return [] }
    guard root.mapping != nil else { throw DocumentError(code, "\(name), it has no keys") }
    var values: [(path: String, value: String, line: Int)] = []
    try add(root, at: "", to: &values)
    return values
  }

  private func add(
    _ node: Node, at path: String, to values: inout [(path: String, value: String, line: Int)]
  ) throws(DocumentError) {
    let line = node.mark?.line ?? 1
    if let scalar = node.scalar {
      values.append((path, scalar.string, line))
    } else if let sequence = node.sequence {
      values.append((path, sequence.compactMap(\.scalar?.string).joined(separator: "\n"), line))
    } else if let mapping = node.mapping {
      for (key, value) in mapping {
        guard let key = key.scalar?.string else {
          throw DocumentError(code, "\(name) line \(line), a key is no text")
        }
        try add(value, at: path.isEmpty ? key : "\(path).\(key)", to: &values)
      }
    }
  }

  private static func place(of error: YamlError) -> String {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      " line \(mark.line), \(problem)"
    case .duplicatedKeysInMapping(let duplicates, let context):
      " line \(context.mark.line), a key stands twice: "
        + duplicates.sorted().joined(separator: ", ")
    default: ", it is no YAML"
    }
  }
}
