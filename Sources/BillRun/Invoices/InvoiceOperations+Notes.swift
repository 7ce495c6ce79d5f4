// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Settles by posted credit notes what is open on the invoices that they take back; what exceeds
  /// it stays open credit (RULES 0.7).
  ///
  /// Each invoice gets what the note takes of it, then what is left goes to the others, the oldest
  /// first, also to those that the documents it takes back took back themselves. Of an early
  /// discount on them the share of what goes back is taken back first (RULES 1.13). Invoices with a
  /// charge on its way, and those of another payer, stay as they are.
  func settleCredited(by notes: [Int64], on connection: isolated Connection) throws {
    if notes.isEmpty { return }
    try connection.execute(Statement(SQLFiles.lockInvoices), [.int64Array(notes)])
    let rows = try connection.query(Statement(SQLFiles.listNoteTargets), [.int64Array(notes)])
    if rows.isEmpty { return }
    let found = try (0..<rows.count).map { try NoteTarget(rows, $0) }
    let locked = try LockedInvoice.lock(
      Set(found.map(\.invoice)).sorted(), alone: false, moment: moment, on: connection
    ).filter { $0.allows(.credit) }
    let invoices = Dictionary(uniqueKeysWithValues: locked.map { ($0.id, $0) })
    let groups = Dictionary(grouping: found.filter { invoices[$0.invoice] != nil }, by: \.note)
      .sorted { $0.key < $1.key }.map(\.value)
    var owed = invoices.mapValues(\.balance)
    var stands: [Int64: Int64] = [:]
    for targets in groups {
      let kept = try targets.kept(stands, invoices)
      for grant in kept { stands[grant.invoice] = grant.earlyDiscount }
      let again = try PaymentOperations(at: moment, by: user).takeBackGrants(kept, on: connection)
      owed.merge(again) { $0 + $1 }
    }
    try use(groups.flatMap { $0.uses(of: &owed) }, on: connection)
  }

  /// Takes what credit notes settle of the invoices that they take back off these again, with what
  /// was granted there before; returns whether there was anything.
  ///
  /// Throws `BillRunError` with 65 where such an invoice has a charge on its way, or is over.
  func unsettleCredited(
    by notes: [LockedInvoice], for operation: InvoiceOperation,
    on connection: isolated Connection
  ) throws -> Bool {
    let notes = notes.filter { $0.kind == .creditNote }
    if notes.isEmpty { return false }
    let ids = notes.map(\.id)
    let rows = try connection.query(Statement(SQLFiles.listNoteUses), [.int64Array(ids)])
    if rows.isEmpty { return false }
    let invoices = try LockedInvoice.lock(
      Set((0..<rows.count).map { try rows.int64($0, 1) }).sorted(), alone: false, moment: moment,
      on: connection)
    for invoice in invoices where !invoice.allows(.unapplyCredit) {
      throw refusal(
        operation, "used",
        "it settles \(invoice.name), which "
          + InvoiceOperation.unapplyCredit.refusal(in: invoice.phase, of: invoice.state))
    }
    let days = Dictionary(
      uniqueKeysWithValues: try invoices.map { ($0.id, try openToday(operation, $0)) })
    var settlements: [Settlement] = []
    for row in 0..<rows.count {
      let invoice = try rows.int64(row, 1)
      guard let day = days[invoice] else { continue }
      settlements.append(
        Settlement(
          invoice: invoice, kind: .creditNote, amount: -(try rows.int64(row, 3)),
          day: max(day, try rows.localDate(row, 5)), credit: try rows.int64(row, 4),
          reverses: try rows.int64(row, 2)))
    }
    try takeOff(settlements, on: connection)
    if let day = days.values.max() {
      try PaymentOperations(at: moment, by: user).restoreGrants(of: ids, on: day, on: connection)
    }
    return true
  }

  /// Settles by the credit notes of a run, a block a transaction, what it takes back: done once all
  /// of it is written, and again by who goes on with a run that was killed.
  func settleCredited(
    byNotesOf run: Int64, block: Int64 = 1_000, on connection: Connection
  ) async throws {
    var after: Int64 = 0
    while true {
      let from = after
      let notes = try await connection.transaction { connection in
        let rows = try connection.query(
          Statement(SQLFiles.listOpenRunNotes), [.int64(run), .int64(from), .int64(block)])
        let notes = try (0..<rows.count).map { try rows.int64($0, 0) }
        try connection.planByKeys()
        try settleCredited(by: notes, on: connection)
        return notes
      }
      guard let last = notes.last else { return }
      after = last
    }
  }

  /// The same, dated today; invoices whose books are closed stay as they are.
  func settleByNotesToday(_ ids: [Int64], on connection: isolated Connection) throws {
    if ids.isEmpty { return }
    let rows = try connection.query(Statement(SQLFiles.listOpenNotes), [.int64Array(ids)])
    let noted = try Set((0..<rows.count).map { try rows.int64($0, 0) })
    if noted.isEmpty { return }
    let invoices = try LockedInvoice.lock(
      noted.sorted(), alone: false, moment: moment, on: connection)
    for invoice in invoices where invoice.allows(.credit) {
      let day = max(invoice.today, invoice.date)
      if let closed = invoice.closedThrough, day <= closed { continue }
      try settleByNotes([invoice.id], on: day, connection)
    }
  }

  /// Settles invoices by the open credit that credit notes of theirs left (RULES 0.7).
  func settleByNotes(
    _ ids: [Int64], on day: LocalDate, _ connection: isolated Connection
  ) throws {
    let rows = try connection.query(Statement(SQLFiles.listOpenNotes), [.int64Array(ids)])
    if rows.isEmpty { return }
    let standing = try LockedInvoice.lock(
      ids.sorted(), alone: false, moment: moment, on: connection)
    var owed = Dictionary(uniqueKeysWithValues: standing.map { ($0.id, $0.balance) })
    var left: [Int64: Int64] = [:]
    var uses: [UsedCredit] = []
    for row in 0..<rows.count {
      let (invoice, credit) = (try rows.int64(row, 0), try rows.int64(row, 1))
      let open = try left[credit] ?? rows.int64(row, 2)
      let amount = min(owed[invoice] ?? 0, open)
      if amount <= 0 { continue }
      owed[invoice, default: 0] -= amount
      left[credit] = open - amount
      uses.append(
        UsedCredit(invoice: invoice, credit: credit, kind: .creditNote, amount: amount, day: day))
    }
    try use(uses, on: connection)
  }
}

