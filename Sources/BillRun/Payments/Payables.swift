// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// The invoices that payments may go to, locked, with what each still owes while they are filled.
struct Payables {
  /// One of them; amounts are in minor units.
  struct One {
    let invoice: LockedInvoice
    let seller: Int64
    /// The last day on which the early discount can be had; nil when it cannot.
    let discountUntil: LocalDate?
    let discount: Int64
    let total: Int64
    /// What is left to pay, of a written-off invoice what was written off.
    var balance: Int64
    /// The write-offs that stand.
    var writeOffs: [(id: Int64, amount: Int64)] = []
    var isDiscounted = false

    /// What a payment of a day may leave out.
    func discount(on day: LocalDate) -> Int64 {
      guard !isDiscounted, invoice.phase != .badDebt, let discountUntil, day <= discountUntil
      else { return 0 }
      return discount
    }
  }

  /// Ids in the order in which they are paid (RULES 3).
  let order: [Int64]
  private(set) var all: [Int64: One] = [:]
  private let byCustomer: [Int64: [Int64]]

  /// Loads what customers owe, and invoices that are named whatever their state.
  init(
    of customers: [Int64], named: [Int64], _ operations: InvoiceOperations,
    on connection: isolated Connection
  ) throws {
    let rows = try connection.query(
      Statement(SQLFiles.listPayables), [.int64Array(customers), .int64Array(named)])
    order = try (0..<rows.count).map { try rows.int64($0, 0) }
    let locked = try LockedInvoice.lock(
      Array(Set(order + named)).sorted(), alone: false, moment: operations.moment, on: connection)
    let invoices = Dictionary(uniqueKeysWithValues: locked.map { ($0.id, $0) })
    for row in 0..<rows.count {
      guard let invoice = invoices[order[row]] else { continue }
      let writtenOff = try rows.int64(row, 5)
      all[invoice.id] = One(
        invoice: invoice, seller: try rows.int64(row, 1),
        discountUntil: try rows.optionalLocalDate(row, 2), discount: try rows.int64(row, 3),
        total: try rows.int64(row, 4),
        balance: invoice.phase == .badDebt ? writtenOff : invoice.balance)
    }
    byCustomer = Dictionary(grouping: order) { invoices[$0]?.customer ?? 0 }
    try loadWriteOffs(on: connection)
  }

  private mutating func loadWriteOffs(on connection: isolated Connection) throws {
    let ids = all.values.filter { $0.invoice.phase == .badDebt }.map(\.invoice.id)
    if ids.isEmpty { return }
    let rows = try connection.query(Statement(SQLFiles.listWriteOffs), [.int64Array(ids)])
    for row in 0..<rows.count {
      all[try rows.int64(row, 0)]?.writeOffs.append(
        (try rows.int64(row, 1), try rows.int64(row, 2)))
    }
  }

  /// What a customer owes in a currency, in order.
  func owed(by customer: Int64, in currency: Currency) -> [One] {
    (byCustomer[customer] ?? []).compactMap { all[$0] }.filter {
      $0.invoice.currency == currency && $0.balance > 0 && $0.invoice.phase != .badDebt
    }
  }

  /// Takes off what an invoice got.
  mutating func settle(_ part: PaymentAllocation.Part, withheld: Int64 = 0) {
    all[part.invoice]?.balance -= part.settled + withheld
    if part.earlyDiscount > 0 { all[part.invoice]?.isDiscounted = true }
  }

  /// Takes off what of a write-off was recovered: the write-offs that stand are replaced.
  mutating func recover(_ amount: Int64, of invoice: Int64) {
    all[invoice]?.balance -= amount
    all[invoice]?.writeOffs = []
  }
}
