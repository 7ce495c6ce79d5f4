// SPDX-License-Identifier: Apache-2.0

/// What is different about a subscription from a day on; what it leaves nil stays as it was
/// (RULES 5, change).
public struct SubscriptionChange: Sendable {
  /// The key in the database; of one day's changes the last one wins, field by field.
  public let id: ID<SubscriptionChange>
  /// The first day of the new terms; without proration the first start of a period from there on.
  public let effective: LocalDate
  /// Index of `Catalog.plans`.
  public let plan: Int?
  /// How many.
  public let quantity: ExactDecimal?
  /// The price where the plan's model is `custom`.
  public let amount: ExactDecimal?
  /// All add-ons from then on.
  public let addons: [Addon]?
  /// Whether it is paused from then on.
  public let paused: Bool?
  /// Whether days that are paid are credited and charged anew.
  public let prorates: Bool
  /// A run has billed it: what was billed since is no longer compared with it.
  public let isApplied: Bool

  /// An add-on as a change names it.
  public struct Addon: Sendable {
    /// Index of `Catalog.plans`.
    public let plan: Int
    /// How many.
    public let quantity: ExactDecimal
    /// The price where the plan's model is `custom`.
    public let amount: ExactDecimal?
    /// Printed on the line, nil for none.
    public let description: String?

    /// Creates an add-on.
    public init(
      plan: Int, quantity: ExactDecimal = .one, amount: ExactDecimal? = nil,
      description: String? = nil
    ) {
      self.plan = plan
      self.quantity = quantity
      self.amount = amount
      self.description = description
    }
  }

  /// Creates a change.
  public init(
    id: ID<SubscriptionChange>, effective: LocalDate, plan: Int? = nil,
    quantity: ExactDecimal? = nil, amount: ExactDecimal? = nil, addons: [Addon]? = nil,
    paused: Bool? = nil, prorates: Bool = true, isApplied: Bool = false
  ) {
    self.id = id
    self.effective = effective
    self.plan = plan
    self.quantity = quantity
    self.amount = amount
    self.addons = addons
    self.paused = paused
    self.prorates = prorates
    self.isApplied = isApplied
  }
}
