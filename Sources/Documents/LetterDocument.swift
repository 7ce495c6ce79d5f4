// SPDX-License-Identifier: Apache-2.0

/// A reminder of what is open.
public struct LetterDocument: Sendable {
  /// What it is about, and who to: only what the step of chasing names is in it.
  public var about: StatementDocument
  /// 1 for the first reminder; a level beyond those of the language has the words of the last.
  public var level: Int
  /// The words instead of the usual ones; nil for those.
  public var subject: String?
  /// The text instead of the usual one; nil for that.
  public var message: String?

  /// Makes one.
  public init(
    about: StatementDocument, level: Int, subject: String? = nil, message: String? = nil
  ) {
    self.about = about
    self.level = level
    self.subject = subject
    self.message = message
  }
}
