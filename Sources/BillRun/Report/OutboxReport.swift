// SPDX-License-Identifier: Apache-2.0
public import Postgres
import SQLFiles

/// How the outbox stands: what waits, is held, bounced or failed, and which addresses are stopped.
public struct OutboxReport: Sendable {
  private struct Count: Sendable {
    let channel: String
    let state: String
    let code: String
    let count: Int64
    let hours: Int64
  }

  private struct Stopped: Sendable {
    let address: String
    let customer: Int64
    let name: String
    let reason: String
    let since: String
    let moment: Int64
  }

  private let days: Int32
  private let counts: [Count]
  private let stopped: [Stopped]
  private static let maxStopped: Int64 = 1_000

  /// Reads what waits or is held, and of the rest what was queued within so many days.
  public static func read(
    days: Int32, on connection: isolated Connection
  ) throws -> OutboxReport {
    let rows = try connection.query(Statement(SQLFiles.reportOutbox), [.int64(Int64(days))])
    let addresses = try connection.query(
      Statement(SQLFiles.listStoppedAddresses), [.int64(maxStopped)])
    return OutboxReport(
      days: days,
      counts: try (0..<rows.count).map { row in
        Count(
          channel: try rows.string(row, 0), state: try rows.string(row, 1),
          code: try rows.string(row, 2), count: try rows.int64(row, 3),
          hours: try rows.int64(row, 4))
      },
      stopped: try (0..<addresses.count).map { row in
        Stopped(
          address: try addresses.string(row, 0), customer: try addresses.int64(row, 1),
          name: try addresses.string(row, 2), reason: try addresses.string(row, 3),
          since: try addresses.string(row, 4), moment: try addresses.int64(row, 5))
      })
  }

  /// The report for people.
  public var text: String {
    var text = "outbox, \(days) days\n"
    var table = TextTable([
      ("channel", .left), ("state", .left), ("messages", .right), ("oldest h", .right),
      ("why", .left),
    ])
    for count in counts {
      table.add([
        count.channel, count.state, String(count.count), String(count.hours), count.code,
      ])
    }
    text += counts.isEmpty ? "nothing\n" : table.text
    if !stopped.isEmpty {
      var table = TextTable([
        ("stopped address", .left), ("customer", .right), ("name", .left), ("since (UTC)", .left),
        ("why", .left),
      ])
      for one in stopped {
        table.add([one.address, String(one.customer), one.name, one.since, one.reason])
      }
      text += table.text
    }
    return text
  }

  /// The report as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { object in
      object.field("object", "outbox_report")
      object.field("days", days)
      object.field(
        "messages",
        array: { list in
          for count in counts {
            list.object {
              $0.field("channel", count.channel)
              $0.field("state", count.state)
              $0.field("code", count.code.isEmpty ? nil : count.code)
              $0.field("count", count.count)
              $0.field("oldest_hours", count.hours)
            }
          }
        })
      object.field(
        "stopped",
        array: { list in
          for one in stopped {
            list.object {
              $0.field("address", one.address)
              $0.field("customer", one.customer)
              $0.field("since", one.moment)
              $0.field("reason", one.reason)
            }
          }
        })
    }
  }
}
