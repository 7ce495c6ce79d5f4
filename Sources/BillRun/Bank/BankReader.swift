// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

/// Reads what banks send back: rejects, returns, bookings of our debits, and transfers (RULES 4).
///
/// A file is one transaction, and is taken as a whole or not at all.
public struct BankReader: Sendable {
  let gateways: GatewaySet
  /// In UNIX seconds.
  let moment: Int64
  let user: String

  /// Reads at a moment, in UNIX seconds, by a user of the operating system.
  public init(gateways: GatewaySet, at moment: Int64, by user: String) {
    self.gateways = gateways
    self.moment = moment
    self.user = user
  }

  /// Reads a file; one that was read before changes nothing.
  ///
  /// Throws `BillRunError` with 65 when it is no message that is known here, or of no account or
  /// file of these books.
  public func read(_ path: String, on connection: isolated Connection) throws -> BankReading {
    try connection.inOperation {
      let message = try BankMessage(path, on: connection)
      var reading = BankReading(message)
      if message.readOn != nil { return reading }
      _ = try connection.query(Statement(SQLFiles.lockBankEntries), [])
      switch message.kind {
      case .status: try readStatus(message, &reading, connection)
      case .report, .statement, .notification: try readBookings(message, &reading, connection)
      }
      try collectListed(&reading, connection)
      try connection.execute(
        Statement(SQLFiles.clearTwiceSent), [.timestamptz(unixSeconds: moment), .string(user)])
      for seller in try SellerRecord.list(code: nil, on: connection) {
        try LateBlock.putOffBooked(of: seller.seller.id.rawValue, by: gateways, connection)
      }
      if reading.leavesNothing { return reading }
      var detail = JSONWriter()
      reading.write(to: &detail)
      try message.record(detail.text, isWhole: reading.isWhole, on: connection)
      return reading
    }
  }

  /// Judges blocks anew that were listed; what the message tells of them is then collected.
  private func collectListed(
    _ reading: inout BankReading, _ connection: isolated Connection
  ) throws {
    let rows = try connection.query(
      Statement(SQLFiles.collectListedBlocks),
      [.timestamptz(unixSeconds: moment), .string(user)])
    for row in rows.indices {
      try acknowledge(try rows.int64(row, 0), &reading, connection)
      let key = try rows.string(row, 1)
      guard let place = reading.unmatched.firstIndex(where: { $0.entry == key }) else { continue }
      reading.unmatched.remove(at: place)
      reading.collected += 1
    }
  }

  /// Counts what went out and is a refund that the books have.
  private func clearRefunds(
    _ reading: inout BankReading, _ connection: isolated Connection
  ) throws {
    let rows = try connection.query(
      Statement(SQLFiles.clearToldRefunds), [.timestamptz(unixSeconds: moment), .string(user)])
    let keys = Set(try rows.indices.map { try rows.string($0, 0) })
    reading.unmatched.removeAll { $0.entry.map(keys.contains) ?? false }
    reading.others += keys.count
  }

  /// Notes that the bank had a file, since it has booked of it.
  private func acknowledge(
    _ file: Int64, _ reading: inout BankReading, _ connection: isolated Connection
  ) throws {
    if try BankFile.move(
      file, to: .acknowledged, from: [.written, .handedOver], at: moment, by: user, on: connection)
    {
      reading.answered += 1
    }
  }

  // MARK: - pain.002

