// SPDX-License-Identifier: Apache-2.0
import BillRun

/// What an object looks like: its fields, as `shapes.json` has them, put into a JSON schema.
///
/// A field's name ends in `?` where it may be missing, its word where it may be null. A word is one
/// of `words`, another shape, a list of one in brackets, or the values there are between bars; a
/// value that stands alone is written as it is.
struct Shape: Sendable {
  let name: String
  let fields: [(name: String, word: String)]

  /// All there are, by name.
  static let all: [Shape] = {
    let bytes = PackageResources.shapes_json
    guard let tree = try? JSONTree(parsing: bytes) else { return [] }
    return tree.fields.map { shape in
      Shape(
        name: shape.name, fields: shape.value.fields.map { ($0.name, $0.value.plain ?? "") })
    }
  }()

  /// The one that a route takes, `NewInvoice?` or `NewInvoice`.
  static func named(_ takes: String) -> Shape? { byName[plainName(takes)] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// Whether it has a field.
  func has(_ field: String) -> Bool { fields.contains { Self.plainName($0.name) == field } }

  /// What is sent in refuses fields that it does not know; what is answered may have more some day.
  private var isTaken: Bool {
    name.hasPrefix("New")
      || [
        "InvoiceChange", "SubscriptionChange", "AppliedTo", "WriteOff", "BillRunFilter",
        "CreditedLine",
      ].contains(name)
  }

  /// The names of all fields that are sent in as one of some words.
  static func takenFields(_ words: Set<String>) -> Set<String> {
    Set(
      all.filter(\.isTaken).flatMap(\.fields).filter { words.contains(plainName($0.word)) }
        .map { plainName($0.name) })
  }

  /// The schema (JSON Schema 2020-12, as OpenAPI 3.1 has it).
  var schema: JSONTree { schema(isChange: false) }

  /// The schema of a body that may leave any field out.
  var change: JSONTree { schema(isChange: true) }

  private func schema(isChange: Bool) -> JSONTree {
    let properties = fields.map { field in
      JSONTree.Field(name: Self.plainName(field.name), value: Self.schema(of: field.word))
    }
    let required = fields.filter { !$0.name.hasSuffix("?") }.map { JSONTree.string($0.name) }
    var schema = JSONTree.fields([
      "type": .string("object"), "properties": .object(properties),
    ])
    if !isChange, !required.isEmpty { schema["required"] = .array(required) }
    if isTaken { schema["additionalProperties"] = .bool(false) }
    return schema
  }

  private static func plainName(_ name: String) -> String {
    name.hasSuffix("?") ? String(name.dropLast()) : name
  }

  /// The schema that a word stands for.
  static func schema(of word: String) -> JSONTree {
    let bare = plainName(word)
    let schema = bareSchema(of: bare)
    guard word != bare else { return schema }
    guard let type = schema["type"], schema["enum"] == nil else {
      return .fields(["anyOf": .array([schema, .fields(["type": .string("null")])])])
    }
    var nullable = schema
    let types = type.elements.isEmpty ? [type] : type.elements
    nullable["type"] = .array(types + [.string("null")])
    return nullable
  }

  private static func bareSchema(of word: String) -> JSONTree {
    if let known = words[word] { return known }
    if word.hasPrefix("["), word.hasSuffix("]") {
      return .fields([
        "type": .string("array"), "items": schema(of: String(word.dropFirst().dropLast())),
      ])
    }
    if all.contains(where: { $0.name == word }) { return reference(word) }
    return .fields([
      "type": .string("string"),
      "enum": .array(word.split(separator: "|").map { .string(String($0)) }),
    ])
  }

  /// Where the schema of a name stands in the document.
  static func reference(_ name: String) -> JSONTree {
    .fields(["$ref": .string("#/components/schemas/\(name)")])
  }

  private static let words: [String: JSONTree] = {
    func type(_ names: String...) -> JSONTree {
      let names = names.map { JSONTree.string($0) }
      return .fields(["type": names.count == 1 ? names[0] : .array(names)])
    }
    var day = type("string")
    day["format"] = .string("date")
    return [
      "integer": type("integer"), "number": type("number"), "string": type("string"),
      "boolean": type("boolean"), "map": type("object"), "list": type("array"), "day": day,
      "moment": type("integer"), "when": type("string", "integer"),
      "name": type("integer", "string"), "reference": type("integer", "object"),
      "addresses": type("array", "string"), "any": .object([]),
    ]
  }()
}
