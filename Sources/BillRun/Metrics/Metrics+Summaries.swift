// SPDX-License-Identifier: Apache-2.0
import BillingCore

extension Metrics {
  /// Adds what became of a run; runs of one seller are added up.
  public mutating func add(_ run: RunSummary) {
    for outcome in RunSummary.Outcome.allCases {
      add(
        .runAccounts, run.accounts(outcome), ["seller": run.seller, "outcome": outcome.rawValue])
    }
    for reason in run.reasons where reason.outcome == .held {
      add(.runHeldAccounts, reason.accounts, ["seller": run.seller, "code": reason.code ?? ""])
    }
    for total in run.totals {
      add(.runInvoices, total.invoices, ["seller": run.seller, "currency": total.currency])
      add(.runTotal, total.total, ["seller": run.seller, "currency": total.currency])
    }
  }

  /// Adds drafts that wait, of any run of some sellers, also where there are none.
  public mutating func add(_ waiting: [WaitingDrafts], of sellers: [String]) {
    for seller in sellers { add(.draftsWaiting, 0, ["seller": seller]) }
    for one in waiting { add(.draftsWaiting, one.drafts, ["seller": one.seller]) }
  }

  /// Adds what a step of charging did.
  public mutating func add(_ charges: ChargeSummary) {
    for outcome in ["approved", "declined", "pending", "unknown"] {
      add(.chargeAttempts, charges.count(outcome), ["outcome": outcome])
    }
    for (reason, count) in charges.uncharged.sorted(by: { $0.key < $1.key }) {
      add(.chargeUncharged, count, ["reason": reason])
    }
    add(.chargeUnsent, charges.unsent)
    add(.chargeOverdue, charges.overdue)
    for gateway in charges.down { add(.chargeDown, 1, ["gateway": gateway]) }
  }

  /// Adds what a step of chasing did.
  public mutating func add(_ chases: ChaseSummary) {
    for action in ChasingCadence.Action.allCases {
      add(.chaseSteps, chases.taken[action] ?? 0, ["action": action.rawValue])
    }
    add(.chaseMessages, chases.queued)
    for (reason, count) in chases.refused.sorted(by: { $0.key < $1.key }) {
      add(.chaseRefused, count, ["reason": reason])
    }
  }

  /// Adds what a step of sending did.
  public mutating func add(_ sending: SendSummary) {
    for state in ["sent", "bounced", "failed", "queued", "untried"] {
      add(.sendMessages, sending.count(state), ["state": state])
    }
    add(.sendMessages, sending.composed, ["state": "composed"])
    add(.sendMessages, sending.held, ["state": "held"])
    for channel in sending.down.keys.sorted() { add(.sendDown, 1, ["channel": channel]) }
    for (channel, count) in sending.unconfigured.sorted(by: { $0.key < $1.key }) {
      add(.sendUnconfigured, count, ["channel": channel])
    }
  }

  /// Adds what `verify` found.
  public mutating func add(_ verification: Verification) {
    for finding in verification.findings {
      add(.verifyWrongRows, finding.wrong, ["check": finding.check])
    }
  }
}
