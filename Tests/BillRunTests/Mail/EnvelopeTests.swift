// SPDX-License-Identifier: Apache-2.0
import Testing
import Transport

@testable import BillRun

/// What becomes of a message by what a server says.
struct EnvelopeTests {
  private static func message(
    to: [String], bcc: [String] = [], accepted: [String] = [], refused: [String] = [],
    stopped: Set<String> = []
  ) -> OutgoingMessage {
    OutgoingMessage(
      test: to, bcc: bcc, accepted: accepted, refused: refused, stopped: stopped)
  }

  private static let yes = MailReply(code: 250, text: "2.0.0 OK")
  private static let no = MailReply(code: 550, text: "5.1.1 nobody")
  private static let later = MailReply(code: 451, text: "4.2.0 later")
  private static let policy = MailReply(code: 550, text: "5.7.1 blocked")

  /// What a server says, and what follows.
  struct Row: CustomTestStringConvertible, Sendable {
    let name: String
    let end: MailResult.End
    let replies: [MailReply]
    let expected: Delivery.End
    let code: String?
    var stopped = 0

    var testDescription: String { name }
  }

  static let rows = [
    Row(name: "taken", end: .accepted(yes), replies: [yes, yes], expected: .sent, code: nil),
    Row(
      name: "one refused", end: .accepted(yes), replies: [no, yes], expected: .sent,
      code: "address_refused", stopped: 1),
    Row(
      name: "one waits", end: .accepted(yes), replies: [yes, later], expected: .later(nil),
      code: "recipient_deferred"),
    Row(
      name: "all refused", end: .recipientsRefused, replies: [no, no], expected: .bounced,
      code: "address_refused", stopped: 2),
    Row(
      name: "one refused, one waits", end: .recipientsRefused, replies: [no, later],
      expected: .later(nil), code: "recipient_deferred", stopped: 1),
    Row(
      name: "policy", end: .recipientsRefused, replies: [policy, policy], expected: .bounced,
      code: "policy_refused"),
    Row(
      name: "login wanted at the recipient", end: .recipientsRefused,
      replies: [
        MailReply(code: 530, text: "5.7.0 login first"),
        MailReply(code: 530, text: "5.7.0 login first"),
      ], expected: .later(nil), code: "recipient_deferred"),
    Row(
      name: "spam", end: .refused(MailReply(code: 554, text: "5.6.0 spam")), replies: [yes, yes],
      expected: .failed, code: "message_refused"),
    Row(
      name: "no room", end: .refused(later), replies: [yes, yes], expected: .later(nil),
      code: "message_deferred"),
    Row(
      name: "sender refused", end: .senderRefused(no), replies: [], expected: .later(nil),
      code: "sender_refused"),
    Row(
      name: "too large", end: .senderRefused(MailReply(code: 552, text: "too large")), replies: [],
      expected: .failed, code: "message_refused"),
    Row(
      name: "nobody there", end: .unreachable(reason: "no"), replies: [], expected: .later(nil),
      code: "server_unreachable"),
    Row(
      name: "died", end: .broken(reason: "gone", mayBeAccepted: true), replies: [yes, yes],
      expected: .later(nil), code: "answer_missing"),
    Row(
      name: "wrong password", end: .loginRefused(reason: "535"), replies: [], expected: .untried,
      code: "login_refused"),
  ]

  @Test("each answer has its consequence", arguments: rows)
  func consequences(_ row: Row) {
    let envelope = Envelope(Self.message(to: ["a@x.org", "b@x.org"]))
    #expect(envelope.open == ["a@x.org", "b@x.org"])
    let delivery = envelope.delivery(after: MailResult(end: row.end, recipients: row.replies))
    #expect(delivery.end == row.expected)
    #expect(delivery.code == row.code)
    #expect(delivery.refused.filter(\.isStopped).count == row.stopped)
    if case .accepted = row.end {
      #expect(delivery.accepted.count == row.replies.filter(\.isPositive).count)
    } else {
      #expect(delivery.accepted.isEmpty)
    }
  }

  @Test("who has it is not asked again, nor who refused it, nor anybody twice")
  func again() {
    let envelope = Envelope(
      Self.message(
        to: ["A@x.org", "b@x.org", "a@x.org"], bcc: ["c@x.org", "B@x.org"],
        accepted: ["a@x.org"], refused: ["b@x.org"]))
    #expect(envelope.open == ["c@x.org"])
    let taken = envelope.delivery(
      after: MailResult(end: .accepted(Self.yes), recipients: [Self.yes]))
    #expect(taken.end == .sent)
    let refused = Envelope(
      Self.message(to: ["a@x.org"], bcc: ["c@x.org"], refused: ["a@x.org"])
    ).delivery(after: MailResult(end: .accepted(Self.yes), recipients: [Self.yes]))
    #expect(refused.end == .bounced)
    #expect(refused.code == "address_refused")
  }

  @Test("a stopped address is not asked for, and one that is none neither")
  func stopped() {
    let envelope = Envelope(
      Self.message(to: ["Stopped@x.org", "no address"], stopped: ["stopped@x.org"]))
    #expect(envelope.open.isEmpty)
    #expect(envelope.delivery.end == .bounced)
    #expect(envelope.delivery.refused.map(\.address) == ["Stopped@x.org"])
    #expect(envelope.delivery.refused.allSatisfy { !$0.isStopped })
    #expect(Envelope(Self.message(to: [])).delivery.code == "address_missing")
  }
}
