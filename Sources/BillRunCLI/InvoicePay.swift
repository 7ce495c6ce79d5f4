// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun invoice pay ID…`.
struct InvoicePay: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pay", abstract: "Charge the saved sources of open invoices at once.",
    discussion: """
      Whatever their schedule, which it doesn't use up. Exits with 65 when one is declined or \
      cannot be charged, with 75 when somebody is charging.
      """)

  @OptionGroup var targets: InvoiceTargets

  func run() async throws {
    let settings = try targets.options.loadSettings()
    let ids = try await targets.selected(.pay)
    if ids.isEmpty { return }
    let engine = ChargeEngine(
      database: Database(settings), gateways: try GatewaySet(settings),
      options: ChargeOptions(asOf: .today), stop: StopSignal.install(), user: SystemUser.name)
    let charged = try await engine.pay(ids)
    try await targets.show(ids)
    let failed = charged.filter { $0.state != "approved" && $0.state != "pending" }
    if let first = failed.first {
      throw BillRunError(
        .dataError, code: "pay_\(first.state)",
        "\(failed.count) of \(charged.count) charges failed: invoice \(first.invoice) is "
          + "\(first.state)" + (first.detail.map { ", \($0)" } ?? ""),
        hint: "billrun report collections")
    }
  }
}
