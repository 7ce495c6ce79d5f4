// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Reads documents with all that their figures were made from: seven queries, however many they
/// are.
struct IssuedDocumentReader {
  /// What a document says beside its figures.
  struct Head {
    let id: Int64
    let kind: String
    let number: String?
    let customer: Int64
    let customerName: String
    let seller: String
    let currency: Currency
    let date: LocalDate
    let run: Int64?
    let asOf: LocalDate?
  }

  /// A document as read.
  struct Loaded {
    let head: Head
    /// What each line is called, in order.
    var names: [String] = []
    var document: IssuedDocument
  }

  /// Reads the documents of some ids, in the order of the ids.
  static func read(_ ids: [Int64], on connection: isolated Connection) throws -> [Loaded] {
    func rows(_ file: SQLFile) throws -> Rows {
      try connection.query(Statement(file), [.int64Array(ids)])
    }
    var documents = try documents(rows(SQLFiles.explainDocuments))
    let places = Dictionary(
      documents.enumerated().map { ($1.head.id, $0) }, uniquingKeysWith: { first, _ in first })
    func each(_ file: SQLFile, _ body: (Rows, Int, inout Loaded) throws -> Void) throws {
      let found = try rows(file)
      for row in 0..<found.count {
        guard let place = places[try found.int64(row, 0)] else { continue }
        try body(found, row, &documents[place])
      }
    }
    try each(SQLFiles.explainLines) { rows, row, loaded in
      let description = try rows.optionalString(row, 4).map { ", \($0)" } ?? ""
      loaded.names.append(try rows.string(row, 3) + description)
      loaded.document.lines.append(try line(rows, row))
    }
    try each(SQLFiles.explainDiscounts) { rows, row, loaded in
      loaded.document.discounts.append(try discount(rows, row))
    }
    try each(SQLFiles.explainTaxes) { rows, row, loaded in
      loaded.document.taxes.append(try tax(rows, row))
    }
    try each(SQLFiles.explainCredits) { rows, row, loaded in
      let line = Int(try rows.int32(row, 1)) - 1
      guard loaded.document.lines.indices.contains(line) else { return }
      loaded.document.lines[line].credit = try credit(rows, row)
    }
    try each(SQLFiles.explainCreditTaxes) { rows, row, loaded in
      let line = Int(try rows.int32(row, 1)) - 1
      guard loaded.document.lines.indices.contains(line) else { return }
      loaded.document.lines[line].credit?.taxes.append(try creditTax(rows, row))
    }
    try each(SQLFiles.explainSettlements) { rows, row, loaded in
      loaded.document.settlements.append(
        IssuedDocument.Settlement(
          kind: try rows.string(row, 1), source: try rows.string(row, 2),
          day: try rows.localDate(row, 3), isAtIssue: try rows.bool(row, 4),
          amount: try rows.int64(row, 5)))
    }
    return documents
  }

  private static func documents(_ rows: Rows) throws -> [Loaded] {
    try (0..<rows.count).map { row in
      let head = Head(
        id: try rows.int64(row, 0), kind: try rows.string(row, 1),
        number: try rows.optionalString(row, 2), customer: try rows.int64(row, 3),
        customerName: try rows.optionalString(row, 4) ?? "", seller: try rows.string(row, 5),
        currency: try rows.currency(row, 6), date: try rows.localDate(row, 7),
        run: try rows.optionalInt64(row, 8), asOf: try rows.optionalLocalDate(row, 9))
      var document = IssuedDocument(
        currency: head.currency, rounding: try rows.choice(row, 10),
        taxRounding: try rows.choice(row, 11), date: head.date)
      document.isCreditNote = head.kind == InvoiceDraft.Kind.creditNote.rawValue
      document.totals.terms = try rows.optionalString(row, 12)
      document.totals.dueDate = try rows.optionalLocalDate(row, 13)
      document.totals.earlyUntil = try rows.optionalLocalDate(row, 14)
      document.totals.subtotal = try rows.int64(row, 15)
      document.totals.discount = try rows.int64(row, 16)
      document.totals.tax = try rows.int64(row, 17)
      document.totals.total = try rows.int64(row, 18)
      document.totals.rounding = try rows.int64(row, 19)
      document.totals.settled = try rows.int64(row, 20)
      document.totals.creditsApplied = try rows.int64(row, 21)
      document.totals.earlyAmount = try rows.optionalInt64(row, 22)
      document.cashIncrement = try rows.optionalInt64(row, 23)
      document.totals.isDueDateGiven = try rows.bool(row, 24)
      document.totals.roundingsGivenBack = try rows.optionalInt64Array(row, 25) ?? []
      return Loaded(head: head, document: document)
    }
  }
}

extension IssuedDocumentReader {
  private static func line(_ rows: Rows, _ row: Int) throws -> IssuedDocument.Line {
    var line = IssuedDocument.Line(
      try rows.choice(row, 2), quantity: try rows.exactDecimal(row, 5),
      unitCost: try rows.exactDecimal(row, 6), amount: try rows.int64(row, 7),
      net: try rows.int64(row, 10))
    line.ownDiscount = try rows.int64(row, 8)
    line.sharedDiscount = try rows.int64(row, 9)
    line.taxes = try rows.int16Array(row, 11).map(Int.init)
    line.isDiscountable = try rows.bool(row, 12)
    line.taxDate = try rows.localDate(row, 13)
    line.subscription = try rows.optionalInt64(row, 14)
    line.slot = try rows.int16(row, 15)
    line.period = try period(rows, row, 16)
    line.wholePeriod = try period(rows, row, 18)
    line.basis = try basis(rows, row)
    if let price = try rows.price(row, from: 36) {
      line.price = IssuedDocument.PriceVersion(
        plan: try rows.string(row, 33), price: price,
        aggregation: try rows.optionalString(row, 34), records: try rows.optionalInt64(row, 35))
    }
    return line
  }