extension LockedInvoice {
  fileprivate func allows(_ operation: InvoiceOperation) -> Bool {
    switch operation.permission(in: phase) {
    case .no: false
    default: true
    }
  }
}

/// An invoice that a credit note takes back, or a part of it, directly or through documents that
/// took it back; amounts are in minor units.
private struct NoteTarget {
  let note: Int64
  let credit: Int64
  let invoice: Int64
  /// What the note comes to, without cash rounding.
  let worth: Int64
  /// What of its credit is open.
  let open: Int64
  /// Before taxes.
  let taken: Int64
  /// What the note takes of other notes, before taxes.
  let takenOfNotes: Int64
  let total: Int64
  let earlyDiscount: Int64
  /// What of it is granted.
  let granted: Int64
  let isWhole: Bool
  /// What was granted is lessened by the note already.
  let isDone: Bool
  let day: LocalDate
  let rounding: RoundingMode
  /// What of its cash rounding the note gives back.
  let cashRounding: Int64

  init(_ rows: Rows, _ row: Int) throws {
    note = try rows.int64(row, 0)
    credit = try rows.int64(row, 1)
    invoice = try rows.int64(row, 2)
    worth = try rows.int64(row, 3)
    open = try rows.int64(row, 4)
    taken = try rows.int64(row, 5)
    takenOfNotes = try rows.int64(row, 6)
    total = try rows.int64(row, 7)
    earlyDiscount = try rows.int64(row, 8)
    granted = try rows.int64(row, 9)
    isWhole = try rows.bool(row, 10)
    isDone = try rows.bool(row, 11)
    day = try rows.localDate(row, 12)
    rounding = try rows.choice(row, 13)
    cashRounding = try rows.int64(row, 14)
  }
}

/// The invoices that one note takes back.
extension [NoteTarget] {
  /// What stays of that which was granted on them; `stands` is what notes before have left of it.
  fileprivate func kept(
    _ stands: [Int64: Int64], _ invoices: [Int64: LockedInvoice]
  ) throws -> [KeptGrant] {
    guard let first, let currency = invoices[first.invoice]?.currency else { return [] }
    func isTouched(_ target: NoteTarget) -> Bool {
      !target.isDone && (target.granted > 0 || target.isWhole)
    }
    if !contains(where: isTouched) { return [] }
    func money(_ minor: Int64) -> Money { Money(minor: minor, currency: currency) }
    let rests = try EarlyDiscountRest.kept(
      of: map {
        DiscountedInvoice(
          total: money($0.total), discount: money($0.earlyDiscount),
          standing: money(stands[$0.invoice] ?? $0.granted), taken: $0.taken,
          isWhole: $0.isWhole)
      }, after: money(first.worth), takenOfNotes: first.takenOfNotes, rounding: first.rounding)
    return zip(self, rests).filter { isTouched($0.0) }.map {
      KeptGrant(
        invoice: $0.invoice, earlyDiscount: $1.minor, isWhole: $0.isWhole, day: $0.day,
        note: $0.note)
    }
  }

  /// What the note pays of what is owed on them: each what is taken of it, then the rest in order.
  fileprivate func uses(of owed: inout [Int64: Int64]) -> [UsedCredit] {
    guard let first, first.open > 0 else { return [] }
    let whole = reduce(Int128(first.takenOfNotes)) { $0 + Int128($1.taken) }
    var rest = first.open
    var paid: [Int64: Int64] = [:]
    func pay(_ target: NoteTarget, _ limit: Int64, _ owed: inout [Int64: Int64]) {
      let amount = Swift.min(rest, limit, owed[target.invoice] ?? 0)
      if amount <= 0 { return }
      rest -= amount
      owed[target.invoice, default: 0] -= amount
      paid[target.invoice, default: 0] += amount
    }
    for target in self where whole > 0 {
      let share = Int64(
        clamping: Int128(target.worth) * Int128(target.taken) / whole)
      pay(target, share + target.cashRounding, &owed)
    }
    for target in self { pay(target, rest, &owed) }
    return compactMap { target in
      paid[target.invoice].map {
        UsedCredit(
          invoice: target.invoice, credit: target.credit, kind: .creditNote, amount: $0,
          day: target.day)
      }
    }
  }
}
