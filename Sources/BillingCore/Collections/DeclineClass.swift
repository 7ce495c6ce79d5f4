// SPDX-License-Identifier: Apache-2.0

/// What a decline means for the next attempt (RULES 4).
public enum DeclineClass: String, Hashable, Sendable, CaseIterable {
  /// The source is of no use any more: nothing is charged to it again.
  case hard
  /// Another day may do: the schedule goes on.
  case soft
  /// The payer must act first: nothing is charged again by itself.
  case actionNeeded = "action_needed"
  /// Something between us failed: soon again, and not a try of the schedule.
  case technical
}
