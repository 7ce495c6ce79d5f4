// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

/// An email about invoices as somebody wants it; nil leaves what is usual.
public struct EmailRequest: Sendable {
  /// Who gets it instead of the customer.
  public var to: [EmailAddress] = []
  /// Who gets a copy that the others don't see.
  public var bcc: [EmailAddress] = []
  /// The subject.
  public var subject: String?
  /// The body.
  public var message: String?

  /// How many get one email at most: nobody writes invoices to more, and a server that takes them
  /// is no distributor of mail.
  static let mostRecipients = 50

  /// Makes an email as it usually is.
  public init() {}
}

/// A name and an address for email.
public struct EmailAddress: Hashable, Sendable {
  /// The name; nil for none.
  public let name: String?
  /// The address.
  public let address: String

  /// Reads `client@example.com` or `Client <client@example.com>`; nil for anything else.
  ///
  /// It is checked for what would break a header or a command, not for whether it exists (RFC
  /// 5321, 4.1.2 without quoted local parts).
  public init?(_ text: String) {
    let trimmed = text.trimming
    var name: String?
    var address = trimmed
    if trimmed.hasSuffix(">"), let bracket = trimmed.lastIndex(of: "<") {
      name = String(trimmed[..<bracket]).trimming
      address = String(trimmed[trimmed.index(after: bracket)...].dropLast())
    }
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    let isSound =
      parts.count == 2 && !parts[0].isEmpty && parts[1].contains(where: { $0 != "." })
      && address.utf8.count <= 254
      && address.unicodeScalars.allSatisfy {
        $0.value > 0x20 && !"<>()[],;:\\\"".contains(Character($0)) && $0.value != 0x7f
      }
    if !isSound { return nil }
    if let name, name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) {
      return nil
    }
    self.name = name.flatMap { $0.isEmpty ? nil : $0 }
    self.address = address
  }
}

extension String {
  fileprivate var trimming: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}

extension InvoiceOperations {
  /// Puts invoices into the outbox, for a step of its own to deliver; returns the Email objects as
  /// JSON text.
  ///
  /// From then on they have left the house (RULES 6, note 1). What was voided, reversed or canceled
  /// goes out as a marked copy. Throws `BillRunError` with 65 for drafts, and where a customer has
  /// no address and `to` names none.
  @discardableResult
  public func email(
    _ ids: [Int64], _ email: EmailRequest = EmailRequest(), on connection: isolated Connection
  ) throws -> [String] {
    if email.to.count + email.bcc.count > EmailRequest.mostRecipients {
      throw refusal(
        .email, "recipients", "an email has at most \(EmailRequest.mostRecipients) recipients")
    }
    _ = try begin(.email, ids, on: connection)
    if email.to.isEmpty {
      let unreachable = try connection.query(
        Statement(SQLFiles.listUnreachable), [.int64Array(ids)])
      if let row = unreachable.first {
        let (invoice, customer) = (try row.int64(0), try row.int64(1))
        throw refusal(
          .email, "no_address",
          "customer \(customer) of invoice id \(invoice) has no address for email",
          hint: "--to ADDRESS, or import the customer with its email")
      }
    }
    let queued = try connection.query(
      Statement(SQLFiles.queueEmails),
      [
        .int64Array(ids), .jsonb(email.recipients), .stringArray(email.bcc.map(\.address)),
        .string(email.subject), .string(email.message), .string(user),
      ])
    return try (0..<queued.count).map { try queued.string($0, 0) }
  }
}

extension EmailRequest {
  /// The recipients as JSON text, nil for the customers' own.
  fileprivate var recipients: String? {
    if to.isEmpty { return nil }
    var writer = JSONWriter()
    writer.array { list in
      for recipient in to {
        list.object {
          $0.field("name", recipient.name)
          $0.field("email", recipient.address)
        }
      }
    }
    return writer.text
  }
}
