// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// Puts an invoice or a credit note into words.
struct InvoicePrinter {
  let document: InvoiceDocument
  let language: DocumentLanguage
  let letterhead: Letterhead

  /// The document in words.
  var printed: PrintedDocument {
    let kind = document.kind.rawValue
    var printed = PrintedDocument(
      language, letterhead, title: title,
      fileName: language.word("documents.file_\(kind)") + "-"
        + (document.number ?? String(document.id)),
      seller: document.seller, customer: document.customer, day: document.date.description)
    printed.mark = language.optionalWord("states.\(document.state)") ?? ""
    printed.facts = facts
    printed.tables = [lineTable] + (document.taxes.isEmpty ? [] : [taxTable])
    printed.closing = closing
    printed.notes = notes
    return printed
  }

  /// `Invoice INV-000001`.
  var title: String {
    let path = "documents.\(document.kind.rawValue)"
    return document.number.map { language.fill(path + "_titled", ["number": $0]) }
      ?? language.word(path)
  }

  private func label(_ name: String) -> String { language.word("labels.\(name)") }

  private var facts: [PrintedDocument.Pair] {
    var facts: [PrintedDocument.Pair] = []
    func add(_ name: String, _ value: String?) {
      guard let value = value.map(PlainText.line), !value.isEmpty else { return }
      facts.append(PrintedDocument.Pair(label: label(name), value: value))
    }
    add("number", document.number)
    add("date", language.date(document.date))
    if let supply { add(supply.label, supply.value) }
    if document.kind == .invoice {
      add("due_date", document.dueDate.map(language.date))
      add("terms", document.terms)
    }
    for credited in document.credited {
      add("of_invoice", "\(credited.number), \(language.date(credited.date))")
    }
    add("customer_number", document.customer.number)
    add("customer_tax_id", document.customer.taxID)
    add("purchase_order", document.purchaseOrder)
    return facts
  }

  /// When what is billed is supplied: from the first day of all periods to the last, or the one
  /// day where there are none.
  private var supply: (label: String, value: String)? {
    let periods = document.lines.compactMap(\.period)
    if let first = periods.map(\.first.daysSince1970).min(),
      let last = periods.map(\.last.daysSince1970).max()
    {
      return (
        "service_period",
        period(LocalDate(daysSince1970: first), LocalDate(daysSince1970: last))
      )
    }
    let days = Set(document.lines.map(\.taxDate))
    return days.count == 1 ? days.first.map { ("supply_date", language.date($0)) } : nil
  }

  private func period(_ first: LocalDate, _ last: LocalDate) -> String {
    language.fill("lines.period", ["first": language.date(first), "last": language.date(last)])
  }

  private var lineTable: PrintedDocument.Table {
    let currency = document.currency.code.uppercased()
    var table = PrintedDocument.Table(columns: [
      PrintedDocument.Column(label: label("description"), isFigure: false, share: 0.49),
      PrintedDocument.Column(label: label("quantity"), isFigure: true, share: 0.16),
      PrintedDocument.Column(label: label("unit_price"), isFigure: true, share: 0.17),
      PrintedDocument.Column(
        label: language.fill("labels.amount_in", ["currency": currency]), isFigure: true,
        share: 0.18),
    ])
    table.rows = document.lines.map(row)
    table.sums = sums
    return table
  }

  private func row(_ line: InvoiceDocument.Line) -> [PrintedDocument.Cell] {
    let usual = language.optionalWord("lines.\(line.kind == "period" ? "period_kind" : line.kind)")
    var details = [PlainText.lines(line.detail ?? "")]
    if let days = line.period {
      details.append(period(days.first, days.last))
    } else if supply == nil {
      details.append(language.fill("lines.supplied", ["date": language.date(line.taxDate)]))
    }
    if line.discount != 0 {
      details.append(
        language.fill(
          "lines.discount", ["amount": language.amount(document.money(-line.discount))]))
    }
    return [
      PrintedDocument.Cell(
        PlainText.line(line.name ?? usual ?? line.kind),
        detail: details.filter { !$0.isEmpty }.joined(separator: "\n")),
      PrintedDocument.Cell(language.number(line.quantity)),
      PrintedDocument.Cell(language.price(line.unitCost, document.currency)),
      PrintedDocument.Cell(language.amount(document.money(line.amount))),
    ]
  }
}

// MARK: - Sums and taxes

extension InvoicePrinter {
  private func pair(_ label: String, _ minor: Int64, isStrong: Bool = false) -> PrintedDocument.Pair
  {
    PrintedDocument.Pair(
      label: PlainText.line(label), value: language.money(document.money(minor)),
      isStrong: isStrong)
  }

