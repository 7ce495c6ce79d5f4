// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// What simulated runs come to, as one lane adds it up; sums do not depend on their order.
struct SimulationTally: Sendable {
  /// Payers that were looked at.
  var accounts: Int64 = 0
  /// By run, plan and currency: lines.
  private(set) var plans: [PlanKey: PlanSum] = [:]
  /// By run and currency: documents.
  private(set) var totals: [TotalKey: Simulation.Total] = [:]
  /// Payers that would be held, by code.
  private(set) var held: [String: Int64] = [:]
  /// Periods of measured charges that have days to come.
  var openUsagePeriods: Int64 = 0
  /// Changes and prorated cancellations that take effect within the simulated days.
  var changesAhead: Int64 = 0

  struct PlanKey: Hashable {
    /// Which of the simulated runs.
    let run: Int
    /// The plan's code, empty for lines of none.
    let plan: String
    let currency: Currency
  }

  struct TotalKey: Hashable {
    let run: Int
    let currency: Currency
  }

  /// Lines, and what they come to after discounts without taxes, in minor units.
  struct PlanSum: Hashable {
    var lines: Int64 = 0
    var net: Int128 = 0
  }

  mutating func hold(_ code: String) { held[code, default: 0] += 1 }

  /// Adds a document of a run; credit notes take off.
  mutating func add(_ draft: InvoiceDraft, run: Int, plans codes: [Plan]) {
    let isCredit = draft.kind == .creditNote
    let sign: Int128 = isCredit ? -1 : 1
    var net: Int128 = 0
    for line in draft.lines {
      let code = line.plan.map { codes[$0].code } ?? ""
      let amount = sign * Int128(line.net.minor)
      plans[
        PlanKey(run: run, plan: code, currency: draft.currency), default: PlanSum()
      ].add(lines: 1, net: amount)
      net += amount
    }
    let tax = draft.taxes.reduce(Int128(0)) { $0 + Int128($1.amount.minor) }
    totals[TotalKey(run: run, currency: draft.currency), default: Simulation.Total()].add(
      Simulation.Total(
        invoices: isCredit ? 0 : 1, creditNotes: isCredit ? 1 : 0, net: net, tax: sign * tax,
        total: sign * Int128(draft.total.minor)))
  }

  mutating func add(_ other: SimulationTally) {
    accounts += other.accounts
    openUsagePeriods += other.openUsagePeriods
    changesAhead += other.changesAhead
    for (key, sum) in other.plans {
      plans[key, default: PlanSum()].add(lines: sum.lines, net: sum.net)
    }
    for (key, total) in other.totals { totals[key, default: Simulation.Total()].add(total) }
    for (code, accounts) in other.held { held[code, default: 0] += accounts }
  }
}

extension SimulationTally.PlanSum {
  fileprivate mutating func add(lines: Int64, net: Int128) {
    self.lines += lines
    self.net += net
  }
}
