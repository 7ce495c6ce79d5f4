// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Takes back the debits that a statement returns (RULES 4).
///
/// What cannot be taken as it is, is listed, and the rest of the file is taken.
struct BankReturns {
  /// In UNIX seconds.
  let moment: Int64
  let user: String

  /// More than this is no bank's fee for a return, in euro cents.
  static let mostFee: Int64 = 100_00

  /// The states of debits that can be taken back.
  private static let open = ["pending", "approved"]

  /// A debit that the bank took back; amounts are in euro cents.
  private struct Return {
    let attempt: Int64
    let seller: Int64
    let state: String
    let reason: String
    /// What the debit was.
    let amount: Int64
    /// What a person is told of: the booking, or its part.
    let shown: Int64
    let day: LocalDate
    /// When the bank booked it, and under which reference.
    let bookedOn: LocalDate
    let reference: String?
    /// Whether a statement (camt.053) has it.
    let isStated: Bool
    /// Which account of ours it was booked from, by its last four places.
    let account: String
    /// Of one that was approved.
    let payment: Int64?
    let isHard: Bool
    let source: Int64
    let place: Int64
    let booking: Int64
    /// What is the bank's, beyond the debit.
    var fee: Int64
    /// What the booking is more than its details, which is the fee of all of them.
    let sharedFee: Int64
    /// What was booked as its fee when it was taken.
    let knownFee: Int64
    /// Why it is not taken; nil where it is, or is known.
    var fault: String?

    /// Whether it neither was taken before nor ended otherwise.
    var isOpen: Bool { BankReturns.open.contains(state) }
  }

  /// What bookings are more than their returns, which each return has its share of: as much as
  /// another file may tell of it alone.
  private struct SharedFees {
    private var left: [Int64: (fee: Int64, count: Int64)] = [:]

    init(of returns: [Return]) {
      for one in returns {
        left[one.booking, default: (one.sharedFee, 0)].count += 1
      }
    }

    /// The share of the next return of a booking; the last has the rest.
    mutating func takeShare(of one: Return) -> Int64 {
      guard let (fee, count) = left[one.booking] else { return 0 }
      let share = fee / max(count, 1)
      left[one.booking] = (fee - share, count - 1)
      return share
    }
  }

  /// Takes the returns of the message that is read; what was pending is declined by `decline`,
  /// which returns how many, and so does this.
  func take(
    adding reading: inout BankReading,
    decline: ([Int64: String], isolated Connection) throws -> Int,
    on connection: isolated Connection
  ) throws -> Int {
    let all = try list(on: connection)
    var listed = all.filter { $0.fault != nil }.map { ($0.place, $0.shown, $0.fault ?? "") }
    var pending: [Return] = []
    var fees = SharedFees(of: all.filter { $0.fault == nil && $0.isOpen })
    listed += laterFees(of: all.filter { $0.fault == nil }, adding: &reading)
    for var one in all where one.fault == nil && one.isOpen {
      let share = fees.takeShare(of: one)
      one.fee += share
      if one.state == "pending" {
        pending.append(one)
        continue
      }
      let (isTaken, rest) = try takeBack(one, connection)
      if isTaken { reading.returned += 1 }
      if let rest { listed.append((rest.0, rest.1 + (isTaken ? 0 : share), rest.2)) }
    }
    try connection.execute(
      Statement(SQLFiles.markBankItems),
      [
        .int64Array(listed.map(\.0)), .int64Array(listed.map(\.1)), .stringArray(listed.map(\.2)),
      ])
    var declined = 0
    for (_, returns) in Dictionary(grouping: pending, by: \.seller).sorted(by: { $0.key < $1.key })
    {
      let reasons = Dictionary(uniqueKeysWithValues: returns.map { ($0.attempt, $0.reason) })
      declined += try decline(reasons, connection)
    }
    // What a bank takes back of a debit that was rejected was booked all the same.
    try note(pending + all.filter { $0.state == "declined" && $0.fault == nil }, connection)
    try bookFees(of: pending, connection)
    try noteFees(pending, connection)
    try noteDays(all.filter { $0.fault == nil }, connection)
    return declined
  }

  /// Counts the returns that were taken before, and lists what a booking tells of fees more than
  /// was booked then.
  private func laterFees(
    of all: [Return], adding reading: inout BankReading
  ) -> [(Int64, Int64, String)] {
    let open = Set(all.filter(\.isOpen).map(\.booking))
    let bookings = Dictionary(grouping: all.filter { !$0.isOpen }, by: \.booking)
    return bookings.sorted { $0.key < $1.key }.compactMap { booking, returns in
      reading.known += returns.count
      guard let first = returns.first else { return nil }
      let shared = open.contains(booking) ? 0 : first.sharedFee
      let more = returns.reduce(shared) { $0 + $1.fee - $1.knownFee }
      if more <= 0 { return nil }
      reading.known -= 1
      return (first.place, more, "fee_later")
    }
  }

  /// Notes what was booked as the fees of returns, so that what is told later is not lost.
  private func noteFees(_ returns: [Return], _ connection: isolated Connection) throws {
    try connection.execute(
      Statement(SQLFiles.noteReturnFees),
      [.int64Array(returns.map(\.attempt)), .int64Array(returns.map(\.fee))])
  }