  private func readStatus(
    _ message: BankMessage, _ reading: inout BankReading, _ connection: isolated Connection
  ) throws {
    let status = try connection.query(Statement(SQLFiles.readBankStatus), message.parameters)
    guard status.count == 1, let file = try status.optionalInt64(0, 1) else {
      throw Self.foreign(message, "it is about no file of these books")
    }
    if try !status.bool(0, 3) {
      throw BillRunError(
        .dataError, code: "bank_message_unknown",
        "nothing read, on \(message.name), it says \(try status.string(0, 2)) of its file, which "
          + "is no status that is known here", hint: "ask the bank what it means")
    }
    let rows = try connection.query(
      Statement(SQLFiles.listBankRejects), message.parameters + [.int64(file), .bool(false)])
    try Self.tellUnknown(rows, of: message, &reading)
    var reasons: [Int64: String] = [:]
    for row in rows.indices {
      guard let attempt = try rows.optionalInt64(row, 0) else { continue }
      switch try rows.string(row, 2) {
      case "pending": reasons[attempt] = try rows.string(row, 3)
      case "approved": reading.remarks.append(try Self.settled(rows, row))
      default: reading.known += 1
      }
    }
    reading.declined = try decline(reasons, connection)
    let own = Parameter.stringArray(gateways.bankFiles.map(\.settings.iban.text).sorted())
    reading.unmatched += try Self.unmatched(
      try connection.query(
        Statement(SQLFiles.keepRejectedCredits), [.int64Array(reasons.keys.sorted()), own]))
    try keepTwiceSent(message, of: file, own, connection)
    let remarks = try connection.query(
      Statement(SQLFiles.listBankRemarks), message.parameters + [.int64(file)])
    reading.remarks += try remarks.indices.map { row in
      BankReading.Remark(
        subject: try remarks.string(row, 0), reason: try remarks.string(row, 1),
        told: try remarks.string(row, 2), hint: BankReading.Remark.hint(try remarks.string(row, 1)))
    }
    let known = try BankFile.read(file, on: connection)
    let standing = try connection.query(Statement(SQLFiles.countStandingDebits), [.int64(file)])
    // One by one, or a block at a time, comes to the same.
    let isRejected = try !rows.isEmpty && standing.int64(0, 0) == 0
    let isMoved = try BankFile.move(
      file, to: isRejected ? .rejected : .acknowledged,
      from: [.written, .handedOver] + (isRejected ? [.acknowledged] : []), at: moment, by: user,
      on: connection)
    reading.answered = isMoved ? 1 : 0
    // Nobody has said when the bank got it: not later than now.
    if isMoved && !isRejected && known.state == .written {
      _ = try LateBlock.putOff(known, handedOverAt: moment, by: gateways, on: connection)
    }
  }

  /// Keeps what the bank rejects since it has it already: its credit, or a person, has to show it.
  private func keepTwiceSent(
    _ message: BankMessage, of file: Int64, _ own: Parameter, _ connection: isolated Connection
  ) throws {
    let rows = try connection.query(
      Statement(SQLFiles.listBankRejects), message.parameters + [.int64(file), .bool(true)])
    let known = try rows.indices.filter { try !rows.isNull($0, 0) }
    if known.isEmpty { return }
    try connection.execute(
      Statement(SQLFiles.keepTwiceSent),
      [
        .int64Array(try known.map { try rows.int64($0, 0) }),
        .stringArray(try known.map { try rows.string($0, 3) }), own,
      ])
  }

  /// Tells of what a message rejects and its file does not have, beside what it has.
  private static func tellUnknown(
    _ rows: Rows, of message: BankMessage, _ reading: inout BankReading
  ) throws {
    let unknown = try rows.indices.filter { try rows.isNull($0, 0) }
    if let first = unknown.first, unknown.count == rows.count {
      throw foreign(message, "its file has no debit \(try rows.string(first, 1))")
    }
    reading.remarks += try unknown.map {
      BankReading.Remark(
        subject: "debit \(try rows.string($0, 1))", reason: BankReading.Remark.unknownDebit,
        told: try rows.string($0, 3), hint: nil)
    }
  }

  /// A debit that is rejected though it was settled: only its money can say which is true.
  private static func settled(_ rows: Rows, _ row: Int) throws -> BankReading.Remark {
    let reason = try rows.string(row, 3)
    return BankReading.Remark(
      subject: "debit \(try rows.string(row, 1)) of \(try rows.string(row, 4))",
      reason: "settled_already", told: reason,
      hint: try rows.optionalInt64(row, 5).map {
        "where the statement has no money of it: billrun payment return \($0) --reason \(reason)"
      })
  }

  /// Declines pending debits of one seller, and returns how many; what follows is charging's to
  /// decide.
  private func decline(
    _ reasons: [Int64: String], _ connection: isolated Connection
  ) throws -> Int {
    if reasons.isEmpty { return 0 }
    let attempts = try ChargeAttempt.live(reasons.keys.sorted(), on: connection)
    let payments = PaymentOperations(at: moment, by: user)
    let payers = try payments.lock(attempts.map(\.customer), on: connection)
    let today = payers.values.map(\.today).max() ?? LocalDate(daysSince1970: 0)
    return try ChargeOutcomes(asOf: today, moment: moment, user: user).settle(
      attempts.map {
        ($0, .declined(code: reasons[$0.id] ?? "MS03", reference: $0.request.reference))
      }, on: connection
    ).count
  }

  static func foreign(_ message: BankMessage, _ problem: String) -> BillRunError {
    BillRunError(
      .dataError, code: "bank_message_foreign", "nothing read, on \(message.name), \(problem)",
      hint: "billrun bank list, and the accounts of gateways in billrun.yaml")
  }

