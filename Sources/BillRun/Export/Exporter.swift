// SPDX-License-Identifier: Apache-2.0
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

    /// Whether all sellers have it in common.
    fileprivate var isShared: Bool {
      switch self {
      case .taxRate, .coupon, .item, .plan, .retryPolicy, .holiday, .chasingCadence: true
      case .seller, .customer, .subscription, .subscriptionChange, .usageRecord,
        .pendingLineItem, .credit:
        false
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
        let wanted: [Parameter] = kind.isShared ? [] : [seller.map { .string($0) } ?? .null]
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

extension Connection {
  /// Writes objects on this connection, see `Exporter`.
  public func exporting(_ exporter: Exporter, _ body: @Sendable ([UInt8]) throws -> Void) throws
    -> Int
  { try exporter.write(from: self, body) }

  /// Writes objects into a file on this connection, see `Exporter`.
  public func exporting(_ exporter: Exporter, toFile path: String) throws -> Int {
    try exporter.write(toFile: path, from: self)
  }
}
