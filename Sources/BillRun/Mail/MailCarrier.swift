// SPDX-License-Identifier: Apache-2.0
import Transport

/// Sends emails by the mail server of the settings.
struct MailCarrier: MessageCarrier {
  private let settings: MailSettings
  private let client: MailClient
  private let limit: RateLimit?

  init(_ settings: MailSettings, password: Secret?) {
    self.settings = settings
    client = MailClient(MailServer(settings, password: password))
    limit = settings.rate.map { RateLimit(perSecond: $0) }
  }

  /// Asks the server whether it would take a message; returns why not.
  func greet() async -> String? {
    switch await client.greet() {
    case .accepted: nil
    case .refused(let reply), .senderRefused(let reply): reply.description
    case .loginRefused(let reason), .unreachable(let reason), .broken(let reason, _): reason
    case .recipientsRefused: "it refused whom nobody named"
    }
  }

  func carry(_ message: OutgoingMessage) async -> Delivery {
    let envelope = Envelope(message)
    if envelope.open.isEmpty { return envelope.delivery }
    guard let bytes = Self.source(of: message, settings) else {
      return .failed("address_invalid", "no recipient's address can be written in a header")
    }
    do { try await limit?.take() } catch { return Delivery(end: .untried) }
    let result = await client.send(bytes, from: settings.from.address, to: envelope.open)
    return envelope.delivery(after: result)
  }

  /// The message as it goes over the wire; nil where it has no recipient or was not composed.
  static func source(of message: OutgoingMessage, _ settings: MailSettings) -> [UInt8]? {
    let recipients = message.recipients.compactMap { Mailbox(name: $0.name, address: $0.address) }
    guard let id = message.mailID, !recipients.isEmpty,
      let from = Mailbox(
        name: settings.from.name ?? message.sellerName, address: settings.from.address)
    else { return nil }
    let replyTo =
      settings.replyTo.map { Mailbox(name: $0.name, address: $0.address) }
      ?? message.sellerEmail.map { Mailbox(name: message.sellerName, address: $0) }
    return MailMessage(
      from: from, replyTo: replyTo ?? nil, recipients: recipients,
      subject: message.subject ?? "", date: message.queuedAt, id: id,
      references: message.references,
      unsubscribe: message.isReminder ? settings.unsubscribe : nil, text: message.text,
      html: message.html,
      files: message.files.map {
        MailMessage.File(name: $0.name, type: $0.type, content: $0.content)
      }
    ).bytes
  }
}

/// Who of an email's recipients is still to have it, and what becomes of it by what a server says
/// of them.
struct Envelope {
  /// Whom the server is asked to take it for.
  private(set) var open: [String] = []
  /// Those who are told as recipients, in lower case.
  private let named: Set<String>
  private var verdict = Delivery(end: .untried)
  private let hadIt: Bool

  init(_ message: OutgoingMessage) {
    let named = Set(message.recipients.map { $0.address.lowercased() })
    self.named = named
    hadIt = message.accepted.contains { named.contains($0.lowercased()) }
    var seen = Set((message.accepted + message.refused).map { $0.lowercased() })
    for address in message.recipients.map(\.address) + message.bcc
    where seen.insert(address.lowercased()).inserted {
      if Mailbox(name: nil, address: address) == nil {
        refuse(address, "address_invalid", "it is no address", isStopped: false)
      } else if message.stopped.contains(address.lowercased()) {
        refuse(address, "address_stopped", "nothing is sent to it any more", isStopped: false)
      } else {
        open.append(address)
      }
    }
  }

  /// What becomes of it where nobody is left to send it to.
  var delivery: Delivery {
    var delivery = verdict
    delivery.end = hadIt ? .sent : .bounced
    if !hadIt, delivery.code == nil {
      delivery.code = "address_missing"
      delivery.reason = "it has no recipient"
    }
    return delivery
  }

