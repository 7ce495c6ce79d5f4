// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// Puts a statement, or a letter about open items, into words.
struct StatementPrinter {
  let document: StatementDocument
  let language: DocumentLanguage
  let letterhead: Letterhead

  /// The statement in words.
  var printed: PrintedDocument {
    var printed = page(
      title: language.word("documents.statement"),
      file: "documents.file_statement", dateLabel: "as_of")
    if document.currencies.isEmpty { printed.paragraphs = [language.word("notes.nothing_open")] }
    for currency in document.currencies {
      printed.tables.append(itemTable(currency))
      let items = document.items.filter { $0.currency == currency }
      if !items.isEmpty { printed.tables.append(agingTable(items, currency)) }
    }
    return printed
  }

  /// A reminder in words.
  func printed(_ letter: LetterDocument) -> PrintedDocument {
    let words = ReminderWords(letter, in: language)
    var printed = page(title: words.subject, file: "documents.file_reminder", dateLabel: "date")
    printed.paragraphs = [
      language.fill("mail.greeting", ["customer": PlainText.line(document.customer.name)]),
      words.text,
    ]
    printed.tables = document.currencies.map(itemTable)
    printed.closing = [
      letterhead.bankLine(in: language),
      language.word("mail.closing") + "\n" + PlainText.line(document.seller.name),
    ].filter { !$0.isEmpty }
    return printed
  }

  private func page(title: String, file: String, dateLabel: String) -> PrintedDocument {
    var printed = PrintedDocument(
      language, letterhead, title: title,
      fileName: "\(language.word(file))-\(document.customerID)-\(document.asOf)",
      seller: document.seller, customer: document.customer, day: document.asOf.description)
    printed.facts = [
      PrintedDocument.Pair(label: label(dateLabel), value: language.date(document.asOf))
    ]
    let number = PlainText.line(document.customer.number)
    if !number.isEmpty {
      printed.facts.append(PrintedDocument.Pair(label: label("customer_number"), value: number))
    }
    return printed
  }

  private func label(_ name: String) -> String { language.word("labels.\(name)") }

  /// The open items of a currency with their running sum.
  private func itemTable(_ currency: Currency) -> PrintedDocument.Table {
    let items = document.items.filter { $0.currency == currency }
    let columns = [
      ("invoice", 0.16), ("date", 0.2), ("due_date", 0.2), ("late_days", 0.1), ("total", 0.17),
      ("open", 0.17),
    ]
    var table = PrintedDocument.Table(
      title: language.fill("labels.open_items", ["currency": currency.code.uppercased()]),
      columns: columns.enumerated().map { index, column in
        PrintedDocument.Column(
          label: label(column.0), isFigure: index > 2, share: column.1)
      })
    table.rows = items.map { item in
      let days = item.days(on: document.asOf)
      return [
        PlainText.line(item.number), language.date(item.date),
        item.dueDate.map(language.date) ?? "", days > 0 ? String(days) : "",
        language.amount(Money(minor: item.total, currency: currency)),
        language.amount(item.money),
      ].map { PrintedDocument.Cell($0) }
    }
    table.sums = [
      PrintedDocument.Pair(
        label: label("balance"), value: language.money(document.sum(items, currency)),
        isStrong: true)
    ]
    for credit in document.unapplied where credit.currency == currency {
      table.sums.append(
        PrintedDocument.Pair(label: label("unapplied"), value: language.money(credit)))
    }
    return table
  }

  /// What is open by age, as the report of receivables has it.
  private func agingTable(
    _ items: [StatementDocument.Item], _ currency: Currency
  ) -> PrintedDocument.Table {
    let ages: [(String, ClosedRange<Int>)] = [
      ("not_due", Int.min...0), ("days_30", 1...30), ("days_60", 31...60), ("days_90", 61...90),
      ("days_120", 91...120), ("older", 121...Int.max),
    ]
    return PrintedDocument.Table(
      title: language.fill("labels.aging", ["currency": currency.code.uppercased()]),
      columns: ages.map {
        PrintedDocument.Column(label: label($0.0), isFigure: true, share: 1.0 / 6)
      },
      rows: [
        ages.map { age in
          PrintedDocument.Cell(
            language.amount(
              document.sum(
                items.filter { age.1.contains($0.days(on: document.asOf)) }, currency)))
        }
      ])
  }
}

/// Subject and text of a reminder by its level.
struct ReminderWords {
  let subject: String
  let text: String

  /// The words of a letter: its own, or those of its language for its level.
  init(_ letter: LetterDocument, in language: DocumentLanguage) {
    var level = max(1, letter.level)
    while level > 1, language.optionalWord("reminders.text_\(level)") == nil { level -= 1 }
    let items = letter.about.items
    let values = [
      "title": items.first.map {
        language.fill("documents.invoice_titled", ["number": PlainText.line($0.number)])
      } ?? language.word("documents.reminder"),
      "count": String(items.count), "seller": PlainText.line(letter.about.seller.name),
    ]
    let path = items.count > 1 ? "reminders.subjects_\(level)" : "reminders.subject_\(level)"
    subject = PlainText.line(letter.subject ?? language.fill(path, values))
    text =
      letter.message.map(PlainText.lines)
      ?? language.fill("reminders.text_\(level)", values)
  }
}
