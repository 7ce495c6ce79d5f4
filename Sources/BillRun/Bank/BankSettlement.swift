// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

/// Approves debits that nobody has returned in time, and books their money when the bank has
/// (RULES 4, 7).
public struct BankSettlement: Sendable {
  let gateways: GatewaySet
  /// In UNIX seconds.
  let moment: Int64
  let user: String
  var blockSize = 500

  /// Settles what gateways collect, at a moment in UNIX seconds, by a user of the operating system.
  public init(gateways: GatewaySet, at moment: Int64, by user: String) {
    self.gateways = gateways
    self.moment = moment
    self.user = user
  }

  /// What settling came to.
  public struct Settled: Sendable, Hashable {
    /// How many debits were approved.
    public internal(set) var approved = 0
    /// What was booked from debits in transit to the bank, in euro cents.
    public internal(set) var booked: Int64 = 0
    /// How many debits should be final, but are in files that nobody has handed over.
    public internal(set) var stuck: Int64 = 0
    /// How many debits should be final, but an open entry speaks against them.
    public internal(set) var held = 0
    /// How many debits should be final, but the bank has credited others of their block, and not
    /// them.
    public internal(set) var uncredited = 0
    /// How many debits are approved, though no statement has credited their money.
    public internal(set) var unseen: Int64 = 0
    /// What these come to, in euro cents.
    public internal(set) var unseenAmount: Int64 = 0
    /// The ids of the files that they are in.
    public internal(set) var unseenFiles: [Int64] = []

    mutating func addUnseen(of seller: Int64, on connection: isolated Connection) throws {
      let rows = try connection.query(Statement(SQLFiles.listUnseenDebits), [.int64(seller)])
      for row in rows.indices {
        unseenFiles.append(try rows.int64(row, 0))
        unseen += try rows.int64(row, 1)
        unseenAmount += try rows.int64(row, 2)
      }
    }
  }

  /// What keeps a debit from being approved that is final by its day.
  private enum Standing: String {
    case final, held, uncredited
  }

  /// Settles for every seller, or the one named.
  public func settle(
    seller code: String?, on connection: isolated Connection
  ) throws -> Settled {
    let sellers = try SellerRecord.list(code: code, on: connection)
    if let code, sellers.isEmpty { throw BillRunError.unknownSeller(code) }
    var settled = Settled()
    for seller in sellers {
      let rows = try connection.query(
        Statement(SQLFiles.readLocalTime), [.int64(moment), .string(seller.timeZone)])
      let today = try rows.localDate(0, 0)
      let id = seller.seller.id.rawValue
      let outcomes = ChargeOutcomes(asOf: today, moment: moment, user: user)
      let summary = try approve(
        of: id, on: today, outcomes, adding: ChargeSummary(), connection)
      settled.approved += summary.count("approved")
      settled.booked += try book(seller, on: today, connection)
      settled.stuck += try connection.query(
        Statement(SQLFiles.countStuckDebits), [.int64(id), .day(today)]
      ).int64(0, 0)
      settled.held += try final(of: id, on: today, .held, connection).count
      settled.uncredited += try final(of: id, on: today, .uncredited, connection).count
      try settled.addUnseen(of: id, on: connection)
    }
    return settled
  }

  /// Settles as the first step of charging, which nothing has to be asked for.
  func settle(
    _ seller: SellerRecord, _ outcomes: ChargeOutcomes, in blockSize: Int,
    adding summary: ChargeSummary, _ clock: WallClock, until stop: StopSignal,
    on connection: Connection
  ) async throws -> ChargeSummary {
    let today = try await clock.today(in: seller.timeZone, on: connection)
    var settlement = self
    settlement.blockSize = blockSize
    let summary = try await settlement.approve(
      of: seller.seller.id.rawValue, on: today, outcomes, adding: summary, until: stop, connection)
    _ = try await settlement.book(seller, on: today, connection)
    return summary
  }

