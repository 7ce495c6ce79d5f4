// SPDX-License-Identifier: Apache-2.0
import Mustache

/// The templates that there are: the program's, and those of a user's folder in their place.
public struct TemplateSet: Sendable {
  /// Templates that are sound, each by its file's name.
  private let compiled: MustacheLibrary
  private let errors: [String: DocumentError]
  private let texts: [String: String]

  /// Reads them; a wrong one fails when it is asked for, and the others do not.
  public init(_ folder: DocumentFolder = DocumentFolder()) {
    var texts = Self.shipped
    for name in folder.files.keys where !name.contains("/") && Self.isTemplate(name) {
      texts[name] = folder.text(name)
    }
    var compiled = MustacheLibrary()
    var errors: [String: DocumentError] = [:]
    for (name, text) in texts {
      do {
        compiled.register(try Self.template(text, named: name), named: name)
      } catch {
        errors[name] = error
      }
    }
    for (name, error) in Self.wrongPartials(texts) where errors[name] == nil {
      errors[name] = error
    }
    (self.compiled, self.errors, self.texts) = (compiled, errors, texts)
  }

  /// The names of all templates, in order.
  public var names: [String] { texts.keys.sorted() }

  /// The text of a template; throws `templateUnknown` where there is none.
  public func text(_ name: String) throws(DocumentError) -> String {
    guard let text = texts[name] else { throw unknown(name) }
    return text
  }

  /// Whether there is a template of that name, be it right or wrong.
  func contains(_ name: String) -> Bool { texts[name] != nil }

  /// Says what is wrong with a template, or with one that it includes; nil for nothing.
  public func error(in name: String) -> DocumentError? {
    var seen: Set<String> = []
    var left = [name]
    while let next = left.popLast() {
      guard seen.insert(next).inserted else { continue }
      if let error = errors[next] { return error }
      left += Self.partials(of: texts[next] ?? "").map(\.name)
    }
    return nil
  }

  /// Fills a template in; throws when it, or one that it includes, is wrong or missing.
  func render(_ name: String, _ values: [String: Any]) throws(DocumentError) -> String {
    if let error = error(in: name) { throw error }
    guard let text = compiled.render(values, withTemplate: name) else { throw unknown(name) }
    return text
  }

  private func unknown(_ name: String) -> DocumentError {
    DocumentError(.templateUnknown, "there is no template \(name)")
  }
}

extension TemplateSet {
  private static func isTemplate(_ name: String) -> Bool {
    name.hasSuffix(".html") || name.hasSuffix(".txt")
  }

  private static func template(
    _ text: String, named name: String
  ) throws(DocumentError) -> MustacheTemplate {
    // What comes from the books is escaped in HTML, and stands as it is in plain text.
    let type = name.hasSuffix(".html") ? "HTML" : "TEXT"
    do {
      return try MustacheTemplate(string: "{{% CONTENT_TYPE:\(type)}}" + text)
    } catch let error as MustacheTemplate.ParserError {
      let line = error.context.lineNumber
      throw DocumentError(.templateError, "\(name) line \(line), \(problem(error.error))")
    } catch {
      throw DocumentError(.templateError, "\(name), it is no Mustache")
    }
  }

  private static func problem(_ error: any Error) -> String {
    switch error as? MustacheTemplate.Error {
    case .sectionCloseNameIncorrect: "a section is closed by another name"
    case .unfinishedName, nil: "a tag is not closed"
    case .expectedSectionEnd: "a section is not closed"
    case .invalidSetDelimiter: "delimiters are set in a wrong way"
    default: "a tag is wrong"
    }
  }

  /// What a template includes, with the lines where it does.
  private static func partials(of text: String) -> [(name: String, line: Int)] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .flatMap { index, line in
        line.split(separator: "{{", omittingEmptySubsequences: false).dropFirst()
          .compactMap { tag in
            guard let kind = tag.first, kind == ">" || kind == "<" else { return nil }
            let name = tag.dropFirst().prefix { $0 != "}" }
            return (name.filter { $0 != " " }, index + 1)
          }
      }
  }

  /// Templates that include what there is not, or themselves by whatever way, which has no end.
  ///
  /// Names that are made while rendering, and other delimiters, cannot be looked through.
  private static func wrongPartials(_ texts: [String: String]) -> [String: DocumentError] {
    var errors: [String: DocumentError] = [:]
    for (name, text) in texts {
      for tag in ["{{=", "{{>*", "{{> *"] where text.contains(tag) {
        errors[name] = DocumentError(.templateError, "\(name), '\(tag)' is not supported")
      }
      for partial in partials(of: text) where errors[name] == nil {
        let place = "\(name) line \(partial.line)"
        if texts[partial.name] == nil {
          errors[name] = DocumentError(
            .templateError, "\(place), there is no template \(partial.name)")
        } else if reaches(name, from: partial.name, in: texts) {
          errors[name] = DocumentError(.templateError, "\(place), it includes itself")
        }
      }
    }
    return errors
  }

  private static func reaches(
    _ name: String, from start: String, in texts: [String: String]
  ) -> Bool {
    var seen: Set<String> = []
    var left = [start]
    while let next = left.popLast() {
      if next == name { return true }
      guard seen.insert(next).inserted, let text = texts[next] else { continue }
      left += partials(of: text).map(\.name)
    }
    return false
  }

  private static let shipped: [String: String] = [
    "invoice.html": PackageResources.invoice_html,
    "letter.html": PackageResources.letter_html,
    "mail-invoice.html": PackageResources.mail_invoice_html,
    "mail-invoice.txt": PackageResources.mail_invoice_txt,
    "mail-receipt.html": PackageResources.mail_receipt_html,
    "mail-receipt.txt": PackageResources.mail_receipt_txt,
    "mail-reminder.html": PackageResources.mail_reminder_html,
    "mail-reminder.txt": PackageResources.mail_reminder_txt,
    "mail.html": PackageResources.mail_html,
    "mail.txt": PackageResources.mail_txt,
    "page.html": PackageResources.page_html,
    "payment.html": PackageResources.payment_html,
    "statement.html": PackageResources.statement_html,
  ].mapValues { String(decoding: $0, as: UTF8.self) }
}
