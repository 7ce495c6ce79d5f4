// SPDX-License-Identifier: Apache-2.0

/// How an import goes about bad lines, and when it is.
public struct ImportOptions: Hashable, Sendable {
  /// Where refused lines go while the good ones are taken; nil takes all lines or none.
  public let refusedFile: String?

  /// How many errors the report lists; all are counted.
  public let listedErrors: Int

  /// The moment of the import in seconds since 1970-01-01 00:00 UTC: credits and coupons that it
  /// brings are granted on the seller's day of it.
  public let now: Int64

  /// Whether invoices with known ids are passed over; else they are refused.
  public var skipsKnown = false

  /// Whether the files are lists of payments, each of which is taken once.
  public var isOfLists = false

  /// Who asked for it, for the event log; nil for the user of the operating system.
  public var user: String?

  /// What is refused because it is more often a slip than meant, and is taken all the same.
  public var overruled: Set<Caution> = []

  /// What is more often a slip than meant.
  public enum Caution: Hashable, Sendable {
    /// A list that was taken before; a payment without a reference that equals a recorded one.
    case again
    /// A payment of a day more than 366 days back.
    case farBack
  }

  /// Makes options of their parts.
  public init(refusedFile: String? = nil, listedErrors: Int = 1000, now: Int64) {
    self.refusedFile = refusedFile
    self.listedErrors = listedErrors
    self.now = now
  }
}
