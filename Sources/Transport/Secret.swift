// SPDX-License-Identifier: Apache-2.0

/// A key or a password, which no log, error or dump shows.
public struct Secret: Hashable, Sendable {
  /// The secret itself, to be sent and to be kept nowhere.
  public let exposed: String

  /// Wraps a secret.
  public init(_ text: String) { exposed = text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Tells nothing.
  public var description: String { "(secret)" }

  /// Tells nothing.
  public var debugDescription: String { description }

  /// Shows nothing to `dump`.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
