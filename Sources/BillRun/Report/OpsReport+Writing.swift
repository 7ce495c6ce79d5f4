// SPDX-License-Identifier: Apache-2.0
import BillingCore

extension OpsReport {
  /// The report for people, each line with its line feed.
  public var text: String {
    var text = parts.map(\.text).joined(separator: "\n")
    if parts.isEmpty {
      text = "no run yet: billrun run --as-of today\n"
      if !attention.isClean { text += "\n" + attention.table.text }
    }
    for table in [WaitingDrafts.table(of: waiting), RefusedRun.table(of: refused)]
    where !table.rows.isEmpty {
      text += "\n" + table.text
    }
    for one in refused { text += one.error.hint.map { "hint: \($0)\n" } ?? "" }
    if openBankEntries == 0 || parts.isEmpty { return text }
    return text
      + "\nopen entries of bank statements: \(Figure.count(openBankEntries)), "
      + "billrun bank entries --open\n"
  }

  /// The report as one JSON object.
  public var json: String {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }

  /// Writes the report as one object.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "report")
      $0.field("sellers", array: { list in for part in parts { part.write(to: &list) } })
      $0.field("open_bank_entries", openBankEntries)
      WaitingDrafts.table(of: waiting).write(to: &$0)
      RefusedRun.table(of: refused).write(to: &$0)
      $0.field("exit_code", exitCode.rawValue)
    }
  }
}

extension OpsReport.Part {
  /// How many holds the text names; the JSON has them all.
  private static let heldShown = 20

  fileprivate var text: String {
    var text = run.text
    text += "\nheld: \(Figure.count(Int64(holds.count)))\n"
    if !holds.isEmpty { text += Hold.table(of: Array(holds.prefix(Self.heldShown))).text }
    if holds.count > Self.heldShown {
      text += "and \(holds.count - Self.heldShown) more: billrun hold list\n"
    }
    if !codes.isEmpty {
      text += "\nmost frequent reasons\n"
      for code in codes { text += "  \(Figure.count(code.count)) \(code.word)\n" }
    }
    text += "\nowed at the end of \(run.asOf), by days past due\n"
    return text + (receivables.isEmpty ? "nothing\n" : Receivables.table(of: receivables).text)
  }

  /// Why accounts were not invoiced, the most frequent reasons first, at most five.
  private var codes: [(word: String, count: Int64)] {
    let reasons = run.reasons.filter { $0.outcome != .invoiced }
    return reasons.sorted { ($1.accounts, $0.code ?? "") < ($0.accounts, $1.code ?? "") }
      .prefix(5).map { ("\($0.code ?? "unknown")", $0.accounts) }
  }

  fileprivate func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("seller", run.seller)
      $0.key("run")
      run.write(to: &$0)
      $0.field("holds", array: { list in for hold in holds { hold.write(to: &list) } })
      $0.field("top_reasons", objects: codes) { object, code in
        object.field("reason", code.word)
        object.field("accounts", code.count)
      }
      $0.field(
        "receivables", array: { list in for row in receivables { row.write(to: &list) } })
    }
  }
}

extension TabularReport {
  /// The report of runs as text and JSON, without tables.
  public init(_ report: OpsReport) {
    self.init("billing_report", "billing report", "")
    tell(report)
  }

  /// Takes its text and JSON from the report of runs.
  public mutating func tell(_ report: OpsReport) { (ownText, ownJSON) = (report.text, report.json) }
}
