// SPDX-License-Identifier: Apache-2.0
public import BillingCore

/// What a step of chasing did, or would do.
public struct ChaseSummary: Sendable, Equatable {
  /// The steps in order of customer and invoice.
  public var steps: [ChasedStep] = []
  /// Whether nothing was written.
  public let isDry: Bool

  /// Nothing.
  public init(isDry: Bool = false) { self.isDry = isDry }

  /// How many steps were taken, by action.
  public var taken: [ChasingCadence.Action: Int] {
    steps.reduce(into: [:]) { if $1.state == .taken { $0[$1.action, default: 0] += 1 } }
  }

  /// How many messages went into the outbox: several invoices can share one.
  public var queued: Int { Set(steps.compactMap(\.message)).count }

  /// The counts for people.
  public var text: String {
    let due = steps.count { $0.state == .taken }
    var lines = [
      isDry ? "to chase: \(due) steps" : "chased: \(due) steps, \(queued) messages queued"
    ]
    let actions = ChasingCadence.Action.allCases.compactMap { action in
      taken[action].map { "\($0) \(action.rawValue)" }
    }
    if !actions.isEmpty { lines.append("steps: " + actions.joined(separator: ", ")) }
    let missed = steps.count { $0.state == .missed }
    if missed > 0 { lines.append("missed: \(missed), a later step came in their place") }
    if !refused.isEmpty {
      let reasons = refused.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      lines.append("refused: " + reasons.joined(separator: ", "))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// How many steps were refused, by reason.
  var refused: [String: Int] {
    steps.reduce(into: [:]) { if let reason = $1.reason { $0[reason, default: 0] += 1 } }
  }

  /// Who gets what, and why, for people.
  public var table: String {
    if steps.isEmpty { return "" }
    var table = TextTable([
      ("customer", .right), ("name", .left), ("invoice", .left), ("step", .right),
      ("action", .left), ("due", .left), ("cadence", .left), ("", .left),
    ])
    for step in steps {
      let note: String? =
        switch step.state {
        case .taken: step.assignee.map { "for \($0)" }
        case .missed: "missed, a later step comes in its place"
        case .refused: step.reason
        }
      table.add([
        String(step.customer), step.customerName, step.name, String(step.step),
        step.action.rawValue, step.dueOn.description, step.cadence, note ?? "",
      ])
    }
    return table.text
  }

  /// The counts as JSON.
  public var json: String {
    var writer = JSONWriter()
    writer.object {
      $0.field("object", "chases")
      writeCounts(to: &$0)
    }
    return writer.text
  }

  /// Writes the counts of the run object, and what else there is, as fields.
  public func writeCounts(to writer: inout JSONWriter) {
    writer.field("due", steps.count { $0.state == .taken })
    writer.field("queued", queued)
    writer.field(
      "actions",
      object: { object in
        for (action, count) in taken.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
          object.field(action.rawValue, count)
        }
      })
    writer.field("missed", steps.count { $0.state == .missed })
    writer.field(
      "refused",
      object: { object in
        for (reason, count) in refused.sorted(by: { $0.key < $1.key }) {
          object.field(reason, count)
        }
      })
  }
}

extension ChasedStep {
  /// The step as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "chase_step")
      $0.field("invoice", invoice)
      $0.field("action", action.rawValue)
      $0.field("step", step)
      $0.field("number", name)
      $0.field("customer", customer)
      $0.field("cadence", cadence)
      $0.field("due_on", dueOn.description)
      $0.field("state", state.rawValue)
      $0.field("reason", reason)
      $0.field("assignee", assignee)
      $0.field("message", message)
    }
  }
}
