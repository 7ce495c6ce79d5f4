// SPDX-License-Identifier: Apache-2.0

/// The languages that there are: the program's, and those of a user's folder on top.
public struct LanguageSet: Sendable {
  /// The codes, in order.
  public let codes: [String]
  private let languages: [String: Result<DocumentLanguage, DocumentError>]

  /// Reads them; one whose file is wrong fails when it is asked for, and the others do not.
  public init(_ folder: DocumentFolder = DocumentFolder()) {
    let own = folder.names(in: "languages/", ending: ".yaml")
    var languages: [String: Result<DocumentLanguage, DocumentError>] = [:]
    codes = Set(own).union(Self.shipped.keys).sorted()
    for code in codes {
      languages[Self.key(code)] = Result { () throws(DocumentError) in
        try Self.language(code, folder)
      }
    }
    self.languages = languages
  }

  /// The language for a wish: `de-AT` is `de` unless there is one of its own; a wish that nobody
  /// can fulfil is the seller's language, and else English.
  ///
  /// Throws `languageError` where the file of the one that it comes to is wrong.
  public func language(
    _ wish: String?, else usual: String? = nil
  ) throws(DocumentError) -> DocumentLanguage {
    for code in [wish, usual, "en"].compactMap({ $0 }) {
      let code = Self.key(code)
      let base = String(code.prefix { $0 != "-" })
      if let found = languages[code] ?? languages[base] { return try found.get() }
    }
    throw DocumentError(.languageError, "there is no English")
  }

  /// How a code is compared: `de_AT` is `de-at`.
  private static func key(_ code: String) -> String {
    code.lowercased().replacing("_", with: "-")
  }

  /// Reads a language: English, what it is a kind of, and itself, the program's before the user's.
  private static func language(
    _ code: String, _ folder: DocumentFolder
  ) throws(DocumentError) -> DocumentLanguage {
    var chain = ["en"]
    let base = String(code.prefix { $0 != "-" && $0 != "_" })
    for code in [base, code] where !chain.contains(code) { chain.append(code) }
    var words: [String: String] = [:]
    for code in chain {
      if let text = shipped[code] {
        words = try DocumentLanguage.read(
          text, named: "\(code).yaml", over: words, isFirst: words.isEmpty)
      }
      let name = "languages/\(code).yaml"
      if let text = folder.text(name) {
        words = try DocumentLanguage.read(text, named: name, over: words)
      }
    }
    return DocumentLanguage(code: code, words: words)
  }

  /// The text of each language's file that comes with the program.
  public static let shipped: [String: String] = [
    "de": String(decoding: PackageResources.de_yaml, as: UTF8.self),
    "en": String(decoding: PackageResources.en_yaml, as: UTF8.self),
  ]
}
