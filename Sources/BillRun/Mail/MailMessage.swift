// SPDX-License-Identifier: Apache-2.0

/// An email as it goes over the wire: the same values always give the same bytes.
struct MailMessage {
  /// A file that goes with it.
  struct File {
    let name: String
    let type: String
    let content: [UInt8]
  }

  let from: Mailbox
  var replyTo: Mailbox?
  let recipients: [Mailbox]
  let subject: String
  /// In UNIX seconds.
  let date: Int64
  /// The Message-ID without its brackets.
  let id: String
  var references: [String] = []
  /// Where to unsubscribe: an address of `https` or `mailto`.
  var unsubscribe: String?
  var text: String?
  var html: String?
  var files: [File] = []

  /// The message in full; copies that nobody sees are in no header.
  var bytes: [UInt8] {
    var headers = MailHeader.addresses("From", [from])
    if let replyTo { headers += MailHeader.addresses("Reply-To", [replyTo]) }
    headers += MailHeader.addresses("To", recipients)
    headers += MailHeader.text("Subject", subject)
    headers += MailHeader.tokens(
      "Date",
      [MailHeader.date(date)].flatMap { $0.split(separator: " ") }
        .map(String.init))
    headers += MailHeader.tokens("Message-ID", ["<\(id)>"])
    if let last = references.last {
      headers += MailHeader.tokens("In-Reply-To", ["<\(last)>"])
      headers += MailHeader.tokens("References", references.map { "<\($0)>" })
    }
    headers += MailHeader.tokens("Auto-Submitted", ["auto-generated"])
    if let unsubscribe { headers += MailHeader.tokens("List-Unsubscribe", ["<\(unsubscribe)>"]) }
    headers += "MIME-Version: 1.0\r\n"
    return Array(headers.utf8) + content
  }

  /// What ends no part by chance: neither base64 nor quoted-printable has `=_` in it.
  private func boundary(_ level: Int) -> String {
    "=_\(level)_" + String(id.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(48))
  }

  private var content: [UInt8] {
    if files.isEmpty { return letter }
    var parts = [letter]
    for file in files {
      let head =
        MailHeader.fold("Content-Type", [Self.type(file.type)])
        + "Content-Transfer-Encoding: base64\r\n"
        + MailHeader.fold(
          "Content-Disposition", ["attachment;"] + MailHeader.fileName(file.name))
      parts.append(Array((head + "\r\n").utf8) + MailEncoding.base64Lines(file.content))
    }
    return multipart("mixed", parts, boundary(1))
  }

  /// The text, and the same as HTML where there is some.
  private var letter: [UInt8] {
    switch (text, html) {
    case (let text?, let html?):
      multipart("alternative", [part("plain", text), part("html", html)], boundary(2))
    case (nil, let html?): part("html", html)
    case (let text, nil): part("plain", text ?? "")
    }
  }

  private func multipart(_ kind: String, _ parts: [[UInt8]], _ boundary: String) -> [UInt8] {
    var bytes = Array(
      MailHeader.fold("Content-Type", ["multipart/\(kind);", "boundary=\"\(boundary)\""]).utf8)
    bytes += [13, 10]
    for part in parts {
      bytes += Array("--\(boundary)\r\n".utf8)
      bytes += part
      bytes += [13, 10]
    }
    return bytes + Array("--\(boundary)--\r\n".utf8)
  }

  private func part(_ kind: String, _ text: String) -> [UInt8] {
    // A boundary could stand in a text that travels as it is.
    let isPlain = MailEncoding.isPlain(text) && !text.contains("=_")
    let head =
      "Content-Type: text/\(kind); charset=utf-8\r\n"
      + "Content-Transfer-Encoding: \(isPlain ? "7bit" : "quoted-printable")\r\n\r\n"
    return Array(head.utf8)
      + (isPlain ? MailEncoding.withLineEnds(text) : MailEncoding.quotedPrintable(text))
  }

  /// A media type that base64 may carry; whatever is none is just bytes.
  private static func type(_ type: String) -> String {
    let isSound =
      type.split(separator: "/", omittingEmptySubsequences: false).count == 2
      && type.utf8.count < 100
      && type.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "!#$&-^_.+/".contains($0)) }
    let isWhole = type.hasPrefix("message/") || type.hasPrefix("multipart/")
    return isSound && !isWhole ? type : "application/octet-stream"
  }
}
