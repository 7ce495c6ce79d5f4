// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Makes open invoices with nothing settled drafts again: the number stays with them, the journal
  /// is mirrored today, their periods stay claimed (RULES 6).
  ///
  /// Throws `BillRunError` with 65 for what has left the house, is settled, charged, credited or in
  /// closed books, and what a second person has to approve.
  public func unpost(_ ids: [Int64], on connection: isolated Connection) throws {
    var invoices = try begin(.unpost, ids, alone: true, on: connection)
    if try unsettleCredited(by: invoices, for: .unpost, on: connection) {
      invoices = try begin(.unpost, ids, alone: true, on: connection)
    }
    for invoice in invoices { try refuseWhatIsKnown(.unpost, invoice) }
    try requireApproval(of: .unpost, ids, waive: nil, on: connection)
    try mirror(.unpost, invoices, on: connection)
    try withdraw(invoices, on: connection)
    try move(invoices, to: .draft, as: "invoice_unposted", on: connection)
  }

  /// Makes drafts open invoices, booked on the invoice date and paid by what the payer has open
  /// (RULES 0.8, 6): those without a number draw the next one of their series, in the order of
  /// RULES 0.1, unless they bring their own.
  ///
  /// Throws `BillRunError` with 65 for what is no draft, is dated in closed books, or before the
  /// newest number of its series.
  public func post(_ ids: [Int64], on connection: isolated Connection) throws {
    try turn?.toLock()
    // Drafts by the thousand are locked and read once; how others stand is read in full.
    try connection.enqueue(Statement(SQLFiles.lockInvoices), [.int64Array(ids)])
    let drafts = try Posting.load(ids, on: connection)
    let areFresh =
      drafts.count == Set(ids).count && drafts.allSatisfy { $0.state == .draft && !$0.isOfRunAgain }
    let locked = areFresh ? [] : try begin(.post, ids, on: connection)
    for draft in drafts {
      if let closed = draft.closedThrough, draft.date <= closed {
        throw refusal(
          .post, "closed",
          "\(try name(of: draft, on: connection)) is dated in books that are closed through "
            + "\(closed)")
      }
    }
    if let held = drafts.first(where: \.isHeld) {
      throw refusal(
        .post, "gate", "\(try name(of: held, on: connection)) is held by the gate of its run",
        hint: "billrun runs post \(held.run ?? 0) --release")
    }
    try refuseUnapproved(drafts, on: connection)
    let again = Set(drafts.filter(\.isOfRunAgain).map(\.id))
    try postAgain(locked.filter { again.contains($0.id) }, on: connection)
    try finish(drafts.filter { !$0.isOfRunAgain }, as: "post", on: connection)
    try connection.enqueue(Statement(SQLFiles.queuePostedInvoices), [.int64Array(ids)])
    try awaitTurn(on: connection)
    // Notes of runs whose drafts were waiting that none is left.
    try connection.enqueue(Statement(SQLFiles.endRuns), [.int64Array(ids)])
  }

  /// Does what is left to do, and then waits for the block before, if there is one.
  private func awaitTurn(on connection: isolated Connection) throws {
    guard let turn else { return }
    _ = try connection.queryAll([])
    try turn.toNumber()
  }

  /// Refuses drafts of runs one by one, where a second person approves their run's posting.
  private func refuseUnapproved(_ drafts: [Posting], on connection: isolated Connection) throws {
    if leavesEvents { return }
    let ofRuns = drafts.filter { $0.run != nil && !$0.isNumbered }
    for (code, drafts) in Dictionary(grouping: ofRuns, by: \.seller) {
      guard let seller = try SellerRecord.list(code: code, on: connection).first,
        try ApprovalRequest.isWanted(
          .runPost, seller: seller.seller.id.rawValue, on: connection)
      else { continue }
      throw refusal(
        .post, "approval",
        "\(try name(of: drafts[0], on: connection)) is of a run that a second person approves",
        hint: "billrun runs post \(drafts[0].run ?? 0)")
    }
  }

  private func name(of draft: Posting, on connection: isolated Connection) throws -> String {
    try LockedInvoice.lock([draft.id], alone: false, moment: moment, on: connection)
      .first?.name ?? "a draft"
  }

  /// Posts all drafts that were never posted and match, a block a transaction, in the order of
  /// RULES 0.1; returns how many.
  ///
  /// `through` is the last invoice date; nil matches all. Stopped anywhere, it goes on where it
  /// was. Throws as posting some does; the blocks before stay posted.
  public func postAll(
    of run: Int64? = nil, seller: String? = nil, through: LocalDate? = nil, block: Int = 5_000,
    on connection: Connection
  ) async throws -> Int {
    var count = 0
    while true {
      let posted = try await connection.transaction { connection in
        let rows = try connection.query(
          Statement(SQLFiles.listDrafts),
          [.string(seller), .int64(run), .day(through), .int64(Int64(block))])
        let ids = try (0..<rows.count).map { try rows.int64($0, 0) }
        try connection.planByKeys()
        if !ids.isEmpty { try post(ids, on: connection) }
        return ids.count
      }
      if posted == 0 { return count }
      count += posted
    }
  }

  /// What a run has billed and somebody has unposted: as it was, under the number that it has.
  private func postAgain(
    _ drafts: [LockedInvoice], on connection: isolated Connection
  ) throws {
    if drafts.isEmpty { return }
    for (date, drafts) in Dictionary(grouping: drafts, by: \.date).sorted(by: { $0.key < $1.key }) {
      try connection.execute(
        Statement(SQLFiles.bookDocuments),
        [.int64Array(drafts.map(\.id)), .string("post"), .int32(1), .day(date), .int64(0)])
    }
    try move(drafts, to: .open, as: "invoice_posted", on: connection)
    try payByCredit(drafts.filter { $0.kind == .invoice }, in: .post, on: connection)
    try grant(drafts.filter { $0.kind == .creditNote }.map(\.id), on: connection)
  }

  /// Opens drafts: credit, rounding of what is left, journal, and last of all the numbers, since
  /// their series' row is locked from there to the commit.
  func finish(
    _ drafts: [Posting], as event: String, takingCredit: Bool = true,
    on connection: isolated Connection
  ) throws {
    if drafts.isEmpty { return }
    let invoices = drafts.filter { $0.kind == .invoice }
    let payers = takingCredit ? Set(invoices.map(\.customer)).sorted() : []
    let rows = try connection.queryAll([OpenCredits.reading(payers), SellerRecord.all])
    turn?.hasLocked()
    var open = try OpenCredits(rows[0])
    let sellers = try SellerRecord.records(rows[1])
    var uses: [UsedCredit] = []
    var (roundings, credited): ([Int64], [Int64]) = ([], [])
    for draft in drafts {
      let used =
        draft.kind == .creditNote
        ? []
        : open.take(
          draft.total, for: draft.id, of: draft.customer, in: draft.currency, on: draft.date)
      let paid = used.reduce(0) { $0 + $1.amount }
      let seller = sellers.first { $0.code == draft.seller }?.seller
      roundings.append(try draft.rounding(of: draft.total - paid, by: seller))
      credited.append(paid)
      uses += used
    }
    try connection.enqueue(
      Statement(SQLFiles.postInvoices),
      [
        .int64Array(drafts.map(\.id)), .int64Array(roundings), .int64Array(credited),
        .string(leavesEvents ? nil : user), .boolArray(drafts.map { !$0.isNumbered }),
      ])
    try use(uses, on: connection)
    try grant(drafts.filter { $0.kind == .creditNote }.map(\.id), on: connection)
    try book(drafts, as: event, on: connection)
    try awaitTurn(on: connection)
    try number(drafts, sellers, on: connection)
  }

  /// Books drafts that open, each run's apart: an entry carries the run that made the documents.
  private func book(
    _ drafts: [Posting], as event: String, on connection: isolated Connection
  ) throws {
    let days = Dictionary(grouping: drafts, by: \.date).sorted { $0.key < $1.key }
    for (date, drafts) in days {
      // Without a run comes first.
      let runs = Dictionary(grouping: drafts) { $0.run ?? 0 }.sorted { $0.key < $1.key }
      for (run, drafts) in runs {
        try connection.enqueue(
          Statement(SQLFiles.bookDocuments),
          [
            .int64Array(drafts.map(\.id)), .string(event), .int32(1), .day(date),
            .int64(run),
          ])
      }
    }
  }

  /// Gives customers what credit notes come to, and settles by it what they take back.
  private func grant(_ notes: [Int64], on connection: isolated Connection) throws {
    if notes.isEmpty { return }
    try connection.execute(Statement(SQLFiles.grantNoteCredits), [.int64Array(notes)])
    try settleCredited(by: notes, on: connection)
  }

  private func number(
    _ drafts: [Posting], _ sellers: [SellerRecord], on connection: isolated Connection
  ) throws {
    let supplied = drafts.filter { $0.isSupplied && !$0.isNumbered }
    if !supplied.isEmpty {
      try connection.execute(
        Statement(SQLFiles.writeSuppliedNumbers),
        [.string("manual"), .int64Array(supplied.map(\.id))])
    }
    for kind in [InvoiceDraft.Kind.invoice, .creditNote] {
      try number(
        drafts.filter { !$0.isSupplied && !$0.isNumbered && $0.kind == kind }[...],
        kind, sellers, on: connection)
    }
  }

  private func number(
    _ drafts: ArraySlice<Posting>, _ kind: InvoiceDraft.Kind, _ sellers: [SellerRecord],
    on connection: isolated Connection
  ) throws {
    var rest = drafts
    while let first = rest.first {
      let group = rest.prefix { $0.seller == first.seller && $0.date == first.date }
      rest = rest.dropFirst(group.count)
      guard let seller = sellers.first(where: { $0.code == first.seller }) else { continue }
      let series = try NumberSeries(
        kind, of: seller, on: first.date, hint: "give a date of", on: connection)
      try series.number(group.map(\.id), on: first.date, on: connection)
    }
  }
}

