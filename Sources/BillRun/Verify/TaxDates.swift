// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// What was billed at a rate that is not the one of its tax date any more, since a version of the
/// rate came in later: lines to credit and bill again (RULES 1.5).
public struct TaxDates: Sendable {
  /// In order of invoice, line and rate.
  public let lines: [Line]

  /// A line, and one of its taxes.
  public struct Line: Sendable {
    /// Of the invoice.
    public let invoice: Int64
    /// What the invoice is called.
    public let number: String
    /// Who was invoiced.
    public let customer: Int64
    /// Its place on the invoice, from 1.
    public let line: Int32
    /// The day whose rate applies.
    public let taxDate: LocalDate
    /// The rate's code.
    public let taxRate: String
    /// What it was billed at: per cent, or an amount in major units where the rate is fixed.
    public let value: ExactDecimal
    /// The same as of the tax date now, nil where the rate does not apply on that day.
    public let validValue: ExactDecimal?
  }

  /// The status to leave with; `dataError` where lines are to be billed again.
  public var exitCode: ExitStatus { lines.isEmpty ? .ok : .dataError }

  /// Reads the posted invoices of all sellers or of one; what is credited already is not told.
  ///
  /// Throws `BillRunError` when there is no such seller.
  public static func read(
    seller: String?, on connection: isolated Connection
  ) throws -> TaxDates {
    if let seller, try SellerRecord.list(code: seller, on: connection).isEmpty {
      throw BillRunError.unknownSeller(seller)
    }
    let rows = try connection.query(Statement(SQLFiles.listTaxDates), [.string(seller)])
    return TaxDates(
      lines: try (0..<rows.count).map { row in
        Line(
          invoice: try rows.int64(row, 0), number: try rows.string(row, 1),
          customer: try rows.int64(row, 2), line: try rows.int32(row, 3),
          taxDate: try rows.localDate(row, 4), taxRate: try rows.string(row, 5),
          value: try rows.exactDecimal(row, 6), validValue: try rows.optionalExactDecimal(row, 7))
      })
  }
}

extension TaxDates {
  /// A line each, then what to do; each with its line feed.
  public var text: String {
    if lines.isEmpty { return "every line has the rate of its tax date\n" }
    let found = lines.map { line in
      "\(line.number) line \(line.line), tax date \(line.taxDate): \(line.taxRate) was "
        + "\(line.value), is \(line.validValue.map { "\($0)" } ?? "not in force")\n"
    }
    let invoices = Set(lines.map(\.invoice)).count
    return found.joined()
      + "lines: \(lines.count), of \(invoices) invoices: billrun invoice reverse takes an invoice "
      + "back, and the next run bills it at the rate that is known now\n"
  }

  /// Writes the object `tax_dates`.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "tax_dates")
      $0.field("lines", objects: lines) {
        $0.field("invoice", $1.invoice)
        $0.field("number", $1.number)
        $0.field("customer", $1.customer)
        $0.field("line", $1.line)
        $0.field("tax_date", $1.taxDate.description)
        $0.field("tax_rate", $1.taxRate)
        $0.field("value", raw: "\($1.value)")
        $0.field("valid_value", raw: $1.validValue.map { "\($0)" })
      }
    }
  }
}
