// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// What of that which was granted with payments of an invoice stays when it is given back, or a
/// part of it (RULES 1.13).
struct KeptGrant {
  let invoice: Int64
  /// So much of the early discount, in minor units.
  var earlyDiscount: Int64 = 0
  /// All of the invoice is given back: the small difference goes, too.
  var isWhole = true
  let day: LocalDate
  /// The credit note that gives it back, if it can be taken back itself.
  var note: Int64?
}

extension PaymentOperations {
  /// Takes back what was granted with the payments of invoices, but for what is kept.
  ///
  /// Nothing is dated before the payment or what it has settled. Returns what is owed again by
  /// invoice, in minor units.
  @discardableResult
  func takeBackGrants(
    _ kept: [KeptGrant], on connection: isolated Connection
  ) throws -> [Int64: Int64] {
    if kept.isEmpty { return [:] }
    let grants = Dictionary(kept.map { ($0.invoice, $0) }) { first, _ in first }
    let rows = try connection.query(
      Statement(SQLFiles.listGrantingPayments), [.int64Array(grants.keys.sorted())])
    var owed: [Int64: Int64] = [:]
    for row in 0..<rows.count {
      let payment = try LockedPayment(try rows.int64(row, 0), self, on: connection)
      var sheet = PaymentSheet()
      for part in payment.parts {
        guard let grant = grants[part.invoice] else { continue }
        let rest: Int64
        switch part.kind {
        case .earlyDiscount: rest = min(grant.earlyDiscount, part.amount)
        case .rounding where grant.isWhole: rest = 0
        default: continue
        }
        if rest == part.amount { continue }
        change(
          part, of: payment, to: rest, on: max(grant.day, payment.newestDay), with: grant.note,
          in: &sheet)
        owed[part.invoice, default: 0] += part.amount - rest
      }
      try sheet.write(invoices, on: connection)
    }
    return owed
  }

  /// Grants again what went back with credit notes that are taken back themselves, as far as the
  /// payment still settles the invoice and something is owed on it.
  func restoreGrants(
    of notes: [Int64], on day: LocalDate, on connection: isolated Connection
  ) throws {
    let rows = try connection.query(Statement(SQLFiles.listNoteGrants), [.int64Array(notes)])
    for row in 0..<rows.count {
      let payment = try LockedPayment(try rows.int64(row, 0), self, on: connection)
      let invoice = try rows.int64(row, 1)
      let kind: Settlement.Kind = try rows.choice(row, 2)
      let back = try min(rows.int64(row, 4), payment.invoices[invoice]?.balance ?? 0)
      guard let money = payment.parts.first(where: { $0.isMoney && $0.invoice == invoice }),
        back > 0
      else { continue }
      let part = payment.parts.first { $0.kind == kind && $0.invoice == invoice }
      var sheet = PaymentSheet()
      change(
        part ?? .granted(kind, like: money), of: payment, to: (part?.amount ?? 0) + back,
        on: max(day, payment.newestDay), with: try rows.int64(row, 3), in: &sheet)
      try sheet.write(invoices, on: connection)
    }
  }

  /// Puts an amount in the place of what was granted with a payment, zero for nothing.
  func change(
    _ part: LockedPayment.Part, of payment: LockedPayment, to amount: Int64 = 0,
    on day: LocalDate, with note: Int64? = nil, in sheet: inout PaymentSheet
  ) {
    func row(_ amount: Int64, reverses: Int64?) -> Settlement {
      Settlement(
        invoice: part.invoice, kind: part.kind, amount: amount, day: day, payment: payment.id,
        reverses: reverses, certificate: part.certificate, creditNote: note)
    }
    if part.amount != 0 { sheet.settlements.append(row(-part.amount, reverses: part.settlement)) }
    if amount != 0 { sheet.settlements.append(row(amount, reverses: nil)) }
    let seller = payment.payer.seller
    switch part.kind {
    case .earlyDiscount:
      for (amount, sign) in [(part.amount, -1 as Int64), (amount, 1)] where amount > 0 {
        sheet.discounts.append(
          .init(
            invoice: part.invoice, seller: seller, total: part.total, amount: amount,
            currency: payment.currency, rounding: payment.payer.rounding, day: day, sign: sign))
      }
    case .withholding:
      sheet.book(
        "withholding_undone", on: day, seller: seller, payment.currency, part.amount - amount,
        debit: "1200", credit: "1250")
    default:
      sheet.book(
        amount == 0 ? "small_difference_undone" : "small_difference", on: day, seller: seller,
        payment.currency, part.amount - amount, debit: "1200", credit: "6300")
    }
  }
}

extension LockedPayment.Part {
  /// Nothing granted yet, of the invoice that money settles.
  fileprivate static func granted(_ kind: Settlement.Kind, like money: Self) -> Self {
    Self(
      settlement: 0, invoice: money.invoice, kind: kind, amount: 0, credit: nil, certificate: nil,
      isRecovery: false, total: money.total)
  }
}
