// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// Writes objects of a set of books as an import takes them, a line each.
public struct Exporter: Sendable {
  /// What can be written, in the order in which all of it is.
  public enum Kind: String, CaseIterable, Sendable {
    case seller
    case taxRate = "tax_rate"
    case coupon
    case item
    case plan
    case retryPolicy = "retry_policy"
    case holiday
    case chasingCadence = "chasing_cadence"
    case customer
    case subscription
    case subscriptionChange = "subscription_change"
    case usageRecord = "usage_record"
    case pendingLineItem = "pending_line_item"
    case credit
    case invoice
    case payment

    /// Whether all sellers have it in common.
    fileprivate var isShared: Bool {
      switch self {
      case .taxRate, .coupon, .item, .plan, .retryPolicy, .holiday, .chasingCadence: true
      case .seller, .customer, .subscription, .subscriptionChange, .usageRecord,
        .pendingLineItem, .credit, .invoice, .payment:
        false
      }
    }

    /// What stands in the statement behind the seller.
    fileprivate func otherFilters(
      _ id: Int64? = nil, _ customer: Int64? = nil, _ limit: Int64? = nil,
      _ offset: Int64? = nil, _ after: Int64? = nil, _ subscriptions: [Int64] = []
    ) -> [Parameter] {
      switch self {
      case .customer: [.int64(id), .int64(limit), .int64(offset), .int64(after)]
      case .subscription:
        [.int64(id), .int64(limit), .int64(offset), .int64(customer), .int64(after)]
      case .pendingLineItem: [.int64(customer)]
      case .subscriptionChange: [.int64Array(subscriptions)]
      default: []
      }
    }

    fileprivate var file: SQLFile {
      switch self {
      case .seller: SQLFiles.exportSellers
      case .taxRate: SQLFiles.exportTaxRates
      case .coupon: SQLFiles.exportCoupons
      case .item: SQLFiles.exportItems
      case .plan: SQLFiles.exportPlans
      case .retryPolicy: SQLFiles.exportRetryPolicies
      case .holiday: SQLFiles.exportHolidays
      case .chasingCadence: SQLFiles.exportChasingCadences
      case .customer: SQLFiles.exportCustomers
      case .subscription: SQLFiles.exportSubscriptions
      case .subscriptionChange: SQLFiles.exportSubscriptionChanges
      case .usageRecord: SQLFiles.exportUsageRecords
      case .pendingLineItem: SQLFiles.exportPendingLineItems
      case .credit: SQLFiles.exportCredits
      case .invoice: SQLFiles.exportInvoices
      case .payment: SQLFiles.exportPayments
      }
    }
  }

  /// What is written.
  public let kinds: [Kind]
  /// Of which seller, where objects have one; nil for all.
  public let seller: String?

  /// Describes what is to be written; it comes in the order of the kinds, whatever the order here.
  public init(_ kinds: [Kind], seller: String? = nil) {
    self.kinds = Kind.allCases.filter(kinds.contains)
    self.seller = seller
  }

  /// Gives whole lines piece by piece, all as of one moment, and returns how many they were.
  ///
  /// Memory stays flat however many there are. Throws what the body throws, and `BillRunError` for
  /// an unknown seller.
  public func write(
    from connection: isolated Connection, _ body: ([UInt8]) throws -> Void
  ) throws -> Int {
    try connection.inTransaction(isolation: .repeatableRead, readOnly: true) {
      if let seller, try SellerRecord.list(code: seller, on: connection).isEmpty {
        throw BillRunError.unknownSeller(seller)
      }
      var (piece, count): ([UInt8], Int) = ([], 0)
      for kind in kinds {
        let wanted = kind.isShared ? [] : [.string(seller)] + kind.otherFilters()
        try connection.stream(Statement(kind.file), wanted) { row in
          piece += try row.string(0).utf8
          piece.append(UInt8(ascii: "\n"))
          count += 1
          guard piece.count > 1 << 16 else { return }
          try body(piece)
          piece.removeAll(keepingCapacity: true)
        }
      }
      try body(piece)
      return count
    }
  }

  /// Writes them into a file, which is there in whole or not at all; returns how many they were.
  public func write(
    toFile path: String, from connection: isolated Connection
  ) throws -> Int {
    var file = try PartFile(path)
    let count = try write(from: connection) { try file.append($0) }
    try file.finish()
    return count
  }
}

