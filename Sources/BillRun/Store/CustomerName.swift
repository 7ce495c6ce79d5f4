// SPDX-License-Identifier: Apache-2.0
public import Postgres
import SQLFiles

/// How people name a customer: by its id or its number.
public enum CustomerName {
  /// The id of the customer that an id or a number names; with `digitsAreID` digits alone are never
  /// a number, so that nobody's number gets in the way of an id.
  ///
  /// Throws `BillRunError` when there is none, or when several customers have it.
  public static func id(
    of name: String, digitsAreID: Bool = false, on connection: isolated Connection
  ) throws -> Int64 {
    let id = Int64(name)
    let rows = try connection.query(
      Statement(SQLFiles.findCustomers),
      [.int64(id), .string(digitsAreID && id != nil ? nil : name)])
    guard let row = rows.first else {
      throw BillRunError(
        .usage, code: "customer_not_found", "customer \(name) not found, no id or number is so")
    }
    guard rows.count == 1 else {
      let ids = try rows.map { String(try $0.int64(0)) }.joined(separator: ", ")
      throw BillRunError(
        .usage, code: "customer_ambiguous",
        "customer \(name) is not clear, it names the ids \(ids)", hint: "--customer ID")
    }
    return try row.int64(0)
  }
}
