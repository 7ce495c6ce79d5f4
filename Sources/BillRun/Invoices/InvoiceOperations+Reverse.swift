// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres

extension InvoiceOperations {
  /// Takes posted invoices back: a credit note for all that is left of each, and the next run bills
  /// its periods, one-off items and late usage again (RULES 0.7, 6).
  ///
  /// The note settles what is open, the rest stays the customer's credit. With `waive`, a reason,
  /// nobody is billed for the days. Throws `BillRunError` with 65 for what is not posted or is
  /// written off, with something settled unless `keepingPayments`, for documents that take earlier
  /// ones back, and where late usage was billed beside.
  public func reverse(
    _ ids: [Int64], keepingPayments: Bool = false, waive: String? = nil,
    on connection: isolated Connection
  ) throws {
    let invoices = try begin(.reverse, ids, alone: true, on: connection)
    for invoice in invoices {
      let permission = InvoiceOperation.reverse.permission(
        in: invoice.phase, isZero: invoice.owed == 0)
      if permission == .keepingPayments && !keepingPayments {
        throw refusal(
          .reverse, "settled", "\(invoice.name) has something settled",
          hint: "--keep-payments leaves it as the customer's credit")
      }
      if invoice.hasLateUsage {
        throw refusal(
          .reverse, "late_usage", "late usage was billed beside \(invoice.name)",
          hint: "billrun invoice credit gives money back and leaves the periods")
      }
      try refuseCreditLines(.reverse, invoice)
      try refuseWaivedUsage(.reverse, invoice, waive: waive)
    }
    let notes = try CreditNotes(of: invoices, on: connection)
    _ = try notes.write(
      try invoices.map { ($0, try openToday(.reverse, $0), notes.lines(of: $0)) }, isWhole: true,
      in: .reverse, by: self, reason: waive, on: connection)
    try release(invoices, as: "reverse", waived: waive != nil, on: connection)
    try move(invoices, to: .reversed, as: "invoice_reversed", reason: waive, on: connection)
  }

  /// How much a credit note gives back, before exclusive taxes.
  public enum CreditRequest: Sendable {
    /// All that is left.
    case all
    /// So much of the whole, in major units, spread over the lines by what is left of each.
    case amount(String)
    /// Lines by number, each with an amount in major units, nil for all that is left of it.
    case lines([(number: Int32, amount: String?)])
  }

  /// Issues a credit note for a posted invoice and returns its id; its periods stay billed.
  ///
  /// It settles what is open on the invoice, the rest stays the customer's credit (RULES 0.7).
  /// Throws `BillRunError` with 65 for what is not posted, and for more than is left.
  public func credit(
    _ id: Int64, _ request: CreditRequest, reason: String? = nil,
    on connection: isolated Connection
  ) throws -> Int64 {
    let invoices = try begin(.credit, [id], on: connection)
    let notes = try CreditNotes(of: invoices, on: connection)
    var isWhole = false
    if case .all = request { isWhole = true }
    let credits = try invoices.map {
      ($0, try openToday(.credit, $0), try lines(notes.lines(of: $0), request, of: $0))
    }
    let written = try notes.write(
      credits, isWhole: isWhole, in: .credit, by: self, reason: reason, on: connection)
    guard let note = written[id] else {
      throw refusal(.credit, "nothing_left", "nothing is left of \(invoices[0].name) to credit")
    }
    return note
  }

  private func lines(
    _ lines: [LineToCredit], _ request: CreditRequest, of invoice: LockedInvoice
  ) throws -> [LineToCredit] {
    switch request {
    case .all: return lines
    case .amount(let amount):
      let wanted = try money(amount, of: invoice)
      let rests = lines.map { max($0.rest.minor, 0) }
      if rests.reduce(Int128(0), { $0 + Int128($1) }) < Int128(wanted.minor) {
        throw tooMuch(wanted, of: invoice.name)
      }
      return zip(lines, try wanted.allocated(by: rests)).map { $0.giving($1) }
        .filter { $0.amount?.isZero == false }
    case .lines(let requests):
      if Set(requests.map(\.number)).count < requests.count {
        throw refusal(.credit, "line_twice", "a line of \(invoice.name) is named twice")
      }
      return try requests.map { number, amount in
        guard let line = lines.first(where: { $0.line.number == number }) else {
          throw refusal(.credit, "no_line", "\(invoice.name) has no line \(number)")
        }
        guard let amount = try amount.map({ try money($0, of: invoice) }) else { return line }
        if amount.minor > line.rest.minor {
          throw tooMuch(amount, of: "line \(number) of \(invoice.name)")
        }
        return line.giving(amount)
      }
    }
  }

  private func money(_ amount: String, of invoice: LockedInvoice) throws -> Money {
    guard let money = Money(major: amount, currency: invoice.currency), money.minor > 0 else {
      throw refusal(
        .credit, "amount", "\(amount) is no amount of \(invoice.currency) above zero")
    }
    return money
  }

  private func tooMuch(_ amount: Money, of what: String) -> BillRunError {
    refusal(.credit, "too_much", "less than \(amount.majorText) is left of \(what)")
  }
}

extension LineToCredit {
  /// What is left of the line, before exclusive taxes.
  fileprivate var rest: Money {
    Money(minor: line.base.minor &- line.credited.minor, currency: line.base.currency)
  }

  fileprivate func giving(_ amount: Money) -> LineToCredit {
    LineToCredit(
      line: line, subscription: subscription, slot: slot, item: item, name: name, days: days,
      taxDate: taxDate, amount: amount)
  }
}
