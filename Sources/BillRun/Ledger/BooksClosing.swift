// SPDX-License-Identifier: Apache-2.0
public import BillingCore
import Postgres
import SQLFiles

/// Closes and reopens sellers' books (RULES 0.11, 7; docs/decisions/0015-recognition.md).
public struct BooksClosing: Sendable {
  private let database: Database
  private let clock: WallClock
  private let user: String

  /// Works on a set of books; the user of the operating system is noted in the events.
  public init(database: Database, clock: WallClock = .system, user: String = SystemUser.name) {
    self.database = database
    self.clock = clock
    self.user = user
  }

  /// Recognises what is earned up to and including a day, and closes the books through it.
  ///
  /// All is one transaction, and nothing changes where the books are closed through the day
  /// already.
  ///
  /// - Parameters:
  ///   - through: The last day that is closed.
  ///   - seller: The seller's code; nil means every seller.
  /// - Returns: The books after it, with what was recognised.
  /// - Throws: `BillRunError` for a day to come, an unknown seller, and a run that is at work or
  ///   not finished.
  public func close(through: LocalDate, seller: String?) async throws -> [BooksState] {
    let connection = try await database.open()
    let sellers = try await Self.sellers(seller, on: connection)
    for seller in sellers {
      let today = try await clock.today(in: seller.timeZone, on: connection)
      if through > today { throw BillRunError.closeAhead(seller, through, today: today) }
    }
    let locks = sellers.map { RunLock(schema: database.schema, seller: $0.seller.id) }
    for (seller, lock) in zip(sellers, locks) {
      try await lock.take(for: seller.code, on: connection)
    }
    let user = user
    let recognised = try await connection.transaction { connection in
      try Self.close(sellers, through: through, by: user, on: connection)
    }
    for lock in locks { try await lock.release(on: connection) }
    var states = try await BooksState.read(seller: seller, on: connection)
    for index in states.indices {
      states[index].recognised = recognised[states[index].seller] ?? []
    }
    await connection.close()
    return states
  }

  /// Opens the days after a day again; recognised revenue stays so.
  ///
  /// - Parameters:
  ///   - through: The last day that stays closed.
  ///   - reason: Why, for those who read it later.
  ///   - seller: The seller's code; nil means the only one.
  /// - Returns: The books after it.
  /// - Throws: `BillRunError` for an unknown seller, none named among several, and books that are
  ///   not closed after the day.
  public func reopen(
    through: LocalDate, reason: String, seller: String?
  ) async throws -> [BooksState] {
    let connection = try await database.open()
    let sellers = try await Self.sellers(seller, on: connection)
    guard sellers.count == 1 else {
      throw BillRunError(
        .usage, code: "seller_not_named", "name the seller, since there are several or none",
        hint: "billrun books reopen --seller CODE --through DAY --reason TEXT")
    }
    let user = user
    try await connection.operation(repeats: false) { connection in
      try Self.reopen(sellers[0], through: through, reason: reason, by: user, on: connection)
    }
    let states = try await BooksState.read(seller: sellers[0].code, on: connection)
    await connection.close()
    return states
  }

  private static func sellers(
    _ code: String?, on connection: isolated Connection
  ) throws -> [SellerRecord] {
    let sellers = try SellerRecord.list(code: code, on: connection)
    if let code, sellers.isEmpty { throw BillRunError.unknownSeller(code) }
    return sellers
  }

  private static func close(
    _ sellers: [SellerRecord], through: LocalDate, by user: String,
    on connection: isolated Connection
  ) throws -> [String: [BooksState.Amount]] {
    let ids = Parameter.int64Array(sellers.map(\.seller.id.rawValue))
    // A statement of its own: the next ones see what those have committed that it waited for.
    let before = try connection.query(Statement(SQLFiles.lockBooks), [ids])
    for seller in sellers { try refuseUnfinishedRun(of: seller, on: connection) }
    let earned = try connection.query(
      Statement(SQLFiles.listEarnedRevenue), [ids, .day(through)]
    ).map(Earned.init)
    var recognised: [String: [BooksState.Amount]] = [:]
    for (seller, row) in zip(sellers, before) {
      let state = try Before(row)
      let own = earned.filter { $0.seller == seller.seller.id.rawValue }
      let date = max(
        through, state.recognised ?? through, state.closed?.adding(days: 1) ?? through)
      let amounts = try book(own, of: seller, on: date, connection)
      recognised[seller.code] = amounts
      if !amounts.isEmpty || !state.isDone(through) {
        try recordClose(seller, through, state, amounts, by: user, on: connection)
      }
    }
    try connection.execute(Statement(SQLFiles.closeBooks), [ids, .day(through)])
    return recognised
  }

  /// How far a seller's books were closed and recognised before.
  private struct Before {
    let closed: LocalDate?
    let recognised: LocalDate?

    init(_ row: Row) throws {
      closed = try row.optionalDay("closed_through")
      recognised = try row.optionalDay("recognised_through")
    }

