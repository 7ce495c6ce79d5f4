// SPDX-License-Identifier: Apache-2.0

/// What can be done with a document, and in which phase: THE table of RULES 6.
public enum InvoiceOperation: String, CaseIterable, Sendable {
  /// Change lines, date or currency.
  case change
  /// Change due date, terms or autopay: an amendment.
  case amend
  /// Change chase, closed, notes or attachments.
  case annotate
  /// Change metadata.
  case label
  /// Remove a draft.
  case delete
  /// Drop a draft for good.
  case cancel
  /// Make a draft an open document with a number.
  case post
  /// Make an open document a draft again.
  case unpost
  /// Declare it never valid.
  case void
  /// Take it back by a credit note, so that its periods are billed again.
  case reverse
  /// Give back of it by a credit note; its periods stay billed.
  case credit
  /// Charge a saved source.
  case pay
  /// Pay it by what the customer has open with us.
  case applyCredit = "apply_credit"
  /// Take off again what credit pays.
  case unapplyCredit = "unapply_credit"
  /// Give up on what is left to pay.
  case writeOff = "write_off"
  /// Ask for more, since it was not paid in time.
  case lateFee = "late_fee"
  /// Note money that came in.
  case recordPayment = "record_payment"
  /// Pay back money that came in.
  case refund
  /// Send it to the customer.
  case email

  /// Whether an operation is legal in a phase.
  public enum Permission: Sendable {
    /// It is.
    case yes
    /// It is refused.
    case no
    /// Only when payments may stay as credit (`--keep-payments`).
    case keepingPayments
    /// It is, but a charge is on its way: somebody should know.
    case warned
    /// It is, and all of the money becomes the customer's credit.
    case asCredit
    /// Only as a recovery of what was written off (`--recover`).
    case recovering
    /// It is: what was unposted is voided, since its number stays.
    case asVoid
    /// It is, as a copy that says so.
    case markedCopy
  }

  /// Whether the operation is legal in a phase.
  ///
  /// A paid document whose total is zero counts as open for what takes it back: nothing was paid.
  public func permission(in phase: InvoicePhase, isZero: Bool = false) -> Permission {
    let counted = isZero && phase == .paid && (self == .void || self == .reverse) ? .open : phase
    guard let row = Self.table[self], let column = InvoicePhase.allCases.firstIndex(of: counted)
    else { return .no }
    return row[column]
  }

  /// Whether credit notes know it, too: they are posted, sent and undone as invoices are, but owe
  /// nothing.
  public var fitsCreditNotes: Bool {
    switch self {
    case .email, .post, .unpost, .void, .cancel, .delete: true
    default: false
    }
  }

  /// The phases in which it is legal, with or without conditions.
  public var legalPhases: [InvoicePhase] {
    InvoicePhase.allCases.filter {
      if case .no = permission(in: $0) { false } else { true }
    }
  }

  // In the order of InvoicePhase: draft, unposted, open, partly settled, charging, paid, bad debt,
  // ended.
  private static let table: [InvoiceOperation: [Permission]] = [
    .change: [.yes, .yes, .no, .no, .no, .no, .no, .no],
    .amend: [.yes, .yes, .yes, .yes, .no, .no, .no, .no],
    .annotate: [.yes, .yes, .yes, .yes, .yes, .yes, .yes, .no],
    .label: [.yes, .yes, .yes, .yes, .yes, .yes, .yes, .yes],
    .delete: [.yes, .no, .no, .no, .no, .no, .no, .no],
    .cancel: [.yes, .asVoid, .no, .no, .no, .no, .no, .no],
    .post: [.yes, .yes, .no, .no, .no, .no, .no, .no],
    .unpost: [.no, .no, .yes, .no, .no, .no, .no, .no],
    .void: [.no, .yes, .yes, .no, .no, .no, .no, .no],
    .reverse: [.no, .no, .yes, .keepingPayments, .no, .keepingPayments, .no, .no],
    .credit: [.no, .no, .yes, .yes, .no, .yes, .no, .no],
    .pay: [.no, .no, .yes, .yes, .no, .no, .no, .no],
    .applyCredit: [.no, .no, .yes, .yes, .no, .no, .no, .no],
    .unapplyCredit: [.no, .no, .no, .yes, .no, .yes, .no, .no],
    .writeOff: [.no, .no, .yes, .yes, .no, .no, .no, .no],
    .lateFee: [.no, .no, .yes, .yes, .no, .no, .no, .no],
    .recordPayment: [.no, .no, .yes, .yes, .warned, .asCredit, .recovering, .asCredit],
    .refund: [.no, .no, .no, .yes, .no, .yes, .yes, .asCredit],
    .email: [.no, .no, .yes, .yes, .yes, .yes, .yes, .markedCopy],
  ]
}

extension InvoiceOperation {
  /// Why it is refused in a phase, as the end of a sentence that begins with the document: `is
  /// paid: only open invoices can be voided`.
  ///
  /// The state tells which of those is meant that end a document.
  public func refusal(in phase: InvoicePhase, of state: InvoicePhase.State) -> String {
    let legal = legalPhases.map(\.adjective)
    let list =
      legal.count < 2
      ? legal.joined() : legal.dropLast().joined(separator: ", ") + " and \(legal[legal.count - 1])"
    let predicate = phase == .ended ? "is \(state.rawValue)" : phase.predicate
    return "\(predicate): only \(list) invoices can be \(participle)"
  }

  /// What was done to an invoice: `voided`.
  public var participle: String {
    switch self {
    case .change: "changed"
    case .amend: "amended"
    case .annotate: "annotated"
    case .label: "labeled"
    case .delete: "deleted"
    case .cancel: "canceled"
    case .post: "posted"
    case .unpost: "unposted"
    case .void: "voided"
    case .reverse: "reversed"
    case .credit: "credited"
    case .pay: "charged"
    case .applyCredit: "paid by credit"
    case .unapplyCredit: "freed of credit"
    case .writeOff: "written off"
    case .lateFee: "charged a late fee"
    case .recordPayment: "paid"
    case .refund: "refunded"
    case .email: "sent"
    }
  }
}

extension InvoicePhase {
  fileprivate var adjective: String {
    switch self {
    case .draft: "draft"
    case .unposted: "unposted"
    case .open: "open"
    case .partlySettled: "partly settled"
    case .charging: "charging"
    case .paid: "paid"
    case .badDebt: "written-off"
    case .ended: "ended"
    }
  }

  fileprivate var predicate: String {
    switch self {
    case .draft: "is a draft"
    case .unposted: "is an unposted draft"
    case .open: "is open"
    case .partlySettled: "is partly settled"
    case .charging: "has a charge on its way"
    case .paid: "is paid"
    case .badDebt: "is written off"
    case .ended: "is ended"
    }
  }
}
