// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Writes the files by which banks collect what is pending with them (RULES 4).
///
/// A file and the debits in it are one transaction; what is on the disk is a copy, which is written
/// after the commit, and again by any later start where it is missing.
public struct BankWriter: Sendable {
  /// Which files, and where to.
  public struct Options: Sendable {
    /// Attempts of this day and before; a file of a day to come is ready on it.
    public var asOf: AsOf
    /// Only this gateway; nil for all.
    public var gateway: String?
    /// Only this seller, by code; nil for all.
    public var seller: String?
    /// Where the files go.
    public var folder = "."
    /// Whether nothing is written, neither file nor row.
    public var isDry = false
    /// Whether a day far ahead is meant.
    public var allowsFarAsOf = false
    /// Called between commit and disk, for tests: what it throws ends all.
    public var fault: @Sendable () throws -> Void = {}

    /// Asks for files of a day.
    public init(asOf: AsOf) { self.asOf = asOf }
  }

  let database: Database
  let gateways: GatewaySet
  let clock: WallClock
  let user: String

  /// Prepares a writer; nothing is read before `write`.
  public init(
    database: Database, gateways: GatewaySet, clock: WallClock = .system, user: String
  ) {
    self.database = database
    self.gateways = gateways
    self.clock = clock
    self.user = user
  }

  /// Writes one file for each seller and gateway that has debits waiting, and those of earlier
  /// starts that are missing from the folder.
  ///
  /// Throws `BillRunError`: an unknown seller or gateway (64), somebody else is at work (75), a
  /// folder that cannot be written (74), books that are a copy (78).
  public func write(_ options: Options) async throws -> BankWriting {
    let connection = try await database.open()
    let sellers = try await SellerRecord.list(code: options.seller, on: connection)
    if let code = options.seller, sellers.isEmpty { throw BillRunError.unknownSeller(code) }
    let banks = try banks(options.gateway)
    // A copy of the books would collect once more what is in theirs (RULES 0.6).
    _ = try await GatewayWatch(gateways: GatewaySet(banks), moment: clock.now())
      .check(on: connection)
    var writing = BankWriting(isDry: options.isDry)
    for seller in sellers {
      let asOf = try await options.asOf.day(in: seller.timeZone, on: connection, by: clock)
      for bank in banks {
        let job = try await FileJob(
          writer: self, bank: bank, seller: seller, asOf: asOf, options, on: connection)
        writing = try await write(job, options, adding: writing, on: connection)
      }
    }
    await connection.close()
    return writing
  }

  /// Writes the copy of a file into a folder: the same bytes.
  ///
  /// Throws `BillRunError` with 65 where debits of it were declined or returned since: it would
  /// collect them once more.
  public func writeAgain(_ id: Int64, to folder: String) async throws -> BankWriting {
    let connection = try await database.open()
    let file = try await BankFile.read(id, on: connection)
    try await file.expectUnspent(
      "not written again", allowing: BankFile.collectable.union(["approved"]),
      hint: "billrun charge, then bank write, collects anew what is owed", on: connection)
    let content = try await BankFile.content(id, on: connection)
    await connection.close()
    var writing = BankWriting(isDry: false)
    if try BankFolder(path: folder).put(content, as: "\(file.messageID).xml") {
      writing.restored.append(file)
    }
    return writing
  }

  private func banks(_ name: String?) throws -> [BankFileGateway] {
    guard let name else { return gateways.bankFiles }
    guard let bank = gateways[name] as? BankFileGateway else {
      throw BillRunError(
        .usage, code: "gateway_unknown",
        "no bank file written, on gateway \(name), there is none of the kind bank-file",
        hint: "gateways in billrun.yaml")
    }
    return [bank]
  }

  private func write(
    _ job: FileJob, _ options: Options, adding writing: BankWriting, on connection: Connection
  ) async throws -> BankWriting {
    var writing = writing
    let made: FileJob.Made
    do {
      made = try await connection.transaction { connection in
        let made = try job.make(isDry: options.isDry, on: connection)
        if options.isDry { throw Rehearsal(made: made) }
        return made
      }
    } catch let rehearsal as Rehearsal {
      made = rehearsal.made
    }
    writing.withdrawn += made.withdrawn
    writing.waiting += made.waiting
    if let file = made.file { writing.written.append(file) }
    if options.isDry { return writing }
    try options.fault()
    let folder = BankFolder(path: options.folder)
    let files = try await BankFile.list(
      gateway: job.bank.name, seller: job.seller.seller.id.rawValue, state: .written,
      on: connection)
    for file in files.reversed() {
      // What is to be collected otherwise by now is not put where files for the bank are.
      if try await !BankFile.spent(file.id, allowing: BankFile.collectable, on: connection).isEmpty
      {
        continue
      }
      let content = try await BankFile.content(file.id, on: connection)
      if try folder.put(content, as: "\(file.messageID).xml"), file.id != made.file?.id {
        writing.restored.append(file)
      }
    }
    return writing
  }

  /// Rolls the transaction back.
  private struct Rehearsal: Error {
    let made: FileJob.Made
  }
}

/// One file: of a seller, to a bank.
struct FileJob: Sendable {
  let bank: BankFileGateway
  let seller: SellerRecord
  let asOf: LocalDate
  let today: LocalDate
  let moment: Int64
  let user: String
  /// The first day on which it can be collected, by rule book.
  let first: [BankFileSettings.Scheme: LocalDate]

