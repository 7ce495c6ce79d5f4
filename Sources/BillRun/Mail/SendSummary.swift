// SPDX-License-Identifier: Apache-2.0

/// What a step of sending did.
public struct SendSummary: Sendable, Equatable {
  /// How many messages were composed.
  public var composed = 0
  /// How many messages are held since then, for they could not be composed.
  public var held = 0
  /// How many reminders were canceled, since their invoices are not chased any more.
  public var withdrawn = 0
  /// What became of messages, by state; `queued` is tried again later.
  public var ended: [String: Int] = [:]
  /// The channels that carry nothing, with why.
  public var down: [String: String] = [:]
  /// The channels that the next step cannot use before the settings are changed.
  public var barred: Set<String> = []
  /// How many messages wait for channels that the settings do not have.
  public var unconfigured: [String: Int] = [:]
  /// How many messages are due, by channel, where nothing was to be done but to look.
  public var due: [String: Int]?

  /// Nothing.
  public init() {}

  /// How many messages ended in a state.
  public func count(_ state: String) -> Int { ended[state] ?? 0 }

  /// 78 where settings are missing or a server does not let us in, 69 where one does not answer,
  /// 74 where letters cannot be written, 65 where messages are held or will never arrive, else 0.
  public var exitCode: ExitStatus {
    let silent = Set(down.keys).subtracting(barred)
    return ExitStatus.worst(of: [
      unconfigured.isEmpty && barred.isEmpty ? .ok : .configuration,
      silent.subtracting(["letter"]).isEmpty ? .ok : .unavailable,
      silent.contains("letter") ? .ioError : .ok,
      held + count("failed") + count("bounced") == 0 ? .ok : .dataError,
    ])
  }

  /// The same as text, a line each.
  public var text: String {
    if let due {
      let list = due.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      return "due: " + (list.isEmpty ? "nothing" : list.joined(separator: ", "))
    }
    var lines = [
      "sent: \(count("sent")), \(count("bounced")) bounced, \(count("failed")) failed, "
        + "\(count("queued")) tried again later"
    ]
    if composed + held > 0 { lines.append("composed: \(composed), \(held) held") }
    if withdrawn > 0 { lines.append("withdrawn: \(Figure.counted(Int64(withdrawn), "reminder"))") }
    if count("untried") > 0 { lines.append("not tried: \(count("untried"))") }
    for (channel, reason) in down.sorted(by: { $0.key < $1.key }) {
      lines.append("\(channel) is down: \(reason)")
    }
    for (channel, count) in unconfigured.sorted(by: { $0.key < $1.key }) {
      lines.append("not configured: \(channel), \(count) waiting")
    }
    return lines.joined(separator: "\n")
  }

  /// The same as JSON.
  public var json: String {
    var writer = JSONWriter()
    writer.object { object in
      object.field("object", "sending")
      if let due {
        object.field(
          "due",
          object: { object in
            for (channel, count) in due.sorted(by: { $0.key < $1.key }) {
              object.field(channel, count)
            }
          })
        return
      }
      object.field("composed", composed)
      object.field("held", held)
      object.field("withdrawn", withdrawn)
      for state in ["sent", "bounced", "failed"] { object.field(state, count(state)) }
      object.field("retried", count("queued"))
      object.field("untried", count("untried"))
      object.field(
        "down",
        object: { object in
          for (channel, reason) in down.sorted(by: { $0.key < $1.key }) {
            object.field(channel, reason)
          }
        })
      object.field(
        "unconfigured",
        object: { object in
          for (channel, count) in unconfigured.sorted(by: { $0.key < $1.key }) {
            object.field(channel, count)
          }
        })
      object.field("exit_code", Int(exitCode.rawValue))
    }
    return writer.text
  }
}
