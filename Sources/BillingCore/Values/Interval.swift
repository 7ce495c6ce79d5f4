// SPDX-License-Identifier: Apache-2.0

/// The unit in which billing cycles are counted.
public enum Interval: String, CaseIterable, Hashable, Sendable {
  /// Days.
  case day
  /// Weeks of seven days.
  case week
  /// Calendar months.
  case month
  /// Calendar years.
  case year
}
