// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Documents
import Postgres
import SQLFiles

/// Reads documents as they are printed: five queries, however many they are.
struct DocumentStore {
  /// The documents of some ids; those that there are not are missing.
  ///
  /// `banks` are the gateways that collect by files, by name: what they debit is a notice of it.
  static func invoices(
    _ ids: [Int64], banks: [String: BankFileSettings] = [:], on connection: isolated Connection
  ) throws -> [Int64: InvoiceDocument] {
    if ids.isEmpty { return [:] }
    let ids = Array(Set(ids)).sorted()
    func rows(_ file: SQLFile) throws -> Rows {
      try connection.query(Statement(file), [.int64Array(ids)])
    }
    var documents: [Int64: InvoiceDocument] = [:]
    let heads = try rows(SQLFiles.loadDocuments)
    for row in 0..<heads.count {
      var document = try InvoiceDocument(heads, row)
      document.charge?.debit(by: try DebitNotice(heads, row, banks), issued: document.date)
      documents[document.id] = document
    }
    func each(_ file: SQLFile, _ body: (Rows, Int, inout InvoiceDocument) throws -> Void) throws {
      let found = try rows(file)
      for row in 0..<found.count {
        let id = try found.int64(row, 0)
        guard var document = documents[id] else { continue }
        // Else the lines would be copied for each row.
        documents[id] = nil
        try body(found, row, &document)
        documents[id] = document
      }
    }
    try each(SQLFiles.loadDocumentLines) { $2.lines.append(try line($0, $1)) }
    try each(SQLFiles.loadDocumentDiscounts) { rows, row, document in
      document.discounts.append(
        InvoiceDocument.Discount(
          name: try rows.optionalString(row, 1), percent: try rows.optionalString(row, 2),
          amount: try rows.int64(row, 3)))
    }
    try each(SQLFiles.loadDocumentTaxes) { rows, row, document in
      document.taxes.append(
        InvoiceDocument.Tax(
          name: try rows.optionalString(row, 1), category: try rows.string(row, 2),
          percent: try rows.optionalString(row, 3), isInclusive: try rows.bool(row, 4),
          reason: try rows.optionalString(row, 5), base: try rows.int64(row, 6),
          amount: try rows.int64(row, 7)))
    }
    try each(SQLFiles.loadDocumentSettlements) { rows, row, document in
      document.settlements.append(
        InvoiceDocument.Settlement(
          kind: try rows.string(row, 1), day: try rows.localDate(row, 2),
          amount: try rows.int64(row, 3)))
    }
    return documents
  }

  private static func line(_ rows: Rows, _ row: Int) throws -> InvoiceDocument.Line {
    let first = try rows.optionalLocalDate(row, 8)
    let last = try rows.optionalLocalDate(row, 9)
    return InvoiceDocument.Line(
      name: try rows.optionalString(row, 1), kind: try rows.string(row, 2),
      detail: try rows.optionalString(row, 3), quantity: try rows.string(row, 4),
      unitCost: try rows.string(row, 5), amount: try rows.int64(row, 6),
      discount: try rows.int64(row, 7),
      period: first.flatMap { first in last.map { (first, $0) } },
      taxDate: try rows.localDate(row, 10))
  }

  /// The time zone of a customer's seller.
  static func zone(ofCustomer id: Int64, on connection: isolated Connection) throws -> String {
    try connection.query(Statement(SQLFiles.loadStatements), [.int64Array([id])]).string(0, 7)
  }

  /// What customers owe at the end of a day: two queries.
  static func statements(
    of customers: [Int64], asOf: LocalDate, on connection: isolated Connection
  ) throws -> [Int64: StatementDocument] {
    if customers.isEmpty { return [:] }
    let heads = try connection.query(
      Statement(SQLFiles.loadStatements), [.int64Array(customers)])
    let items = try connection.query(
      Statement(SQLFiles.listOpenItems),
      [.int64Array(customers), .date(daysSince2000: asOf.daysSince2000)])
    var statements: [Int64: StatementDocument] = [:]
    for row in 0..<heads.count {
      let statement = try StatementDocument(heads, row, asOf: asOf)
      statements[statement.customerID] = statement
    }
    for row in 0..<items.count {
      statements[try items.int64(row, 0)]?.items.append(
        StatementDocument.Item(
          number: try items.string(row, 1), date: try items.localDate(row, 2),
          dueDate: try items.optionalLocalDate(row, 3), currency: try items.currency(row, 4),
          total: try items.int64(row, 5), balance: try items.int64(row, 6)))
    }
    return statements
  }
}

extension Party {
  /// Takes name, address, tax id, email, phone and number, in order.
  fileprivate init(_ parts: [String]) {
    func part(_ place: Int) -> String { parts.indices.contains(place) ? parts[place] : "" }
    self.init(name: part(0))
    address1 = part(1)
    address2 = part(2)
    city = part(3)
    state = part(4)
    postalCode = part(5)
    country = part(6)
    taxID = part(7)
    email = part(8)
    phone = part(9)
    number = part(10)
  }
}

