// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Foundation
import TestSupport
import Testing

/// A published case with the marks that decide whether it can be run.
struct PublishedCase: Decodable, Sendable {
  let id: String
  let kind: String
  let convention: String
  let inputs: Field
  let expected: Field
  let steps: [Field]?
  let reproducible: Bool?
  /// The plain shape of a price.
  let uniform: Field?

  /// Whether this clone has the folder of published cases beside it.
  static var areThere: Bool { SharedFolder.path != nil }

  /// Reads the cases of a file; none where the folder is absent.
  static func read(_ file: String) throws -> [PublishedCase] {
    struct Cases: Decodable { let cases: [PublishedCase] }
    return try SharedCase.decode(Cases.self, from: file)?.cases ?? []
  }

  /// What a failure names.
  var comment: Comment { Comment(rawValue: id) }
}

/// Why a published case is not run.
struct Skip: Error, Hashable {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// How many cases of a file were run, and why the others were not.
struct Tally {
  private(set) var run = 0
  private(set) var skipped: [String: Int] = [:]

  /// Runs a check for each case of some kinds; it throws a `Skip` where it cannot be run.
  init(_ file: String, kinds: Set<String>? = nil, _ check: (PublishedCase) throws -> Void) throws {
    for example in try PublishedCase.read(file) where kinds?.contains(example.kind) ?? true {
      do {
        try check(example)
        run += 1
      } catch let skip as Skip {
        skipped[skip.reason, default: 0] += 1
      }
    }
  }
}

extension Field {
  /// A member of an object; nil where it has none or says nothing.
  subscript(_ key: String) -> Field? {
    guard case .object(let members) = self, let member = members[key], member != .nothing
    else { return nil }
    return member
  }

  /// The elements; none where it is no list.
  var list: [Field] {
    guard case .list(let list) = self else { return [] }
    return list
  }

  /// The text, or the number as text.
  var written: String? { text ?? number.map { String($0) } }

  /// The text or number as a decimal.
  var decimal: ExactDecimal? { written.flatMap { ExactDecimal($0) } }

  /// Hundredths as an amount in major units.
  var cents: ExactDecimal? {
    decimal.map { ExactDecimal(coefficient: $0.coefficient / 100) }
  }
}

extension Field {
  /// The day of an instant in a time zone.
  func day(in zone: String) -> LocalDate? {
    guard let text, let day, let zone = TimeZone(identifier: zone) else { return nil }
    let clock = text.dropFirst(11).prefix(8).split(separator: ":").compactMap { Int($0) }
    guard clock.count == 3 else { return day }
    let midnight = LocalDate.on("1970-01-01")
    var instant = (day - midnight) * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    // `+05:30` is ahead of what is counted from.
    let offset = text.dropFirst(19)
    let ahead = offset.dropFirst().split(separator: ":").compactMap { Int($0) }
    if ahead.count == 2 {
      instant -= (offset.hasPrefix("-") ? -1 : 1) * (ahead[0] * 3600 + ahead[1] * 60)
    }
    let local =
      instant + zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
    return midnight.adding(days: Int((Double(local) / 86_400).rounded(.down)))
  }
}
