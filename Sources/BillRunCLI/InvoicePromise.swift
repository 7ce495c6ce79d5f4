// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun invoice promise ID…`.
struct InvoicePromise: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "promise", abstract: "Note that a customer has promised to pay by a day.",
    discussion: """
      Until that day has passed the invoice is not chased and bears no late fee; after it chasing \
      goes on where it stands.
      """)

  @Option(help: ArgumentHelp("The day by which it is to be paid.", valueName: "day"))
  var until: LocalDate?
  @Flag(help: "End the promise.") var withdraw = false
  @OptionGroup var targets: InvoiceTargets

  func validate() throws {
    if (until == nil) != withdraw { throw ValidationError("give either --until or --withdraw") }
  }

  func run() async throws {
    let until = until
    try await targets.run(.annotate) { try $0.promise($1, until: until, on: $2) }
  }
}
