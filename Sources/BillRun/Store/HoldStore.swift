// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// Reads holds, and places and ends those of operators.
public struct HoldStore: Sendable {
  /// In UNIX seconds: ages are counted up to its day in the seller's zone.
  private let moment: Int64

  /// Makes a store that counts ages up to a moment, in UNIX seconds.
  public init(at moment: Int64) { self.moment = moment }

  /// Lists holds; nil means every customer, every seller, no limit.
  ///
  /// - Parameters:
  ///   - customer: The payer's id.
  ///   - seller: The seller's code.
  ///   - ended: Whether those that have ended are listed too.
  ///   - asOf: Ages count between as-of days, up to this one; nil means between days, up to today.
  ///   - limit: At most so many.
  ///   - connection: The set of books.
  /// - Returns: The holds, the oldest first.
  /// - Throws: `PostgresError`.
  public func holds(
    customer: Int64? = nil, seller: String? = nil, ended: Bool = false, asOf: LocalDate? = nil,
    limit: Int64? = nil, on connection: isolated Connection
  ) throws -> [Hold] {
    let rows = try connection.query(
      Statement(SQLFiles.listHolds),
      [
        .int64(customer), .bool(ended), .string(seller),
        .date(daysSince2000: asOf?.daysSince2000), .timestamptz(unixSeconds: moment),
        .int64(limit),
      ])
    return try rows.map(Hold.init)
  }

  /// Keeps a customer from being billed until an operator ends that, and notes who did so.
  ///
  /// Throws `BillRunError` when there is no such customer, or when it is so held already.
  public func place(
    on customer: Int64, code: String, reason: String, by user: String,
    on connection: isolated Connection
  ) throws -> Hold {
    do {
      let rows = try connection.query(
        Statement(SQLFiles.placeHold),
        [.int64(customer), .string(code), .string(reason), .string(user)])
      guard !rows.isEmpty else { throw BillRunError.unknownCustomer(customer) }
    } catch let error as PostgresError where error.constraint == "hold_open_key" {
      throw BillRunError(
        .usage, code: "already_held", "customer \(customer) not held, an operator's hold stands",
        hint: "billrun hold show \(customer)")
    }
    let holds = try holds(customer: customer, on: connection)
    guard let hold = holds.last(where: { $0.placedBy == "operator" }) else {
      throw BillRunError.unknownCustomer(customer)
    }
    return hold
  }

  /// Ends operators' holds and notes who did so; nil means every customer, every code.
  ///
  /// Returns those it ended. Throws `BillRunError` when a customer is named that no operator holds.
  public func release(
    customer: Int64?, code: String?, by user: String, on connection: isolated Connection
  ) throws -> [Hold] {
    let rows = try connection.query(
      Statement(SQLFiles.releaseHolds), [.int64(customer), .string(code), .string(user)])
    let ids = Set(try rows.map { try $0.int64("hold_id") })
    if let customer, ids.isEmpty { throw try refusal(of: customer, on: connection) }
    return try holds(customer: customer, ended: true, on: connection).filter {
      ids.contains($0.id)
    }
  }

  /// Why there is nothing to release for a customer.
  private func refusal(
    of customer: Int64, on connection: isolated Connection
  ) throws -> BillRunError {
    guard let hold = try holds(customer: customer, on: connection).first else {
      return BillRunError(
        .usage, code: "not_held", "customer \(customer) not released, nothing holds it",
        hint: "billrun hold list")
    }
    guard hold.placedBy == "run" else {
      return BillRunError(
        .usage, code: "not_held",
        "customer \(customer) not released, its hold has the code \(hold.code)",
        hint: "billrun hold show \(customer)")
    }
    return BillRunError(
      .usage, code: "hold_is_the_runs",
      "customer \(customer) not released, it is held by the runs as \(hold.code): \(hold.message)",
      hint: "repair it, and the next billrun run bills it and ends the hold by itself")
  }
}

extension BillRunError {
  /// An id is no customer's.
  static func unknownCustomer(_ id: Int64) -> BillRunError {
    BillRunError(
      .usage, code: "customer_not_found", "customer \(id) not found, there is no such id")
  }
}
