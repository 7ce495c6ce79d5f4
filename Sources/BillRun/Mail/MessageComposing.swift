// SPDX-License-Identifier: Apache-2.0
public import Postgres

/// Makes what messages say.
///
/// What was composed never changes: a message that is tried again says the same.
public protocol MessageComposing: Sendable {
  /// Composes messages of any channel, outside of any transaction.
  ///
  /// Gives for each id what it says, or why it cannot be made; one that is missing counts as the
  /// latter. What is thrown stops all sending, so trouble with one message belongs to that one.
  func compose(
    _ messages: [QueuedMessage], on connection: Connection
  ) async throws -> [Int64: Result<ComposedMessage, ComposeError>]
}

/// A message that says nothing yet.
public struct QueuedMessage: Sendable {
  /// The key.
  public let id: Int64
  /// `email`, `letter`, `sms` or `webhook`.
  public let channel: String
  /// What it is about: `invoice`, `receipt`, or the template of a step of chasing.
  public let template: String
  /// Whom it is for.
  public let customer: Int64
  /// The document that it is about; nil for none.
  public let invoice: Int64?
  /// What whoever queued it wants, as JSON text: `subject`, `message`, `payment` and the like.
  public let content: String
  /// The customer's language, as `de` or `de-AT`; nil for any.
  public let language: String?
  /// The seller's code.
  public let seller: String

  /// Describes a message.
  public init(
    id: Int64, channel: String, template: String, customer: Int64, invoice: Int64? = nil,
    content: String = "{}", language: String? = nil, seller: String = ""
  ) {
    self.id = id
    self.channel = channel
    self.template = template
    self.customer = customer
    self.invoice = invoice
    self.content = content
    self.language = language
    self.seller = seller
  }
}

/// What a message says.
public struct ComposedMessage: Sendable {
  /// A file that goes with it.
  public enum File: Sendable {
    /// One that is kept already, by its id.
    case kept(Int64)
    /// One that was made for it, to be kept.
    case made(name: String, type: String, content: [UInt8])
  }

  /// The subject of an email.
  public var subject: String
  /// The words: of an email the plain text, of a text message all of it.
  public var text: String
  /// The same as HTML; nil for none.
  public var html: String?
  /// What goes with it, in order; of a letter the PDF.
  public var files: [File]

  /// Says something.
  public init(subject: String, text: String, html: String? = nil, files: [File] = []) {
    self.subject = subject
    self.text = text
    self.html = html
    self.files = files
  }
}

/// Why a message cannot be made: it is held until somebody has mended that.
public struct ComposeError: Error, Hashable, Sendable {
  /// A stable word in snake case, such as `template_error`.
  public let code: String
  /// One line in lower case without a full stop.
  public let text: String

  /// Names a reason.
  public init(code: String, text: String) {
    self.code = code
    self.text = text
  }
}
