// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun payment refund ID --amount A`.
struct PaymentRefund: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refund", abstract: "Pay money of a payment back.",
    discussion: """
      First what of it is credit goes back, then it is taken off invoices, the newest first: they \
      are open again. What a gateway charged goes back through it, to the source that was charged. \
      Nothing else is transferred: pay it out first, then note it here. Exits with 65 when the \
      gateway declines, with 75 when nobody knows yet: --resume asks again, and so does `billrun \
      charge`.
      """)

  @Argument(help: "The payment's id.") var id: Int64?

  @Option(help: ArgumentHelp("What goes back, as 12.34.", valueName: "amount"))
  var amount: String?

  @Flag(help: "It was paid back by transfer, check or cash: only note it.") var recorded = false

  @Flag(help: "It was paid back at the own desk of the gateway that charged it: only note it.")
  var atGateway = false

  @Flag(help: "Ask for all refunds whose outcome is not known.") var resume = false
  @OptionGroup var occasion: PaymentOccasion
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if resume && (id != nil || amount != nil || recorded || atGateway || occasion.date != nil) {
      throw ValidationError("--resume stands alone")
    }
    if recorded && atGateway { throw ValidationError("--recorded or --at-gateway, not both") }
    if !resume && (id == nil || amount == nil) {
      throw ValidationError("give a payment and --amount, or --resume")
    }
  }

  func run() async throws {
    guard let id, let amount else { return try await resumeAll() }
    let connection = try await options.connect()
    let minor = try await Self.minor(amount, of: id, on: connection)
    let isCharged = try await PaymentReader().isCharged(id, on: connection)
    if recorded || atGateway || !isCharged {
      let operations = PaymentOperations(at: WallClock.system.now(), by: SystemUser.name)
      let (date, reason, atGateway) = (occasion.date, occasion.reason, atGateway)
      try await connection.operation { connection in
        try operations.refund(
          id, amount: minor, on: date, reason: reason, atGateway: atGateway, over: connection)
      }
      return try await PaymentAmount.show(id, on: connection, options.output)
    }
    if occasion.date != nil {
      throw ValidationError("--date is for what was paid back already: --recorded, --at-gateway")
    }
    let refunded = try await engine().refund(id, amount: minor, reason: occasion.reason)
    try await PaymentAmount.show(id, on: connection, options.output)
    try Self.check([refunded])
  }

  private static func minor(
    _ amount: String, of id: Int64, on connection: isolated Connection
  ) throws -> Int64 {
    try PaymentAmount.minor(amount, in: PaymentAmount.currency(of: id, on: connection))
  }

  private func engine() throws -> RefundEngine {
    let settings = try options.loadSettings()
    return RefundEngine(
      database: Database(settings), gateways: try GatewaySet(settings), user: SystemUser.name)
  }

  private func resumeAll() async throws {
    let refunded = try await engine().resume()
    if options.json {
      try options.output.json { writer in
        writer.array { list in
          for one in refunded {
            list.object {
              $0.field("object", "refund")
              $0.field("id", one.refund)
              $0.field("payment", one.payment)
              $0.field("state", one.state)
              $0.field("detail", one.detail)
            }
          }
        }
      }
    } else {
      for one in refunded {
        let detail = one.detail.map { ", \($0)" } ?? ""
        try options.output.text(
          "refund \(one.refund) of payment \(one.payment) is \(one.state)\(detail)\n")
      }
    }
    try Self.check(refunded)
  }

  /// Throws for the first that was declined, else for the first of which nobody knows.
  private static func check(_ refunded: [RefundEngine.Refunded]) throws {
    for (state, status) in [
      ("declined", ExitStatus.dataError), ("unknown", .tryAgain), ("intended", .tryAgain),
    ] {
      guard let one = refunded.first(where: { $0.state == state }) else { continue }
      throw BillRunError(
        status, code: "refund_\(state)",
        "refund \(one.refund) of payment \(one.payment) is \(state)"
          + (one.detail.map { ", \($0)" } ?? ""),
        hint: status == .tryAgain ? "billrun payment refund --resume" : nil)
    }
  }
}
