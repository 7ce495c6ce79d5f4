// SPDX-License-Identifier: Apache-2.0
import CCurl

/// One message on its way to a mail server, with what the server said to each command; without
/// recipients only a greeting, which says whether the server would take one.
///
/// curl tells the last code alone, so the conversation is overheard: who was refused, and at which
/// point, decides what becomes of a message. Sendable is safe: whoever makes it hands it over to
/// the client's queue, and only curl's calls from there touch it afterwards.
// The client's queue is what keeps calls apart.
@safe final class MailTransfer: CurlTransfer, @unchecked Sendable {
  /// What became of it, and whether over a connection that was open before.
  struct Answer: Sendable {
    let result: MailResult
    let wasReused: Bool
  }

  /// Which command the next reply is to.
  private enum Stage { case greeting, hello, login, sender, recipient, data, body, other }

  private let server: MailServer
  private let message: [UInt8]
  private let sender: String
  private let recipients: [String]
  private let isFresh: Bool
  private let answer: @Sendable (Answer) -> Void
  private var list: UnsafeMutablePointer<curl_slist>?
  private var given = 0
  private var stage = Stage.greeting
  private var words = ""
  private var replies: [MailReply] = []
  private var last: MailReply?
  /// Whether curl takes its leave, which it also does before it tells of a failure.
  private var hasEnded = false

  private static let maxWords = 400

  private var isGreeting: Bool { recipients.isEmpty }

  init(
    _ server: MailServer, _ message: [UInt8], from sender: String, to recipients: [String],
    isFresh: Bool, answer: @escaping @Sendable (Answer) -> Void
  ) {
    self.server = server
    self.message = message
    self.sender = sender
    self.recipients = recipients
    self.isFresh = isFresh
    self.answer = answer
    unsafe list = nil
  }

  deinit { unsafe curl_slist_free_all(list) }

  func fail(_ reason: String) {
    answer(
      Answer(
        result: MailResult(end: .unreachable(reason: reason), recipients: []), wasReused: false))
  }

  func prepare(_ handle: UnsafeMutableRawPointer) -> Bool {
    let isAddressed = unsafe setAddresses(handle)
    let isLimited = unsafe setLimits(handle)
    let isHeard = unsafe setCalls(handle)
    return isAddressed && isLimited && isHeard
  }

  private func setAddresses(_ handle: UnsafeMutableRawPointer) -> Bool {
    for address in [sender] + recipients
    where !address.utf8.allSatisfy({ 0x21..<0x7F ~= $0 && $0 != 0x3C && $0 != 0x3E }) {
      return false
    }
    for recipient in recipients {
      guard let longer = unsafe curl_slist_append(list, "<\(recipient)>") else { return false }
      unsafe list = unsafe longer
    }
    let name = server.name.map { "/\($0)" } ?? ""
    var texts: [(CURLoption, String)] = [
      (CURLOPT_URL, server.address.text + name), (CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
      (CURLOPT_NOPROXY, "*"),
      isGreeting ? (CURLOPT_CUSTOMREQUEST, "NOOP") : (CURLOPT_MAIL_FROM, "<\(sender)>"),
    ]
    if let user = server.user, let password = server.password {
      texts += [(CURLOPT_USERNAME, user), (CURLOPT_PASSWORD, password.exposed)]
    }
    if let file = server.certificates { texts.append((CURLOPT_CAINFO, file)) }
    for (option, text) in texts
    where unsafe billrun_curl_set_text(handle, option, text) != CURLE_OK { return false }
    return unsafe billrun_curl_set_list(handle, CURLOPT_MAIL_RCPT, list) == CURLE_OK
  }

  private func setLimits(_ handle: UnsafeMutableRawPointer) -> Bool {
    let security = server.requiresTLS ? CURLUSESSL_ALL : CURLUSESSL_NONE
    let values: [(CURLoption, Int)] = [
      (CURLOPT_NOSIGNAL, 1), (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
      (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)), (CURLOPT_USE_SSL, Int(security.rawValue)),
      (CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1), (isGreeting ? CURLOPT_NOBODY : CURLOPT_UPLOAD, 1),
      (CURLOPT_INFILESIZE, message.count), (CURLOPT_FRESH_CONNECT, isFresh ? 1 : 0),
      (CURLOPT_CONNECTTIMEOUT_MS, server.connectTimeout.milliseconds),
      (CURLOPT_TIMEOUT_MS, server.timeout.milliseconds),
      (CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, server.timeout.milliseconds / 1000)),
      (CURLOPT_VERBOSE, 1),
    ]
    for (option, value) in values
    where unsafe billrun_curl_set_long(handle, option, value) != CURLE_OK { return false }
    return true
  }

