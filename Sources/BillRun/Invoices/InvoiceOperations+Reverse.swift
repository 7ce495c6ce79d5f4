// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Takes posted invoices back: a credit note for all that is left of each, and the next run bills
  /// its periods, one-off items and late usage again (RULES 0.7, 6).
  ///
  /// The note settles what is open, the rest stays the customer's credit. With `waive`, a reason,
  /// nobody is billed for the days. Where a later invoice has given back a part in its own lines,
  /// that part is still owed, and the invoice stays open with it. What it takes back itself, the
  /// note takes back too, and the earlier document bills it again. Throws `BillRunError` with 65
  /// for what is not posted or is written off, with something settled unless `keepingPayments`,
  /// where late usage was billed beside, where another document has billed since what it takes
  /// back, and what a second person has to approve.
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
      try refuseWaivedUsage(.reverse, invoice, waive: waive)
    }
    try requireApproval(of: .reverse, ids, waive: waive, on: connection)
    try PaymentOperations(at: moment, by: user).takeBackGrants(
      try invoices.map { KeptGrant(invoice: $0.id, day: try openToday(.reverse, $0)) },
      on: connection)
    try settleByOwnNotes(of: invoices, on: connection)
    let notes = try CreditNotes(of: invoices, on: connection)
    let standing = try LockedInvoice.lock(ids, alone: false, moment: moment, on: connection)
    _ = try notes.write(
      try standing.map { ($0, try openToday(.reverse, $0), notes.lines(of: $0)) }, isWhole: true,
      in: .reverse, by: self, reason: waive, on: connection)
    try release(invoices, as: "reverse", waived: waive != nil, on: connection)
    try undoCredits(.reverse, invoices, waived: waive != nil, on: connection)
    // What a later invoice has given back in its own lines is still owed here: that stays open.
    let after = try LockedInvoice.lock(ids, alone: false, moment: moment, on: connection)
    for (state, invoices) in [
      (InvoicePhase.State.reversed, after.filter { $0.balance == 0 }),
      (.open, after.filter { $0.balance > 0 }),
    ] {
      try move(invoices, to: state, as: "invoice_reversed", reason: waive, on: connection)
    }
  }

  /// What earlier credit notes of invoices left open settles them before anything else does.
  private func settleByOwnNotes(
    of invoices: [LockedInvoice], on connection: isolated Connection
  ) throws {
    let days = try Dictionary(grouping: invoices) { try openToday(.reverse, $0) }
    for (day, invoices) in days.sorted(by: { $0.key < $1.key }) {
      try settleByNotes(invoices.map(\.id), on: day, connection)
    }
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
  /// It settles what is open on the invoice, the rest stays the customer's credit (RULES 0.7). What
  /// takes all that is left, in whatever words, takes the cash rounding along; who gets all of it
  /// back keeps no early discount. Throws `BillRunError` with 65 for what is not
  /// posted, for more than is left, and for credit lines: what they take back of earlier documents
  /// is billed again by reversing alone.
  public func credit(
    _ id: Int64, _ request: CreditRequest, reason: String? = nil,
    on connection: isolated Connection
  ) throws -> Int64 {
    let invoices = try begin(.credit, [id], on: connection)
    if case .all = request, invoices[0].takesBack {
      throw refusal(
        .credit, "takes_back",
        "\(invoices[0].name) takes back of earlier documents, what it comes to is no charge",
        hint: "billrun invoice reverse gives all of it back and lets the earlier documents bill "
          + "again; an amount or lines give back a part")
    }
    let notes = try CreditNotes(of: invoices, on: connection)
    let lines = try lines(notes.lines(of: invoices[0]), request, of: invoices[0])
    let nothing = refusal(
      .credit, "nothing_left", "nothing is left of \(invoices[0].name) to credit")
    let worth = try notes.worth(of: lines, of: invoices[0])
    if !worth.isWhole {
      try refuseMore(worth, of: invoices[0])
    } else if worth.part == 0 && worth.all == 0 {
      throw nothing
    }
    let credits = [(invoices[0], try openToday(.credit, invoices[0]), lines)]
    let written = try notes.write(
      credits, isWhole: worth.isWhole, in: .credit, by: self, reason: reason, on: connection)
    guard let note = written[id] else { throw nothing }
    try settleCredited(by: [note], on: connection)
    return note
  }

  /// Refuses a part that comes to more than all that is left, taxes included: lines below zero and
  /// cash rounding lessen that.
  private func refuseMore(_ worth: CreditNotes.Worth, of invoice: LockedInvoice) throws {
    if worth.part <= worth.all { return }
    let digits = invoice.currency.minorDigits
    throw refusal(
      .credit, "too_much",
      "\(Figure.amount(minor: worth.part, digits: digits)) is more than what is left of "
        + "\(invoice.name), \(Figure.amount(minor: worth.all, digits: digits)) with its taxes")
  }

  private func lines(
    _ lines: [LineToCredit], _ request: CreditRequest, of invoice: LockedInvoice
  ) throws -> [LineToCredit] {
    switch request {
    case .all: return lines
    case .amount(let amount):
      let wanted = try money(amount, of: invoice)
      let rests = lines.map { max($0.rest.minor, 0) }
      let left = Self.left(of: lines)
      if left < Int128(wanted.minor) { throw tooMuch(wanted, left: left, of: invoice.name) }
      return zip(lines, try wanted.allocated(by: rests)).map { $0.giving($1) }
        .filter { $0.amount?.isZero == false }
    case .lines(let requests):
      if Set(requests.map(\.number)).count < requests.count {
        throw refusal(.credit, "line_twice", "a line of \(invoice.name) is named twice")
      }
      let given = try requests.map { number, amount in
        guard let line = lines.first(where: { $0.line.number == number }) else {
          throw refusal(.credit, "no_line", "\(invoice.name) has no line \(number)")
        }
        if invoice.takesBack, line.line.base.isNegative {
          throw refusal(
            .credit, "credit_line",
            "line \(number) of \(invoice.name) takes back of an earlier document",
            hint: "billrun invoice reverse lets that one bill again")
        }
        guard let amount = try amount.map({ try money($0, of: invoice) }) else { return line }
        if amount.minor > line.rest.minor {
          throw tooMuch(
            amount, left: Int128(line.rest.minor), of: "line \(number) of \(invoice.name)")
        }
        return line.giving(amount)
      }
      let sum = given.reduce(Int128(0)) { $0 + Int128(($1.amount ?? $1.rest).minor) }
      let left = Self.left(of: lines)
      if sum > left {
        let wanted = Money(minor: Int64(clamping: sum), currency: invoice.currency)
        throw tooMuch(wanted, left: left, of: invoice.name)
      }
      return given
    }
  }

  /// What is left of a document, lines below zero included.
  private static func left(of lines: [LineToCredit]) -> Int128 {
    max(lines.reduce(Int128(0)) { $0 + Int128($1.rest.minor) }, 0)
  }

  private func money(_ amount: String, of invoice: LockedInvoice) throws -> Money {
    guard let money = Money(major: amount, currency: invoice.currency), money.minor > 0 else {
      throw refusal(
        .credit, "amount", "\(amount) is no amount of \(invoice.currency) above zero")
    }
    return money
  }

  private func tooMuch(_ amount: Money, left: Int128, of what: String) -> BillRunError {
    let rest = Figure.amount(minor: left, digits: amount.currency.minorDigits)
    return refusal(
      .credit, "too_much",
      "\(amount.majorText) is more than what is left of \(what), \(rest) before exclusive taxes")
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