  private mutating func refuse(
    _ address: String, _ code: String, _ reason: String, isStopped: Bool
  ) {
    // An address that is none may hold white space, which separates addresses where it is kept.
    if code != "address_invalid" {
      verdict.refused.append(
        Delivery.Refusal(address: address, reason: reason, isStopped: isStopped))
    }
    if named.contains(address.lowercased()) || verdict.code == nil {
      verdict.code = code
      verdict.reason = reason
    }
  }

  /// What becomes of it by what a server said.
  func delivery(after result: MailResult) -> Delivery {
    var all = self
    switch result.end {
    case .loginRefused(let reason):
      return Delivery(
        end: .untried, code: "login_refused", reason: reason, trouble: .barred)
    case .unreachable(let reason): return .silent("server_unreachable", reason)
    case .senderRefused(let reply): return all.senderRefused(reply)
    case .broken(let reason, let mayBeAccepted):
      all.note(result.recipients, isAccepted: false)
      var delivery = all.verdict
      delivery.end = .later(nil)
      delivery.code = mayBeAccepted ? "answer_missing" : "connection_broken"
      delivery.reason = reason
      delivery.trouble = .silent
      return delivery
    case .refused(let reply):
      all.note(result.recipients, isAccepted: false)
      var delivery = all.verdict
      delivery.end = reply.isPermanent ? .failed : .later(nil)
      delivery.code = reply.isPermanent ? "message_refused" : "message_deferred"
      delivery.reason = reply.description
      delivery.answer = reply.description
      return delivery
    case .recipientsRefused: return all.ended(by: result.recipients, nil)
    case .accepted(let reply): return all.ended(by: result.recipients, reply)
    }
  }

  private func senderRefused(_ reply: MailReply) -> Delivery {
    if reply.code == 552 { return .failed("message_refused", reply.description) }
    var delivery = Delivery.silent("sender_refused", reply.description)
    delivery.answer = reply.description
    return delivery
  }

  private mutating func ended(by replies: [MailReply], _ last: MailReply?) -> Delivery {
    let waiting = note(replies, isAccepted: last != nil)
    var delivery = verdict
    delivery.answer = (last ?? replies.last)?.description
    let hasIt = hadIt || delivery.accepted.contains { named.contains($0.lowercased()) }
    if let waiting {
      delivery.end = .later(nil)
      delivery.code = "recipient_deferred"
      delivery.reason = waiting.description
      // Who must log in first is told so at the recipient by some servers.
      if [530, 535, 538].contains(waiting.code) { delivery.trouble = .silent }
    } else {
      delivery.end = hasIt ? .sent : .bounced
      if !hasIt { delivery.code = delivery.code ?? "address_refused" }
    }
    return delivery
  }

  /// Takes note of what was said of each recipient; returns what was said of one who waits.
  @discardableResult
  private mutating func note(_ replies: [MailReply], isAccepted: Bool) -> MailReply? {
    var waiting: MailReply?
    for (address, reply) in zip(open, replies) {
      if reply.isPositive {
        if isAccepted { verdict.accepted.append(address) }
      } else if reply.isPermanent && ![530, 535, 538].contains(reply.code) {
        // A server that does not like us says nothing about the address (RFC 3463, X.7.X).
        let isPolicy = reply.text.hasPrefix("5.7.")
        refuse(
          address, isPolicy ? "policy_refused" : "address_refused", reply.description,
          isStopped: !isPolicy)
      } else {
        waiting = reply
      }
    }
    return waiting
  }
}

extension MailServer {
  /// The server of the settings.
  init(_ settings: MailSettings, password: Secret?) {
    self.init(settings.address)
    user = settings.user
    self.password = password
    requiresTLS = settings.requiresTLS
    certificates = settings.certificates
    name = settings.domain
    timeout = .seconds(settings.timeout)
    connectTimeout = .seconds(min(30, settings.timeout))
  }
}
