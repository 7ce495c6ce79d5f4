// SPDX-License-Identifier: Apache-2.0

/// Text of a form or a query: `name=value` with brackets for what lies within, as `filter[status]`.
struct FormText {
  /// The pairs in order, decoded.
  let pairs: [(name: String, value: String)]

  /// Reads text; nil where it is not encoded as it should be.
  init?(_ text: some StringProtocol) {
    var pairs: [(String, String)] = []
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decode(parts[0]),
        let value = Self.decode(parts.count > 1 ? parts[1] : "")
      else { return nil }
      pairs.append((name, value))
    }
    self.pairs = pairs
  }

  /// The value of a name; nil for none.
  subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

  /// A name that stands twice and is no element of a list: it would mean one thing to one reader
  /// and another to the next.
  var repeated: String? {
    var names: Set<String> = []
    return pairs.first { !$0.name.contains("[]") && !names.insert($0.name).inserted }?.name
  }

  /// The pairs within a name: of `filter[status]=paid` within `filter`, status and paid.
  func within(_ name: String) -> [(name: String, value: String)] {
    pairs.compactMap { pair in
      guard pair.name.hasPrefix(name + "["), pair.name.hasSuffix("]") else { return nil }
      return (String(pair.name.dropFirst(name.count + 1).dropLast()), pair.value)
    }
  }

  /// The object that a form stands for; nil for names whose brackets do not fit together.
  ///
  /// Values are texts: a field that takes a number or a truth has it read as one; whether an id is
  /// one, the shape says. The elements of a list come in the order of their numbers.
  func tree(as shape: Shape?) -> JSONTree? {
    let idIsNumber = shape?.fields.contains { $0.name == "id?" && $0.word.hasPrefix("integer") }
    var root = JSONTree.object([])
    for (name, value) in pairs {
      guard let path = Self.path(of: name), path.count <= 8, Self.isName(path[0]) else {
        return nil
      }
      let name = path.last { !$0.isEmpty && Self.place($0) == nil } ?? ""
      let isNumber = Self.numbers.contains(name) || name == "id" && idIsNumber == true
      let isText = path.count > 1 && Self.maps.contains(path[path.count - 2])
      let read = isText ? .string(value) : Self.value(value, of: name, isNumber: isNumber)
      guard let next = Self.put(read, at: path[...], in: root) else { return nil }
      root = next
    }
    return Self.listed(root, "")
  }

  /// Whether it can be the name of a field, and no place in a list.
  private static func isName(_ step: String) -> Bool { !step.isEmpty && place(step) == nil }

  /// The place in a list that a step of a path is, from 0; nil where it is a name.
  private static func place(_ step: String) -> Int? {
    Int(step).flatMap { $0 >= 0 && String($0) == step ? $0 : nil }
  }

  /// `items[][name]` is items, "", name.
  private static func path(of name: String) -> [String]? {
    guard let bracket = name.firstIndex(of: "[") else { return [name] }
    var path = [String(name[..<bracket])]
    var rest = name[bracket...]
    while !rest.isEmpty {
      guard rest.first == "[", let end = rest.firstIndex(of: "]") else { return nil }
      path.append(String(rest[rest.index(after: rest.startIndex)..<end]))
      rest = rest[rest.index(after: end)...]
    }
    return path
  }

  /// Puts a value in; an empty step of the path is the next place in a list, whose elements are
  /// fields with their places as names for now.
  ///
  /// nil where something else stands there already.
  private static func put(
    _ value: JSONTree, at path: ArraySlice<String>, in tree: JSONTree
  ) -> JSONTree? {
    guard let step = path.first else { return tree == .object([]) ? value : nil }
    guard case .object(let fields) = tree else { return nil }
    let rest = path.dropFirst()
    var name = step
    if step.isEmpty {
      let last = fields.compactMap { place($0.name) }.max()
      // `a[][b]=1&a[][c]=2` are one element, `a[][b]=1&a[][b]=2` are two.
      let goesOn = last.map { !rest.isEmpty && !has(rest, in: tree["\($0)"]) } ?? false
      name = "\((last ?? -1) + (goesOn ? 0 : 1))"
    }
    guard let within = put(value, at: rest, in: tree[name] ?? .object([])) else { return nil }
    var tree = tree
    tree[name] = within
    return tree
  }

  /// Whether something stands at a path; a list within takes any number.
  private static func has(_ path: ArraySlice<String>, in tree: JSONTree?) -> Bool {
    guard let tree else { return false }
    guard let step = path.first else { return true }
    return !step.isEmpty && has(path.dropFirst(), in: tree[step])
  }

  /// The tree with its lists as such; nil where a list has names, too.
  ///
  /// Within `metadata` and the like all are names.
  private static func listed(_ tree: JSONTree, _ name: String) -> JSONTree? {
    guard case .object(var fields) = tree, !maps.contains(name) else { return tree }
    let places = fields.compactMap { place($0.name) }
    if !places.isEmpty {
      guard places.count == fields.count else { return nil }
      fields = zip(places, fields).sorted { $0.0 < $1.0 }.map(\.1)
    }
    var values: [JSONTree] = []
    for field in fields {
      guard let value = listed(field.value, field.name) else { return nil }
      values.append(value)
    }
    if !places.isEmpty { return .array(values) }
    return .object(zip(fields, values).map { .init(name: $0.name, value: $1) })
  }

  private static func value(_ text: String, of name: String, isNumber: Bool) -> JSONTree {
    // Nothing is neither true nor false: `draft=` is not taken for a posted invoice.
    if text.isEmpty { return truths.contains(name) ? .string("") : .null }
    if truths.contains(name), let truth = words[text] { return .bool(truth) }
    if isNumber, case .number(let number)? = try? JSONTree(parsing: Array(text.utf8)) {
      return .number(number)
    }
    return .string(text)
  }

  /// The fields that take a number, of all objects; ids are texts where a form has them.
  private static let numbers = Shape.takenFields(["number", "integer", "when", "name"])
    .union(["exp_month", "exp_year", "flat_cost", "min_qty", "max_qty", "attachments"])
    .subtracting(["id"])

  /// The fields that are maps of names that a caller chooses.
  private static let maps = Shape.takenFields(["map"])

  /// The fields that are true or false.
  private static let truths = Shape.takenFields(["boolean"])

  /// What a form says of those; `1` and `0` are what Invoiced's document writes.
  private static let words = ["true": true, "1": true, "false": false, "0": false]

  /// Decodes `%41` and `+`; nil for what is no UTF-8 then, or has a NUL.
  static func decode(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(0x20)
      case UInt8(ascii: "%"):
        guard rest.count >= 2,
          let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        else { return nil }
        rest = rest.dropFirst(2)
        bytes.append(code)
      default: bytes.append(byte)
      }
    }
    return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
  }

  /// Encodes what is not a letter, digit, or one of `-._~` (RFC 3986).
  static func encode(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, 45, 46, 95, 126:
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        result += "%" + String(digits[Int(byte >> 4)]) + String(digits[Int(byte & 15)])
      }
    }
    return result
  }
}
