// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

extension BankEntry {
  /// Notes that an open entry is what the bank has collected of our debits, at a moment in UNIX
  /// seconds.
  ///
  /// Their money is booked to the bank as they are approved, and what the entry is less is the
  /// bank's fee (RULES 7). The bank has taken their file.
  /// Throws `BillRunError` as `clear` does, and with 65 where the entry has no such debits, or is
  /// more than they are, or less by more than a fee or by whole debits of its own.
  public static func collect(
    _ id: Int64, note: String, at moment: Int64, by user: String,
    on connection: isolated Connection
  ) throws -> BankEntry {
    let rows = try connection.query(Statement(SQLFiles.collectListedEntry), [.int64(id)])
    let entry = try clear(id, payment: nil, note: note, at: moment, by: user, on: connection)
    guard rows.count == 1 else {
      throw differs(id, "it is no credit of debits that wait for their money")
    }
    let fee = try rows.int64(0, 2) - entry.amount
    if fee < 0 || fee > BankReturns.mostFee {
      throw differs(
        id, "its debits come to \(Figure.amount(minor: try rows.int64(0, 2), digits: 2)) eur",
        hint: "billrun bank clear \(id), once what was rejected is read")
    }
    if fee > 0, Self.isSum(fee, of: try rows.int64Array(0, 4)) {
      throw differs(
        id,
        "the \(Figure.amount(minor: fee, digits: 2)) eur that it is less are whole debits of it",
        hint: "billrun bank read of the statement that has the rest")
    }
    try book(
      fee: fee, of: try rows.int64(0, 0), on: try rows.localDate(0, 1), at: moment, by: user,
      connection)
    _ = try BankFile.move(
      try rows.int64(0, 3), to: .acknowledged, from: [.written, .handedOver], at: moment, by: user,
      on: connection)
    return entry
  }

  /// Notes that an open entry is what the bank asks for a return, at a moment in UNIX seconds, and
  /// books it as its fee (RULES 7).
  ///
  /// Of a return that was refused, and taken back by a person since, it is what the bank took more.
  /// Throws `BillRunError` as `clear` does, and with 65 where it can be no fee, is booked already,
  /// or is more than one: 100.00, or not less than a debit that it may be the return of.
  public static func charge(
    _ id: Int64, note: String, at moment: Int64, by user: String,
    on connection: isolated Connection
  ) throws -> BankEntry {
    let rows = try connection.query(
      Statement(SQLFiles.findEntryFee), [.int64(id), .int64(BankReturns.mostFee)])
    let entry = try clear(
      id, payment: nil, note: note, isFee: true, at: moment, by: user, on: connection)
    guard rows.count == 1 else { throw differs(id, "it can be no fee of the bank") }
    let (most, fee) = (try rows.int64(0, 2), try rows.int64(0, 5))
    if try rows.bool(0, 6) {
      throw differs(
        id, "as much is booked as the fee of its return already",
        hint: "billrun bank clear \(id) --note TEXT, which books nothing")
    }
    if fee > most {
      throw differs(
        id, "a fee of it is at most \(Figure.amount(minor: most, digits: 2)) eur",
        hint: "billrun bank clear \(id) --note TEXT, which books nothing")
    }
    try book(
      fee: fee, of: try rows.int64(0, 0), on: try rows.localDate(0, 1), at: moment, by: user,
      connection)
    if let attempt = try rows.optionalInt64(0, 3) {
      // What another file tells of it is no more than that.
      try connection.execute(
        Statement(SQLFiles.noteReturnFees),
        [.int64Array([attempt]), .int64Array([try rows.int64(0, 4) + fee])])
    }
    return entry
  }

  /// Whether a sum is that of some of the amounts, in euro cents.
  private static func isSum(_ sum: Int64, of amounts: [Int64]) -> Bool {
    var sums: Set<Int64> = [0]
    var copies: [Int64: Int64] = [:]
    for amount in amounts where amount <= sum && copies[amount, default: 0] < sum / amount {
      copies[amount, default: 0] += 1
      sums.formUnion(sums.map { $0 + amount }.filter { $0 <= sum })
      if sums.contains(sum) { return true }
    }
    return false
  }

  private static func book(
    fee: Int64, of seller: Int64, on day: LocalDate, at moment: Int64, by user: String,
    _ connection: isolated Connection
  ) throws {
    guard let euro = Currency(code: "eur") else { return }
    var sheet = PaymentSheet()
    sheet.book("bank_fee", on: day, seller: seller, euro, fee, debit: "6500", credit: "1000")
    try sheet.write(InvoiceOperations(at: moment, by: user), on: connection)
  }

  private static func differs(
    _ id: Int64, _ problem: String, hint: String = "billrun bank entries --open"
  ) -> BillRunError {
    BillRunError(
      .dataError, code: "bank_entry_differs", "bank entry \(id) not cleared, \(problem)",
      hint: hint)
  }
}
