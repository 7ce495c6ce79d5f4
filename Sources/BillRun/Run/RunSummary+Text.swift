// SPDX-License-Identifier: Apache-2.0
import BillingCore

extension RunSummary {
  /// The screen that an operations person reads first, each line with its line feed.
  public var text: String {
    var lines = [heading, ""]
    lines += accountLines
    if !totals.isEmpty { lines += ["", totalsTable] }
    if let gate { lines += [""] + self.lines(of: gate) }
    lines.append("")
    lines += phaseLines
    lines += collectionLines
    lines.append(Self.row("control", controlText))
    if let fingerprint { lines.append(Self.row("fingerprint", fingerprint)) }
    lines += nextSteps.map { Self.row("next", $0) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A line with its label, which stands in a column of its own.
  private static func row(_ label: String, _ text: String) -> String {
    label + String(repeating: " ", count: 15 - label.utf8.count) + text
  }

  private var heading: String {
    let number = id.map { "run \($0)" } ?? "dry run"
    let facts = [number, kind, seller, "as of \(asOf)", state].filter { $0 != "dry" }
    return facts.joined(separator: " · ")
  }

  private var accountLines: [String] {
    var parts = [
      "\(Figure.count(accounts(.invoiced))) invoiced",
      "\(Figure.count(accounts(.nothingDue))) nothing due",
      "\(Figure.count(accounts(.held))) held",
    ]
    let rest = population - reasons.reduce(0) { $0 + $1.accounts }
    if rest > 0 { parts.append("\(Figure.count(rest)) not done") }
    let sum = "\(Figure.count(population)) = \(parts.joined(separator: " + "))"
    return [Self.row("accounts", sum)]
      + lines(of: .nothingDue, "nothing due") + lines(of: .held, "held")
  }

  private func lines(of outcome: Outcome, _ word: String) -> [String] {
    let chosen = reasons.filter { $0.outcome == outcome }
    let width = chosen.map { Figure.count($0.accounts).utf8.count }.max() ?? 0
    return chosen.map { reason in
      let count = Figure.count(reason.accounts)
      let padding = String(repeating: " ", count: width - count.utf8.count)
      let age = reason.oldestDays.map { ", the oldest for \(Figure.counted(Int64($0), "day"))" }
      return Self.row("  \(word)", "\(padding)\(count) \(reason.code ?? "unknown")\(age ?? "")")
    }
  }

  private var totalsTable: String {
    var table = TextTable([
      ("currency", .left), ("invoices", .right), ("subtotal", .right), ("discounts", .right),
      ("taxes", .right), ("total", .right), ("credits applied", .right),
    ])
    for total in totals {
      let sums = [
        total.subtotal, total.discounts, total.taxes, total.total, total.creditsApplied,
      ]
      table.add([total.currency, Figure.count(total.invoices)] + sums.map(total.text))
    }
    let notes = totals.filter { $0.creditNotes > 0 }.map {
      "\(Figure.counted($0.creditNotes, "credit note")) of \($0.text($0.credited)) \($0.currency)\n"
    }
    let takenBack = totals.filter { $0.takenBack > 0 }.map {
      "\(Figure.counted($0.takenBack, "invoice")) of \($0.text($0.takenBackTotal)) "
        + "\($0.currency) taken back since\n"
    }
    return String((table.text + notes.joined() + takenBack.joined()).dropLast())
  }

  /// One line a phase, with the steps within it (`bill.load`) in a line below it.
  private var phaseLines: [String] {
    phases.filter { !$0.name.contains(".") }.flatMap { phase in
      let steps = phases.filter { $0.name.hasPrefix(phase.name + ".") }.map {
        "\($0.name.dropFirst(phase.name.utf8.count + 1)) \(Self.seconds($0))"
      }
      let own = Self.row(phase.name, "\(Self.seconds(phase)) s\(rate(phase))")
      return [own] + (steps.isEmpty ? [] : [Self.row("", steps.joined(separator: ", "))])
    }
  }

  /// What the gate said, or would say, then what it found, a line each.
  private func lines(of gate: GateFindings) -> [String] {
    let words =
      id == nil
      ? ["pass": "would pass", "hold_some": "would hold some", "hold_all": "would hold all"]
      : ["pass": "passed", "hold_some": "holds some", "hold_all": "holds all"]
    let outcome = gate.outcome.flatMap { words[$0] } ?? "not looked at yet"
    var text = "\(outcome), \(Figure.counted(gate.drafts, "draft"))"
    if gate.held > 0 { text += ", \(Figure.count(gate.held)) held" }
    return [Self.row("gate", text)]
      + gate.codes.map { code in
        let released = code.found - code.held
        return Self.row(
          "  found",
          "\(Figure.count(code.found)) \(code.code)"
            + (released > 0 ? ", \(Figure.count(released)) released" : ""))
      }
  }

  private static func seconds(_ phase: Phase) -> String {
    Figure.amount(minor: phase.milliseconds, digits: 3)
  }

  private func rate(_ phase: Phase) -> String {
    let nouns = ["bill": "invoices", "charge": "attempts", "chase": "steps"]
    guard let rate = tenthsPerSecond(phase), let noun = nouns[phase.name] else { return "" }
    return ", \(Figure.amount(minor: rate, digits: 1)) \(noun)/s"
  }

  private var collectionLines: [String] {
    var lines: [String] = []
    if charges.attempted > 0 {
      let parts = [
        "\(Figure.count(charges.attempted)) attempted",
        "\(Figure.count(charges.approved)) approved",
        "\(Figure.count(charges.declined)) declined",
        "\(Figure.count(charges.unknown)) unknown",
      ]
      lines.append(Self.row("charges", parts.joined(separator: ", ")))
    }
    if chased.due > 0 {
      let text = "\(Figure.count(chased.due)) due, \(Figure.count(chased.queued)) queued"
      lines.append(Self.row("chased", text))
    }
    return lines
  }

  private var controlText: String {
    let found = discrepancies
    if found.isEmpty { return "ties: every account has an outcome, all totals add up" }
    let isOpen = exitCode == .tryAgain
    return "\(isOpen ? "not yet" : "DOES NOT TIE"): \(found.joined(separator: ", "))"
  }

  private var nextSteps: [String] {
    var steps: [String] = []
    switch state {
    case "pending", "processing":
      steps.append(
        kind == "dry"
          ? "billrun run --dry --as-of \(asOf)   begins anew where it was killed"
          : "billrun run --as-of \(asOf)   finishes it")
    case "error":
      steps.append("billrun verify   shows what is wrong\(error.map { ": \($0)" } ?? "")")
    case "completed":
      guard let id else { break }
      if gate?.isHeld == true {
        steps.append("billrun runs gate \(id)   tells what to look at")
        steps.append("billrun runs post \(id) --release   posts it all the same")
        steps.append("billrun runs cancel \(id)   drops the drafts; the next run bills them again")
      } else {
        steps.append("billrun runs post \(id)   gives numbers and posts")
      }
    default: break
    }
    if accounts(.held) > 0 {
      steps.append("billrun hold list   tells what to repair; the next run bills them by itself")
    }
    return steps
  }
}