  private static func period(_ rows: Rows, _ row: Int, _ column: Int) throws -> Period? {
    guard let start = try rows.optionalLocalDate(row, column),
      let end = try rows.optionalLocalDate(row, column + 1)
    else { return nil }
    return Period(from: start, to: end)
  }

  private static func basis(_ rows: Rows, _ row: Int) throws -> IssuedDocument.Basis {
    var basis = IssuedDocument.Basis()
    basis.total = try rows.optionalExactDecimal(row, 20)
    basis.included = try rows.optionalExactDecimal(row, 21)
    basis.pricedQuantity = try rows.optionalExactDecimal(row, 22)
    basis.price = try rows.optionalExactDecimal(row, 23)
    if let above = try rows.optionalExactDecimal(row, 24) {
      basis.tier = (above, try rows.optionalExactDecimal(row, 25))
    }
    basis.isFlatCost = try rows.bool(row, 26)
    basis.packageSize = try rows.optionalExactDecimal(row, 27)
    basis.percent = try rows.optionalExactDecimal(row, 28)
    basis.minimum = try rows.optionalExactDecimal(row, 29)
    basis.billedBefore = try rows.optionalExactDecimal(row, 30)
    basis.liveDays = try rows.optionalInt32(row, 31).map(Int.init)
    basis.isRebilled = try rows.bool(row, 32)
    basis.isGiven = try rows.bool(row, 46)
    basis.partsBefore = try rows.optionalExactDecimal(row, 47)
    return basis
  }

  private static func discount(_ rows: Rows, _ row: Int) throws -> IssuedDocument.Discount {
    let line = try rows.optionalInt32(row, 1).map(Int.init)
    var value: Coupon.Value?
    if let figure = try rows.optionalExactDecimal(row, 3) {
      let isPercent = try rows.bool(row, 4)
      value =
        isPercent
        ? .percent(try CatalogStore.percent(figure))
        : .fixed(CatalogStore.money(figure, try rows.currency(row, 5)))
    }
    let amount = try rows.int64(row, 6)
    let shares = try zip(rows.int32Array(row, 7), rows.int64Array(row, 8))
      .map { (line: Int($0), amount: $1) }
    var discount = IssuedDocument.Discount(
      line: line, coupon: try rows.optionalString(row, 2), value: value, amount: amount,
      shares: line.map { [(line: $0, amount: amount)] } ?? shares)
    discount.isGoodwill = try rows.bool(row, 9)
    discount.countsCycle = try rows.bool(row, 10)
    return discount
  }

  private static func tax(_ rows: Rows, _ row: Int) throws -> IssuedDocument.Tax {
    let percent = try rows.optionalExactDecimal(row, 8)
    var value: TaxRate.Value?
    if let figure = try rows.optionalExactDecimal(row, 3) {
      if percent != nil {
        value = .percent(figure, try CatalogStore.percent(figure))
      } else {
        value = .fixed(CatalogStore.money(figure, try rows.currency(row, 4)))
      }
    }
    var tax = IssuedDocument.Tax(
      rate: try rows.optionalString(row, 1), value: value,
      validFrom: try rows.optionalLocalDate(row, 5), category: try rows.string(row, 6),
      reason: try rows.optionalString(row, 7), isInclusive: try rows.bool(row, 9),
      isCompound: try rows.bool(row, 10), isGiven: value == nil && percent == nil,
      base: try rows.int64(row, 11), amount: try rows.int64(row, 12))
    tax.percent = percent
    return tax
  }

  private static func credit(_ rows: Rows, _ row: Int) throws -> IssuedDocument.Credit {
    IssuedDocument.Credit(
      document: try rows.string(row, 2), line: Int(try rows.int32(row, 3)),
      days: Int(try rows.int32(row, 4)), billed: try rows.int64(row, 5),
      discount: try rows.int64(row, 6), earlier: try rows.int64(row, 7),
      amount: try rows.int64(row, 8))
  }

  private static func creditTax(_ rows: Rows, _ row: Int) throws -> IssuedDocument.Credit.Tax {
    var tax = IssuedDocument.Credit.Tax(
      billedNumber: Int(try rows.int16(row, 2)), number: Int(try rows.int16(row, 3)),
      isInclusive: try rows.bool(row, 4), tax: try rows.int64(row, 5),
      base: try rows.int64(row, 6), earlierBase: try rows.int64(row, 7),
      share: try rows.int64(row, 8), earlierTax: try rows.int64(row, 9),
      amount: try rows.int64(row, 10), lines: Int(try rows.int64(row, 11)))
    if let whole = try rows.optionalInt64(row, 12) {
      tax.rest = (whole, try rows.int64(row, 13))
    }
    return tax
  }
}
