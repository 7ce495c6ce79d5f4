// SPDX-License-Identifier: Apache-2.0

/// The key of a row, typed by what the row is.
public struct ID<Entity>: Hashable, Comparable, Sendable {
  /// The number in the database.
  public let rawValue: Int64

  /// Makes the key with the number in the database.
  @inlinable
  public init(_ rawValue: Int64) { self.rawValue = rawValue }

  /// Orders keys by their number.
  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension ID: CustomStringConvertible {
  /// The number in decimal digits.
  public var description: String { String(rawValue) }
}
