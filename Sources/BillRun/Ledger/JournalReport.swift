// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// The journal of a span of days with its trial balance, as of one moment.
public struct JournalReport: Sendable {
  /// The first day.
  public let from: LocalDate
  /// The last day.
  public let to: LocalDate
  /// Only this seller's, by its code; nil means every seller's.
  public let seller: String?
  /// At most so many entries; nil means all.
  public let limit: Int64?

  /// Makes the report of the days from one to another, both inclusive.
  public init(from: LocalDate, to: LocalDate, seller: String? = nil, limit: Int64? = nil) {
    self.from = from
    self.to = to
    self.seller = seller
    self.limit = limit
  }

  /// Gives the trial balance and then each entry to the bodies, in order of date; memory stays
  /// flat.
  ///
  /// The trial balance is of all entries, whatever the limit. Throws `BillRunError` when there is
  /// no such seller.
  public func read(
    on connection: isolated Connection, balances: ([TrialBalance]) throws -> Void,
    entry body: (JournalEntry) throws -> Void
  ) throws {
    try connection.inTransaction(isolation: .repeatableRead, readOnly: true) {
      if let seller, try SellerRecord.list(code: seller, on: connection).isEmpty {
        throw BillRunError.unknownSeller(seller)
      }
      let span: [Parameter] = [.day(from), .day(to), .string(seller)]
      try balances(TrialBalance.read(from: from, to: to, seller: seller, on: connection))
      var entry: JournalEntry?
      try connection.stream(Statement(SQLFiles.listJournal), span + [.int64(limit)]) { row in
        if try entry?.id != row.int64("journal_id") {
          if let entry { try body(entry) }
          entry = try JournalEntry(row)
        }
        entry?.lines.append(try JournalEntry.Line(row))
      }
      if let entry { try body(entry) }
    }
  }
}

/// An entry of the journal, in minor units of its currency.
public struct JournalEntry: Sendable {
  /// Its id.
  public let id: Int64
  /// The day it is booked on.
  public let date: LocalDate
  /// What happened: `post`, `recognise`, `opening` and the like.
  public let event: String
  /// The seller's code.
  public let seller: String
  /// The currency's code in lower case.
  public let currency: String
  /// How many digits the currency has.
  public let digits: Int
  /// The run and the batch that booked it; nil when none did.
  public let run: Int64?
  /// The batch of the run.
  public let batch: Int32?
  /// The document it is of; nil for summary entries.
  public let invoice: Int64?
  /// The document's number.
  public let number: String?
  /// Its sides, which sum to zero.
  public internal(set) var lines: [Line] = []

  /// One side of an entry.
  public struct Line: Sendable {
    /// The account's code.
    public let account: String
    /// The account's name.
    public let name: String
    /// Debit positive, credit negative.
    public let minor: Int64
    /// The plan's code, where revenue is of a plan.
    public let plan: String?
    /// The item's code, where revenue is of an item.
    public let item: String?
    /// The tax rate's code, where it is tax.
    public let tax: String?
  }
}

/// What an account stands at before and after a span of days, in minor units; debit is positive.
public struct TrialBalance: Sendable {
  /// The seller's code.
  public let seller: String
  /// The account's code.
  public let account: String
  /// The account's name.
  public let name: String
  /// The currency's code in lower case.
  public let currency: String
  /// How many digits the currency has.
  public let digits: Int
  /// Where it stood before the first day.
  public let opening: Int128
  /// What was debited.
  public let debit: Int128
  /// What was credited.
  public let credit: Int128
  /// Where it stands after the last day.
  public var closing: Int128 { opening + debit - credit }
}

extension JournalEntry {
  fileprivate init(_ row: Row) throws {
    id = try row.int64("journal_id")
    date = LocalDate(daysSince2000: try row.date("entry_date"))
    event = try row.string("event")
    seller = try row.string("seller")
    currency = try row.string("currency")
    digits = Int(try row.int16("digits"))
    run = try row.optionalInt64("run_id")
    batch = try row.optionalInt32("batch_no")
    invoice = try row.optionalInt64("invoice_id")
    number = try row.optionalString("number")
  }
}

extension JournalEntry.Line {
  fileprivate init(_ row: Row) throws {
    account = try row.string("account_code")
    name = try row.string("name")
    minor = try row.int64("amount_minor")
    plan = try row.optionalString("plan")
    item = try row.optionalString("item")
    tax = try row.optionalString("tax")
  }
}

extension TrialBalance {
  /// Reads what the accounts stand at around some days; nil means every seller.
  static func read(
    from: LocalDate, to: LocalDate, seller: String?, on connection: isolated Connection
  ) throws -> [TrialBalance] {
    try connection.query(
      Statement(SQLFiles.reportTrialBalance), [.day(from), .day(to), .string(seller)]
    ).map(TrialBalance.init)
  }

  private init(_ row: Row) throws {
    seller = try row.string("seller")
    account = try row.string("account_code")
    name = try row.string("name")
    currency = try row.string("currency")
    digits = Int(try row.int16("digits"))
    opening = try row.numeric("opening", scale: 0)
    debit = try row.numeric("debit", scale: 0)
    credit = try row.numeric("credit", scale: 0)
  }
}
