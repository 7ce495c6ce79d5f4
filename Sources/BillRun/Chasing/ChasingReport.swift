// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// What chasing came to in some days, who is overdue and not chased, and whom to call.
public struct ChasingReport: Sendable {
  private struct Task: Sendable {
    let action: String
    let takenOn: LocalDate
    let assignee: String?
    let customer: Int64
    let name: String
    let phone: String?
    let invoice: String
    let balance: Int64
    let currency: String
    let digits: Int
  }

  private let days: Period
  private let sums: [ReportSum]
  private let tasks: [Task]
  private static let maxTasks: Int64 = 1_000

  /// Reads the steps taken in some days, and how things stand now, a moment in UNIX seconds.
  public static func read(
    _ days: Period, seller: String?, at moment: Int64, on connection: isolated Connection
  ) throws -> ChasingReport {
    if let seller, try SellerRecord.list(code: seller, on: connection).isEmpty {
      throw BillRunError.unknownSeller(seller)
    }
    let rows = try connection.query(
      Statement(SQLFiles.reportChasing),
      [
        .day(days.start), .day(days.end), .string(seller), .timestamptz(unixSeconds: moment),
      ])
    let tasks = try connection.query(
      Statement(SQLFiles.listChaseTasks), [.string(seller), .int64(maxTasks)])
    return ChasingReport(
      days: days, sums: try ReportSum.read(rows),
      tasks: try tasks.indices.map { row in
        Task(
          action: try tasks.string(row, 0), takenOn: try tasks.localDate(row, 1),
          assignee: try tasks.optionalString(row, 2), customer: try tasks.int64(row, 3),
          name: try tasks.string(row, 4), phone: try tasks.optionalString(row, 5),
          invoice: try tasks.string(row, 6), balance: try tasks.int64(row, 7),
          currency: try tasks.string(row, 8), digits: Int(try tasks.int32(row, 9)))
      })
  }

  /// The report for people.
  public var text: String {
    var text = "chasing, \(days.start) to \(days.end.adding(days: -1))\n"
    text += ReportSum.text(sums)
    if tasks.isEmpty { return text }
    var table = TextTable([
      ("task", .left), ("since", .left), ("for", .left), ("customer", .right), ("name", .left),
      ("phone", .left), ("invoice", .left), ("balance", .right), ("", .left),
    ])
    for task in tasks {
      table.add([
        task.action, task.takenOn.description, task.assignee ?? "", String(task.customer),
        task.name, task.phone ?? "", task.invoice,
        Figure.amount(minor: task.balance, digits: task.digits), task.currency,
      ])
    }
    return text + table.text
  }

  /// The report as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { object in
      object.field("object", "chasing_report")
      object.field("from", days.start.description)
      object.field("to", days.end.adding(days: -1).description)
      for (key, section) in [
        ("steps", "steps"), ("refused", "refused"), ("chased", "chased"),
        ("not_chased", "not chased"),
      ] {
        object.field(key, of: sums.filter { $0.section == section })
      }
      object.field("tasks", objects: tasks) { element, task in
        element.field("action", task.action)
        element.field("since", task.takenOn.description)
        element.field("assignee", task.assignee)
        element.field("customer", task.customer)
        element.field("name", task.name)
        element.field("phone", task.phone)
        element.field("invoice", task.invoice)
        element.field("balance", minor: task.balance, digits: task.digits)
        element.field("currency", task.currency)
      }
    }
  }
}
