// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Foundation
import TestSupport

/// A case of the published examples in the shared folder.
struct SharedCase: Decodable, Sendable {
  let id: String
  let kind: String
  let convention: String
  let inputs: [String: Field]
  let expected: [String: Field]

  /// Reads the cases of a file; none where the folder is absent.
  static func read(_ file: String) throws -> [SharedCase] {
    struct Cases: Decodable { let cases: [SharedCase] }
    return try decode(Cases.self, from: file)?.cases ?? []
  }

  /// Reads a file of any shape; nil where the folder is absent.
  static func decode<Value: Decodable>(_ type: Value.Type, from file: String) throws -> Value? {
    guard let folder = SharedFolder.path else { return nil }
    let bytes = try Data(contentsOf: URL(filePath: "\(folder)/cases/\(file)"))
    return try JSONDecoder().decode(type, from: bytes)
  }

  /// The text of an input; empty where there is none.
  subscript(_ key: String) -> String { inputs[key]?.text ?? "" }
}

/// A value in a case, as far as the tests of this folder look into it.
enum Field: Decodable, Hashable, Sendable {
  case text(String)
  case number(Int)
  case flag(Bool)
  case list([Field])
  case object([String: Field])
  case nothing

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .nothing
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Int.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([Field].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: Field].self))
    }
  }

  var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  var number: Int? {
    guard case .number(let number) = self else { return nil }
    return number
  }

  var texts: [String] {
    guard case .list(let list) = self else { return [] }
    return list.compactMap(\.text)
  }

  /// The day at the beginning of a text, as it was written there.
  var day: LocalDate? { text.flatMap { LocalDate(iso: String($0.prefix(10))) } }
}
