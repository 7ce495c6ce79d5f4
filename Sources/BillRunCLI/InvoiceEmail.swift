// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun invoice email ID…`.
struct InvoiceEmail: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "email", abstract: "Put invoices into the outbox, to be sent to their customers.",
    discussion: """
      From then on they have left the house: they can be reversed, and no longer voided. What was \
      voided, reversed or canceled goes out as a copy that says so. Of what a filter finds, \
      invoices of customers without an address are listed and left out.
      """)

  @Option(
    help: ArgumentHelp(
      "Who gets it instead of the customer: 'Client <client@example.com>'.", valueName: "address"))
  var to: [String] = []

  @Option(
    help: ArgumentHelp("Who gets a copy unseen, separated by commas.", valueName: "addresses"))
  var bcc: String?

  @Option(help: ArgumentHelp("The subject, instead of the usual one.", valueName: "text"))
  var subject: String?

  @Option(help: ArgumentHelp("The body, instead of the usual one.", valueName: "text"))
  var message: String?

  @OptionGroup var targets: InvoiceTargets

  func validate() throws { _ = try request() }

  func run() async throws {
    let request = try request()
    if targets.ids.isEmpty {
      return try await targets.run(.email, toCustomers: request.to.isEmpty) {
        try $0.email($1, request, on: $2)
      }
    }
    let connection = try await targets.options.connect()
    let emails = try await targets.named(at: WallClock.system.now(), on: connection) {
      try $0.email($1, request, on: $2)
    }
    let output = targets.options.output
    if output.isJSON {
      try output.json { writer in
        writer.array { list in for email in emails { list.raw(email) } }
      }
    } else {
      let noun = emails.count == 1 ? "email is" : "emails are"
      try output.text("\(emails.count) \(noun) in the outbox\n")
    }
  }

  private func request() throws -> EmailRequest {
    var request = EmailRequest()
    request.to = try to.map { try address($0, "--to") }
    request.bcc = try (bcc?.split(separator: ",") ?? []).map { try address(String($0), "--bcc") }
    if let subject, subject.unicodeScalars.contains(where: { $0.value < 0x20 }) {
      throw ValidationError("--subject is one line")
    }
    request.subject = subject
    request.message = message
    return request
  }

  private func address(_ text: String, _ option: String) throws -> EmailAddress {
    guard let address = EmailAddress(text) else {
      throw ValidationError("\(option) \(text) is no address, as client@example.com")
    }
    return address
  }
}
