// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Finds the steps that are due for a seller, and takes them, a block of invoices a transaction.
struct ChaseWriter: Sendable {
  let seller: Int64
  let cadences: [Int64: StoredCadence]
  let asOf: LocalDate
  /// In UNIX seconds.
  let moment: Int64
  let user: String
  let fault: @Sendable () throws -> Void

  /// What a look at all chased invoices found.
  struct Found: Sendable {
    /// The steps as they were found: what is taken is decided again under the payers' locks.
    var plan: ChasePlan
    /// Invoices with a step, by customer.
    var due: [(customer: Int64, invoice: Int64)] = []
    /// Invoices without a step, whose next chase is another day than the books say.
    var quiet: [(invoice: Int64, day: LocalDate?)] = []

    /// The invoices with steps in blocks of about so many; a customer's are in one.
    func blocks(of size: Int) -> [[(customer: Int64, invoice: Int64)]] {
      var blocks: [[(customer: Int64, invoice: Int64)]] = []
      for one in due {
        if let last = blocks.last, last.count < size || last.last?.customer == one.customer {
          blocks[blocks.count - 1].append(one)
        } else {
          blocks.append([one])
        }
      }
      return blocks
    }
  }

  /// Looks at all chased invoices.
  func find(on connection: isolated Connection) throws -> Found {
    var found = Found(plan: ChasePlan(cadences, on: asOf))
    if cadences.isEmpty { return found }
    try ChasedInvoice.read(of: seller, on: connection) { invoice in
      let before = found.plan.next.count
      if found.plan.add(invoice) {
        found.due.append((invoice.customer, invoice.id))
      } else if found.plan.next.count > before {
        found.quiet.append(contentsOf: found.plan.next[before...])
      }
    }
    return found
  }

  /// Takes the steps of some invoices that are due now, and returns them.
  func take(
    _ block: [(customer: Int64, invoice: Int64)], on connection: isolated Connection
  ) throws -> [ChasedStep] {
    _ = try connection.query(
      Statement(SQLFiles.lockPayers),
      [
        .int64Array(Set(block.map(\.customer)).sorted()), .timestamptz(unixSeconds: moment),
      ])
    var plan = ChasePlan(cadences, on: asOf)
    try ChasedInvoice.read(of: seller, only: block.map(\.invoice), on: connection) {
      plan.add($0)
    }
    try connection.planByKeys()
    try chargeFees(&plan, on: connection)
    try queueMessages(&plan, on: connection)
    try write(plan.steps, on: connection)
    try setNext(plan.next[...], on: connection)
    try noteDeeds(plan, on: connection)
    try fault()
    return plan.steps
  }

  /// Notes when invoices are chased next.
  func setNext(
    _ next: ArraySlice<(invoice: Int64, day: LocalDate?)>, on connection: isolated Connection
  ) throws {
    if next.isEmpty { return }
    try connection.execute(
      Statement(SQLFiles.setNextChases),
      [
        .int64Array(next.map(\.invoice)),
        .dateArray(daysSince2000: next.map { $0.day?.daysSince2000 }),
      ])
  }

  /// Charges late fees, each an invoice of its own; what bears none is refused with the reason.
  private func chargeFees(
    _ plan: inout ChasePlan, on connection: isolated Connection
  ) throws {
    let operations = InvoiceOperations(at: moment, by: user)
    var groups: [FeeGroup: [Int]] = [:]
    for place in plan.places(of: .lateFee) {
      guard let rate = plan.detail(place)?.fee else { continue }
      let group = FeeGroup(
        rate: rate, step: plan.steps[place].step, cadence: plan.steps[place].cadenceVersion)
      groups[group, default: []].append(place)
    }
    for (group, places) in groups.sorted(by: { $0.key.step < $1.key.step }) {
      let ids = places.map { plan.steps[$0].invoice }
      var reasons: [Int64: String] = [:]
      let step = LateFeeStep(number: Int32(group.step), cadenceVersion: group.cadence)
      _ = try operations.lateFees(ids, group.rate, of: step, on: connection) {
        reasons[$0] = $1.code
      }
      for place in places {
        if let reason = reasons[plan.steps[place].invoice] { plan.refuse(place, because: reason) }
      }
    }
  }

