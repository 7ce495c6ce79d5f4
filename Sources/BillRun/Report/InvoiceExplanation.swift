// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres

/// Why every figure of a document is what it is: inputs, rule, formula and rounding of each step,
/// made again from what is stored with the document.
public struct InvoiceExplanation: Sendable {
  let head: IssuedDocumentReader.Head
  /// What each line is called.
  private let names: [String]
  private let explanation: Explanation

  /// How many figures come to something else than what is stored: 0, or somebody changed rows, or
  /// there is a bug.
  public var mismatches: Int { explanation.mismatches }

  /// Explains documents by id, each once, in the order of the ids; the number of queries does not
  /// grow with theirs.
  public static func read(
    _ ids: [Int64], on connection: isolated Connection
  ) throws -> [InvoiceExplanation] {
    // One moment for all queries: a payment that comes in between would look like a wrong sum.
    let documents = try connection.inTransaction(isolation: .repeatableRead, readOnly: true) {
      var seen: Set<Int64> = []
      return try IssuedDocumentReader.read(
        ids.filter { seen.insert($0).inserted }, on: connection)
    }
    return try documents.map { loaded in
      InvoiceExplanation(
        head: loaded.head, names: loaded.names,
        explanation: try Explainer(loaded.document).explain())
    }
  }

  /// The text for people, each line with its line feed.
  public var text: String {
    var text = heading
    for part in explanation.parts {
      text += "\n" + title(of: part) + "\n"
      var table = IndentedRows()
      for fact in part.facts { table.add(fact.label, TextTable.printable(fact.text)) }
      for step in part.steps { table.add(step.label, step.line) }
      text += table.text
    }
    let verdict =
      mismatches == 0
      ? "every figure is what it was made from"
      : "\(Figure.counted(Int64(mismatches), "figure")) that cannot be made again: MISMATCH"
    return text + "\n" + verdict + "\n"
  }

  private var heading: String {
    let kind = head.kind == "credit_note" ? "credit note" : "invoice"
    let run = head.run.map { run in
      "run \(run)" + (head.asOf.map { " as of \($0)" } ?? "")
    }
    let rows = [
      ["\(kind) \(head.number ?? "draft without number")", "id \(head.id)"],
      ["customer \(head.customer)", TextTable.printable(head.customerName)],
      ["seller \(head.seller)", head.currency.code, "dated \(head.date)"]
        + (run.map { [$0] } ?? []),
    ]
    return rows.map { $0.joined(separator: " · ") + "\n" }.joined()
  }

  private func title(of part: Explanation.Part) -> String {
    guard let number = part.number else { return part.kind.rawValue }
    let title = "\(part.kind.rawValue) \(number)"
    guard part.kind == .line, let name = name(of: number) else { return title }
    return "\(title) · \(TextTable.printable(name))"
  }

  private func name(of line: Int) -> String? {
    names.indices.contains(line - 1) ? names[line - 1] : nil
  }
}

extension Explanation.Step {
  /// The step on a line: `60 × 1 × 16/31 = 30.967741935… → 30.97 (half up)  [Prices: Parts]`.
  fileprivate var line: String {
    var line = formula
    if let exact {
      line += " = \(exact) → \(result)"
    } else if formula != result.description {
      line += " = \(result)"
    }
    if let rounding { line += " (\(rounding))" }
    if isMismatch, let stored { line += "  MISMATCH stored \(stored)" }
    return line + "  [\(rule.name), RULES \(rule.paragraph)]"
  }
}

/// Labels and texts in two columns, below a title.
private struct IndentedRows {
  private var rows: [(label: String, text: String)] = []

  mutating func add(_ label: String, _ text: String) { rows.append((label, text)) }

  var text: String {
    let width = rows.map { TextTable.width(of: $0.label) }.max() ?? 0
    return rows.map { row in
      let padding = String(repeating: " ", count: width - TextTable.width(of: row.label))
      return "  \(row.label)\(padding)  \(row.text)\n"
    }.joined()
  }
}

// MARK: - JSON

extension InvoiceExplanation {
  /// Writes the `invoice_explanation` object; amounts are in major units.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "invoice_explanation")
      $0.field("invoice", head.id)
      $0.field("kind", head.kind)
      $0.field("number", head.number)
      $0.field(
        "customer",
        object: { customer in
          customer.field("id", head.customer)
          customer.field("name", head.customerName)
        })
      $0.field("seller", head.seller)
      $0.field("currency", head.currency.code)
      $0.field("date", head.date.description)
      $0.field("run", head.run)
      $0.field("as_of", head.asOf?.description)
      $0.field("mismatches", mismatches)
      $0.field(
        "parts", array: { parts in for part in explanation.parts { write(part, to: &parts) } })
    }
  }

  private func write(_ part: Explanation.Part, to writer: inout JSONWriter) {
    writer.object {
      $0.field("part", part.kind.rawValue)
      if let number = part.number { $0.field("number", number) }
      if part.kind == .line { $0.field("name", part.number.flatMap(name)) }
      $0.field("inputs", objects: part.facts) { object, fact in
        object.field("label", fact.label)
        object.field("text", fact.text)
      }
      $0.field("steps", array: { steps in for step in part.steps { step.write(to: &steps) } })
    }
  }
}

extension Explanation.Step {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("label", label)
      $0.field("rule", rule.name)
      $0.field("paragraph", rule.paragraph)
      $0.field("formula", formula)
      $0.field("exact", exact)
      $0.field("rounding", rounding)
      $0.field("result", raw: result.json)
      $0.field("stored", raw: stored?.json)
      $0.field("matches", !isMismatch)
    }
  }
}

extension Explanation.Value {
  /// Amounts and quantities as exact numbers, days as text.
  fileprivate var json: String {
    switch self {
    case .money(let money): ExactDecimal(money).description
    case .number(let number): number.description
    case .day(let day): day.map { "\"\($0)\"" } ?? "null"
    }
  }
}
