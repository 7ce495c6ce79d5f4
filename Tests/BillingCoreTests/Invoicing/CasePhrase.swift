// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// A few words of a line of an example, with what they can mean.
struct CasePhrase {
  let text: String

  /// A phrase that means nothing where it stands.
  struct Unknown: Error {
    let text: String
  }

  /// Splits at two blanks or more.
  static func split(_ text: String) -> [CasePhrase] {
    var phrases: [[Substring]] = [[]]
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !word.isEmpty {
        phrases[phrases.count - 1].append(word)
      } else if !phrases[phrases.count - 1].isEmpty {
        phrases.append([])
      }
    }
    return phrases.filter { !$0.isEmpty }.map { CasePhrase(text: $0.joined(separator: " ")) }
  }

  /// What follows a beginning; nil where it begins otherwise.
  func after(_ start: String) -> String? {
    text.hasPrefix(start) ? String(text.dropFirst(start.count)) : nil
  }

  /// What precedes an ending; nil where it ends otherwise.
  func before(_ end: String) -> String? {
    text.hasSuffix(end) ? String(text.dropLast(end.count)) : nil
  }

  /// The day after a beginning.
  func day(_ start: String) throws(Unknown) -> LocalDate {
    try after(start).flatMap { LocalDate(iso: $0) }.orThrow(text)
  }

  /// The days after a beginning: `2026-11-01..2026-12-01`, half-open.
  func days(_ start: String) throws(Unknown) -> Period {
    let days = after(start)?.split(separator: "..").compactMap { LocalDate(iso: String($0)) } ?? []
    guard days.count == 2 else { throw Unknown(text: text) }
    return try Period(from: days[0], to: days[1]).orThrow(text)
  }

  /// `tax CODE 19%`, `… included`, `… compound`, or `tax CODE 0.40 a line`; nil for another phrase.
  func taxRate(_ currency: Currency) throws(Unknown) -> TaxRate? {
    guard let rest = after("tax ") else { return nil }
    let words = rest.split(separator: " ").map(String.init)
    guard words.count >= 2 else { throw Unknown(text: text) }
    let isIncluded = words.contains("included")
    if words[1].hasSuffix("%") {
      return .percent(
        words[0], String(words[1].dropLast()), inclusive: isIncluded,
        compound: words.contains("compound"))
    }
    return .fixed(words[0], .of(words[1], currency), inclusive: isIncluded)
  }
}

extension Optional {
  /// The value, or a complaint about the phrase that should have had one.
  func orThrow(_ text: String) throws(CasePhrase.Unknown) -> Wrapped {
    guard let self else { throw CasePhrase.Unknown(text: text) }
    return self
  }
}
