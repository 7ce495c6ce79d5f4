// SPDX-License-Identifier: Apache-2.0
import BillingCore

extension RunSummary {
  /// The Run object of INTERFACE.md as JSON text.
  public var json: String {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }

  /// Writes the Run object of INTERFACE.md.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "bill_run")
      $0.field("id", id)
      $0.field("kind", kind)
      $0.field("seller", seller)
      $0.field("as_of", asOf.description)
      $0.field("state", state)
      writeAccounts(to: &$0)
      $0.field("invoices", invoices)
      $0.field("totals", array: { list in for total in totals { total.write(to: &list) } })
      if let gate { write(gate, to: &$0) }
      writeCollection(to: &$0)
      $0.field("phases", array: { list in for phase in phases { write(phase, to: &list) } })
      $0.field("fingerprint", fingerprint)
      $0.field("exit_code", exitCode.rawValue)
    }
  }

  private func writeAccounts(to writer: inout JSONWriter) {
    writer.field(
      "accounts",
      object: {
        $0.field("population", population)
        for outcome in Outcome.allCases { $0.field(outcome.rawValue, accounts(outcome)) }
      })
    writer.field(
      "reasons",
      object: {
        for outcome in [Outcome.nothingDue, .held] {
          $0.field(
            outcome.rawValue,
            object: { object in
              for reason in reasons where reason.outcome == outcome {
                object.field(reason.code ?? "unknown", reason.accounts)
              }
            })
        }
      })
  }

  private func write(_ gate: GateFindings, to writer: inout JSONWriter) {
    writer.field(
      "gate",
      object: {
        $0.field("outcome", gate.outcome)
        $0.field("drafts", gate.drafts)
        $0.field("held", gate.held)
        $0.field("findings", objects: gate.codes) { object, one in
          object.field("code", one.code)
          object.field("whole_run", one.isWhole)
          object.field("found", one.found)
          object.field("held", one.held)
        }
      })
  }

  private func writeCollection(to writer: inout JSONWriter) {
    writer.field(
      "charges",
      object: {
        $0.field("attempted", charges.attempted)
        $0.field("approved", charges.approved)
        $0.field("declined", charges.declined)
        $0.field("unknown", charges.unknown)
      })
    writer.field(
      "chased",
      object: {
        $0.field("due", chased.due)
        $0.field("queued", chased.queued)
      })
  }

  private func write(_ phase: Phase, to writer: inout JSONWriter) {
    writer.object {
      $0.field("name", phase.name)
      $0.field("seconds", minor: phase.milliseconds, digits: 3)
      $0.field("per_second", minor: tenthsPerSecond(phase), digits: 1)
    }
  }
}

extension RunSummary.Total {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("currency", currency)
      $0.field("invoices", invoices)
      $0.field("subtotal", minor: subtotal, digits: digits)
      $0.field("discounts", minor: discounts, digits: digits)
      $0.field("taxes", minor: taxes, digits: digits)
      $0.field("total", minor: total, digits: digits)
      $0.field("credits_applied", minor: creditsApplied, digits: digits)
      $0.field("credit_notes", creditNotes)
      $0.field("credited", minor: credited, digits: digits)
      $0.field("taken_back", takenBack)
      $0.field("taken_back_total", minor: takenBackTotal, digits: digits)
    }
  }
}