  /// Notes on which days they were, so that the next one of a debit is told from this one.
  private func noteDays(_ returns: [Return], _ connection: isolated Connection) throws {
    try connection.execute(
      Statement(SQLFiles.noteBankReturns),
      [
        .int64Array(returns.map(\.attempt)),
        .dateArray(daysSince2000: returns.map(\.bookedOn.daysSince2000)),
        .stringArray(returns.map(\.reference)), .boolArray(returns.map(\.isStated)),
        .stringArray(returns.map(\.account)),
      ])
  }

  /// Notes which debits were taken back, and when.
  private func note(_ returns: [Return], _ connection: isolated Connection) throws {
    try connection.execute(
      Statement(SQLFiles.returnAttempts),
      [
        .int64Array(returns.map(\.attempt)), .stringArray(returns.map(\.reason)),
        .timestamptz(unixSeconds: moment),
      ])
  }

  private func list(on connection: isolated Connection) throws -> [Return] {
    let rows = try connection.query(
      Statement(SQLFiles.listBankReturns), [.timestamptz(unixSeconds: moment)])
    return try rows.indices.map { row in
      let amount = try rows.int64(row, 6)
      let state = try rows.string(row, 2)
      let fee = try fee(rows, row, of: amount, in: state)
      let booked = try rows.localDate(row, 7)
      let earliest = max(booked, try rows.optionalLocalDate(row, 9) ?? booked)
      return Return(
        attempt: try rows.int64(row, 0), seller: try rows.int64(row, 1),
        state: state, reason: try rows.string(row, 3), amount: amount,
        shown: try rows.int64(row, 19),
        day: min(earliest, try rows.localDate(row, 12)), bookedOn: booked,
        reference: try rows.optionalString(row, 23), isStated: try rows.bool(row, 24),
        account: try rows.string(row, 25),
        payment: try rows.optionalInt64(row, 8),
        isHard: try rows.optionalString(row, 10) == "hard", source: try rows.int64(row, 11),
        place: try rows.int64(row, 13), booking: try rows.int64(row, 14), fee: fee.own,
        sharedFee: fee.shared,
        knownFee: try rows.int64(row, 21), fault: fee.fault)
    }
  }

  /// What of a booking is the bank's fee: what it says, which has to be what it took more than the
  /// debit, if it took more.
  private func fee(
    _ rows: Rows, _ row: Int, of amount: Int64, in state: String
  ) throws -> (own: Int64, shared: Int64, fault: String?) {
    let more = try rows.int64(row, 4) - amount
    let isOpen = Self.open.contains(state)
    // Less than the debit is not what took it back before.
    let isAgain = try rows.bool(row, 20) || rows.bool(row, 22)
    if isAgain || !isOpen && more < 0 { return (0, 0, "returned_again") }
    let charges = try rows.int64(row, 5)
    let (rest, told) = (try rows.int64(row, 15), try rows.int64(row, 16))
    let (details, sum) = (try rows.int64(row, 17), try rows.int64(row, 18))
    if more < 0 { return (0, 0, "amount_differs") }
    if rest < 0 { return (0, 0, "details_differ") }
    if charges > 0 && more > 0 && charges != more || rest > 0 && told > 0 && told != rest {
      return (0, 0, "fee_differs")
    }
    // Charges that the booking does not have are booked apart.
    let own = rest > 0 ? max(charges, more) : more
    // Charges that its transactions tell of are theirs already.
    let shared = told > 0 && (details == 1 || charges > 0) ? 0 : rest
    if own > min(Self.mostFee, amount) || shared > min(Self.mostFee * details, sum) {
      return (0, 0, "fee_implausible")
    }
    return (own, shared, nil)
  }

  /// Takes what was approved off its invoices again; returns whether it was, and what of it is
  /// listed: what was refunded before, the bank has taken all the same.
  private func takeBack(
    _ one: Return, _ connection: isolated Connection
  ) throws -> (isTaken: Bool, listed: (Int64, Int64, String)?) {
    guard let payment = one.payment else { return (false, nil) }
    let payments = PaymentOperations(at: moment, by: user)
    let left = try LockedPayment(payment, payments, on: connection).left
    if left <= 0 { return (false, (one.place, one.shown, "refunded_already")) }
    do {
      try connection.inSavepoint {
        try payments.takeReturn(
          payment, fee: one.fee, on: one.day, reason: one.reason, isOnStatement: true,
          over: connection)
      }
    } catch let error as BillRunError where error.status == .dataError {
      return (false, (one.place, one.shown, error.code))
    }
    // A mandate that the payer denies is never charged again by itself.
    if one.isHard {
      try connection.execute(Statement(SQLFiles.stopAutopay), [.int64(one.source)])
    }
    try note([one], connection)
    try noteFees([one], connection)
    return (true, left < one.amount ? (one.place, one.amount - left, "refunded_already") : nil)
  }

  /// Books what the bank asks for debits that never became payments (RULES 7).
  private func bookFees(of returns: [Return], _ connection: isolated Connection) throws {
    guard let euro = Currency(code: "eur") else { return }
    var sheet = PaymentSheet()
    for one in returns {
      sheet.book(
        "bank_fee", on: one.day, seller: one.seller, euro, one.fee, debit: "6500", credit: "1000")
    }
    try sheet.write(InvoiceOperations(at: moment, by: user), on: connection)
  }
}