  private struct FeeGroup: Hashable {
    let rate: LateFee.Rate
    let step: Int16
    let cadence: Int64
  }

  private func queueMessages(
    _ plan: inout ChasePlan, on connection: isolated Connection
  ) throws {
    let messages = plan.messages()
    if messages.isEmpty { return }
    let drawn = try connection.query(
      Statement(SQLFiles.drawMessageIds), [.int64(Int64(messages.count))])
    let ids = try messages.indices.map { try drawn.int64($0, 0) }
    for (message, id) in zip(messages, ids) { plan.join(message.places, to: id) }
    try connection.execute(
      Statement(SQLFiles.queueChaseMessages),
      [
        .int64Array(ids), .int64Array(messages.map(\.customer)),
        .int64Array(messages.map { $0.invoices.count == 1 ? $0.invoices[0] : nil }),
        .stringArray(messages.map(\.channel.rawValue)), .stringArray(messages.map(\.template)),
        .stringArray(messages.map { content(of: $0) }),
        .stringArray(messages.map { $0.cadence.quietHours?.from }),
        .stringArray(messages.map { $0.cadence.quietHours?.to }),
        .timestamptz(unixSeconds: moment),
      ])
  }

  private func content(of message: ChasePlan.Message) -> String {
    var writer = JSONWriter()
    writer.object {
      $0.field("invoices", array: { list in message.invoices.forEach { list.integer($0) } })
      $0.field("cadence", message.cadence.code)
      $0.field("step", message.step)
      $0.field("as_of", asOf.description)
      $0.field("reminder", message.level != nil)
      if let level = message.level { $0.field("level", level) }
      if let url = message.url { $0.field("url", url) }
    }
    return writer.text
  }

  private func write(_ steps: [ChasedStep], on connection: isolated Connection) throws {
    try connection.execute(
      Statement(SQLFiles.writeChaseSteps),
      [
        .int64Array(steps.map(\.invoice)), .int64Array(steps.map(\.cadenceVersion)),
        .int16Array(steps.map(\.step)), .stringArray(steps.map(\.action.rawValue)),
        .dateArray(daysSince2000: steps.map(\.dueOn.daysSince2000)),
        .stringArray(steps.map(\.state.rawValue)), .stringArray(steps.map(\.reason)),
        .stringArray(steps.map(\.assignee)), .int64Array(steps.map(\.message)), .day(asOf),
      ])
  }

  /// Notes who took over, and whose service is to be paused, for other systems to read.
  private func noteDeeds(_ plan: ChasePlan, on connection: isolated Connection) throws {
    for (action, kind) in [
      (ChasingCadence.Action.escalate, "invoice_escalated"), (.pause, "service_paused"),
    ] {
      let steps = plan.places(of: action).map { plan.steps[$0] }
      if steps.isEmpty { continue }
      let details = steps.map { step in
        var writer = JSONWriter()
        writer.object {
          $0.field("customer", step.customer)
          $0.field("cadence", step.cadence)
          $0.field("step", step.step)
          if let assignee = step.assignee { $0.field("assignee", assignee) }
          $0.field("os_user", user)
        }
        return writer.text
      }
      try connection.execute(
        Statement(SQLFiles.recordEvents),
        [
          .string(kind), .string("invoice"), .int64Array(steps.map(\.invoice)),
          .stringArray(details),
        ])
    }
  }

  /// Notes what chasing came to, where anything was done.
  func note(_ steps: [ChasedStep], on connection: isolated Connection) throws {
    if steps.isEmpty { return }
    var detail = JSONWriter()
    var summary = ChaseSummary()
    summary.steps = steps
    detail.object {
      $0.field("as_of", asOf.description)
      summary.writeCounts(to: &$0)
      $0.field("os_user", user)
    }
    try connection.execute(
      Statement(SQLFiles.recordEvent),
      [.string("invoices_chased"), .string("seller"), .int64(seller), .jsonb(detail.text)])
  }
}
