// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Writes the credit notes of invoices: priced by `CreditNoteBuilder`, written as a run writes its
/// documents, booked, settling what is open on the invoice, numbered (RULES 0.7, 7).
struct CreditNotes {
  private let index: CatalogIndex
  private let sellers: [SellerRecord]
  private let lines: [Int64: [LineToCredit]]
  private let heads: [Int64: Head]

  /// What is needed of an invoice as a whole.
  private struct Head {
    let seller: String
    let partyVersion: Int32
    let subscription: Int64?
    let rounding: Int64
  }

  /// A credit note that is written.
  private struct Note {
    let id: Int64
    let invoice: LockedInvoice
    let draft: InvoiceDraft
    let seller: SellerRecord
    let day: LocalDate
    /// What the customer gets, in minor units.
    var worth: Int64 { draft.total.minor + draft.rounding.minor }
  }

  /// Reads what is left of invoices.
  init(of invoices: [LockedInvoice], on connection: isolated Connection) throws {
    let ids = Parameter.int64Array(invoices.map(\.id))
    index = try CatalogIndex.load(on: connection)
    sellers = try SellerRecord.list(code: nil, on: connection)
    let currencies = Dictionary(uniqueKeysWithValues: invoices.map { ($0.id, $0.currency) })
    let taxes = try BilledTaxes(of: currencies, index, on: connection)
    lines = try Self.lines(
      try connection.query(Statement(SQLFiles.loadBilledLines), [ids]), taxes,
      try connection.query(Statement(SQLFiles.loadCreditLineTaxes), [ids]))
    let rows = try connection.query(Statement(SQLFiles.loadCreditedInvoices), [ids])
    heads = Dictionary(
      uniqueKeysWithValues: try (0..<rows.count).map { row in
        (
          try rows.int64(row, 0),
          Head(
            seller: try rows.string(row, 1), partyVersion: try rows.int32(row, 2),
            subscription: try rows.optionalInt64(row, 3), rounding: try rows.int64(row, 4))
        )
      })
  }

  private static func lines(
    _ rows: Rows, _ taxes: BilledTaxes, _ shares: Rows
  ) throws -> [Int64: [LineToCredit]] {
    var lines: [Int64: [LineToCredit]] = [:]
    var ofCreditLines: [Int64: [Int32: [(tax: Int16, amount: Int64, credited: Int64)]]] = [:]
    for row in 0..<shares.count {
      ofCreditLines[try shares.int64(row, 0), default: [:]][try shares.int32(row, 1), default: []]
        .append((try shares.int16(row, 2), try shares.int64(row, 3), try shares.int64(row, 4)))
    }
    for row in 0..<rows.count {
      let invoice = try rows.int64(row, 0)
      let currency = try rows.currency(row, 16)
      guard
        let period = Period(from: try rows.localDate(row, 10), to: try rows.localDate(row, 11))
      else { continue }
      let number = try rows.int32(row, 1)
      func money(_ minor: Int64) -> Money { Money(minor: minor, currency: currency) }
      let base = money(try rows.int64(row, 13))
      let credited = money(try rows.int64(row, 14))
      // A line that takes back itself bears what it took off the taxes, to the cent.
      let groups =
        try rows.string(row, 2) == "credit"
        ? (ofCreditLines[invoice]?[number] ?? []).compactMap { share in
          taxes.of([share.tax], line: number, base: base, invoice: invoice).first?.share(
            ofCreditLine: number, base: base, creditedBase: credited, tax: money(share.amount),
            creditedTax: money(share.credited))
        }
        : taxes.of(
          try rows.int16Array(row, 15), line: number, base: base, invoice: invoice)
      let billed = BilledLine(
        invoice: ID(invoice), number: number,
        price: try rows.optionalInt64(row, 5).map { ID($0) }, days: period, liveDays: 0,
        base: base, credited: credited, taxes: groups)
      var days: Period?
      if let start = try rows.optionalLocalDate(row, 8),
        let end = try rows.optionalLocalDate(row, 9)
      {
        days = Period(from: start, to: end)
      }
      lines[invoice, default: []].append(
        LineToCredit(
          line: billed, subscription: try rows.optionalInt64(row, 3).map { ID($0) },
          slot: try rows.optionalInt16(row, 4) ?? 0,
          item: try rows.optionalInt64(row, 6).map { ID($0) },
          name: try rows.optionalString(row, 7), days: days, taxDate: try rows.localDate(row, 12)))
    }
    return lines
  }

  /// The lines of an invoice, each with all that is left of it.
  func lines(of invoice: LockedInvoice) -> [LineToCredit] { lines[invoice.id] ?? [] }

