// SPDX-License-Identifier: Apache-2.0

/// The steps by which an unpaid invoice is chased: one version of it, as data.
public struct ChasingCadence: Hashable, Sendable {
  /// What a step does.
  public enum Action: String, Hashable, Sendable, CaseIterable {
    /// A message by email.
    case email
    /// A letter on paper.
    case letter
    /// A text message to the customer's phone.
    case sms
    /// A call of another system.
    case webhook
    /// A task for a person: to call the customer.
    case phone
    /// A fee, on an invoice of its own.
    case lateFee = "late_fee"
    /// Somebody named takes it over.
    case escalate
    /// The service is to be paused.
    case pause

    /// Whether the customer hears of it: of several that were missed only the last is made up for.
    public var isMessage: Bool {
      switch self {
      case .email, .letter, .sms, .webhook, .phone: true
      case .lateFee, .escalate, .pause: false
      }
    }
  }

  /// From where the days of a step count.
  public enum Anchor: Hashable, Sendable {
    /// The invoice's own date.
    case issue
    /// The due date; where AutoPay has none, the invoice's own date (RULES 3).
    case due
  }

  /// One step.
  public struct Step: Hashable, Sendable {
    /// Its place in the cadence, from 1.
    public let number: Int16
    /// From where its days count.
    public let anchor: Anchor
    /// How many days after the anchor; before it where negative.
    public let days: Int
    /// What it does.
    public let action: Action

    /// Makes one of its parts.
    public init(number: Int16, _ anchor: Anchor, days: Int, _ action: Action) {
      self.number = number
      self.anchor = anchor
      self.days = days
      self.action = action
    }
  }

  /// Whether a step falls on the next business day where its day is none.
  public let isBusinessDaysOnly: Bool
  /// The steps, in order of their numbers.
  public let steps: [Step]

  /// Makes a cadence.
  public init(_ steps: [Step], isBusinessDaysOnly: Bool = false) {
    self.steps = steps
    self.isBusinessDaysOnly = isBusinessDaysOnly
  }
}