    func isDone(_ day: LocalDate) -> Bool {
      guard let closed, let recognised else { return false }
      return closed >= day && recognised >= day
    }
  }

  /// What is to be recognised of a plan or an item in a currency.
  private struct Earned {
    let seller: Int64
    let currency: String
    let digits: Int
    let plan: Int64?
    let item: Int64?
    let minor: Int64

    init(_ row: Row) throws {
      seller = try row.int64("seller_id")
      currency = try row.string("currency")
      digits = Int(try row.int16("digits"))
      plan = try row.optionalInt64("plan_id")
      item = try row.optionalInt64("item_id")
      minor = try row.int64("amount")
    }
  }

  /// Writes one balanced entry a currency, and returns what each comes to.
  private static func book(
    _ earned: [Earned], of seller: SellerRecord, on date: LocalDate,
    _ connection: isolated Connection
  ) throws -> [BooksState.Amount] {
    try Set(earned.map(\.currency)).sorted().map { currency in
      let own = earned.filter { $0.currency == currency }
      try connection.execute(
        Statement(SQLFiles.writeJournal),
        [
          .int64(seller.seller.id.rawValue), .string("recognise"), .day(date), .string(currency),
          .int64(nil), .int32(nil),
          .stringArray(own.map { _ in "2300" } + own.map { _ in "4000" }),
          .int64Array(own.map(\.minor) + own.map { -$0.minor }),
          .int64Array(own.map(\.plan) + own.map(\.plan)),
          .int64Array(own.map(\.item) + own.map(\.item)),
          .int64Array(own.map { _ in nil } + own.map { _ in nil }),
        ])
      return BooksState.Amount(
        currency: currency, digits: own[0].digits,
        minor: own.reduce(0) { $0 + Int128($1.minor) })
    }
  }

  private static func recordClose(
    _ seller: SellerRecord, _ through: LocalDate, _ before: Before,
    _ amounts: [BooksState.Amount], by user: String, on connection: isolated Connection
  ) throws {
    var detail = JSONWriter()
    detail.object {
      $0.field("through", through.description)
      $0.field("before", before.closed?.description)
      $0.field(
        "recognised_minor",
        object: { for one in amounts { $0.field(one.currency, minor: one.minor, digits: 0) } })
      $0.field("os_user", user)
    }
    try record("books_closed", of: seller, detail.text, on: connection)
  }

  /// A run that was stopped would go on in closed books.
  private static func refuseUnfinishedRun(
    of seller: SellerRecord, on connection: isolated Connection
  ) throws {
    let found = try connection.query(
      Statement(SQLFiles.findUnfinishedRun), [.int64(seller.seller.id.rawValue)])
    guard let run = found.first else { return }
    throw BillRunError(
      .tryAgain, code: "run_unfinished",
      "books not closed, run \(try run.int64(0)) of seller \(seller.code) is not finished",
      hint: "billrun run --as-of DAY finishes it")
  }

  private static func reopen(
    _ seller: SellerRecord, through: LocalDate, reason: String, by user: String,
    on connection: isolated Connection
  ) throws {
    let ids = Parameter.int64Array([seller.seller.id.rawValue])
    let before = try connection.query(Statement(SQLFiles.lockBooks), [ids])
    try ApprovalRequest(
      seller: seller.seller.id.rawValue, operation: .booksReopen,
      facts: "reopen the books of seller \(seller.code) after \(through): \(reason)"
    ).require(on: connection)
    let reopened = try connection.query(Statement(SQLFiles.reopenBooks), [ids, .day(through)])
    let closed = try before.first?.optionalDay("closed_through")
    guard !reopened.isEmpty else {
      let state = closed.map { "closed through \($0)" } ?? "not closed"
      throw BillRunError(
        .dataError, code: "books_not_closed",
        "books of seller \(seller.code) not reopened after \(through), they are \(state)",
        hint: "billrun books show")
    }
    var detail = JSONWriter()
    detail.object {
      $0.field("through", through.description)
      $0.field("before", closed?.description)
      $0.field("reason", reason)
      $0.field("os_user", user)
    }
    try record("books_reopened", of: seller, detail.text, on: connection)
  }

  private static func record(
    _ kind: String, of seller: SellerRecord, _ detail: String, on connection: isolated Connection
  ) throws {
    try connection.execute(
      Statement(SQLFiles.recordEvent),
      [
        .string(kind), .string("seller"), .int64(seller.seller.id.rawValue), .jsonb(detail),
      ])
  }
}

extension BillRunError {
  /// A day that is not over yet in the seller's zone cannot be closed.
  fileprivate static func closeAhead(
    _ seller: SellerRecord, _ day: LocalDate, today: LocalDate
  ) -> BillRunError {
    BillRunError(
      .usage, code: "close_ahead",
      "books not closed, \(day) is to come for seller \(seller.code), where it is \(today)")
  }
}
