// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres

extension JournalEntry {
  /// What it came from, for people: `run 3 batch 12`, or the document's number.
  var source: String {
    if let number { return number }
    if let invoice { return "invoice \(invoice)" }
    guard let run else { return "" }
    return "run \(run)" + (batch.map { " batch \($0)" } ?? "")
  }

  /// Writes the object of the interface.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "journal_entry")
      $0.field("id", id)
      $0.field("date", date.description)
      $0.field("event", event)
      $0.field("seller", seller)
      $0.field("currency", currency)
      $0.field("run", run)
      $0.field("batch", batch)
      $0.field("invoice", invoice)
      $0.field("number", number)
      $0.field("lines", objects: lines) { object, line in
        object.field("account", line.account)
        object.field("name", line.name)
        object.field("amount", minor: line.minor, digits: digits)
        object.field("plan", line.plan)
        object.field("item", line.item)
        object.field("tax", line.tax)
      }
    }
  }

  /// An empty table for `add(to:)`.
  public static var table: TextTable {
    TextTable([
      ("entry", .right), ("date", .left), ("event", .left), ("source", .left), ("account", .left),
      ("of", .left), ("currency", .left), ("debit", .right), ("credit", .right),
    ])
  }

  /// Adds its lines to a table; what all have in common stands in the first.
  public func add(to table: inout TextTable) {
    for (index, line) in lines.enumerated() {
      let head = index == 0 ? [String(id), date.description, event, source] : ["", "", "", ""]
      let amount = Figure.amount(minor: line.minor.magnitude, digits: digits)
      table.add(
        head + ["\(line.account) \(line.name)", line.plan ?? line.item ?? line.tax ?? "", currency]
          + (line.minor > 0 ? [amount, ""] : ["", amount]))
    }
  }

  /// The first line of the CSV.
  public static let csvHead =
    "entry,date,event,seller,run,batch,invoice,number,account,name,currency,debit,credit,plan,"
    + "item,tax\r\n"

  /// Its lines as records of CSV (RFC 4180).
  public var csv: String {
    lines.map { line in
      let amount = Figure.plain(minor: line.minor.magnitude, digits: digits)
      let fields =
        [
          String(id), date.description, event, seller, run.map { String($0) },
          batch.map { String($0) }, invoice.map { String($0) }, number, line.account, line.name,
          currency,
        ] + (line.minor > 0 ? [amount, nil] : [nil, amount]) + [line.plan, line.item, line.tax]
      return CSVRecord.text(fields.map { $0 ?? "" })
    }.joined()
  }
}

extension TrialBalance {
  /// Writes the object of the interface.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "trial_balance")
      $0.field("seller", seller)
      $0.field("account", account)
      $0.field("name", name)
      $0.field("currency", currency)
      $0.field("opening", minor: opening, digits: digits)
      $0.field("debit", minor: debit, digits: digits)
      $0.field("credit", minor: credit, digits: digits)
      $0.field("closing", minor: closing, digits: digits)
    }
  }

  /// A table of the accounts, and for each seller and currency what debit and credit come to.
  public static func table(of balances: [TrialBalance]) -> TextTable {
    var table = TextTable([
      ("seller", .left), ("account", .left), ("currency", .left), ("opening", .right),
      ("debit", .right), ("credit", .right), ("closing", .right),
    ])
    for (index, one) in balances.enumerated() {
      table.add(
        [one.seller, "\(one.account) \(one.name)", one.currency]
          + one.figures([one.opening, one.debit, one.credit, one.closing]))
      let next = index + 1 < balances.count ? balances[index + 1] : nil
      if let next, next.seller == one.seller, next.currency == one.currency { continue }
      let group = balances.filter { $0.seller == one.seller && $0.currency == one.currency }
      table.add(
        [one.seller, "all", one.currency]
          + one.figures([
            group.reduce(0) { $0 + $1.opening }, group.reduce(0) { $0 + $1.debit },
            group.reduce(0) { $0 + $1.credit }, group.reduce(0) { $0 + $1.closing },
          ]))
    }
    return table
  }

  private func figures(_ amounts: [Int128]) -> [String] {
    amounts.map { Figure.amount(minor: $0, digits: digits) }
  }
}

extension TrialBalance {
  /// The accounts as a table of a report.
  static func reportTable(of balances: [TrialBalance], _ days: String) -> ReportTable {
    ReportTable(
      "accounts", "Trial balance, \(days)",
      [
        .init("seller"), .init("account"), .init("name"), .init("currency"),
        .init("opening", nil, .amount), .init("debit", nil, .amount),
        .init("credit", nil, .amount), .init("closing", nil, .amount),
      ],
      rows: balances.map { one in
        [.text(one.seller), .text(one.account), .text(one.name), .text(one.currency)]
          + [one.opening, one.debit, one.credit, one.closing].map {
            .amount($0, digits: one.digits)
          }
      })
  }
}

extension JournalReport {
  /// The trial balance alone, as tables: the entries are too many for a page.
  ///
  /// Throws `BillRunError` when there is no such seller.
  public func trialBalance(on connection: isolated Connection) throws -> TabularReport {
    try SellerRecord.refuseUnknown(seller, on: connection)
    var report = TabularReport("journal_report", "journal", "\(from) to \(to)")
    let balances = try TrialBalance.read(from: from, to: to, seller: seller, on: connection)
    report.tables = [TrialBalance.reportTable(of: balances, report.about)]
    return report
  }
}
