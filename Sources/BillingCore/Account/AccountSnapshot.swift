// SPDX-License-Identifier: Apache-2.0

/// All that billing one payer needs, and nothing else: the input of the pure function that makes
/// its invoices.
public struct AccountSnapshot: Sendable {
  /// Who pays: the work item of a run (RULES 0.9).
  public let payer: Customer
  /// Everything it pays for, in order of id.
  public let subscriptions: [Subscription]
  /// Lines that wait for the next invoice, in order of id.
  public let pendingItems: [PendingItem]
  /// What it has open with the seller, in the order in which it is used (RULES 3): expiring first,
  /// then credit notes, then money, the oldest first.
  public let credits: [Credit]
  /// The cash rounding that may have to go back with what its changes give back.
  public let roundings: [BilledRounding]
  /// Set when an operator holds the payer.
  public let operatorHold: String?

  /// Creates a snapshot.
  public init(
    payer: Customer, subscriptions: [Subscription], pendingItems: [PendingItem] = [],
    credits: [Credit] = [], roundings: [BilledRounding] = [], operatorHold: String? = nil
  ) {
    self.payer = payer
    self.subscriptions = subscriptions
    self.pendingItems = pendingItems
    self.credits = credits
    self.roundings = roundings
    self.operatorHold = operatorHold
  }
}