  /// What came of it.
  struct Made: Sendable {
    var file: BankFile?
    var withdrawn = 0
    var waiting: [BankWriting.Waiting] = []
  }

  init(
    writer: BankWriter, bank: BankFileGateway, seller: SellerRecord, asOf: LocalDate,
    _ options: BankWriter.Options, on connection: Connection
  ) async throws {
    self.bank = bank
    self.seller = seller
    self.asOf = asOf
    user = writer.user
    moment = writer.clock.now()
    let rows = try await connection.query(
      Statement(SQLFiles.readLocalTime), [.int64(moment), .string(seller.timeZone)])
    today = try rows.localDate(0, 0)
    if !options.allowsFarAsOf {
      try FarDates.refuseAhead(asOf, of: today, "as-of day", code: "as_of_far_ahead")
    }
    let minute = Int(try rows.int32(0, 1))
    let isLate = asOf <= today && bank.settings.cutOff.map { minute >= $0 } ?? false
    let ready = max(asOf, today)
    first = Dictionary(
      uniqueKeysWithValues: [.core, .b2b].map {
        ($0, bank.settings.calendar(of: $0).firstCollection(fileReady: ready, afterCutOff: isLate))
      })
  }

  /// Writes file, blocks and debits within a transaction that the caller has begun.
  ///
  /// The id of a file that is only tried stays the next one's.
  func make(isDry: Bool, on connection: isolated Connection) throws -> Made {
    let lock = RunLock.banking(schema: connection.searchPath, seller: seller.seller.id)
    if try !lock.tryTakeForTransaction(on: connection) {
      throw BillRunError(
        .tryAgain, code: "bank_at_work",
        "no bank file written, on seller \(seller.code), somebody else is writing them",
        hint: "the same command again when that is done")
    }
    var made = Made()
    made.withdrawn = try withdraw(on: connection)
    made.file = try write(isDry: isDry, on: connection)
    made.waiting = try waiting(on: connection)
    return made
  }

  /// Takes back what would collect more than is owed, or from an account that is no longer meant:
  /// nothing of it has gone out, and what is owed is charged anew.
  private func withdraw(on connection: isolated Connection) throws -> Int {
    let rows = try connection.query(
      Statement(SQLFiles.listWithdrawnDebits), [.string(bank.name), sellerID])
    let ids = try rows.indices.map { try rows.int64($0, 0) }
    let attempts = try ChargeAttempt.live(ids, on: connection)
    _ = try ChargeOutcomes(asOf: today, moment: moment, user: user).settle(
      attempts.map { ($0, .declined(code: "withdrawn", reference: nil)) }, on: connection)
    return attempts.count
  }

  private func write(isDry: Bool, on connection: isolated Connection) throws -> BankFile? {
    var days: [(notice: LocalDate, noticeDays: Int32, scheme: BankFileSettings.Scheme)] = []
    let rows = try connection.query(Statement(SQLFiles.listBankNotices), scope)
    for row in rows.indices where try rows.isNull(row, 3) {
      guard let notice = try rows.optionalLocalDate(row, 0) else { continue }
      days.append((notice, try rows.int32(row, 1), try rows.choice(row, 2)))
    }
    if days.isEmpty { return nil }
    let collected = days.map { day in
      bank.settings.calendar(of: day.scheme).collection(
        noticeOn: day.notice, noticeDays: Int(day.noticeDays),
        notBefore: first[day.scheme] ?? today)
    }
    let final = zip(days, collected).map { bank.settings.calendar(of: $0.scheme).finalDay(of: $1) }
    let drawn = try connection.query(Statement(SQLFiles.drawBankFileID), [.bool(isDry)])
    let id = try drawn.int64(0, 0)
    let written = try connection.query(
      Statement(SQLFiles.writeBankFile),
      scope + [
        .dateArray(daysSince2000: days.map(\.notice.daysSince2000)),
        .int32Array(days.map(\.noticeDays)), .stringArray(days.map(\.scheme.rawValue)),
        .dateArray(daysSince2000: collected.map(\.daysSince2000)),
        .dateArray(daysSince2000: final.map(\.daysSince2000)), .int64(id),
        .string(try drawn.string(0, 1)),
        .timestamptz(unixSeconds: moment),
        .string(bank.settings.creditorName), .string(bank.settings.creditorID.text),
        .string(bank.settings.iban.text), .string(bank.settings.bic),
      ])
    if written.isEmpty { return nil }
    let file = try BankFile.read(id, on: connection)
    var detail = JSONWriter()
    detail.object {
      $0.field("message_id", file.messageID)
      $0.field("debits", file.debits)
      $0.field("sum", minor: file.sum, digits: 2)
      $0.field("os_user", user)
    }
    try connection.execute(
      Statement(SQLFiles.recordEvent),
      [.string("bank_file_written"), .string("bank_file"), .int64(id), .jsonb(detail.text)])
    return file
  }

  private func waiting(on connection: isolated Connection) throws -> [BankWriting.Waiting] {
    let rows = try connection.query(
      Statement(SQLFiles.listWaitingDebits), scope + [.int64(BankWriting.mostWaiting)])
    return try rows.indices.map { row in
      BankWriting.Waiting(
        attempt: try rows.int64(row, 0), invoice: try rows.int64(row, 1),
        number: try rows.string(row, 2), reason: try rows.string(row, 3))
    }
  }

  private var sellerID: Parameter { .int64(seller.seller.id.rawValue) }

  private var scope: [Parameter] {
    [.string(bank.name), sellerID, .day(asOf), .string(bank.settings.notice.rawValue)]
  }
}
