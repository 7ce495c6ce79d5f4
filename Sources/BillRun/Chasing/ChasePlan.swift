// SPDX-License-Identifier: Apache-2.0
public import BillingCore

/// A step of chasing that was taken, or that a rehearsal would take.
public struct ChasedStep: Hashable, Sendable {
  /// How a step ended.
  public enum State: String, Hashable, Sendable {
    /// It was taken.
    case taken
    /// A later one was taken in its place.
    case missed
    /// It could not be taken.
    case refused
  }

  /// The invoice's id.
  public let invoice: Int64
  /// Its number, or its id.
  public let name: String
  /// The customer's id.
  public let customer: Int64
  /// The customer's name.
  public let customerName: String
  /// The cadence's id, as imports have it.
  public let cadence: String
  /// The step's number in it, from 1.
  public let step: Int16
  /// What it does.
  public let action: ChasingCadence.Action
  /// On which day it was due.
  public let dueOn: LocalDate
  /// How it ended.
  public internal(set) var state: State
  /// Why it was refused.
  public internal(set) var reason: String?
  /// Who takes over or calls.
  public let assignee: String?
  /// The message that it put into the outbox; several invoices can share one.
  public internal(set) var message: Int64?
  /// The cadence's version.
  let cadenceVersion: Int64
}

/// The steps of some customers that are due, and the messages that they make.
struct ChasePlan {
  /// A message to be.
  struct Message {
    let customer: Int64
    let channel: ChasingCadence.Action
    let template: String
    let invoices: [Int64]
    let cadence: StoredCadence
    let step: Int16
    let level: Int?
    let url: String?
    /// The places of its steps.
    let places: [Int]
  }

  private let cadences: [Int64: StoredCadence]
  private let asOf: LocalDate
  private(set) var steps: [ChasedStep] = []
  /// Invoices whose next chase is another day than the books say.
  private(set) var next: [(invoice: Int64, day: LocalDate?)] = []

  init(_ cadences: [Int64: StoredCadence], on asOf: LocalDate) {
    self.cadences = cadences
    self.asOf = asOf
  }

  /// Adds what is due for an invoice; false where nothing is.
  @discardableResult
  mutating func add(_ invoice: ChasedInvoice) -> Bool {
    guard let cadence = cadences[invoice.cadence] else { return false }
    let decision = cadence.ladder.decision(for: invoice.days, on: asOf)
    if decision.next != invoice.next { next.append((invoice.id, decision.next)) }
    let all = (decision.due + decision.missed).sorted { $0.step.number < $1.step.number }
    for one in all {
      if decision.missed.contains(one) {
        append(one, of: invoice, cadence, .missed)
      } else {
        let reason = invoice.obstacle(to: one.step.action)
        append(one, of: invoice, cadence, reason == nil ? .taken : .refused, reason)
      }
    }
    return !decision.due.isEmpty
  }

  private mutating func append(
    _ one: ChaseLadder.DatedStep, of invoice: ChasedInvoice, _ cadence: StoredCadence,
    _ state: ChasedStep.State, _ reason: String? = nil
  ) {
    steps.append(
      ChasedStep(
        invoice: invoice.id, name: invoice.name, customer: invoice.customer,
        customerName: invoice.customerName, cadence: cadence.code, step: one.step.number,
        action: one.step.action, dueOn: one.day, state: state, reason: reason,
        assignee: cadence.detail(of: one.step).assignee, cadenceVersion: cadence.id))
  }

  /// Refuses a step that was to be taken.
  mutating func refuse(_ place: Int, because reason: String) {
    steps[place].state = .refused
    steps[place].reason = reason
  }

  /// Notes which message a step has become.
  mutating func join(_ places: [Int], to message: Int64) {
    for place in places { steps[place].message = message }
  }

  /// The places of the steps of an action that are taken.
  func places(of action: ChasingCadence.Action) -> [Int] {
    steps.indices.filter { steps[$0].action == action && steps[$0].state == .taken }
  }

  /// What a step needs.
  func detail(_ place: Int) -> StoredCadence.Detail? {
    let step = steps[place]
    return cadences[step.cadenceVersion].map { $0.details[Int(step.step) - 1] }
  }

  /// The messages of the steps: one for each, or of a combined cadence one for all invoices of a
  /// customer with steps by the same channel.
  func messages() -> [Message] {
    var order: [MessageKey] = []
    var groups: [MessageKey: [Int]] = [:]
    for (place, step) in steps.enumerated() where step.state == .taken {
      guard step.action.isMessage, step.action != .phone,
        let cadence = cadences[step.cadenceVersion]
      else { continue }
      let key = MessageKey(
        customer: step.customer, action: step.action, cadence: cadence.id,
        single: cadence.isCombined ? nil : place)
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(place)
    }
    return order.compactMap { key in
      guard let cadence = cadences[key.cadence], let places = groups[key],
        let last = places.max(by: { steps[$0].step < steps[$1].step })
      else { return nil }
      let detail = cadence.details[Int(steps[last].step) - 1]
      return Message(
        customer: key.customer, channel: key.action, template: detail.template,
        invoices: places.map { steps[$0].invoice }, cadence: cadence, step: steps[last].step,
        level: detail.level, url: detail.url, places: places)
    }
  }

  private struct MessageKey: Hashable {
    let customer: Int64
    let action: ChasingCadence.Action
    let cadence: Int64
    /// The place of a step that has a message of its own.
    let single: Int?
  }
}
