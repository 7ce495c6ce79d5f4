// SPDX-License-Identifier: Apache-2.0
import BillRun

/// A JSON value whose numbers keep their digits: nothing passes through a binary float.
enum JSONTree: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The number as it was written.
  case number(String)
  case string(String)
  case array([JSONTree])
  case object([Field])

  /// A key with its value.
  struct Field: Hashable, Sendable {
    let name: String
    var value: JSONTree
  }

  /// An object of fields in this order.
  static func fields(_ fields: KeyValuePairs<String, JSONTree>) -> JSONTree {
    .object(fields.map { Field(name: $0.key, value: $0.value) })
  }

  /// The value of a key, the last where it stands twice; nil where it is none, or this no object.
  subscript(name: String) -> JSONTree? {
    get {
      guard case .object(let fields) = self else { return nil }
      return fields.last { $0.name == name }?.value
    }
    set {
      guard case .object(var fields) = self else { return }
      let place = fields.firstIndex { $0.name == name }
      fields.removeAll { $0.name == name }
      if let newValue {
        fields.insert(
          Field(name: name, value: newValue), at: min(place ?? fields.count, fields.count))
      }
      self = .object(fields)
    }
  }

  /// The fields; none of what is no object.
  var fields: [Field] {
    if case .object(let fields) = self { fields } else { [] }
  }

  /// The elements; none of what is no array.
  var elements: [JSONTree] {
    if case .array(let elements) = self { elements } else { [] }
  }

  /// The text of a string, or of a number as it was written; nil of anything else.
  var plain: String? {
    switch self {
    case .string(let text), .number(let text): text
    default: nil
    }
  }

  /// Whether it is a number of more than zero.
  var isAboveZero: Bool {
    guard case .number(let text) = self, !text.hasPrefix("-") else { return false }
    return text.prefix { $0 != "e" && $0 != "E" }.contains { ("1"..."9").contains($0) }
  }

  /// This object with fields of another put in, or in the place of its own.
  func merging(_ other: JSONTree) -> JSONTree {
    other.fields.reduce(into: self) { $0[$1.name] = $1.value }
  }

  /// What names an object: digits alone are an id, as a number is.
  var name: JSONTree {
    guard case .string(let text) = self, (1...18).contains(text.utf8.count),
      text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let id = Int64(text)
    else { return self }
    return .number("\(id)")
  }

  /// As JSON text.
  var text: String {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }

  /// Writes it as one value.
  func write(to writer: inout JSONWriter) {
    switch self {
    case .null: writer.null()
    case .bool(let value): writer.bool(value)
    case .number(let text): writer.raw(text)
    case .string(let text): writer.string(text)
    case .array(let elements):
      writer.array { list in for element in elements { element.write(to: &list) } }
    case .object(let fields):
      writer.object { object in
        for field in fields {
          object.key(field.name)
          field.value.write(to: &object)
        }
      }
    }
  }
}

extension JSONTree {
  /// What is wrong with text that is no JSON.
  struct Malformed: Error {
    /// How many bytes are before the place.
    let offset: Int
  }

  /// Reads JSON text (RFC 8259).
  ///
  /// Throws `Malformed`, also for values that lie deeper in one another than 32.
  init(parsing bytes: [UInt8]) throws(Malformed) {
    var parser = JSONParser(bytes)
    self = try parser.document()
  }

  /// Reads what the database wrote.
  init(_ text: String) throws {
    do {
      try self.init(parsing: Array(text.utf8))
    } catch {
      throw BillRunError(.software, code: "json_unreadable", "an object was not written as JSON")
    }
  }
}
