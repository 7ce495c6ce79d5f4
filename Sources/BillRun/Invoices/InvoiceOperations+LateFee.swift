// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Charges fees for invoices that are past due, each an invoice of its own of today, and returns
  /// their ids in order of the invoices' (RULES 3).
  ///
  /// A percentage is of what the invoice still owes. A step of an invoice bears one fee, for good.
  /// Open credit does not pay the fee: what is overdue comes first. Throws `BillRunError` with 65
  /// for what bears no fee; nothing is written then.
  @discardableResult
  public func lateFee(
    _ ids: [Int64], _ rate: LateFee.Rate, step: Int32 = 1, on connection: isolated Connection
  ) throws -> [Int64] {
    try lateFees(ids, rate, of: LateFeeStep(number: step), on: connection) { throw $1 }
  }

  /// The same, where `refusing` decides about what bears no fee, by id and error: it throws, or
  /// leaves that one out.
  func lateFees(
    _ ids: [Int64], _ rate: LateFee.Rate, of step: LateFeeStep, on connection: isolated Connection,
    refusing: (Int64, BillRunError) throws -> Void
  ) throws -> [Int64] {
    let charged = try charges(ids, rate, of: step, on: connection, refusing: refusing)
    if charged.isEmpty { return [] }
    let invoices = charged.map(\.invoice)
    let drawn = try connection.query(
      Statement(SQLFiles.drawInvoiceIds), [.int64(Int64(invoices.count))])
    let fees = try drawn.indices.map { try drawn.int64($0, 0) }
    let payers = try payers(of: invoices, on: connection)
    var buffers = DocumentBuffers()
    for (index, (invoice, fee, seller)) in charged.enumerated() {
      guard let payer = payers.customers[invoice.customer] else { throw CatalogChanged() }
      let day = try openToday(.lateFee, invoice)
      var builder = InvoiceBuilder(
        catalog: payers.catalog, seller: seller,
        terms: BillingTerms(asOf: day, invoiceDate: day))
      let draft = try Result { () throws(Issue) in try builder.build(fee, for: payer) }.orRefused()
      try draft.checkSums()
      var writer = DocumentWriter(
        catalog: payers.catalog, seller: seller, run: nil, invoiceDate: day)
      writer.isDraft = true
      writer.write(draft, id: fees[index], for: payer, to: &buffers)
    }
    try buffers.send(on: connection)
    try connection.execute(
      Statement(SQLFiles.writeLateFees),
      [
        .int64Array(invoices.map(\.id)), .int64Array(fees), .int32(step.number), .string(user),
        .int64(step.cadenceVersion),
      ])
    try finish(
      Posting.load(fees, on: connection), as: "late_fee", takingCredit: false, on: connection)
    return fees
  }

  /// The fees of invoices that bear one.
  private func charges(
    _ ids: [Int64], _ rate: LateFee.Rate, of step: LateFeeStep, on connection: isolated Connection,
    refusing: (Int64, BillRunError) throws -> Void
  ) throws -> [(invoice: LockedInvoice, fee: LateFee, seller: Seller)] {
    let invoices = try begin(.lateFee, ids, on: connection)
    if invoices.isEmpty { return [] }
    let overdue = try Overdue.load(ids, of: step, at: moment, on: connection)
    let sellers = Dictionary(
      uniqueKeysWithValues: try SellerRecord.list(code: nil, on: connection).map { ($0.code, $0) })
    var charged: [(invoice: LockedInvoice, fee: LateFee, seller: Seller)] = []
    for (invoice, state) in zip(invoices, overdue) {
      guard let seller = sellers[state.seller]?.seller else { throw CatalogChanged() }
      do {
        try refuse(state, of: invoice, step: step.number)
        let fee = try fee(rate, on: invoice, state, step: step.number, by: seller)
        charged.append((invoice, fee, seller))
      } catch let error as BillRunError {
        try refusing(invoice.id, error)
      }
    }
    return charged
  }

  private func refuse(_ state: Overdue, of invoice: LockedInvoice, step: Int32) throws {
    let name = invoice.name
    if state.isLateFee {
      throw refusal(.lateFee, "late_fee", "\(name) is a late fee, which bears none")
    }
    if state.isDisputed {
      throw refusal(.lateFee, "disputed", "money that pays \(name) is disputed")
    }
    if state.isClosed {
      throw refusal(.lateFee, "collecting_ended", "\(name) is closed: nobody collects it any more")
    }
    if !state.isPastDue {
      let due = state.dueDate.map { "it is due on \($0)" } ?? "AutoPay has not failed"
      throw refusal(.lateFee, "not_past_due", "\(name) is not past due, \(due)")
    }
    if state.isTaken {
      throw refusal(
        .lateFee, "step", "\(name) has the late fee of step \(step)",
        hint: "--step \(step + 1) for a further one")
    }
  }

  private func fee(
    _ rate: LateFee.Rate, on invoice: LockedInvoice, _ state: Overdue, step: Int32,
    by seller: Seller
  ) throws -> LateFee {
    let overdue = Money(minor: invoice.balance, currency: invoice.currency)
    guard let amount = rate.fee(on: overdue, rounding: seller.rounding) else {
      throw refusal(
        .lateFee, "amount", "the fee on \(overdue) of \(invoice.name) comes to no amount of money")
    }
    let due = state.dueDate.map { ", due on \($0)" } ?? ""
    return LateFee(amount, because: "\(invoice.name)\(due), step \(step)")
  }

  private func payers(
    of invoices: [LockedInvoice], on connection: isolated Connection
  ) throws -> (customers: [Int64: Customer], catalog: Catalog) {
    let index = try CatalogIndex.load(on: connection)
    let ids = Set(invoices.map(\.customer)).sorted()
    let rows = try connection.query(Statement(SQLFiles.loadCustomers), [.int64Array(ids)])
    let store = AccountStore(index: index)
    var customers: [Int64: Customer] = [:]
    for row in rows.indices {
      customers[try rows.int64(row, 0)] = try store.customer(row, of: rows)
    }
    return (customers, index.catalog)
  }
}

/// What a late fee is charged for: a step bears one, once for an invoice.
struct LateFeeStep {
  /// From 1.
  let number: Int32
  /// The version of the cadence whose step it is; nil: by hand.
  var cadenceVersion: Int64?
}

/// Whether a document bears a late fee.
private struct Overdue {
  let seller: String
  /// Nil where AutoPay has none.
  let dueDate: LocalDate?
  let isPastDue: Bool
  let isDisputed: Bool
  /// Nobody collects it any more.
  let isClosed: Bool
  let isLateFee: Bool
  /// The step has a fee.
  let isTaken: Bool

  /// Reads locked documents, in order of id.
  static func load(
    _ ids: [Int64], of step: LateFeeStep, at moment: Int64, on connection: isolated Connection
  ) throws -> [Overdue] {
    let rows = try connection.query(
      Statement(SQLFiles.showOverdue),
      [
        .int64Array(ids), .timestamptz(unixSeconds: moment),
        .int32(step.number), .int64(step.cadenceVersion),
      ])
    return try rows.indices.map { row in
      Overdue(
        seller: try rows.string(row, 1), dueDate: try rows.optionalLocalDate(row, 2),
        isPastDue: try rows.bool(row, 3), isDisputed: try rows.bool(row, 4),
        isClosed: try rows.bool(row, 5), isLateFee: try rows.bool(row, 6),
        isTaken: try rows.bool(row, 7))
    }
  }
}
