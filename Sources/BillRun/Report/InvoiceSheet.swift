// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

/// A document on one screen: head, lines, discounts, taxes and sums.
public struct InvoiceSheet: Sendable {
  private let head: InvoiceHead
  private let lines: [Line]
  private let charges: [Charge]

  /// Reads the document of a head.
  public init(_ head: InvoiceHead, on connection: isolated Connection) throws {
    self.head = head
    lines = try connection.query(Statement(SQLFiles.listInvoiceLines), [.int64(head.id)])
      .map(Line.init)
    charges = try connection.query(Statement(SQLFiles.listInvoiceCharges), [.int64(head.id)])
      .map(Charge.init)
  }

  /// The screen, each line with its line feed.
  public var text: String { "\(heading)\n\(lineTable)\n\(sumTable)" }

  private var heading: String {
    let kind = head.kind == "credit_note" ? "credit note" : "invoice"
    let origin = [
      head.subscription.map { "subscription \($0)" }, head.run.map { "run \($0)" },
    ].compactMap { $0 }
    let terms = [
      "dated \(head.date)", head.dueDate.map { "due \($0)" }, head.terms,
    ].compactMap { $0 }
    let rows = [
      ["\(kind) \(head.number ?? "without number")", "id \(head.id)", head.status],
      ["customer \(head.customer)", TextTable.printable(head.customerName)],
      terms, origin,
    ]
    return rows.filter { !$0.isEmpty }.map { $0.joined(separator: " · ") + "\n" }.joined()
  }

  private var lineTable: String {
    var table = TextTable([
      ("line", .right), ("name", .left), ("period", .left), ("quantity", .right),
      ("unit cost", .right), ("amount", .right),
    ])
    for line in lines {
      let name = line.description.map { "\(line.name), \($0)" } ?? line.name
      table.add([
        String(line.number), name, line.period, line.quantity, line.unitCost,
        head.text(line.amount),
      ])
    }
    return table.text
  }

  private var sumTable: String {
    var table = TextTable([("", .left), (head.currency, .right)])
    table.add(["subtotal", head.text(head.subtotal)])
    for charge in charges where charge.isDiscount {
      table.add([charge.label, head.text(-charge.amount)])
    }
    for charge in charges where !charge.isDiscount {
      let base = charge.base.map { " of \(head.text($0))" } ?? ""
      let note = charge.isInclusive ? ", included" : ""
      table.add([charge.label + base + note, head.text(charge.amount)])
    }
    table.add(["total", head.text(head.total)])
    if head.rounding != 0 { table.add(["rounding", head.text(head.rounding)]) }
    if head.settled != 0 { table.add(["settled", head.text(-head.settled)]) }
    table.add(["balance", head.text(head.balance)])
    return table.text
  }
}

extension InvoiceSheet {
  private struct Line: Sendable {
    let number: Int32
    let name: String
    let description: String?
    let quantity: String
    let unitCost: String
    let amount: Int64
    /// The first and the last day.
    let period: String

    init(_ row: Row) throws {
      number = try row.int32("line_no")
      name = try row.string("name")
      description = try row.optionalString("description")
      quantity = try row.string("quantity")
      unitCost = try row.string("unit_cost")
      amount = try row.int64("amount")
      if let first = try row.optionalDate("period_start"),
        let last = try row.optionalDate("last_day")
      {
        period = "\(LocalDate(daysSince2000: first)) – \(LocalDate(daysSince2000: last))"
      } else {
        period = ""
      }
    }
  }

  /// A discount or a tax.
  private struct Charge: Sendable {
    let isDiscount: Bool
    let label: String
    let isInclusive: Bool
    /// What a tax is taken of.
    let base: Int64?
    let amount: Int64

    init(_ row: Row) throws {
      isDiscount = try row.string("kind") == "discount"
      isInclusive = try row.bool("inclusive")
      base = try row.optionalInt64("base")
      amount = try row.int64("amount")
      let percent = try row.optionalString("percent").map { " \($0) %" } ?? ""
      let line = try row.optionalInt32("line_no").map { ", line \($0)" } ?? ""
      let name = try row.optionalString("name") ?? (isDiscount ? "discount" : "tax")
      label = "\(name)\(percent)\(line)"
    }
  }
}
