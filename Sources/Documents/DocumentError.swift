// SPDX-License-Identifier: Apache-2.0

/// Why a document cannot be made.
public struct DocumentError: Error, Hashable, Sendable {
  /// A stable word in snake case.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// A template is no Mustache.
    case templateError = "template_error"
    /// There is no template of that name.
    case templateUnknown = "template_unknown"
    /// A language's file is wrong.
    case languageError = "language_error"
    /// What is said of a seller is wrong, or its logo.
    case letterheadError = "letterhead_error"
    /// The PDF could not be written.
    case documentFailed = "document_failed"
  }

  /// What kind of trouble it is.
  public let code: Code
  /// One line in lower case without a full stop, with the file and the line in it.
  public let text: String

  /// Names a reason.
  public init(_ code: Code, _ text: String) {
    self.code = code
    self.text = text
  }
}