  private var sums: [PrintedDocument.Pair] {
    var sums: [PrintedDocument.Pair] = []
    let added = document.taxes.filter { !$0.isInclusive }
    if document.discount != 0 || !added.isEmpty {
      sums.append(pair(label("subtotal"), document.subtotal))
    }
    for discount in document.discounts {
      let percent = discount.percent.map { " " + language.percent($0) } ?? ""
      sums.append(pair((discount.name ?? label("discount")) + percent, -discount.amount))
    }
    if document.discount != 0, !added.isEmpty {
      sums.append(pair(label("net"), document.subtotal - document.discount))
    }
    for tax in added { sums.append(pair(name(of: tax), tax.amount)) }
    sums.append(pair(label("total"), document.total, isStrong: true))
    for tax in document.taxes where tax.isInclusive {
      sums.append(pair(language.fill("labels.included", ["tax": name(of: tax)]), tax.amount))
    }
    if document.rounding != 0 { sums.append(pair(label("rounding"), document.rounding)) }
    if document.kind == .creditNote { return sums }
    for settlement in document.settlements { sums.append(pair(of: settlement)) }
    if !document.settlements.isEmpty || document.rounding != 0 {
      sums.append(pair(label("balance"), document.balance, isStrong: true))
    }
    return sums
  }

  private func pair(of settlement: InvoiceDocument.Settlement) -> PrintedDocument.Pair {
    let name = settlement.kind == "rounding" ? "settled_rounding" : settlement.kind
    return pair(
      language.fill(
        "labels.\(settlement.amount < 0 ? "taken_back" : name)",
        ["date": language.date(settlement.day)]), -settlement.amount)
  }

  private func name(of tax: InvoiceDocument.Tax) -> String {
    let percent = tax.percent.map { " " + language.percent($0) } ?? ""
    return (tax.name ?? label("tax")) + percent
  }

  private var taxTable: PrintedDocument.Table {
    var table = PrintedDocument.Table(
      title: label("tax_table"),
      columns: [
        PrintedDocument.Column(label: label("tax_rate"), isFigure: false, share: 0.4),
        PrintedDocument.Column(label: label("tax_base"), isFigure: true, share: 0.2),
        PrintedDocument.Column(label: label("tax_amount"), isFigure: true, share: 0.2),
        PrintedDocument.Column(label: label("tax_gross"), isFigure: true, share: 0.2),
      ])
    table.rows = document.taxes.map { tax in
      [
        name(of: tax), language.amount(document.money(tax.base)),
        language.amount(document.money(tax.amount)),
        language.amount(document.money(tax.base + tax.amount)),
      ].map { PrintedDocument.Cell(PlainText.line($0)) }
    }
    return table
  }
}

// MARK: - What is said below

extension InvoicePrinter {
  /// How it is paid.
  var closing: [String] {
    guard document.kind == .invoice else { return [language.word("notes.credited")] }
    guard document.state == "open" else { return [] }
    if document.balance == 0 {
      // Nobody has paid what was taken back.
      let isTakenBack = document.settlements.contains { $0.kind == "credit_note" }
      return isTakenBack ? [] : [language.word("notes.paid")]
    }
    var lines = [payment]
    if let early = document.earlyDiscount, document.settled == 0 {
      lines.append(
        language.fill(
          "notes.early_discount",
          [
            "date": language.date(early.until),
            "amount": language.money(document.money(early.amount)),
          ]))
    }
    if document.charge == nil { lines.append(letterhead.bankLine(in: language)) }
    return lines.filter { !$0.isEmpty }
  }

  private var payment: String {
    var values = [
      "amount": language.money(document.money(document.balance)),
      "number": PlainText.line(document.number ?? ""),
    ]
    if let charge = document.charge {
      values["method"] = method(of: charge)
      values["date"] = charge.day.map(language.date)
      if let mandate = charge.mandate {
        values["mandate"] = PlainText.line(mandate.id)
        values["creditor"] = mandate.creditorID
        return language.fill("notes.debit", values)
      }
      return language.fill(charge.day == nil ? "notes.autopay" : "notes.autopay_by", values)
    }
    values["date"] = document.dueDate.map(language.date)
    return language.fill(document.dueDate == nil ? "notes.pay" : "notes.pay_by", values)
  }

  private func method(of charge: InvoiceDocument.Charge) -> String {
    guard let method = charge.method, let last4 = charge.last4 else {
      return language.word("notes.method_any")
    }
    return language.fill("notes.method_\(method)", ["last4": last4])
  }

  /// What the law and the seller want to be said.
  private var notes: [String] {
    var notes: [String] = []
    for tax in document.taxes where tax.category != "S" {
      let note = language.fill(
        "taxes.\(tax.category)", ["reason": PlainText.line(tax.reason ?? "")])
      if !notes.contains(note) { notes.append(note) }
    }
    if let own = document.notes, !own.isEmpty { notes.append(PlainText.lines(own)) }
    return notes + letterhead.notes.map(PlainText.line)
  }
}

extension Letterhead {
  /// Where one pays to, in one line; empty where that is not said.
  func bankLine(in language: DocumentLanguage) -> String {
    [("account_holder", accountHolder), ("bank", bank), ("iban", iban), ("bic", bic)]
      .filter { !$0.1.isEmpty && !iban.isEmpty }
      .map { "\(language.word("labels.\($0.0)")): \(PlainText.line($0.1))" }
      .joined(separator: " · ")
  }
}
