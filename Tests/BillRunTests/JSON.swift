// SPDX-License-Identifier: Apache-2.0
import Foundation

/// JSON as a test reads it: numbers as they were written, keys in no order.
enum JSON: Equatable, Sendable {
  case null
  case bool(Bool)
  /// By its text, so that `3.85` never passes through a binary float.
  case number(String)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// Reads JSON text.
  init(_ text: String) throws {
    self.init(
      try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed]))
  }

  private init(_ value: Any) {
    switch value {
    case let number as NSNumber where CFBooleanLike.isBoolean(number):
      self = .bool(number.boolValue)
    case let number as NSNumber: self = .number(number.stringValue)
    case let text as String: self = .string(text)
    case let list as [Any]: self = .array(list.map { JSON($0) })
    case let object as [String: Any]: self = .object(object.mapValues { JSON($0) })
    default: self = .null
    }
  }

  /// The value of a key; nil when there is no such key.
  subscript(key: String) -> JSON? {
    if case .object(let fields) = self { fields[key] } else { nil }
  }

  /// The elements of an array; none of anything else.
  var elements: [JSON] { if case .array(let elements) = self { elements } else { [] } }

  /// The keys of an object; none of anything else.
  var keys: Set<String> {
    if case .object(let fields) = self { Set(fields.keys) } else { [] }
  }

  /// The keys and elements on a way into the value, such as `["items", 0, "name"]`.
  subscript(path: any PathStep...) -> JSON? {
    var value: JSON? = self
    for step in path { value = value.flatMap(step.follow) }
    return value
  }
}

/// A key or an index.
protocol PathStep { func follow(_ value: JSON) -> JSON? }

extension String: PathStep { func follow(_ value: JSON) -> JSON? { value[self] } }

extension Int: PathStep {
  func follow(_ value: JSON) -> JSON? {
    value.elements.indices.contains(self) ? value.elements[self] : nil
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int) { self = .number(String(value)) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(nilLiteral: ()) { self = .null }
}

private enum CFBooleanLike {
  /// Foundation reads `true` and `1` into the same class; only the type's letter differs.
  static func isBoolean(_ number: NSNumber) -> Bool {
    unsafe String(cString: number.objCType) == "c"
  }
}
