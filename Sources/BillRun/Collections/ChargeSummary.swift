// SPDX-License-Identifier: Apache-2.0
/// What a step of charging did.
public struct ChargeSummary: Sendable, Equatable {
  /// How many attempts were begun.
  public var attempted = 0
  /// How many outcomes came in, by what they are: approved, declined, pending, unknown; with those
  /// of earlier attempts.
  public var outcomes: [String: Int] = [:]
  /// How many declines there were, by class.
  public var declines: [String: Int] = [:]
  /// How many due invoices were not charged, by reason.
  public var uncharged: [String: Int] = [:]
  /// How many refunds that were under way were asked for, by what they are now.
  public var refunds: [String: Int] = [:]
  /// How many attempts were not sent: the same ones go on with the next start.
  public var unsent = 0
  /// How many attempts have been unknown for over 24 hours.
  public var overdue = 0
  /// The gateways that did not answer, in order.
  public var down: [String] = []

  /// Nothing.
  public init() {}

  /// How many outcomes there were of a kind.
  public func count(_ outcome: String) -> Int { outcomes[outcome] ?? 0 }

  /// 78 where a gateway is not configured, 69 where one is down, 65 where somebody must find out
  /// what became of a charge, else 0.
  public var exitCode: ExitStatus {
    ExitStatus.worst(of: [
      uncharged["gateway_unknown"] == nil ? .ok : .configuration,
      down.isEmpty ? .ok : .unavailable, overdue == 0 ? .ok : .dataError,
    ])
  }

  /// The same as text, a line each.
  public var text: String {
    var lines = [
      "charged: \(attempted) attempts, \(count("approved")) approved, "
        + "\(count("declined")) declined, \(count("pending")) pending, "
        + "\(count("unknown")) unknown"
    ]
    for (name, counts) in [
      ("declined", declines), ("not charged", uncharged), ("refunds asked for", refunds),
    ]
    where !counts.isEmpty {
      let list = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      lines.append("\(name): \(list.joined(separator: ", "))")
    }
    if unsent > 0 { lines.append("not sent: \(unsent), they go on with the next start") }
    if overdue > 0 { lines.append("unknown for over 24 hours: \(overdue)") }
    if !down.isEmpty { lines.append("gateway down: \(down.joined(separator: ", "))") }
    return lines.joined(separator: "\n")
  }

  /// The same as JSON: the counts of the run object, and what else there is.
  public var json: String {
    var writer = JSONWriter()
    writer.object { object in
      object.field("object", "charges")
      object.field("attempted", attempted)
      for outcome in ["approved", "declined", "pending", "unknown"] {
        object.field(outcome, count(outcome))
      }
      for (name, counts) in [
        ("declines", declines), ("uncharged", uncharged), ("refunds", refunds),
      ] {
        object.field(
          name,
          object: { object in
            for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
              object.field(key, count)
            }
          })
      }
      object.field("unsent", unsent)
      object.field("overdue", overdue)
      object.field("down", array: { list in down.forEach { list.string($0) } })
      object.field("exit_code", Int(exitCode.rawValue))
    }
    return writer.text
  }
}