  /// Approves what is final by today, a block a transaction, until somebody asks for the end.
  private func approve(
    of seller: Int64, on today: LocalDate, _ outcomes: ChargeOutcomes,
    adding summary: ChargeSummary, until stop: StopSignal = StopSignal(),
    _ connection: isolated Connection
  ) throws -> ChargeSummary {
    try LateBlock.putOffBooked(of: seller, by: gateways, connection)
    try connection.execute(
      Statement(SQLFiles.clearTwiceSent), [.timestamptz(unixSeconds: moment), .string(user)])
    var summary = summary
    while !stop.isRequested {
      let final = try final(of: seller, on: today, limit: Int64(blockSize), .final, connection)
      if final.isEmpty { return summary }
      let attempts = try ChargeAttempt.live(final, on: connection)
      summary = try outcomes.write(
        attempts.map { ($0, .approved(reference: $0.request.reference ?? "")) }, adding: summary,
        on: connection)
    }
    return summary
  }

  /// The attempts that are final by their day: those of which nothing speaks against it, or others.
  private func final(
    of seller: Int64, on today: LocalDate, limit: Int64 = .max, _ standing: Standing,
    _ connection: isolated Connection
  ) throws -> [Int64] {
    let rows = try connection.query(
      Statement(SQLFiles.listFinalDebits),
      [.int64(seller), .day(today), .int64(limit), .string(standing.rawValue)])
    return try rows.indices.map { try rows.int64($0, 0) }
  }

  /// Books the money of approved debits whose block the bank has booked.
  func book(
    _ seller: SellerRecord, on today: LocalDate, _ connection: isolated Connection
  ) throws -> Int64 {
    try connection.inTransaction {
      let amount = try connection.query(
        Statement(SQLFiles.settleBankDebits), [.int64(seller.seller.id.rawValue), .day(today)]
      ).int64(0, 0)
      guard amount > 0, let euro = Currency(code: "eur") else { return 0 }
      let open = seller.closedThrough.map { max(today, $0.adding(days: 1)) } ?? today
      var sheet = PaymentSheet()
      sheet.book(
        "debits_settled", on: open, seller: seller.seller.id.rawValue, euro, amount,
        debit: "1000", credit: "1060")
      try sheet.write(InvoiceOperations(at: moment, by: user), on: connection)
      return amount
    }
  }
}

extension BankSettlement.Settled {
  /// The same for people.
  public var text: String {
    var text =
      "settled: \(Figure.counted(Int64(approved), "debit")) approved, "
      + "\(Figure.amount(minor: booked, digits: 2)) eur booked at the bank\n"
    if stuck > 0 {
      text += "not handed over: \(Figure.counted(stuck, "debit")) past the final day\n"
    }
    if held > 0 {
      text +=
        "held: \(Figure.counted(Int64(held), "debit")) that an open entry speaks against, "
        + "billrun bank entries --open\n"
    }
    if uncredited > 0 {
      text +=
        "not credited: \(Figure.counted(Int64(uncredited), "debit")) whose block the bank has "
        + "credited without them\n"
    }
    if unseen > 0 {
      text +=
        "not seen: \(Figure.counted(unseen, "debit")) of "
        + "\(Figure.amount(minor: unseenAmount, digits: 2)) eur approved that no statement has "
        + "credited, in \(unseenFiles.count == 1 ? "bank file" : "bank files") "
        + "\(unseenFiles.map(String.init).joined(separator: ", "))\n"
    }
    return text
  }

  /// 65 where a file was forgotten or a person has to decide, else 0.
  public var exitCode: ExitStatus {
    stuck > 0 || held > 0 || uncredited > 0 || unseen > 0 ? .dataError : .ok
  }

  /// The same as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "bank_settlement")
      $0.field("approved", approved)
      $0.field("booked", minor: booked, digits: 2)
      $0.field("not_handed_over", stuck)
      $0.field("held", held)
      $0.field("not_credited", uncredited)
      $0.field("not_seen", unseen)
      $0.field("not_seen_amount", minor: unseenAmount, digits: 2)
      $0.field("not_seen_files", array: { list in unseenFiles.forEach { list.integer($0) } })
      $0.field("exit_code", Int(exitCode.rawValue))
    }
  }
}