  // MARK: - camt.052, camt.053, camt.054

  private func readBookings(
    _ message: BankMessage, _ reading: inout BankReading, _ connection: isolated Connection
  ) throws {
    try takeApart(message, connection)
    let own = Set(gateways.bankFiles.map(\.settings.iban.text))
    try leaveOut(allBut: own, of: message, &reading, connection)
    try compareBalances(&reading, connection)
    let creditors = Set(gateways.bankFiles.map { $0.settings.creditorID.text.lowercased() })
    try connection.execute(
      Statement(SQLFiles.nameCreditedDebits), [.stringArray(creditors.sorted())])
    try connection.execute(
      Statement(SQLFiles.sortBankItems),
      [.timestamptz(unixSeconds: moment), .stringArray(own.sorted())])
    try connection.execute(
      Statement(SQLFiles.doubtBankOutflows), [.stringArray(own.sorted())])
    try connection.execute(Statement(SQLFiles.doubtDeclinedCredits), [])
    try connection.execute(Statement(SQLFiles.supersedeBankSums), [])
    let had = try connection.query(Statement(SQLFiles.noteBankBookings), [])
    try connection.execute(Statement(SQLFiles.supersedeBankEntries), [])
    try BankMatches.find(on: connection)
    try connection.execute(Statement(SQLFiles.doubtCorrectedItems), [])
    for row in had.indices { try acknowledge(try had.int64(row, 0), &reading, connection) }
    reading.declined += try BankReturns(moment: moment, user: user).take(
      adding: &reading, decline: decline, on: connection)
    try connection.execute(
      Statement(SQLFiles.clearReturnedCredits),
      [.timestamptz(unixSeconds: moment), .string(user)])
    try BankTransfers(moment: moment).take(adding: &reading, on: connection)
    try clearRefunds(&reading, connection)
    try compareStatements(with: own, &reading, connection)
    let unkept = try connection.query(Statement(SQLFiles.listUnkeptItems), [])
    reading.unmatched += try Self.unmatched(unkept)
    let kinds = try connection.query(Statement(SQLFiles.listBankAccounts), [])
    for row in kinds.indices {
      reading.count(try kinds.string(row, 1), Int(try kinds.int64(row, 2)))
    }
    try connection.run(script: "drop table bank_item, told_statement", name: "drop")
  }

  /// What is listed, with what it is kept by, or null.
  static func unmatched(_ rows: Rows) throws -> [BankReading.Unmatched] {
    try rows.indices.map { row in
      BankReading.Unmatched(
        entry: try rows.optionalString(row, 0), payer: try rows.optionalString(row, 1),
        text: try rows.optionalString(row, 2), day: try rows.localDate(row, 3),
        currency: try rows.string(row, 4), amount: try rows.int64(row, 5),
        reason: try rows.string(row, 6))
    }
  }

  /// Leaves out what is of accounts that no gateway has, and tells of it; where all is, it throws.
  private func leaveOut(
    allBut own: Set<String>, of message: BankMessage, _ reading: inout BankReading,
    _ connection: isolated Connection
  ) throws {
    let foreign = try connection.query(
      Statement(SQLFiles.dropForeignItems), [.stringArray(own.sorted())])
    if foreign.isEmpty { return }
    if try connection.query(Statement(SQLFiles.listBankAccounts), []).isEmpty {
      throw Self.foreign(message, "it is of an account that no gateway has")
    }
    reading.remarks += try foreign.indices.map { row in
      BankReading.Remark(
        subject: try foreign.string(row, 0), reason: BankReading.Remark.unknownAccount,
        told: try foreign.string(row, 1), hint: "the accounts of gateways in billrun.yaml")
    }
  }

  /// Reads the transactions of a message.
  private func takeApart(
    _ message: BankMessage, _ connection: isolated Connection
  ) throws {
    try connection.run(script: SQLFiles.makeBankItems.text, name: "make_bank_items")
    do {
      let faults = try connection.query(Statement(SQLFiles.findBankFaults), message.parameters)
      if let fault = faults.first { throw BankMessage.malformed(message.name, try fault.string(0)) }
      try connection.execute(Statement(SQLFiles.readBankItems), message.parameters)
      try connection.execute(Statement(SQLFiles.readBankStatements), message.parameters)
    } catch let error as PostgresError where ["21", "22"].contains(error.sqlState.prefix(2)) {
      throw BankMessage.malformed(message.name, "an amount or a day in it is none")
    }
  }
}
