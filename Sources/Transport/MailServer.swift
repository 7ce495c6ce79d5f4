// SPDX-License-Identifier: Apache-2.0
import CCurl

/// The address of a mail server: `smtp` or `smtps`, a host and perhaps a port.
public struct MailAddress: Hashable, Sendable {
  /// `smtp` or `smtps`.
  public let scheme: String
  /// The host's name or number; one of IPv6 in brackets.
  public let host: String
  /// The port; nil for the scheme's own.
  public let port: String?
  /// Whether it is this machine's own.
  public let isLoopback: Bool

  /// Reads an address by curl's own rules; nil for another scheme, and for one with a user, a
  /// password or a path.
  public init?(_ text: String) {
    guard let url = unsafe curl_url() else { return nil }
    defer { unsafe curl_url_cleanup(url) }
    guard unsafe curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK,
      let scheme = unsafe HTTPAddress.part(CURLUPART_SCHEME, of: url),
      let host = unsafe HTTPAddress.part(CURLUPART_HOST, of: url),
      unsafe HTTPAddress.part(CURLUPART_USER, of: url) == nil,
      unsafe HTTPAddress.part(CURLUPART_PASSWORD, of: url) == nil,
      unsafe HTTPAddress.part(CURLUPART_QUERY, of: url) == nil,
      ["", "/"].contains(unsafe HTTPAddress.part(CURLUPART_PATH, of: url) ?? ""),
      ["smtp", "smtps"].contains(scheme)
    else { return nil }
    self.scheme = scheme
    self.host = host
    port = unsafe HTTPAddress.part(CURLUPART_PORT, of: url)
    isLoopback = HTTPAddress.isLoopback(host)
  }

  /// The address as text, without what it doesn't need.
  public var text: String { "\(scheme)://\(host)\(port.map { ":\($0)" } ?? "")" }
}

/// A mail server and how it is spoken to.
public struct MailServer: Sendable {
  /// Where it is.
  public var address: MailAddress
  /// Who logs in; nil for nobody.
  public var user: String?
  /// The password of the user.
  public var password: Secret?
  /// Whether nothing may be said without TLS; `smtps` always is.
  public var requiresTLS = true
  /// A file of certificates to trust instead of the system's; nil for the system's.
  public var certificates: String?
  /// The name by which we introduce ourselves; nil for this machine's.
  public var name: String?
  /// How long connecting may take, TLS and login included.
  public var connectTimeout = Duration.seconds(30)
  /// How long one message may take.
  public var timeout = Duration.seconds(300)

  /// Describes a server.
  public init(_ address: MailAddress) { self.address = address }
}

/// What a mail server said to something.
public struct MailReply: Hashable, Sendable {
  /// The three digits: 250, 451, 550.
  public let code: Int
  /// Its words, in one line and shortened, without control characters.
  public let text: String

  /// Makes a reply.
  public init(code: Int, text: String) {
    self.code = code
    self.text = text
  }

  /// Whether it is a yes.
  public var isPositive: Bool { 200..<400 ~= code }
  /// Whether it is a no for good.
  public var isPermanent: Bool { 500..<600 ~= code }
}

extension MailReply: CustomStringConvertible {
  /// The digits and the words.
  public var description: String { text.isEmpty ? String(code) : "\(code) \(text)" }
}

/// How far a message came.
public struct MailResult: Sendable {
  /// How it ended.
  public enum End: Sendable, Hashable {
    /// The server has taken it, for those recipients that it said yes to.
    case accepted(MailReply)
    /// The server has seen the message, or was about to, and does not want it.
    case refused(MailReply)
    /// The server does not want mail from this sender.
    case senderRefused(MailReply)
    /// Every recipient was refused.
    case recipientsRefused
    /// The server did not let us in.
    case loginRefused(reason: String)
    /// No connection, no TLS, or nobody to speak to: nothing was sent.
    case unreachable(reason: String)
    /// The connection ended on the way; the message may have been taken where all of it was sent.
    case broken(reason: String, mayBeAccepted: Bool)
  }

  /// How it ended.
  public let end: End
  /// What was said of the recipients, in their order; fewer than there are where it ended before.
  public let recipients: [MailReply]

  /// Describes how far a message came.
  public init(end: End, recipients: [MailReply]) {
    self.end = end
    self.recipients = recipients
  }
}
