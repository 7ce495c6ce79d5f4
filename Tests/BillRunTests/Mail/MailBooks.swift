// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Foundation
import Postgres
import TestSupport
import Testing
import Transport

@testable import BillRun

/// What the tests of sending have in common.
enum MailBooks {
  /// Lends books with a customer for each address, who has one open invoice.
  static func with(
    _ addresses: [String], _ body: (Books) async throws -> Void
  ) async throws {
    try await withBooks { books in
      try await books.seller("acme", ["email": "desk@example.com"])
      try await books.plan("pro", "10")
      for (place, address) in addresses.enumerated() {
        try await books.customer(
          place + 1, ["email": address, "payment_terms": "NET 14", "name": "Ann \(place + 1)"])
        try await books.subscription(place + 1, of: place + 1, "pro", from: "2026-11-01")
      }
      try await books.bill("2026-11-01")
      try await body(books)
    }
  }

  /// What became of each message.
  static let states = """
    select concat_ws(' ', message_id, state, reject_code, tries) from message order by message_id
    """

  /// A server's settings on this machine.
  static func settings(_ port: Int, timeout: Int = 120) throws -> MailSettings {
    var settings = MailSettings(
      try #require(MailAddress("smtp://127.0.0.1:\(port)")),
      from: try #require(EmailAddress("billing@example.com")))
    settings.timeout = timeout
    settings.parallel = 4
    return settings
  }

  /// The ways out with nothing but a mail server.
  static func carriers(_ port: Int, timeout: Int = 120) throws -> CarrierSet {
    let settings = try settings(port, timeout: timeout)
    return CarrierSet(["email": MailCarrier(settings, password: nil)], mail: settings)
  }
}

extension Books {
  /// Puts every open invoice into the outbox.
  func emailAll() async throws {
    let rows = try await connection.query(
      Statement(name: "all", text: "select invoice_id from invoice order by invoice_id"), [])
    let ids = try (0..<rows.count).map { try rows.int64($0, 0) }
    let operations = InvoiceOperations(at: 1_795_176_000, by: "tester")
    _ = try await connection.transaction { try operations.email(ids, on: $0) }
  }

  /// Sends what is due.
  @discardableResult
  func send(
    by carriers: CarrierSet, composer: (any MessageComposing)? = nil,
    stop: StopSignal = StopSignal(), _ change: (inout SendOptions) -> Void = { _ in }
  ) async throws -> SendSummary {
    var options = SendOptions()
    change(&options)
    return try await SendEngine(
      database: database, carriers: carriers, composer: try composer ?? MessageComposer(),
      options: options, stop: stop, user: "tester"
    ).send()
  }

  /// Makes every message due now, as if time had passed or a claim had lapsed.
  func passTime() async throws {
    try await run("update message set not_before = now() where state = 'queued'")
  }
}

/// A way out that does what a test says.
struct ScriptedCarrier: MessageCarrier {
  let body: @Sendable (OutgoingMessage) async -> Delivery

  func carry(_ message: OutgoingMessage) async -> Delivery { await body(message) }
}
