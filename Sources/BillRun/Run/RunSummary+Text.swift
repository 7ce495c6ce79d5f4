// SPDX-License-Identifier: Apache-2.0
import BillingCore

extension RunSummary {
  /// The screen that an operations person reads first, each line with its line feed.
  public var text: String {
    var lines = [heading, ""]
    lines += accountLines
    if !totals.isEmpty { lines += ["", totalsTable] }
    lines.append("")
    lines += phases.map(phaseLine)
    lines += collectionLines
    lines.append(controlLine)
    if let fingerprint { lines.append("print      \(fingerprint)") }
    lines += nextSteps.map { "next       \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private var heading: String {
    let number = id.map { "run \($0)" } ?? "dry run"
    let facts = [number, kind, seller, "as of \(asOf)", state].filter { $0 != "dry" }
    return facts.joined(separator: " · ")
  }

  private var accountLines: [String] {
    let parts = [
      "\(Figure.count(accounts(.invoiced))) invoiced",
      "\(Figure.count(accounts(.nothingDue))) nothing due",
      "\(Figure.count(accounts(.held))) held",
    ]
    let sum = "accounts   \(Figure.count(population)) = \(parts.joined(separator: " + "))"
    return [sum] + lines(of: .nothingDue, "nothing due") + lines(of: .held, "held")
  }

  private func lines(of outcome: Outcome, _ word: String) -> [String] {
    let chosen = reasons.filter { $0.outcome == outcome }
    let width = chosen.map { Figure.count($0.accounts).utf8.count }.max() ?? 0
    return chosen.map { reason in
      let count = Figure.count(reason.accounts)
      let padding = String(repeating: " ", count: width - count.utf8.count)
      let age = reason.oldestDays.map { ", the oldest for \(Figure.counted(Int64($0), "day"))" }
      return "           \(word) \(padding)\(count) \(reason.code ?? "unknown")\(age ?? "")"
    }
  }

  private var totalsTable: String {
    var table = TextTable([
      ("currency", .left), ("invoices", .right), ("subtotal", .right), ("discounts", .right),
      ("taxes", .right), ("total", .right), ("credits applied", .right),
    ])
    for total in totals {
      table.add(
        [total.currency, Figure.count(total.invoices)]
          + [total.subtotal, total.discounts, total.taxes, total.total, total.creditsApplied]
          .map(total.text))
    }
    let notes = totals.filter { $0.creditNotes > 0 }.map {
      "\(Figure.counted($0.creditNotes, "credit note")) of \($0.text($0.credited)) \($0.currency)\n"
    }
    return String((table.text + notes.joined()).dropLast())
  }

  private func phaseLine(_ phase: Phase) -> String {
    let nouns = ["bill": "invoices", "charge": "attempts", "chase": "steps"]
    let name = phase.name + String(repeating: " ", count: max(0, 10 - phase.name.utf8.count))
    let seconds = Figure.amount(minor: phase.milliseconds, digits: 3)
    guard let rate = tenthsPerSecond(phase), let noun = nouns[phase.name] else {
      return "\(name) \(seconds) s"
    }
    return "\(name) \(seconds) s, \(Figure.amount(minor: rate, digits: 1)) \(noun)/s"
  }

  private var collectionLines: [String] {
    var lines: [String] = []
    if charges.attempted > 0 {
      lines.append(
        "charges    \(Figure.count(charges.attempted)) attempted,"
          + " \(Figure.count(charges.approved)) approved,"
          + " \(Figure.count(charges.declined)) declined, \(Figure.count(charges.unknown)) unknown")
    }
    if chased.due > 0 {
      lines.append(
        "chased     \(Figure.count(chased.due)) due, \(Figure.count(chased.queued)) queued")
    }
    return lines
  }

  private var controlLine: String {
    let found = discrepancies
    if found.isEmpty { return "control    ties: every account has an outcome, all totals add up" }
    let isOpen = exitCode == .tryAgain
    return "control    \(isOpen ? "not yet" : "DOES NOT TIE"): \(found.joined(separator: ", "))"
  }

  private var nextSteps: [String] {
    var steps: [String] = []
    switch state {
    case "pending", "processing": steps.append("billrun run --as-of \(asOf)   finishes it")
    case "error":
      steps.append("billrun verify   shows what is wrong\(error.map { ": \($0)" } ?? "")")
    case "completed": if let id { steps.append("billrun runs post \(id)   gives numbers and posts") }
    default: break
    }
    if accounts(.held) > 0 {
      steps.append("billrun hold list   tells what to repair; the next run bills them by itself")
    }
    return steps
  }
}