  /// Writes a credit note for each invoice, dated its day, and returns their ids by invoice.
  ///
  /// `isWhole` tells that all that is left goes back; where nothing is left there is no note.
  /// Throws `BillRunError` with 65 where what is left comes to less than nothing.
  func write(
    _ credits: [(invoice: LockedInvoice, day: LocalDate, lines: [LineToCredit])], isWhole: Bool,
    in operation: InvoiceOperation, by operations: InvoiceOperations, reason: String?,
    on connection: isolated Connection
  ) throws -> [Int64: Int64] {
    var notes: [Note] = []
    var buffers = DocumentBuffers()
    let drawn = try connection.query(
      Statement(SQLFiles.drawInvoiceIds), [.int64(Int64(credits.count))])
    for (place, credit) in credits.enumerated() {
      guard let head = heads[credit.invoice.id],
        let seller = sellers.first(where: { $0.code == head.seller })
      else { continue }
      let draft = try draft(credit.lines, of: credit.invoice, head, seller.seller, isWhole)
      if draft.lines.isEmpty { continue }
      let note = Note(
        id: try drawn.int64(place, 0), invoice: credit.invoice, draft: draft, seller: seller,
        day: credit.day)
      if draft.total.isNegative {
        throw operations.refusal(
          operation, "negative",
          "what is left of \(credit.invoice.name) comes to less than nothing")
      }
      try draft.checkSums()
      DocumentWriter(
        catalog: index.catalog, seller: seller.seller, run: nil, invoiceDate: credit.day
      ).write(
        draft, id: note.id,
        for: Customer(id: ID(credit.invoice.customer), partyVersion: head.partyVersion),
        to: &buffers)
      notes.append(note)
    }
    try buffers.send(on: connection)
    try book(notes, by: operations, on: connection)
    try connection.execute(
      Statement(SQLFiles.recordCreditNotes),
      [
        .int64Array(notes.map(\.id)), .int64Array(notes.map(\.invoice.id)),
        .string(operations.user), .string(reason),
      ])
    try number(notes, on: connection)
    return Dictionary(uniqueKeysWithValues: notes.map { ($0.invoice.id, $0.id) })
  }

  /// What a part of an invoice comes to, all that is left of it, and whether that is the same.
  struct Worth {
    /// With taxes, in minor units.
    let part: Int64
    /// With taxes and cash rounding, in minor units.
    let all: Int64
    /// Nothing is left after it: it takes the cash rounding along.
    let isWhole: Bool
  }

  /// What a part of an invoice comes to.
  func worth(of part: [LineToCredit], of invoice: LockedInvoice) throws -> Worth {
    guard let head = heads[invoice.id],
      let seller = sellers.first(where: { $0.code == head.seller })?.seller
    else { return Worth(part: 0, all: 0, isWhole: true) }
    let some = try draft(part, of: invoice, head, seller, false)
    let all = try draft(lines(of: invoice), of: invoice, head, seller, true)
    return Worth(
      part: some.total.minor, all: all.total.minor + all.rounding.minor,
      isWhole: some.total == all.total)
  }

  private func draft(
    _ lines: [LineToCredit], of invoice: LockedInvoice, _ head: Head, _ seller: Seller,
    _ isWhole: Bool
  ) throws -> InvoiceDraft {
    let builder = CreditNoteBuilder(catalog: index.catalog, seller: seller)
    let rounding = Money(minor: isWhole ? head.rounding : 0, currency: invoice.currency)
    do {
      return try builder.build(
        lines, of: head.subscription.map { ID($0) }, currency: invoice.currency,
        cashRounding: rounding)
    } catch {
      throw BillRunError(error)
    }
  }

  /// Books the notes, and pays with each what is open on its invoice.
  private func book(
    _ notes: [Note], by operations: InvoiceOperations, on connection: isolated Connection
  ) throws {
    for (day, notes) in Dictionary(grouping: notes, by: \.day).sorted(by: { $0.key < $1.key }) {
      try connection.execute(
        Statement(SQLFiles.bookDocuments),
        [.int64Array(notes.map(\.id)), .string("credit_note"), .int32(1), .day(day), .int64(0)])
      let rows = try connection.query(
        Statement(SQLFiles.listNoteCredits), [.int64Array(notes.map(\.id))])
      let credits = Dictionary(
        uniqueKeysWithValues: try (0..<rows.count).map {
          (try rows.int64($0, 0), try rows.int64($0, 1))
        })
      let uses = notes.compactMap { note in
        credits[note.id].map {
          UsedCredit(
            invoice: note.invoice.id, credit: $0, kind: .creditNote,
            amount: min(note.worth, note.invoice.balance), day: day)
        }
      }.filter { $0.amount > 0 }
      try operations.use(uses, on: connection)
    }
  }

  private func number(_ notes: [Note], on connection: isolated Connection) throws {
    let groups = Dictionary(grouping: notes) { "\($0.seller.code) \($0.day)" }
    for (_, notes) in groups.sorted(by: { $0.key < $1.key }) {
      let series = try NumberSeries(
        .creditNote, of: notes[0].seller, on: notes[0].day, hint: "try again on", on: connection)
      try series.number(notes.map(\.id), on: notes[0].day, on: connection)
    }
  }
}

extension BilledTax {
  /// What a credit line of its document bears of the group.
  fileprivate func share(
    ofCreditLine line: Int32, base: Money, creditedBase: Money, tax: Money, creditedTax: Money
  ) -> BilledTax {
    BilledTax(
      number: number, rate: rate, category: category, isInclusive: isInclusive, reason: reason,
      amount: tax, lines: 1, base: base, creditedBase: creditedBase, creditedTax: creditedTax,
      creditLine: line)
  }
}
