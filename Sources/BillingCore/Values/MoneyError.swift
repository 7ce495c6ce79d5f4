// SPDX-License-Identifier: Apache-2.0

/// What exact arithmetic refuses to do.
public enum MoneyError: Error, Hashable, Sendable {
  /// The exact result does not fit the type.
  case overflow
}