/// A draft that is about to be posted.
struct Posting {
  let id: Int64
  let customer: Int64
  let seller: String
  let currency: Currency
  let date: LocalDate
  /// In minor units.
  let total: Int64
  let storedRounding: Int64
  let isNumbered: Bool
  /// Whether it brings its own number.
  let isSupplied: Bool
  let run: Int64?
  /// What cash is rounded to where it is paid so, in minor units.
  let coin: Int64?
  let closedThrough: LocalDate?
  let kind: InvoiceDraft.Kind
  let state: InvoicePhase.State
  /// Whether the gate of its run holds it.
  let isHeld: Bool

  /// Whether a run has posted it before.
  var isOfRunAgain: Bool { isNumbered && run != nil }

  /// Reads drafts in the order in which they are numbered (RULES 0.1).
  static func load(_ ids: [Int64], on connection: isolated Connection) throws -> [Posting] {
    let rows = try connection.query(Statement(SQLFiles.loadPostings), [.int64Array(ids)])
    return try (0..<rows.count).map { row in
      Posting(
        id: try rows.int64(row, 0), customer: try rows.int64(row, 1),
        seller: try rows.string(row, 2), currency: try rows.currency(row, 3),
        date: try rows.localDate(row, 4), total: try rows.int64(row, 5),
        storedRounding: try rows.int64(row, 6), isNumbered: try rows.bool(row, 7),
        isSupplied: try rows.bool(row, 8), run: try rows.optionalInt64(row, 9),
        coin: try rows.optionalInt64(row, 10), closedThrough: try rows.optionalLocalDate(row, 11),
        kind: try rows.choice(row, 12), state: try rows.choice(row, 13),
        isHeld: try rows.bool(row, 14))
    }
  }

  /// What is added to the rest to pay, so that it is a whole number of coins (RULES 1.10): a credit
  /// note is none, and has what it gives back of its invoice's.
  func rounding(of rest: Int64, by seller: Seller?) throws -> Int64 {
    if kind == .creditNote { return storedRounding }
    guard let coin, let seller else { return 0 }
    let money = Money(minor: rest, currency: currency)
    return try seller.rounding.toIncrement(money, increment: coin).subtracting(money).minor
  }
}