/// What a payer is told of a debit beforehand (RULES 4: amount, day, creditor id, mandate).
private struct DebitNotice {
  let bank: BankFileSettings
  let mandate: String
  let scheme: BankFileSettings.Scheme
  let days: Int
  /// When the invoice was first mailed, and when it is charged; nil for not yet.
  let mailedOn: LocalDate?
  let chargedOn: LocalDate?

  /// Nil where nothing is debited by a bank's file.
  init?(_ rows: Rows, _ row: Int, _ banks: [String: BankFileSettings]) throws {
    func column(_ name: String) throws -> Int { try rows.column(name) }
    guard let bank = try rows.optionalString(row, column("gateway")).flatMap({ banks[$0] }),
      let mandate = try rows.optionalString(row, column("mandate"))
    else { return nil }
    self.bank = bank
    self.mandate = mandate
    scheme =
      try rows.optionalString(row, column("scheme"))
      .flatMap { BankFileSettings.Scheme(rawValue: $0) } ?? bank.scheme
    days = try rows.optionalInt32(row, column("notice_days")).map(Int.init) ?? bank.noticeDays
    mailedOn = try rows.optionalLocalDate(row, column("mailed_on"))
    chargedOn = try rows.optionalLocalDate(row, column("charged_on"))
  }
}

extension InvoiceDocument.Charge {
  /// Says by which mandate a bank collects, and from which day on.
  fileprivate mutating func debit(by notice: DebitNotice?, issued: LocalDate) {
    guard let notice else { return }
    let told = notice.bank.notice == .invoiceMail ? notice.mailedOn ?? issued : issued
    let calendar = notice.bank.calendar(of: notice.scheme)
    let ready = max(told, notice.chargedOn ?? told)
    day = calendar.collection(
      noticeOn: told, noticeDays: notice.days,
      notBefore: calendar.firstCollection(fileReady: ready, afterCutOff: false))
    mandate = (notice.mandate, notice.bank.creditorID.text)
  }
}

extension Settings {
  /// The gateways that collect by files, by name.
  var bankFiles: [String: BankFileSettings] {
    var banks: [String: BankFileSettings] = [:]
    for gateway in gateways {
      if case .bankFile(let settings) = gateway.kind { banks[gateway.name] = settings }
    }
    return banks
  }
}

extension InvoiceDocument {
  fileprivate init(_ rows: Rows, _ row: Int) throws {
    let column = { (name: String) in try rows.column(name) }
    let text = { (name: String) in try rows.optionalString(row, column(name)) }
    let amount = { (name: String) in try rows.int64(row, column(name)) }
    let day = { (name: String) in try rows.optionalLocalDate(row, column(name)) }
    self.init(
      id: try amount("invoice_id"), kind: try rows.choice(row, column("kind")),
      state: try rows.string(row, column("state")), number: try text("number"),
      sellerCode: try rows.string(row, column("seller")),
      seller: Party(try rows.stringArray(row, column("seller_party"))),
      customer: Party(try rows.stringArray(row, column("customer_party"))),
      customerID: try amount("customer_id"), currency: try rows.currency(row, column("currency")),
      date: try rows.localDate(row, column("invoice_date")))
    language = try text("language")
    dueDate = try day("due_date")
    terms = try text("terms")
    purchaseOrder = try text("purchase_order")
    notes = try text("notes")
    subtotal = try amount("subtotal")
    discount = try amount("discount")
    tax = try amount("tax")
    total = try amount("total")
    rounding = try amount("rounding")
    settled = try amount("settled")
    if let until = try day("early_discount_until"),
      let discount = try rows.optionalInt64(row, column("early_discount"))
    {
      earlyDiscount = (until, discount)
    }
    let numbers = try rows.stringArray(row, column("credited_numbers"))
    let days = try rows.dateArray(row, column("credited_dates"))
    credited = zip(numbers, days).map { ($0, LocalDate(daysSince2000: $1)) }
    if try rows.bool(row, column("is_charged")) {
      charge = Charge(
        method: try text("method"), last4: try text("last4"), day: try day("charged_on"))
    }
  }
}

extension StatementDocument {
  fileprivate init(_ rows: Rows, _ row: Int, asOf: LocalDate) throws {
    self.init(
      sellerCode: try rows.string(row, 1), seller: Party(try rows.stringArray(row, 3)),
      customer: Party(try rows.stringArray(row, 4)), customerID: try rows.int64(row, 0), asOf: asOf)
    language = try rows.optionalString(row, 2)
    unapplied = zip(try rows.stringArray(row, 5), try rows.int64Array(row, 6)).compactMap {
      code, minor in Currency(code: code).map { Money(minor: minor, currency: $0) }
    }
  }
}
