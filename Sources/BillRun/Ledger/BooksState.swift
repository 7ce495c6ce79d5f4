// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// How far a seller's books are closed, and the revenue that is deferred to the months to come.
public struct BooksState: Sendable {
  /// The seller's code.
  public let seller: String
  /// `period`, or `invoice` where revenue is never deferred.
  public let recognition: String
  /// Nothing is dated on or before it; nil for nothing closed (RULES 0.11).
  public let closedThrough: LocalDate?
  /// Deferred revenue is recognised up to and including it; nil for not yet.
  public let recognisedThrough: LocalDate?
  /// What a close has just recognised; nil when nothing was closed.
  public internal(set) var recognised: [Amount]?
  /// What is deferred, in the order of currencies.
  public let deferred: [Deferred]

  /// An amount in minor units of a currency.
  public struct Amount: Sendable {
    /// The currency's code in lower case.
    public let currency: String
    /// How many digits the currency has.
    public let digits: Int
    /// The amount in minor units.
    public let minor: Int128
  }

  /// What is deferred in one currency.
  public struct Deferred: Sendable {
    /// All of it.
    public let total: Amount
    /// By the month whose close recognises it, the next first.
    public let months: [Month]
  }

  /// What the close of a month recognises of what is posted now.
  public struct Month: Sendable {
    /// Its first day.
    public let firstDay: LocalDate
    /// The amount in minor units.
    public let minor: Int128
  }
}

extension BooksState {
  /// Reads every seller's state, or that of the one named, in the order of their ids.
  ///
  /// Throws `BillRunError` when there is no such seller.
  public static func read(
    seller: String?, on connection: isolated Connection
  ) throws -> [BooksState] {
    try connection.inTransaction(isolation: .repeatableRead, readOnly: true) {
      var months: [Int64: [Row]] = [:]
      for row in try connection.query(Statement(SQLFiles.listDeferredRevenue), [.string(seller)]) {
        months[try row.int64("seller_id"), default: []].append(row)
      }
      let rows = try connection.query(Statement(SQLFiles.listBooks), [.string(seller)])
      if let seller, rows.isEmpty { throw BillRunError.unknownSeller(seller) }
      return try rows.map { row in
        BooksState(
          seller: try row.string("seller"), recognition: try row.string("recognition"),
          closedThrough: try row.optionalDay("closed_through"),
          recognisedThrough: try row.optionalDay("recognised_through"), recognised: nil,
          deferred: try deferred(months[row.int64("seller_id")] ?? []))
      }
    }
  }

  private static func deferred(_ rows: [Row]) throws -> [Deferred] {
    var found: [Deferred] = []
    for row in rows {
      let currency = try row.string("currency")
      let minor = try row.numeric("amount", scale: 0)
      let month = Month(firstDay: LocalDate(daysSince2000: try row.date("month")), minor: minor)
      let last = found.last.flatMap { $0.total.currency == currency ? found.popLast() : nil }
      found.append(
        Deferred(
          total: Amount(
            currency: currency, digits: Int(try row.int16("digits")),
            minor: (last?.total.minor ?? 0) + minor),
          months: (last?.months ?? []) + [month]))
    }
    return found
  }
}

extension BooksState {
  /// Writes the object of the interface.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "books")
      $0.field("seller", seller)
      $0.field("recognition", recognition)
      $0.field("closed_through", closedThrough?.description)
      $0.field("recognised_through", recognisedThrough?.description)
      if let recognised {
        $0.field("recognised", array: { list in for one in recognised { one.write(to: &list) } })
      }
      $0.field("deferred", array: { list in for one in deferred { one.write(to: &list) } })
    }
  }

  /// Tables of the sellers, of what a close has recognised, and of what is deferred by month.
  public static func text(of states: [BooksState]) -> String {
    var sellers = TextTable([
      ("seller", .left), ("recognition", .left), ("closed through", .left),
      ("recognised through", .left),
    ])
    var recognised = TextTable([("seller", .left), ("currency", .left), ("recognised", .right)])
    var deferred = TextTable([
      ("seller", .left), ("currency", .left), ("month", .left), ("deferred", .right),
    ])
    for state in states {
      sellers.add([
        state.seller, state.recognition, state.closedThrough?.description ?? "",
        state.recognisedThrough?.description ?? "",
      ])
      for one in state.recognised ?? [] { recognised.add([state.seller, one.currency, one.text]) }
      for one in state.deferred {
        for month in one.months {
          let amount = Amount(
            currency: one.total.currency, digits: one.total.digits, minor: month.minor)
          deferred.add([state.seller, amount.currency, month.name, amount.text])
        }
        deferred.add([state.seller, one.total.currency, "all", one.total.text])
      }
    }
    let hasRecognised = states.contains { $0.recognised?.isEmpty == false }
    let hasDeferred = states.contains { !$0.deferred.isEmpty }
    let nothing = states.contains { $0.recognised != nil } ? "\nnothing to recognise\n" : ""
    return sellers.text + (hasRecognised ? "\n" + recognised.text : nothing)
      + (hasDeferred ? "\n" + deferred.text : "")
  }
}

extension BooksState.Amount {
  fileprivate var text: String { Figure.amount(minor: minor, digits: digits) }

  fileprivate func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("currency", currency)
      $0.field("amount", minor: minor, digits: digits)
    }
  }
}

extension BooksState.Month {
  /// The year and the month: `2026-12`.
  fileprivate var name: String { String(firstDay.description.prefix(7)) }
}

extension BooksState.Deferred {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("currency", total.currency)
      $0.field("amount", minor: total.minor, digits: total.digits)
      $0.field("months", objects: months) { object, month in
        object.field("month", month.name)
        object.field("amount", minor: month.minor, digits: total.digits)
      }
    }
  }
}

extension Row {
  /// A day; nil when it is null.
  func optionalDay(_ column: String) throws -> LocalDate? {
    try optionalDate(column).map { LocalDate(daysSince2000: $0) }
  }
}
