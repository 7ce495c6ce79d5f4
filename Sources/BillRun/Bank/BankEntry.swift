// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// What a statement told of and the books keep: a transfer, or what could not be taken as it was.
public struct BankEntry: Sendable, Hashable {
  /// What became of it.
  public enum State: String, Sendable {
    /// It became a payment by itself.
    case paid
    /// It waits for a person.
    case open
    /// A person has dealt with it.
    case cleared
    /// Another file told of the transactions that it is the sum of.
    case superseded
  }

  /// The key.
  public let id: Int64
  /// What it is known again by, and its payment is called.
  public let key: String
  /// Our account, by its last four places.
  public let account: String
  /// Whether money came in.
  public let isCredit: Bool
  /// When it was booked.
  public let bookedOn: LocalDate
  /// In what it is, in capitals; `?` where the bank did not say.
  public let currency: String
  /// How much it is, in minor units.
  public let amount: Int64
  /// Who paid; nil for not said.
  public let payer: String?
  /// What it says; nil for nothing.
  public let text: String?
  /// The payment that it is; nil for none.
  public let payment: Int64?
  /// Why it became none.
  public let reason: String?
  /// What became of it.
  public let state: State
  /// When somebody dealt with it, in UNIX seconds, who, and how; nil for not.
  public let clearing: Clearing?

  /// What a person did about an entry.
  public struct Clearing: Sendable, Hashable {
    /// In UNIX seconds.
    public let moment: Int64
    /// The user of the operating system.
    public let user: String
    /// What was done.
    public let note: String
  }

  init(_ rows: Rows, _ row: Int) throws {
    id = try rows.int64(row, 0)
    key = try rows.string(row, 1)
    account = try rows.string(row, 2)
    isCredit = try rows.bool(row, 3)
    bookedOn = try rows.localDate(row, 4)
    currency = try rows.string(row, 5)
    amount = try rows.int64(row, 6)
    payer = try rows.optionalString(row, 7)
    text = try rows.optionalString(row, 8)
    payment = try rows.optionalInt64(row, 9)
    reason = try rows.optionalString(row, 10)
    state = try rows.choice(row, 11)
    clearing =
      try rows.isNull(row, 12)
      ? nil
      : Clearing(
        moment: try rows.int64(row, 12), user: try rows.string(row, 13),
        note: try rows.string(row, 14))
  }

  /// Reads entries, the newest first.
  public static func list(
    id: Int64? = nil, onlyOpen: Bool = false, limit: Int64? = nil,
    on connection: isolated Connection
  ) throws -> [BankEntry] {
    let rows = try connection.query(
      Statement(SQLFiles.listBankEntries), [.int64(id), .bool(onlyOpen), .int64(limit ?? .max)])
    return try rows.indices.map { try BankEntry(rows, $0) }
  }

  /// Notes what a person did about an open entry, at a moment in UNIX seconds: with a payment that
  /// it is, or without; `isFee` says in the event that it is booked as the bank's.
  ///
  /// Throws `BillRunError`: no such entry (64), one that is not open, a payment that is not of its
  /// amount, or one of an entry that is not in euros (65).
  public static func clear(
    _ id: Int64, payment: Int64?, note: String, isFee: Bool = false, at moment: Int64,
    by user: String, on connection: isolated Connection
  ) throws -> BankEntry {
    let rows = try connection.query(
      Statement(SQLFiles.clearBankEntry),
      [
        .int64(id), .int64(payment), .string(note), .string(user),
        .timestamptz(unixSeconds: moment), .bool(isFee),
      ])
    guard let entry = try list(id: id, on: connection).first else {
      throw BillRunError(
        .usage, code: "bank_entry_not_found", "bank entry \(id) not found, no id is so",
        hint: "billrun bank entries")
    }
    if !rows.isEmpty { return entry }
    guard entry.state == .open else {
      throw BillRunError(
        .dataError, code: "bank_entry_not_open",
        "bank entry \(id) not cleared, it is \(entry.state.rawValue) already",
        hint: "billrun bank entries --open")
    }
    if entry.currency != "EUR" {
      throw BillRunError(
        .dataError, code: "bank_entry_not_euro",
        "bank entry \(id) not cleared, it is in \(entry.currency.lowercased()), and what is named "
          + "by a payment is in eur",
        hint: "billrun bank clear \(id) --note 'payment \(payment ?? 0)'")
    }
    throw BillRunError(
      .dataError, code: "bank_entry_differs",
      "bank entry \(id) not cleared, payment \(payment ?? 0) is not of its amount and currency, "
        + "or is another entry's or a debit's that the bank has booked",
      hint: "billrun payment show \(payment ?? 0)")
  }

  private var figure: String {
    let digits = Currency(code: currency.lowercased())?.minorDigits ?? 2
    return (isCredit ? "" : "-") + Figure.amount(minor: amount, digits: digits)
  }

  /// The entries as a table for people.
  public static func table(of entries: [BankEntry]) -> TextTable {
    var table = TextTable([
      ("id", .right), ("date", .left), ("amount", .right), ("currency", .left), ("payer", .left),
      ("text", .left), ("state", .left), ("reason", .left),
    ])
    for entry in entries {
      table.add([
        String(entry.id), entry.bookedOn.description, entry.figure, entry.currency.lowercased(),
        entry.payer ?? "", entry.text ?? "", entry.state.rawValue,
        entry.clearing?.note ?? entry.reason ?? entry.payment.map { "payment \($0)" } ?? "",
      ])
    }
    return table
  }

  /// Writes the object that `--json` shows.
  public func write(to writer: inout JSONWriter) {
    writer.object { object in
      object.field("object", "bank_entry")
      object.field("id", id)
      object.field("entry", key)
      object.field("account", account)
      object.field("state", state.rawValue)
      object.field("credit", isCredit)
      object.field("date", bookedOn.description)
      object.field("currency", currency.lowercased())
      object.field(
        "amount", minor: amount, digits: Currency(code: currency.lowercased())?.minorDigits ?? 2)
      object.field("payer", payer)
      object.field("text", text)
      object.field("payment", payment)
      object.field("reason", reason)
      object.field("cleared_at", clearing?.moment)
      object.field("cleared_by", clearing?.user)
      object.field("note", clearing?.note)
    }
  }
}
