// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// The series of document numbers as an auditor reads them: what was given, gaps, and order.
public struct NumberAudit: Sendable {
  /// One for each series, by seller and kind.
  public let series: [Series]

  /// A series of numbers.
  public struct Series: Sendable {
    /// Whose.
    public let seller: String
    /// `invoice`, `credit_note`, `legacy` or `manual`; the last two are only counted.
    public let kind: String
    /// With `{seq}` where the place stands.
    public let format: String
    /// The first number and the last, nil where none is given.
    public let first: String?
    /// The last number.
    public let last: String?
    /// How many are given.
    public let numbers: Int64
    /// To invoices.
    public let invoices: Int64
    /// To credit notes.
    public let creditNotes: Int64
    /// To documents that are voided.
    public let voided: Int64
    /// To documents that are reversed.
    public let reversed: Int64
    /// The oldest and the newest document.
    public let firstDate: LocalDate?
    /// The newest document.
    public let lastDate: LocalDate?
    /// How many places no document has.
    public let missing: Int64
    /// The first of these places, at most 20: `17`, `17-19`.
    public let gaps: [String]
    /// How many documents are dated before the one with the number before.
    public let disordered: Int64
    /// The numbers of the first of them, at most 20.
    public let disorder: [String]
  }

  /// Whether no number lacks and all stand in order.
  public var isSound: Bool { series.allSatisfy { $0.missing == 0 && $0.disordered == 0 } }

  /// The status to leave with; `software` when one lacks or stands out of order.
  public var exitCode: ExitStatus { isSound ? .ok : .software }

  /// Reads the series of all sellers or of one.
  ///
  /// Throws `BillRunError` when there is no such seller.
  public static func read(
    seller: String?, on connection: isolated Connection
  ) throws -> NumberAudit {
    if let seller, try SellerRecord.list(code: seller, on: connection).isEmpty {
      throw BillRunError.unknownSeller(seller)
    }
    let rows = try connection.query(Statement(SQLFiles.reportNumbers), [.string(seller)])
    return NumberAudit(
      series: try (0..<rows.count).map { row in
        Series(
          seller: try rows.string(row, 0), kind: try rows.string(row, 1),
          format: try rows.string(row, 2), first: try rows.optionalString(row, 3),
          last: try rows.optionalString(row, 4), numbers: try rows.int64(row, 5),
          invoices: try rows.int64(row, 6), creditNotes: try rows.int64(row, 7),
          voided: try rows.int64(row, 8), reversed: try rows.int64(row, 9),
          firstDate: try rows.optionalLocalDate(row, 10),
          lastDate: try rows.optionalLocalDate(row, 11), missing: try rows.int64(row, 12),
          gaps: try rows.stringArray(row, 13), disordered: try rows.int64(row, 14),
          disorder: try rows.stringArray(row, 15))
      })
  }
}

extension NumberAudit {
  /// A line a series, what is wrong, then the verdict; each line with its line feed.
  public var text: String {
    var table = TextTable([
      ("seller", .left), ("kind", .left), ("first", .left), ("last", .left), ("from", .left),
      ("to", .left), ("numbers", .right), ("invoices", .right), ("credit notes", .right),
      ("voided", .right), ("reversed", .right), ("missing", .right), ("out of order", .right),
    ])
    for one in series {
      table.add(
        [
          one.seller, one.kind.replacing("_", with: " "), one.first ?? one.format, one.last ?? "",
          one.firstDate?.description ?? "", one.lastDate?.description ?? "",
        ]
          + [
            one.numbers, one.invoices, one.creditNotes, one.voided, one.reversed, one.missing,
            one.disordered,
          ].map { Figure.count($0) })
    }
    var text = table.text
    for one in series where !one.gaps.isEmpty || !one.disorder.isEmpty {
      text += "\n\(one.seller), \(TextTable.printable(one.format))\n"
      if !one.gaps.isEmpty { text += "  no document has \(one.gaps.joined(separator: ", "))\n" }
      if !one.disorder.isEmpty {
        text += "  dated before the one before: \(one.disorder.joined(separator: ", "))\n"
      }
    }
    return text + "\n" + (isSound ? "no gap, all in order\n" : "NOT SOUND\n")
  }

  /// Writes the audit as one object.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "number_audit")
      $0.field("sound", isSound)
      $0.field("series", objects: series) { object, one in
        object.field("seller", one.seller)
        object.field("kind", one.kind)
        object.field("format", one.format)
        object.field("first", one.first)
        object.field("last", one.last)
        object.field("first_date", one.firstDate?.description)
        object.field("last_date", one.lastDate?.description)
        object.field("numbers", one.numbers)
        object.field("invoices", one.invoices)
        object.field("credit_notes", one.creditNotes)
        object.field("voided", one.voided)
        object.field("reversed", one.reversed)
        object.field("missing", one.missing)
        object.field("gaps", array: { list in one.gaps.forEach { list.string($0) } })
        object.field("out_of_order", one.disordered)
        object.field(
          "first_out_of_order", array: { list in one.disorder.forEach { list.string($0) } })
      }
      $0.field("exit_code", exitCode.rawValue)
    }
  }
}
