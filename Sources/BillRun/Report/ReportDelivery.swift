// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization
import Transport

/// A file that a report is written into, piece by piece, in place of the one that was there.
///
/// A reader sees the old file or the new one. What is not finished leaves the old one.
public final class ReportFile: Sendable {
  private let part: Mutex<PartFile>

  /// Begins a file; throws `BillRunError` with 74 when it cannot be made.
  public init(_ path: String) throws {
    part = try Self.telling { Mutex(try PartFile(path, by: "\(path).\(getpid())")) }
  }

  /// Writes a piece; throws `BillRunError` with 74 when it cannot be written.
  public func append(_ bytes: [UInt8]) throws {
    try Self.telling { try part.withLock { try $0.append(bytes) } }
  }

  /// Makes the file last, under its name; throws `BillRunError` with 74 when that fails.
  public func finish() throws { try Self.telling { try part.withLock { try $0.finish() } } }

  /// Says of what is wrong that it is about a report.
  private static func telling<Value: ~Copyable>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as BillRunError {
      throw BillRunError(
        .ioError, code: "report_not_written", "report \(error.message)",
        hint: "ls -ld the folder; df -h")
    }
  }
}

/// Sends reports by the mail server of the settings, without the outbox: they are to no customer,
/// and a report must not write into the books.
public struct ReportMail: Sendable {
  private let settings: MailSettings
  private let client: MailClient
  private let recipients: [Mailbox]

  /// Makes the way to some addresses, as `name@example.com` or `Name <name@example.com>`, and
  /// speaks to nobody yet.
  ///
  /// Throws `BillRunError` with 64 for what is no address, and with 78 when the settings have no
  /// mail server or its password is missing.
  public init(_ settings: Settings, to addresses: [String]) throws {
    recipients = try addresses.map { text in
      guard let address = EmailAddress(text),
        let mailbox = Mailbox(name: address.name, address: address.address)
      else {
        throw BillRunError(
          .usage, code: "address_wrong", "report not mailed, on --mail-to, '\(text)' is no address")
      }
      return mailbox
    }
    guard let mail = settings.mail else {
      throw BillRunError(
        .configuration, code: "mail_not_configured",
        "report not mailed, on --mail-to, the settings have no smtp", hint: "docs/DELIVERY.md")
    }
    let password = try mail.password.map { try settings.secret($0, of: "smtp", "password") }
    self.settings = mail
    client = MailClient(MailServer(mail, password: password))
  }

  /// Sends a report at a moment in UNIX seconds: as text and as a page, and attached in a format.
  ///
  /// Throws `BillRunError` when the server does not take it for all of the addresses: with 69 when
  /// it may do so later, with 78 when it does not let us in, else with 65.
  public func send(
    _ report: TabularReport, as format: TabularReport.Format, at moment: Int64
  ) async throws {
    guard
      let sender = Mailbox(name: settings.from.name ?? "billrun", address: settings.from.address)
    else { return }
    let attached = format == .text ? .html : format
    let day = report.about.split(separator: " ").last { $0.first?.isNumber == true } ?? "now"
    let page = report.bytes(.html)
    let name = "\(report.object)-\(day.filter { $0.isNumber || $0 == "-" }).\(attached.suffix)"
    let message = MailMessage(
      from: sender,
      replyTo: settings.replyTo.flatMap { Mailbox(name: $0.name, address: $0.address) },
      recipients: recipients, subject: "billrun: \(report.heading)", date: moment,
      id: "report.\(UInt64.random(in: 0 ... .max))@\(settings.domain)", text: report.text,
      html: String(decoding: page, as: UTF8.self),
      files: [
        MailMessage.File(
          name: name, type: attached.mediaType,
          content: attached == .html ? page : report.bytes(attached))
      ])
    try check(
      await client.send(
        message.bytes, from: settings.from.address, to: recipients.map(\.address)))
  }

  private func check(_ result: MailResult) throws {
    switch result.end {
    case .accepted, .recipientsRefused:
      let refused = zip(recipients, result.recipients).filter { !$1.isPositive }
      guard let (recipient, reply) = refused.first else { return }
      throw refusal(reply, recipient.address)
    case .refused(let reply), .senderRefused(let reply): throw refusal(reply, place)
    case .loginRefused(let reason):
      throw BillRunError(
        .configuration, code: "mail_login_refused",
        "report not mailed, on \(place), \(reason)", hint: "smtp in the settings")
    case .unreachable(let reason), .broken(let reason, _):
      throw BillRunError(
        .unavailable, code: "mail_server_unreachable",
        "report not mailed, on \(place), \(reason)", hint: "the same command again")
    }
  }

  private var place: String { "\(settings.address.scheme)://\(settings.address.host)" }

  private func refusal(_ reply: MailReply, _ place: String) -> BillRunError {
    BillRunError(
      reply.isPermanent ? .dataError : .unavailable, code: "mail_refused",
      "report not mailed, on \(place), the server says \(reply)",
      hint: reply.isPermanent ? nil : "the same command again")
  }
}