extension Exporter {
  /// What is not ended and no import can say: a sentence each, empty where there is none, or where
  /// no invoices are written.
  public func leftBehind(on connection: isolated Connection) throws -> [String] {
    guard kinds.contains(.invoice) else { return [] }
    let rows = try connection.query(Statement(SQLFiles.countLeftBehind), [.string(seller)])
    let texts = [
      "invoices stay behind, a charge of each is on its way",
      "drafts stay behind: post or cancel them first, what a run drafted counts as billed",
      "disputes stay behind, their payments count as money: end them first",
      "refunds on their way stay behind: end them first",
      "changes within billed days stay behind, which no run has credited or billed",
    ]
    return try texts.indices.compactMap { column in
      let count = try rows.int64(0, column)
      return count == 0 ? nil : "\(texts[column]) (\(count))"
    }
  }
}

extension Connection {
  /// What an export leaves behind, see `Exporter`.
  public func leftBehind(by exporter: Exporter) throws -> [String] {
    try exporter.leftBehind(on: self)
  }

  /// Writes objects on this connection, see `Exporter`.
  public func exporting(_ exporter: Exporter, _ body: @Sendable ([UInt8]) throws -> Void) throws
    -> Int
  { try exporter.write(from: self, body) }

  /// Writes objects into a file on this connection, see `Exporter`.
  public func exporting(_ exporter: Exporter, toFile path: String) throws -> Int {
    try exporter.write(toFile: path, from: self)
  }
}

/// Reads and changes single objects as an import takes them.
public enum ImportObjects {
  /// Objects of a kind, a JSON text each; a catalog's have one for each price or version.
  ///
  /// `id` is that of a customer or subscription, `customer` whose subscriptions or pending items,
  /// `after` the id behind which a list goes on, `subscriptions` whose changes.
  public static func read(
    _ kind: Exporter.Kind, id: Int64? = nil, customer: Int64? = nil, limit: Int64? = nil,
    offset: Int64? = nil, after: Int64? = nil, subscriptions: [Int64] = [],
    on connection: isolated Connection
  ) throws -> [String] {
    let filters =
      kind.isShared
      ? []
      : [.string(nil)] + kind.otherFilters(id, customer, limit, offset, after, subscriptions)
    return try connection.query(Statement(kind.file), filters).map { row in
      guard kind == .pendingLineItem else { return try row.string(0) }
      // An import draws their ids, so that a line has none.
      return "{\"id\":\(try row.int64(1)),\(try row.string(0).dropFirst())"
    }
  }

  /// How many customers or subscriptions there are; `customer` is whose.
  public static func count(
    _ kind: Exporter.Kind, customer: Int64? = nil, on connection: isolated Connection
  ) throws -> Int64 {
    try connection.query(
      Statement(SQLFiles.countObjects), [.string(kind.rawValue), .int64(customer)]
    ).int64(0, 0)
  }

  /// Whether a customer came with credit, or was granted some as money.
  public static func hasOpeningCredit(
    customer: Int64, on connection: isolated Connection
  ) throws -> Bool {
    try connection.query(Statement(SQLFiles.showOpeningCredit), [.int64(customer)]).bool(0, 0)
  }

  /// From which days on the changes of subscriptions count, in the order in which `read` has them.
  public static func changeDays(
    of subscriptions: [Int64], on connection: isolated Connection
  ) throws -> [LocalDate] {
    let rows = try connection.query(
      Statement(SQLFiles.listChangeDays), [.int64Array(subscriptions)])
    return try (0..<rows.count).map { try rows.localDate($0, 0) }
  }

  /// An id for a new customer or subscription.
  public static func drawID(
    _ kind: Exporter.Kind, on connection: isolated Connection
  ) throws -> Int64 {
    try connection.query(Statement(SQLFiles.drawObjectID), [.string(kind.rawValue)]).int64(0, 0)
  }

  /// Keeps others who change an object this way waiting until the transaction ends.
  public static func lock(
    _ kind: Exporter.Kind, _ id: String, on connection: isolated Connection
  ) throws {
    _ = try connection.query(Statement(SQLFiles.lockObject), [.string("\(kind.rawValue) \(id)")])
  }
}