  private func setCalls(_ handle: UnsafeMutableRawPointer) -> Bool {
    let owner = unsafe Unmanaged.passUnretained(self).toOpaque()
    let results = unsafe [
      billrun_curl_set_sink(handle, CURLOPT_READFUNCTION) { buffer, size, count, owner in
        unsafe MailTransfer.of(owner)?
          .give(UnsafeMutableRawBufferPointer(start: buffer, count: size * count)) ?? 0
      },
      // The server's words are overheard, not received.
      billrun_curl_set_sink(handle, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count },
      billrun_curl_set_ear(handle, CURLOPT_DEBUGFUNCTION) { _, kind, bytes, count, owner in
        unsafe MailTransfer.of(owner)?
          .hear(kind, UnsafeRawBufferPointer(start: bytes, count: count))
        return 0
      },
      billrun_curl_set_pointer(handle, CURLOPT_READDATA, owner),
      billrun_curl_set_pointer(handle, CURLOPT_DEBUGDATA, owner),
    ]
    return results.allSatisfy { $0 == CURLE_OK }
  }

  private static func of(_ owner: UnsafeMutableRawPointer?) -> MailTransfer? {
    unsafe owner.map { unsafe Unmanaged<MailTransfer>.fromOpaque($0).takeUnretainedValue() }
  }
}

extension MailTransfer {
  /// Gives curl the next piece of the message.
  private func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, message.count - given)
    unsafe message.withUnsafeBytes {
      unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[given..<given + count]))
    }
    given += count
    return count
  }

  /// Takes note of commands and replies; of a login only that there was one.
  private func hear(_ kind: curl_infotype, _ bytes: UnsafeRawBufferPointer) {
    guard kind == CURLINFO_HEADER_OUT || kind == CURLINFO_HEADER_IN else { return }
    let text = unsafe String(decoding: bytes, as: UTF8.self)
    for line in text.split(whereSeparator: \.isNewline) {
      if kind == CURLINFO_HEADER_OUT { command(line) } else { reply(line) }
    }
  }

  private func command(_ line: Substring) {
    let begins = { (word: String) in line.hasPrefix(word) }
    if line == "QUIT" {
      hasEnded = true
    } else if begins("EHLO") || begins("HELO") || begins("STARTTLS") {
      stage = .hello
    } else if begins("AUTH ") {
      stage = .login
    } else if begins("MAIL FROM:") {
      stage = .sender
    } else if begins("RCPT TO:") {
      stage = .recipient
    } else if line == "DATA" {
      stage = .data
    } else if line == "NOOP" {
      stage = .body
    } else if stage != .login {
      stage = .other
    }
  }

  private func reply(_ line: Substring) {
    guard !hasEnded, let code = Int(line.prefix(3)), 200..<600 ~= code else { return }
    if words.utf8.count < Self.maxWords {
      let rest = line.dropFirst(4).unicodeScalars.map { 0x20..<0x7F ~= $0.value ? $0 : "?" }
      words += (words.isEmpty ? "" : " ") + String(String.UnicodeScalarView(rest))
    }
    if line.dropFirst(3).first == "-" { return }
    let reply = MailReply(code: code, text: String(words.prefix(Self.maxWords)))
    words = ""
    last = reply
    switch stage {
    case .recipient: replies.append(reply)
    case .data where reply.isPositive:
      stage = .body
      last = nil
    default: return
    }
  }

  func ending(
    of handle: UnsafeMutableRawPointer, _ code: CURLcode
  ) -> @Sendable () -> Void {
    var connections = 1
    unsafe billrun_curl_get_long(handle, CURLINFO_NUM_CONNECTS, &connections)
    let reason = unsafe String(cString: curl_easy_strerror(code)).lowercased()
    let answer = answer
    let all = Answer(
      result: MailResult(end: end(code, reason), recipients: replies),
      wasReused: connections == 0)
    return { answer(all) }
  }

  private func end(_ code: CURLcode, _ reason: String) -> MailResult.End {
    switch stage {
    case .body:
      guard let last else { return .broken(reason: reason, mayBeAccepted: true) }
      return last.isPositive ? .accepted(last) : .refused(last)
    case .data:
      guard let last, !last.isPositive else {
        return .broken(reason: reason, mayBeAccepted: false)
      }
      return .refused(last)
    case .recipient:
      let isAsked = replies.count == recipients.count
      if isAsked && !replies.contains(where: \.isPositive) { return .recipientsRefused }
      return .broken(reason: reason, mayBeAccepted: false)
    case .sender:
      guard let last, !last.isPositive else {
        return .broken(reason: reason, mayBeAccepted: false)
      }
      return .senderRefused(last)
    case .greeting, .hello, .login, .other:
      if code == CURLE_LOGIN_DENIED {
        return .loginRefused(reason: last.map(\.description) ?? reason)
      }
      if let last, !last.isPositive { return .unreachable(reason: last.description) }
      return .unreachable(reason: reason)
    }
  }
}
